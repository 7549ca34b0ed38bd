"""How fast are indicators made: against a query and groupbys written by hand, by size, and for many dates at once?"""

import os
from collections.abc import Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.speed import handwritten
from benchmarks.speed.districts import AS_OF, count_records, records_of
from benchmarks.speed.timing import alone, in_turn, memory_of, seconds
from features.build import build_frame, build_frames, name_records, set_clock, survey
from features.catalogue.everything import BY_NAME
from features.measures import aggregate, with_measured_columns
from features.pipeline import version_steps
from features.timeline import in_force, versions_name
from records.engine import MEMORY_VARIABLE
from records.source import Records, read_records

BY_HAND = ("penalties", "complaints")
MONTHS = 24
GIGABYTES = 1e-6
"""What the database may hold in memory per enterprise."""
COMPARED = 1_000_000
"""Enterprises at which ours stands beside SQL and pandas by hand, unless all sizes asked for are others."""


def measure(sizes: Sequence[int], rounds: int) -> dict[str, Any]:
    """All indicators at every size; the same columns by hand at COMPARED or less; months at the first."""
    by_size = {}
    for size in sizes:
        memory = memory_of(size, GIGABYTES)
        by_size[str(size)] = alone(build_alone, records_of(size), memory) | {
            "records": _records(size),
            "memory": memory,
        }
    compared = max([min(sizes), *(size for size in sizes if size <= COMPARED)])
    return {
        "by_size": by_size,
        "growth_exponent": _growth([int(size) for size in by_size], [one["answer"] for one in by_size.values()]),
        "against_sql": {"enterprises": compared} | _against_sql(records_of(compared), rounds),
        "against_pandas": {"enterprises": compared} | _against_pandas(records_of(compared), rounds),
        "months": {"enterprises": sizes[0]} | _months(records_of(sizes[0])),
    }


def build_alone(place: Path, memory: str) -> float:
    """Seconds to make all indicators of the records in a directory, once they are read, in so much of the database."""
    os.environ[MEMORY_VARIABLE] = memory
    records = read_records(place)
    return seconds(lambda: build_everyone(records))


def build_everyone(records: Records) -> None:
    """All indicators of everyone, part by part, as `fenji build` and the population run make them."""
    population = survey(records, AS_OF)
    for part in population.parts():
        population.frame(part)


def _records(size: int) -> int:
    return int(alone(count_records, records_of(size))["answer"])


def _growth(sizes: Sequence[int], taken: Sequence[float]) -> float | None:
    """The slope of log time over log size: 1 where twice as many take twice as long; null for one size."""
    if len(sizes) < 2:
        return None
    return round(float(np.polyfit(np.log(sizes), np.log(taken), 1)[0]), 3)


def _against_sql(place: Path, rounds: int) -> dict[str, Any]:
    """The same columns by our declarations and by a query written by hand, into tables of one database."""
    records = read_records(place)
    name_records(records)
    set_clock(records.connection, AS_OF)
    ours, theirs = _declared(records), [_table_of(f"hand_{one}", handwritten.sql(one, AS_OF)) for one in BY_HAND]
    timed = in_turn({"ours": lambda: _run(records, ours), "by_hand": lambda: _run(records, theirs)}, rounds)
    for subject in BY_HAND:
        _same(_table(records, f"ours_{subject}"), _table(records, f"hand_{subject}"))
    return {"columns": len(handwritten.COLUMNS)} | timed


def _against_pandas(place: Path, rounds: int) -> dict[str, Any]:
    """The same columns by our declarations and by groupbys of pandas, whose frames are read before."""
    records = read_records(place)
    name_records(records)
    set_clock(records.connection, AS_OF)
    frames = {name: records.tables[name].to_pandas() for name in (*BY_HAND, "repairs")}
    made: dict[str, pd.DataFrame] = {}

    def by_pandas() -> None:
        made.update({subject: handwritten.by_pandas(frames, subject, AS_OF) for subject in BY_HAND})

    ours = _declared(records)
    timed = in_turn({"ours": lambda: _run(records, ours), "pandas": by_pandas}, rounds)
    for subject in BY_HAND:
        _same(_table(records, f"ours_{subject}"), made[subject])
    return {"columns": len(handwritten.COLUMNS)} | timed


def _declared(records: Records) -> list[str]:
    """Statements of the columns that are also written by hand, from the raw rows, as `features.build` makes them.

    They are compiled before, as the pipeline compiles its steps once in a process.
    """
    statements = []
    for (replaced, of_replaced), (versions, of_versions) in version_steps():
        if versions in {versions_name(subject) for subject in (*BY_HAND, "repairs")}:
            statements += [_table_of(replaced, of_replaced), f"CREATE OR REPLACE TEMP VIEW {versions} AS {of_versions}"]
    for subject in BY_HAND:
        rows = with_measured_columns(in_force(subject), subject)
        wanted = [BY_NAME[one.name] for one in handwritten.COLUMNS if one.subject == subject]
        table = rows.group_by("enterprise_id").aggregate(**{one.name: aggregate(rows, one) for one in wanted})
        statements.append(_table_of(f"ours_{subject}", str(records.connection.compile(table))))
    return statements


def _table_of(name: str, sql: str) -> str:
    return f"CREATE OR REPLACE TEMP TABLE {name} AS {sql}"


def _run(records: Records, statements: Sequence[str]) -> None:
    for statement in statements:
        records.connection.raw_sql(statement)


def _table(records: Records, name: str) -> pd.DataFrame:
    table: pd.DataFrame = records.connection.con.execute(f"SELECT * FROM {name}").df()
    return table.set_index("enterprise_id").sort_index().astype("float64")


def _same(ours: pd.DataFrame, theirs: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(ours, theirs, check_index_type=False, check_column_type=False, rtol=1e-9)


def _months(place: Path) -> dict[str, Any]:
    """Monthly dates as training builds them, against as many single builds, of which the first and last are measured.

    Training wants rows of those who were inspected within the year after a date, compared with everyone.
    """
    records = read_records(place)
    days = [date(2022 + month // 12, month % 12 + 1, 1) for month in range(MONTHS)]
    wanted = {day: _inspected_after(records, day) for day in days}
    single = [seconds(partial(build_frame, records, day)) for day in (days[0], days[-1])]
    together = seconds(lambda: [None for _ in build_frames(records, wanted)])
    return {
        "dates": MONTHS,
        "rows_wanted": sum(map(len, wanted.values())),
        "together_s": round(together, 3),
        "single_s": round(sum(single) / 2, 3),
        "of_24_single": round(together / (MONTHS * sum(single) / 2), 3),
    }


def _inspected_after(records: Records, day: date) -> list[str]:
    found = records.connection.con.execute(
        "SELECT DISTINCT enterprise_id FROM inspections WHERE occurred_on >= ? AND occurred_on < ?",
        [day, day.replace(year=day.year + 1)],
    )
    return [str(one) for (one,) in found.fetchall()]
