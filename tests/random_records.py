"""Small random records of every subject, rich in boundary cases around one as-of date."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

import pandas as pd

from features.catalogue.everything import INDICATORS
from records.contract import Column, Subject
from records.source import Records, records_from_frames
from records.subjects import EVENT_SUBJECTS, SUBJECTS

AS_OF = date(2024, 6, 30)
ENTERPRISES = tuple(f"企{number}" for number in range(10))
SECTORS = ("食品", "药品", "计量")
MATTERS_ASKED_ABOUT = sorted(
    {
        str(matter)
        for indicator in INDICATORS
        for condition in indicator.where
        if condition.column == "matter" and isinstance(condition.value, tuple)
        for matter in condition.value
    }
)
"""The others would hardly ever be drawn by all that is asked about one matter."""
TIMES = {"inspections": 4, "leads": 4, "complaints": 3, "licences": 4, "equipment": 2, "penalties": 2, "grades": 2}
"""These are looked at by sector and rank, or by matter, so that it takes more of them to reach every indicator."""
EDGES = (0, 1, 2, 89, 90, 91, 180, 181, 364, 365, 366, 730, 731, 1095, 1096, 1825, 1826, 2555, 7301)
"""Ages in days at which windows, caps and the as-of date itself decide."""

Row = dict[str, Any]
Rows = dict[str, list[Row]]


def random_rows(random: Random, per_subject: int) -> Rows:
    """Rows of all subjects as plain values: dates, instants, None for null. Keys are unique."""
    rows: Rows = {"enterprises": [row for name in ENTERPRISES for row in _register(random, name)]}
    for subject in EVENT_SUBJECTS:
        count = TIMES.get(subject.name, 1) * per_subject
        rows[subject.name] = _distinct([_event(random, subject, count) for _ in range(count)], subject.key)
    return rows


def records_of(rows: Mapping[str, list[Row]]) -> Records:
    """The rows as the engine reads them."""
    frames = {}
    for name, own in rows.items():
        frame = pd.DataFrame([{key: _as_text(value) for key, value in row.items()} for row in own], dtype="object")
        frames[name] = frame.dropna(axis="columns", how="all")
    return records_from_frames({name: frame for name, frame in frames.items() if len(frame)})


def _as_text(value: Any) -> str | None:
    if isinstance(value, list):
        return ";".join(value)
    return None if value is None else str(value)


def _distinct(rows: list[Row], key: tuple[str, ...]) -> list[Row]:
    return list({tuple(row[name] for name in key): row for row in rows}.values())


def _register(random: Random, enterprise: str) -> list[Row]:
    versions = []
    for _ in range(random.choice((1, 1, 2, 3))):
        began = AS_OF - timedelta(days=random.choice((*EDGES, 4000)))
        versions.append(
            {
                "enterprise_id": enterprise,
                "ent_type": random.choice(("1130", "2190", "4530", "9500", "6130")),
                "state": random.choice(("active", "dormant", "deregistered")),
                "established_on": date(2010, 1, 1) + timedelta(days=random.randrange(6000)),
                "registered_capital_yuan": random.choice((None, 0, 1e6)),
                "industry_code": random.choice((None, "6210", "5220")),
                "region": random.choice((None, "北", "南")),
                "station": None,
                "lat": random.choice((None, 23.0, 23.001, 23.0027, 23.0028)),
                "lon": random.choice((None, 116.0, 116.0, 116.0015, 116.0029)),
                "sectors": random.sample(SECTORS, random.choice((0, 1, 1, 2))),
                "valid_from": began,
                "valid_to": random.choice((None, None, None, AS_OF, AS_OF + timedelta(days=1))),
                "known_at": _instant(random, began),
            }
        )
    return _distinct(versions, SUBJECTS["enterprises"].key)


def _event(random: Random, subject: Subject, ids: int) -> Row:
    age = random.choice(EDGES) if random.random() < 0.7 else random.randrange(-2, 4000)
    occurred = AS_OF - timedelta(days=age)
    row: Row = {column.name: _cell(random, column, occurred) for column in subject.columns}
    # Few ids, so that some records have several versions and some repairs find their target.
    row["record_id"] = f"{subject.name}-{random.randrange(ids)}"
    row |= {"occurred_on": occurred, "known_at": _instant(random, occurred)}
    row |= {"withdrawn_at": _rare_date(random, occurred), "use_until": _rare_date(random, occurred)}
    if subject.name == "repairs":
        target = row["target_subject"] = random.choice(("penalties", "inspections", "complaints"))
        row["target_record_id"] = f"{target}-{random.randrange(ids)}"
    return row


def _cell(random: Random, column: Column, occurred: date) -> Any:
    if column.nullable and random.random() < 0.3:
        return None
    if column.name in ("enterprise_id", "other_enterprise_id"):
        return random.choice(ENTERPRISES)
    if column.name == "sector":
        return random.choice((*SECTORS, "general"))
    if column.name == "year":
        return occurred.year - random.choice((1, 1, 2))
    if column.name == "matter":
        return random.choice(MATTERS_ASKED_ABOUT)
    if column.codes:
        return random.choice(column.codes)
    match column.type:
        case "int":
            return random.randrange(1, 4)
        case "float":
            return round(random.uniform(0, min(1e5, column.maximum or 1e5)), 2)
        case "bool":
            return random.random() < 0.5
        case "date":
            return _near(random, occurred)
    return random.choice("一二三四五六七八九")


def _near(random: Random, occurred: date) -> date:
    return max(occurred, AS_OF + timedelta(days=random.choice((-400, -1, 0, 1, 400))))


def _rare_date(random: Random, occurred: date) -> date | None:
    return _near(random, occurred) if random.random() < 0.15 else None


def _instant(random: Random, day: date) -> datetime:
    """When something of a day became known: mostly soon, sometimes just before, at or after the as-of date."""
    midnight = datetime.combine(AS_OF, time.min)
    soon = datetime.combine(day, time.min) + timedelta(hours=random.randrange(200))
    edge = midnight + random.choice((-timedelta(microseconds=1), timedelta(0), timedelta(hours=random.randrange(99))))
    return max(soon, edge) if random.random() < 0.25 else soon
