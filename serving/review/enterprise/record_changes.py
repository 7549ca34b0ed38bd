"""Which records of an enterprise came, changed or count no more between two snapshots, and why they do not."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from records.subjects import EVENT_SUBJECTS
from serving.review.enterprise.actions import Frames
from serving.review.enterprise.record_shown import RecordShown, shown_record

Words = tuple[str, str]
_NEW: Words = ("新增", "new")
_CHANGED: Words = ("改动", "changed")
_EXPIRED: Words = ("使用期满", "its term of use ended")
_REPAIRED: Words = ("已修复", "repaired")
_WITHDRAWN: Words = ("撤销或更正", "withdrawn or corrected")


@dataclass(frozen=True)
class RecordChange:
    """One record and what became of it; a record that changed is shown as it is now."""

    what: Words
    record: RecordShown


def record_changes(before: Frames, after: Frames, as_of: date) -> tuple[RecordChange, ...]:
    """What differs between the records that counted at an earlier date and those that count at `as_of`, by subject.

    A record counts no more because its term of use ended by `as_of`, because a repair of it was granted, or because it
    was withdrawn, corrected away or filed under another enterprise since.
    """
    repaired = _granted(after)
    return tuple(
        change for subject in EVENT_SUBJECTS for change in _of_subject(subject.name, before, after, as_of, repaired)
    )


def _of_subject(
    subject: str, before: Frames, after: Frames, as_of: date, repaired: set[tuple[str, str]]
) -> Iterator[RecordChange]:
    old, new = (
        {str(row["record_id"]): row for row in frames[subject].to_dict("records")} for frames in (before, after)
    )
    for record_id, row in new.items():
        if record_id not in old:
            yield RecordChange(_NEW, shown_record(subject, row))
        elif not _is_same(old[record_id], row):
            yield RecordChange(_CHANGED, shown_record(subject, row))
    for record_id in old.keys() - new.keys():
        row = old[record_id]
        ends = row["use_until"]
        what = _WITHDRAWN
        if (subject, record_id) in repaired:
            what = _REPAIRED
        elif pd.notna(ends) and ends <= as_of:
            what = _EXPIRED
        yield RecordChange(what, shown_record(subject, row))


def _granted(frames: Frames) -> set[tuple[str, str]]:
    granted = frames["repairs"]
    granted = granted[granted["decision"] == "granted"]
    return set(zip(granted["target_subject"], granted["target_record_id"], strict=True))


def _is_same(one: dict[Any, Any], other: dict[Any, Any]) -> bool:
    return {name: str(value) for name, value in one.items()} == {name: str(value) for name, value in other.items()}
