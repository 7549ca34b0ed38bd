"""What the service counts for Prometheus, beside BentoML's own figures of requests and their duration.

Workers of one service write into files of one folder, from which whichever worker is asked for `/metrics` adds up
counters and histograms over all of them; of a gauge the value that was set last counts, since all set the same.
"""

from collections import Counter as Tally
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from prometheus_client import Counter, Gauge, Histogram

from model.tiers import TIERS
from records.contract import TIMEZONE
from serving.snapshot import Snapshot
from serving.verdicts import STATUSES

_DAY = 86_400

TIERS_SERVED = Counter("fenji_tiers_served", "Results with a tier that were answered", ["tier"])
BORDERLINE_SERVED = Counter("fenji_borderline_served", "Results with a tier whose interval crosses a cut, answered")
WITHOUT_TIER = Counter("fenji_results_without_tier", "Results without a tier that were answered", ["status"])
UNKNOWN_IDS = Counter("fenji_unknown_ids", "Ids asked about that the snapshot does not know, or not in this scope")
FEEDBACK_LAG = Histogram(
    "fenji_feedback_lag_seconds",
    "From an inspection until its result came in",
    buckets=[days * _DAY for days in (1, 2, 3, 5, 7, 10, 14, 21, 30, 60, 90, 180, 365)],
)
SNAPSHOT_AS_OF = Gauge(
    "fenji_snapshot_as_of_timestamp_seconds",
    "As-of moment of the snapshot in service; its age in days is (time() - this) / 86400",
    multiprocess_mode="mostrecent",
)
SNAPSHOT_BORDERLINE = Gauge(
    "fenji_snapshot_borderline_ratio",
    "Share of the results with a tier in the snapshot in service that are borderline",
    multiprocess_mode="mostrecent",
)
SNAPSHOT_RESULTS = Gauge(
    "fenji_snapshot_results",
    "Results with each tier in the snapshot in service",
    ["tier"],
    multiprocess_mode="mostrecent",
)

_BY_TIER: dict[str, Counter] = {tier.id: TIERS_SERVED.labels(tier=tier.id) for tier in TIERS}
_BY_STATUS = {status: WITHOUT_TIER.labels(status=status) for status in STATUSES}


def counted(answer: dict[str, Any]) -> dict[str, Any]:
    """The answer, whose results were counted."""
    results: Sequence[Mapping[str, Any]] = answer["results"]
    _count(
        Tally(one["tier"] for one in results if one["tier"] is not None),
        Tally(one["status"] for one in results if one["tier"] is None),
        sum(one["borderline"] is True for one in results),
    )
    return answer


def count_rows(tier: np.ndarray, status: np.ndarray, borderline: np.ndarray) -> None:
    """Count the rows of a batch of a stream, from the columns of a snapshot."""
    tiers = np.bincount(tier, minlength=len(TIERS) + 1)
    statuses = np.bincount(status[tier == 0], minlength=len(STATUSES))
    _count(
        {one.id: int(tiers[one.rank]) for one in TIERS},
        dict(zip(STATUSES, statuses.tolist(), strict=True)),
        int(np.count_nonzero(borderline & (tier > 0))),
    )


def observe_lag(now: datetime, days: Iterable[date]) -> None:
    """Count results of inspections that came in at this moment, by how long ago the day of the inspection began."""
    for day in days:
        FEEDBACK_LAG.observe((now - datetime.combine(day, time(), ZoneInfo(TIMEZONE))).total_seconds())


def show_snapshot(snapshot: Snapshot) -> None:
    """Set what the gauges say of the snapshot that was put into service."""
    began = datetime.combine(snapshot.as_of, time(), ZoneInfo(TIMEZONE))
    has_tier = np.asarray(snapshot.columns["tier"]) > 0
    is_borderline = np.asarray(snapshot.columns["borderline"]) & has_tier
    SNAPSHOT_AS_OF.set(began.timestamp())
    SNAPSHOT_BORDERLINE.set(float(is_borderline.sum() / max(has_tier.sum(), 1)))
    for tier in TIERS:
        SNAPSHOT_RESULTS.labels(tier=tier.id).set(sum(own[tier.id] for own in snapshot.counts["tiers"].values()))


def _count(tiers: Mapping[str, int], statuses: Mapping[str, int], borderline: int) -> None:
    for tier, count in tiers.items():
        if count:
            _BY_TIER[tier].inc(count)
    for status, count in statuses.items():
        if count:
            _BY_STATUS[status].inc(count)
    if borderline:
        BORDERLINE_SERVED.inc(borderline)
    if statuses.get("unknown"):
        UNKNOWN_IDS.inc(statuses["unknown"])
