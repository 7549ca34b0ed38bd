"""Text tables in, an as-of date, the expected value per enterprise: how the indicator tests are written.

The first cell of a table's header is the subject, the other cells are columns of the contract (`enterprise` and
`record` stand for the two ids). Below it, the first cell is a remark for the reader. An empty cell takes a default:
null where the contract allows it, else something harmless; a record is known on the day on which it happened, and an
enterprise that `enterprises` does not name has existed since 2010, in no sector. An empty line ends a table.
"""

from dataclasses import dataclass, field
from datetime import date
from functools import cache

import numpy as np
import pandas as pd
import pytest

from features.build import Frame, build_frame
from features.evidence import evidence
from records.contract import Column, Subject
from records.source import Records, records_from_frames
from records.subjects import SUBJECTS

Row = dict[str, str | None]

ALIASES = {"enterprise": "enterprise_id", "record": "record_id"}
DEFAULTS = {
    "ent_type": "1130",
    "established_on": "2010-01-01",
    "valid_from": "2010-01-01",
    "year": "2000",
    "sectors": "",
    "device_code": "D1",
}
ABSENT = "absent"
"""Expected of an enterprise that has no row at that date."""


@dataclass
class Given:
    """Records of a test, and the frames already built of them."""

    records: Records
    _frames: dict[date, Frame] = field(default_factory=dict)

    def frame(self, as_of: str) -> Frame:
        day = date.fromisoformat(as_of)
        if day not in self._frames:
            self._frames[day] = build_frame(self.records, day)
        return self._frames[day]

    def expect(self, indicator: str, *, as_of: str, sector: str | None = None, **expected: float | str | None) -> None:
        """Fail unless the indicator has these values, one per enterprise; None is null."""
        frame = self.frame(as_of)
        values = frame.values[:, frame.names.index(indicator)]
        found = {name: _value(frame, values, name, sector) for name in expected}
        wanted = {name: _comparable(value) for name, value in expected.items()}
        assert found == wanted, f"{indicator} at {as_of}: expected {expected}, got {found}"

    def expect_evidence(self, indicator: str, *, as_of: str, **expected: str) -> None:
        """Fail unless these records (`a b c`) stand behind the indicator of each enterprise."""
        found = evidence(self.records, date.fromisoformat(as_of), list(expected))
        found = found[found["indicator"] == indicator]
        named = {name: " ".join(found.loc[found["enterprise_id"] == name, "record_id"]) for name in expected}
        assert named == expected


@cache
def given(text: str) -> Given:
    """The records that the tables in `text` describe; the same text gives the same object, frames included."""
    rows: dict[str, list[Row]] = {}
    for block in _blocks(text):
        subject = SUBJECTS[block[0][0]]
        own = rows.setdefault(subject.name, [])
        own += _read_table(subject, block, first_number=len(own) + 1)
    named = {row["enterprise_id"] for row in rows.get("enterprises", [])}
    used = dict.fromkeys(row["enterprise_id"] for own in rows.values() for row in own)
    rows["enterprises"] = rows.get("enterprises", []) + [
        _filled(SUBJECTS["enterprises"], {"enterprise_id": name}, 0) for name in used if name not in named
    ]
    frames = {name: pd.DataFrame(own).dropna(axis="columns", how="all") for name, own in rows.items()}
    return Given(records_from_frames(frames))


def _blocks(text: str) -> list[list[list[str]]]:
    """Tables of stripped cells."""
    blocks: list[list[list[str]]] = [[]]
    for line in text.splitlines():
        if "|" in line:
            blocks[-1].append([cell.strip() for cell in line.split("|")])
        elif blocks[-1]:
            blocks.append([])
    return [block for block in blocks if block]


def _read_table(subject: Subject, block: list[list[str]], first_number: int) -> list[Row]:
    (_, *columns), *lines = block
    names = [ALIASES.get(column, column) for column in columns]
    unknown = set(names) - set(subject.column_names)
    assert not unknown, f"{subject.name} has no column {unknown}"
    return [
        _filled(subject, dict(zip(names, cells, strict=True)), number)
        for number, (_, *cells) in enumerate(lines, start=first_number)
    ]


def _filled(subject: Subject, cells: dict[str, str], number: int) -> Row:
    return {
        column.name: cells.get(column.name) or _default(subject, column, cells, number) for column in subject.columns
    }


def _default(subject: Subject, column: Column, cells: dict[str, str], number: int) -> str | None:
    began = cells.get("occurred_on") or cells.get("valid_from") or DEFAULTS["valid_from"]
    if column.name == "record_id":
        return f"{subject.name}-{number}"
    if column.name == "known_at" or (column.name == "valid_from" and subject.is_event):
        return began
    if column.nullable:
        return None
    if column.codes:
        return column.codes[0]
    return DEFAULTS.get(column.name, "0" if column.type in ("int", "float") else "某")


def _value(frame: Frame, values: np.ndarray, enterprise: str, sector: str | None) -> float | str | None:
    rows = (frame.keys["enterprise_id"] == enterprise).to_numpy()
    if sector is not None:
        rows = rows & (frame.keys["sector"] == sector).to_numpy()
    if not rows.any():
        return ABSENT
    assert rows.sum() == 1, f"name the sector of {enterprise}"
    value = float(values[rows][0])
    return None if np.isnan(value) else value


def _comparable(value: float | str | None) -> object:
    return pytest.approx(value, rel=1e-6, abs=1e-6) if isinstance(value, int | float) else value
