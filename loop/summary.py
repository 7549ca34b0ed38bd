"""What several districts say together: per policy the mean over the districts, with its interval."""

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

import numpy as np
from scipy import stats

from loop.alarm import MONTHS
from loop.policies import POLICIES, RANDOM
from loop.run import Result
from model.tiers import TIERS
from training.metrics import INTERVAL


class Interval(TypedDict):
    """A mean over districts with its interval (INTERVAL wide, Student's t); both ends null for one district."""

    mean: float
    low: float | None
    high: float | None


Figure = Interval | None
"""Null where no district has the figure."""

SOON = 2
"""Months within which a shock is to be noticed."""


def summarise(results: Sequence[Result]) -> dict[str, Any]:
    """Per policy, in the order of POLICIES, the figures of `of_policy`; only districts that all of them have lived."""
    by_policy = {
        policy.id: {one["seed"]: one for one in results if one["policy"] == policy.id}
        for policy in POLICIES
        if any(one["policy"] == policy.id for one in results)
    }
    seeds = sorted(set.intersection(*(set(own) for own in by_policy.values())))
    lived = {policy: [own[seed] for seed in seeds] for policy, own in by_policy.items()}
    yardstick = lived.get(RANDOM)
    return {
        "districts": len(seeds),
        "seeds": seeds,
        "years": len(next(iter(lived.values()))[0]["years"]) if seeds else 0,
        "policies": {policy: of_policy(own, yardstick) for policy, own in lived.items() if seeds},
    }


def of_policy(lived: Sequence[Result], yardstick: Sequence[Result] | None) -> dict[str, Any]:
    """The figures of one policy; `lived` are its districts, `yardstick` the same ones under pure random draws.

    Per inspection: `found`, `expected` (by the truth on the day) and `gain` (expected, over that of the yardstick in
    the same district), `on_clean`. `serious_met`, `serious_missed`, `low_share`, `auc` and `auc_low`: means over the
    years (`loop.measures`). `stated_error`, `estimated_error`: mean absolute distance of the tiers' rates from the
    truth. `noticed` for each kind of shock: `soon` (share noticed within SOON months) and `by_month` (shares by the
    1st, 2nd ... month end); `false_alarms`: share of years with an alarm but no shock. `by_year`: see `_of_year`.
    """
    gain = None if yardstick is None else [_expected(a) / _expected(b) for a, b in zip(lived, yardstick, strict=True)]
    return {
        "found": over([_share(one, "found") for one in lived]),
        "expected": over([_expected(one) for one in lived]),
        "gain": over(gain or []),
        "on_clean": over([_share(one, "on_clean") for one in lived]),
        "serious_met": over([_mean(one, "serious_met") for one in lived]),
        "serious_missed": over([_mean(one, "serious_missed") for one in lived]),
        "low_share": over([_mean(one, "low_share") for one in lived]),
        "auc": over([_mean(one, "auc") for one in lived]),
        "auc_low": over([_mean(one, "auc_low") for one in lived]),
        "stated_error": over([_error(one, "stated") for one in lived]),
        "estimated_error": over([_error(one, "estimated") for one in lived]),
        "noticed": {name: _noticed(lived, name) for name in ("whole", "better_half")},
        "false_alarms": over([float(np.mean([row["false_alarm"] for row in one["notices"]])) for one in lived]),
        "watched": over([float(np.mean([row["watched"] for row in one["notices"]])) for one in lived]),
        "by_year": [_of_year(lived, number) for number in range(len(lived[0]["years"]))],
        "seconds": round(sum(one["seconds"] for one in lived), 1),
    }


def over(values: Sequence[float | None]) -> Figure:
    """The mean over districts and its interval; districts without the figure are left out."""
    known = np.array([value for value in values if value is not None], dtype=float)
    if not len(known):
        return None
    mean = float(known.mean())
    if len(known) < 2:
        return {"mean": mean, "low": None, "high": None}
    half = float(stats.t.ppf((1 + INTERVAL) / 2, len(known) - 1) * known.std(ddof=1) / np.sqrt(len(known)))
    return {"mean": mean, "low": mean - half, "high": mean + half}


def _of_year(lived: Sequence[Result], number: int) -> dict[str, Any]:
    """`expected` per inspection, and per tier `stated`, `true`, and how far `stated` and `estimated` lie from it."""
    years = [one["years"][number] for one in lived]
    tiers = {}
    for place, tier in enumerate(TIERS):
        rows = [year["tiers"][place] for year in years]
        tiers[tier.id] = {
            "stated": over([row["stated"] for row in rows]),
            "true": over([row["true"] for row in rows]),
            "stated_bias": over([_less(row["stated"], row["true"]) for row in rows]),
            "estimated_bias": over([_less(row["estimated"], row["true"]) for row in rows]),
        }
    return {
        "year": years[0]["year"],
        "expected": over([year["expected"] / year["drawn"] for year in years]),
        "serious_missed": over([year["serious_missed"] for year in years]),
        "auc": over([year["auc"] for year in years]),
        "auc_low": over([year["auc_low"] for year in years]),
        "tiers": tiers,
    }


def biased(policy: Mapping[str, Any], kind: str) -> tuple[int, int]:
    """How many intervals of a year's and tier's bias (`stated_bias` or `estimated_bias`) leave out 0, of how many."""
    known = [year["tiers"][tier.id][kind] for year in policy["by_year"] for tier in TIERS]
    known = [one for one in known if one is not None and one["low"] is not None]
    return sum(not one["low"] <= 0 <= one["high"] for one in known), len(known)


def _noticed(lived: Sequence[Result], name: str) -> dict[str, Any]:
    shares = [[_within(one, name, month) for one in lived] for month in range(1, MONTHS + 1)]
    return {"soon": over(shares[SOON - 1]), "by_month": [over(share) for share in shares]}


def _within(result: Result, name: str, months: int) -> float | None:
    trials = [row[name] for row in result["notices"] if not row["early"]]
    return float(np.mean([at is not None and at <= months for at in trials])) if trials else None


def _share(result: Result, name: str) -> float:
    """Over all years, per inspection."""
    return float(sum(year[name] for year in result["years"]) / sum(year["drawn"] for year in result["years"]))


def _expected(result: Result) -> float:
    return _share(result, "expected")


def _mean(result: Result, name: str) -> float | None:
    known = [year[name] for year in result["years"] if year[name] is not None]
    return float(np.mean(known)) if known else None


def _error(result: Result, name: str) -> float | None:
    """Mean absolute distance from the truth over years and tiers."""
    rows = [row for year in result["years"] for row in year["tiers"]]
    distances = [_less(row[name], row["true"]) for row in rows]
    known = [abs(distance) for distance in distances if distance is not None]
    return float(np.mean(known)) if known else None


def _less(value: float | None, other: float | None) -> float | None:
    return None if value is None or other is None else value - other
