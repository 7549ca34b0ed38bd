"""The frame of an as-of date on Spark: the steps of `features.build`, compiled for it and left where they lie."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from features.catalogue.everything import INDICATORS
from features.comparisons import PLACES
from features.peers import Peers, measure_rates
from features.pipeline import (
    BASE,
    CHOSEN,
    COMPARED,
    ROWS,
    base_steps,
    frame_steps,
    population_step,
    totals_sql,
)
from features.spark.given import give_records
from features.spark.places import measure_places
from features.spark.session import Spark, open_spark
from features.timeline import CLOCK
from records.errors import DataError
from records.progress import Report, silent

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


@dataclass(frozen=True)
class SparkFrame:
    """Keys and indicators of every enterprise known before `as_of`, spread over the cluster, in no order.

    `rows` has the columns KEYS and one float per name; what `features.build.Frame` marks by NaN is null here.
    """

    as_of: date
    rows: "DataFrame"
    names: tuple[str, ...]


def build_on_spark(spark: Spark, as_of: date) -> SparkFrame:
    """What could be known about every enterprise at 00:00 of `as_of` (Asia/Shanghai), of the records given to Spark?"""
    clock = f"SELECT DATE '{as_of.isoformat()}' AS as_of, TIMESTAMP_NTZ '{as_of.isoformat()} 00:00:00' AS midnight"
    (rows, *counted, base) = base_steps("pyspark")
    spark.look_up((CLOCK, clock), rows, (CHOSEN, f"SELECT * FROM {ROWS}"))
    spark.make(*counted)
    spark.make(base)
    spark.look_up((COMPARED, f"SELECT * FROM {BASE}"))
    totals = {grouping: spark.frame(sql).toPandas() for grouping, sql in totals_sql("pyspark").items()}
    peers = Peers(as_of, {**measure_rates(totals), PLACES: measure_places(spark)})
    for name, table in peers.dated.items():
        spark.hold(name, table)
    spark.make(population_step("pyspark"))
    *steps, (_, frame) = frame_steps("pyspark")
    spark.make(*steps)
    return SparkFrame(as_of, spark.frame(frame).drop("as_of"), tuple(indicator.name for indicator in INDICATORS))


def run_build(
    location: str, as_of: date, out: str, master: str, settings: Mapping[str, str], progress: Report = silent
) -> int:
    """Build every indicator of the records at `location` on Spark into the new Parquet folder `out`; how many rows?

    Raises what `open_spark`, `give_records` and `write_rows` raise.
    """
    with open_spark(master, work_folder(out), settings) as spark:
        spark.refuse_existing(out)
        frame = frame_of(spark, location, as_of, progress)
        return write_rows(frame.rows, out)


def frame_of(spark: Spark, location: str, as_of: date, progress: Report = silent) -> SparkFrame:
    """Read, check and build; told in two steps."""
    progress("读取与校验 reading and checking", 0, 1)
    give_records(spark, location)
    progress("指标 indicators", 0, 1)
    return build_on_spark(spark, as_of)


def work_folder(out: str) -> str:
    """Where tables on the way to `out` are kept: beside it, so on storage that every executor sees."""
    return f"{out.rstrip('/')}.work"


def write_rows(rows: "DataFrame", out: str) -> int:
    """Write a new folder of Parquet files; how many rows are there?

    Raises DataError if there is none: a folder without rows would be taken for an answer.
    """
    rows.write.parquet(out)
    count = rows.sparkSession.read.parquet(out).count()
    if not count:
        raise DataError("There must be an enterprise known before the as-of date, got none; give a later one.")
    return count
