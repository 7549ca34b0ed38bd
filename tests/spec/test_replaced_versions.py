"""When a version was replaced: worked out in one pass for most, and the same as by looking at all versions in turn."""

from datetime import datetime

import duckdb
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from features.dialects import sql_of
from features.timeline import given_name, joined_versions, later_name, later_versions
from records.source import table_schema
from records.subjects import SUBJECTS

SUBJECT = "reminders"
MOMENTS = tuple(map(datetime.fromisoformat, ("2024-01-01", "2024-01-01 00:01", "2024-05-01 09:00", "2024-12-31 23:59")))
Row = tuple[str, datetime]
"""A record, and when the row of it became known."""


def replaced_at(rows: list[Row]) -> list[tuple[str, datetime, datetime | None]]:
    """Each row with the moment it was replaced, by the steps as they are run."""
    held = {"record_id": [record for record, _ in rows], "known_at": [moment for _, moment in rows]}
    schema = table_schema(SUBJECTS[SUBJECT])
    columns = [pa.array(held.get(field.name, [None] * len(rows)), field.type) for field in schema]
    connection = duckdb.connect()
    connection.register(given_name(SUBJECT), pa.table(columns, schema=schema))
    connection.execute(f"CREATE TABLE {later_name(SUBJECT)} AS {sql_of(later_versions(SUBJECT), 'duckdb')}")
    joined = sql_of(joined_versions(SUBJECT), "duckdb")
    return connection.execute(f"SELECT record_id, known_at, superseded_at FROM ({joined})").fetchall()


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(st.sampled_from("ABC"), st.sampled_from(MOMENTS)), min_size=1, max_size=12))
def test_a_version_is_replaced_when_the_next_one_becomes_known(rows: list[Row]) -> None:
    expected = [
        (record, moment, min((later for other, later in rows if other == record and later > moment), default=None))
        for record, moment in rows
    ]
    assert sorted(replaced_at(rows), key=str) == sorted(expected, key=str)
