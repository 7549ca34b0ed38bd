"""Lights of the overview: how fresh, how timely and how stable what is in service is, and what each light rests on."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Literal

import pyarrow.compute as compute
import pyarrow.parquet as parquet

from model.stability import BLOCKING_INDEX, WARNING_INDEX
from records.quality import TIMELY_DAYS
from records.subjects import SUBJECTS
from serving.review.overview.earlier import Moved
from serving.scorer import Scorer

State = Literal["good", "warn", "bad", "unknown"]

FRESH_DAYS, OLD_DAYS = 40, 70
"""A monthly snapshot is fresh with a few days to spare; after a second missed month it is old (project decision)."""
LEARNT_DAYS, FORGOTTEN_DAYS = 400, 800
"""A model is trained once a year; after two it is old (project decision)."""
TIMELY, LATE = 0.9, 0.7
"""Shares of timely records that are good, and that are bad (project decision)."""
YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Light:
    """One light: what it is about, its state, and the sentence that says what it rests on."""

    zh: str
    en: str
    state: State
    because_zh: str
    because_en: str


def lights_of(scorer: Scorer, moved: Moved | None, today: date) -> list[Light]:
    """The lights of what is in service; one that nothing is known for says so."""
    return [_age(scorer, today), _timeliness(scorer), *_drift(moved), _training(scorer, today), _quarantine()]


def _age(scorer: Scorer, today: date) -> Light:
    days = (today - scorer.snapshot.as_of).days
    zh = f"快照的基准日是 {scorer.snapshot.as_of}，距今 {days} 天"
    en = f"the snapshot is as of {scorer.snapshot.as_of}, {days} days ago"
    return Light("快照新旧", "Age of the snapshot", _rising(days, FRESH_DAYS, OLD_DAYS), zh, en)


def _timeliness(scorer: Scorer) -> Light:
    zh, en = "数据及时性", "Timeliness of the data"
    share, count = timely_share(scorer.snapshot.directory, scorer.snapshot.as_of)
    if share is None:
        return Light(zh, en, "unknown", "快照一年内没有事件记录", "the snapshot has no event of the last year")
    state: State = "good" if share >= TIMELY else "warn" if share >= LATE else "bad"
    because_zh = f"基准日前一年的 {count:,} 条事件记录中，{share:.1%} 在发生后 {TIMELY_DAYS} 天内获知"
    because_en = f"of {count:,} events of the last year {share:.1%} were known within {TIMELY_DAYS} days"
    return Light(zh, en, state, because_zh, because_en)


@lru_cache(maxsize=8)
def timely_share(directory: Path, as_of: date) -> tuple[float | None, int]:
    """The share of the events of the year before `as_of` that were known within TIMELY_DAYS, and how many there were.

    Of the records that a snapshot keeps; null where there are none.
    """
    counts = [_timely(directory, name, as_of) for name, subject in SUBJECTS.items() if subject.is_event]
    timely, count = (sum(part) for part in zip(*counts, strict=True))
    return (timely / count if count else None), count


def _timely(directory: Path, subject: str, as_of: date) -> tuple[int, int]:
    table = parquet.read_table(
        directory / "records" / f"{subject}.parquet",
        columns=["occurred_on", "known_at"],
        filters=[("occurred_on", ">=", as_of - YEAR)],
    )
    waited = compute.days_between(table["occurred_on"], compute.cast(table["known_at"], "date32"))
    return int(compute.sum(compute.less_equal(waited, TIMELY_DAYS)).as_py() or 0), len(table)


def _drift(moved: Moved | None) -> Iterable[Light]:
    names = (("类别漂移", "Drift of the tiers"), ("对数几率漂移", "Drift of the margins"))
    if moved is None:
        zh, en = "旁边没有更早的快照可以比较", "no earlier snapshot lies beside it to compare with"
        return [Light(*name, "unknown", zh, en) for name in names]
    indexes = (moved.migration.tier_psi, moved.migration.margin_psi)
    return [_stability(name, index, moved) for name, index in zip(names, indexes, strict=True)]


def _stability(name: tuple[str, str], index: float, moved: Moved) -> Light:
    if index != index:
        return Light(*name, "unknown", "两份快照没有可比的行", "the two snapshots have no rows to compare")
    zh = f"与 {moved.since} 的快照相比，稳定性指数（PSI）{index:.3f}"
    en = f"stability index (PSI) {index:.3f} against the snapshot of {moved.since}"
    return Light(*name, _rising(index, WARNING_INDEX, BLOCKING_INDEX), zh, en)


def _training(scorer: Scorer, today: date) -> Light:
    zh, en = "模型新旧", "Age of the models"
    told = [model.lineage.get("as_of") for model in scorer.release.models.values()]
    known = [date.fromisoformat(str(one)) for one in told if one]
    if not known:
        return Light(zh, en, "unknown", "发布中的模型没有写明训练基准日", "no model says as of when it was trained")
    days = (today - min(known)).days
    because_zh = f"最早训练的模型基准日是 {min(known)}，最近的是 {max(known)}"
    because_en = f"the oldest model was trained as of {min(known)}, the newest as of {max(known)}"
    return Light(zh, en, _rising(days, LEARNT_DAYS, FORGOTTEN_DAYS), because_zh, because_en)


def _quarantine() -> Light:
    return Light(
        "被隔离的记录",
        "Quarantined records",
        "unknown",
        "快照只保存被接受的记录；隔离清单与七项质量指标见 fenji check",
        "a snapshot keeps accepted records only; fenji check tells the quarantine and the seven measures",
    )


def _rising(value: float, warning: float, bad: float) -> State:
    """The state of a figure that is the worse the higher it is; each bound itself still belongs to the better side."""
    return "good" if value <= warning else "warn" if value <= bad else "bad"
