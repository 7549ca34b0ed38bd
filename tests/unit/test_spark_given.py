"""Records that Spark does not take as they lie: one sentence each; and what an expression is in Spark's SQL."""

from collections.abc import Iterator
from pathlib import Path

import ibis
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from features.dialects import sql_of
from features.spark.given import give_records
from features.spark.session import Spark, open_spark
from records.errors import ConfigError, DataError
from records.source import table_schema
from records.subjects import SUBJECTS
from tests.spark_cluster import LEAN, require_spark, spark_environment


@pytest.fixture(scope="module")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Spark]:
    require_spark()
    folder = tmp_path_factory.mktemp("spark")
    with pytest.MonkeyPatch.context() as patch:
        for name, value in spark_environment(folder).items():
            patch.setenv(name, value)
        with open_spark("local[1]", str(folder / "tables"), LEAN) as running:
            yield running


def refusal(spark: Spark, location: Path) -> str:
    with pytest.raises(DataError) as refused:
        give_records(spark, str(location))
    return str(refused.value)


def write(location: Path, subject: str, schema: pa.Schema) -> None:
    pq.write_table(schema.empty_table(), location / f"{subject}.parquet")


def test_text_files_are_left_to_duckdb(spark: Spark, tmp_path: Path) -> None:
    (tmp_path / "enterprises.csv").write_text("enterprise_id\n")
    assert "--engine duckdb" in refusal(spark, tmp_path)


def test_enterprises_are_required(spark: Spark, tmp_path: Path) -> None:
    assert "have no enterprises" in refusal(spark, tmp_path)


def test_a_required_column_is_named(spark: Spark, tmp_path: Path) -> None:
    schema = table_schema(SUBJECTS["enterprises"])
    write(tmp_path, "enterprises", schema.remove(schema.get_field_index("state")))
    assert "must have the column state" in refusal(spark, tmp_path)


def test_a_column_of_another_type_is_named(spark: Spark, tmp_path: Path) -> None:
    schema = table_schema(SUBJECTS["enterprises"])
    at = schema.get_field_index("valid_from")
    write(tmp_path, "enterprises", schema.set(at, pa.field("valid_from", pa.string())))
    assert "must hold a date as YYYY-MM-DD without a time, Spark found string" in refusal(spark, tmp_path)


def test_a_file_that_is_no_parquet_is_named(spark: Spark, tmp_path: Path) -> None:
    (tmp_path / "enterprises.parquet").write_bytes(b"no parquet")
    assert "enterprises.parquet cannot be read as Parquet" in refusal(spark, tmp_path)


def test_nothing_is_written_over(spark: Spark, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="writes into a new folder"):
        spark.refuse_existing(str(tmp_path))


def test_fractions_are_floating_point_and_text_stays(spark: Spark) -> None:
    table = ibis.table({"days": "int64"}, name="ages")
    sql = sql_of(table.select(years=table["days"] / 365.0, text=ibis.literal("1.5")), "pyspark")
    assert "365.0D" in sql
    assert "'1.5'" in sql
    assert spark.session.sql("SELECT 1 / 3.0D AS third").schema["third"].dataType.typeName() == "double"
