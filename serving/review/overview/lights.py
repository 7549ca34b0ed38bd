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
from records.quality import MEASURES, TIMELY_DAYS, OverallQuality
from records.subjects import SUBJECTS
from serving.review.overview.earlier import Moved
from serving.scorer import Scorer

State = Literal["good", "warn", "bad", "unknown"]

FRESH_DAYS, OLD_DAYS = 40, 70
"""A monthly snapshot is fresh with a few days to spare; after a second missed month it is old (project decision)."""
LEARNT_DAYS, FORGOTTEN_DAYS = 400, 800
"""A model is trained once a year; after two it is old (project decision)."""
TIMELY, LATE = 0.9, 0.7
"""Shares of timely records that are good, and that are bad; the seven measures are held to the same (project
decision)."""
FEW_QUARANTINED, MANY_QUARANTINED = 0.01, 0.05
"""Shares of quarantined rows that are good, and beyond which they are bad (project decision)."""
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
    return [
        _age(scorer, today),
        _timeliness(scorer),
        *_drift(moved),
        _training(scorer, today),
        *_quality(scorer.snapshot.quality),
    ]


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
    because_zh = f"基准日前一年的 {count:,} 条事件记录中，{share:.1%} 在发生后 {TIMELY_DAYS} 天内获知"
    because_en = f"of {count:,} events of the last year {share:.1%} were known within {TIMELY_DAYS} days"
    return Light(zh, en, _falling(share, TIMELY, LATE), because_zh, because_en)


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
        zh = "旁边没有更早的快照可以比较；用 fenji score 在同一目录下留下更早基准日的快照"
        en = "no earlier snapshot lies beside it to compare with; fenji score of an earlier date leaves one there"
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


def _quality(found: OverallQuality | None) -> list[Light]:
    """What the check of the records found when the snapshot was scored from them."""
    names = (("被隔离的记录", "Quarantined records"), ("七项质量指标", "The seven measures of quality"))
    if found is None or not found.rows:
        zh = "这份快照没有记下记录的质量；用 fenji score 重新分级即留下，清单见 fenji check"
        en = "this snapshot does not state the records' quality; fenji score leaves it, fenji check lists the rows"
        return [Light(*name, "unknown", zh, en) for name in names]
    share = found.quarantined / found.rows
    quarantine = Light(
        *names[0],
        _rising(share, FEW_QUARANTINED, MANY_QUARANTINED),
        f"读入的 {found.rows:,} 行中隔离了 {found.quarantined:,} 行（{share:.1%}），清单见 fenji check",
        f"of {found.rows:,} rows that were read {found.quarantined:,} ({share:.1%}) were set aside; "
        "fenji check lists them",
    )
    return [quarantine, _measures(names[1], found)]


def _measures(name: tuple[str, str], found: OverallQuality) -> Light:
    """As good as the worst of the seven; 1 is best for each."""
    known = [(one, share) for one in MEASURES if (share := found.measures[one.name]) is not None]
    if not known:
        return Light(*name, "unknown", "没有可以衡量的行", "there were no rows to measure")
    zh = "、".join(f"{one.zh} {share:.1%}" for one, share in known)
    en = ", ".join(f"{one.name} {share:.1%}" for one, share in known)
    return Light(*name, _falling(min(share for _, share in known), TIMELY, LATE), zh, en)


def _falling(share: float, good: float, bad: float) -> State:
    """The state of a share that is the worse the lower it is; each bound itself still belongs to the better side."""
    return "good" if share >= good else "warn" if share >= bad else "bad"


def _rising(value: float, warning: float, bad: float) -> State:
    """The state of a figure that is the worse the higher it is; each bound itself still belongs to the better side."""
    return "good" if value <= warning else "warn" if value <= bad else "bad"
