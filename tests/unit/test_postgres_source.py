"""Records in PostgreSQL read as records in files: a private server on a free loopback port."""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import psycopg
import pytest

from records.errors import DataError
from records.source import read_records
from records.subjects import SUBJECTS
from tests.contract_rows import ENTERPRISE, PENALTY
from tests.private_postgres import private_postgres


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with private_postgres() as address:
        yield address


@pytest.fixture
def database(server: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        connection.execute(
            "CREATE TABLE enterprises (enterprise_id text, ent_type char(4), state text, established_on date, "
            "registered_capital_yuan numeric, sectors text[], valid_from date, known_at timestamptz)"
        )
        connection.execute(
            "INSERT INTO enterprises VALUES ('甲', '1130', 'active', '2010-01-01', 1000.5, "
            "'{food_operation}', '2010-01-01', '2010-01-01 16:00:00+00')"
        )
        yield connection


def test_postgresql_gives_the_same_tables_as_files(server: str, database: psycopg.Connection, tmp_path: Path) -> None:
    names = list(PENALTY)
    database.execute(f"CREATE TABLE penalties ({', '.join(f'{name} text' for name in names)})")
    database.execute(
        f"INSERT INTO penalties VALUES ({', '.join(['%s'] * len(names))})", [PENALTY[name] for name in names]
    )
    enterprise = {**ENTERPRISE, "registered_capital_yuan": 1000.5}
    pd.DataFrame([enterprise]).to_csv(tmp_path / "enterprises.csv", index=False)
    pd.DataFrame([PENALTY]).to_csv(tmp_path / "penalties.csv", index=False)
    from_database, from_files = read_records(server), read_records(tmp_path)
    for name in SUBJECTS:
        assert from_database.tables[name].to_pyarrow().equals(from_files.tables[name].to_pyarrow()), name


def test_a_wrong_type_in_a_table_is_refused_with_table_column_and_value(
    server: str, database: psycopg.Connection
) -> None:
    database.execute("ALTER TABLE enterprises ALTER COLUMN established_on TYPE text USING 'spring 2010'")
    with pytest.raises(DataError, match=r"established_on of the table enterprises of 127\.0\.0\.1.*'spring 2010'"):
        read_records(server)


def test_an_address_without_a_server_is_refused_without_its_password() -> None:
    with pytest.raises(DataError, match=r"database at 127\.0\.0\.1:9/none cannot be opened") as refusal:
        read_records("postgresql://fenji:secret@127.0.0.1:9/none")
    assert "secret" not in str(refusal.value)
