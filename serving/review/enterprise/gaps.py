"""Data gaps: indicators without a value and the records that would give them one, and feeds that have fallen silent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path

import numpy as np
import pyarrow.parquet as parquet
from numpy.typing import NDArray

from features.catalogue.everything import BY_NAME
from features.indicator import Attribute, Difference, Indicator, Latest, Ratio
from features.wording import ATTRIBUTE_WORDS, column_words
from records.subjects import EVENT_SUBJECTS, SUBJECTS
from serving.review.enterprise.actions import Frames
from serving.snapshot import Snapshot

Words = tuple[str, str]

SILENT_AFTER_DAYS = 370
"""A feed from which nothing became known for longer is silent: even reports of a year come within one (project
decision)."""


@dataclass(frozen=True)
class Gap:
    """An indicator of the model without a value, and what records would fill it."""

    indicator: Indicator
    filled_by: Words


@dataclass(frozen=True)
class Feed:
    """One subject: how many records the enterprise has, and whether any still arrive from anybody.

    `latest` is when a record last became known of anybody, null where nobody has any.
    """

    subject: str
    zh: str
    en: str
    own: int
    latest: date | None
    is_silent: bool


def gaps(indicators: Sequence[str], values: NDArray[np.float64]) -> tuple[Gap, ...]:
    """The model's indicators that are null in a row; `values` are in the order of `indicators`."""
    missing = [BY_NAME[name] for name, value in zip(indicators, values, strict=True) if np.isnan(value)]
    return tuple(Gap(indicator, _filled_by(indicator)) for indicator in missing)


def _filled_by(indicator: Indicator) -> Words:
    match measure := indicator.measure:
        case Latest():
            subject = SUBJECTS[indicator.subject]
            zh, en = column_words(indicator.subject, measure.column)
            nth = (
                ("", "")
                if measure.nth == 1
                else (f"（倒数第{measure.nth}条）", f" (number {measure.nth} from the latest)")
            )
            return (
                f"填报了“{zh}”的{subject.zh}记录{nth[0]}",
                f"a record of {subject.en.lower()}{nth[1]} that states: {en}",
            )
        case Ratio():
            parts = (measure.numerator, measure.denominator)
        case Difference():
            parts = (measure.first, measure.second)
        case Attribute():
            zh, en = ATTRIBUTE_WORDS[measure.name]
            return f"登记信息：{zh}", f"its register entry: {en}"
        case _:
            return SUBJECTS[indicator.subject].zh, SUBJECTS[indicator.subject].en.lower()
    each = list(dict.fromkeys(_filled_by(BY_NAME[name]) for name in parts))
    return "；".join(zh for zh, _ in each), "; ".join(en for _, en in each)


def feeds(snapshot: Snapshot, frames: Frames) -> tuple[Feed, ...]:
    """Every subject of events, with the enterprise's own number of records that count."""
    return tuple(
        Feed(
            subject.name,
            subject.zh,
            subject.en,
            len(frames[subject.name]),
            latest := latest_arrival(snapshot.directory, subject.name),
            latest is None or latest < snapshot.as_of - timedelta(days=SILENT_AFTER_DAYS),
        )
        for subject in EVENT_SUBJECTS
    )


@lru_cache(maxsize=8 * len(SUBJECTS))
def latest_arrival(directory: Path, subject: str) -> date | None:
    """The day on which a record of the subject last became known to a snapshot, of anybody.

    From the file's own statistics; a snapshot never changes.
    """
    file = parquet.ParquetFile(directory / "records" / f"{subject}.parquet")
    column = file.schema_arrow.names.index("known_at")
    groups = (file.metadata.row_group(number).column(column) for number in range(file.metadata.num_row_groups))
    moments = [
        group.statistics.max for group in groups if group.statistics is not None and group.statistics.has_min_max
    ]
    latest: datetime | None = max(moments, default=None)
    return latest and latest.date()
