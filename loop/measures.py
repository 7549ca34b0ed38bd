"""One year of a policy against the truth: what the inspections brought, what they missed, and what was stated."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from loop.answers import standards
from loop.policies import Policy
from loop.years import Year
from model.tiers import TIERS
from simulation.inspections import RANKED
from simulation.truth import horizon_truth
from training.examples import standard_of
from training.selection import quality

Array = NDArray[np.float64]

PROBLEMS = ("general", "serious")


def measure(policy: Policy, year: Year) -> dict[str, Any]:
    """The figures of one year.

    `drawn`: inspections by the policy; `found` and `expected`: problems among them, as found and as the truth expects
    on the days of the visits; `on_clean`: inspections of enterprises whose true probability lies below the first cut of
    their standard. Of all serious problems that the truth expects in the pool within the horizon, `serious_met` is the
    share at enterprises that were drawn, `serious_missed` that in the policy's low tier at others; `low_share` is how
    much of the pool is in that tier. `auc`, `auc_low`: how well the probability ranks the
    whole pool, and its low tier, against the truth. `tiers`: see `tier_rows`.
    """
    problem, serious = (truth[year.pool["unit"].to_numpy()] for truth in horizon_truth(year.world, year.before.today))
    pool = year.pool.assign(true=problem, serious=serious, drawn=year.pool["unit"].isin(year.draw.unit))
    left_alone = (pool[policy.tier] == 1) & ~pool["drawn"]
    visits = drawn_visits(year)
    first_cut = pool["sector"].map({one: standard_of(standards(), one).cuts[0] for one in pool["sector"].unique()})
    return {
        "year": year.number,
        "pool": len(pool),
        "drawn": len(visits),
        "found": int(visits["is_problem"].sum()),
        "expected": float(visits["true"].sum()),
        "on_clean": int((pool["drawn"] & (pool["true"] < first_cut)).sum()),
        "serious_met": float(pool.loc[pool["drawn"], "serious"].sum() / pool["serious"].sum()),
        "low_share": float((pool[policy.tier] == 1).mean()),
        "serious_missed": float(pool.loc[left_alone, "serious"].sum() / pool["serious"].sum()),
        "auc": auc(pool["true"].to_numpy(), pool["probability"].to_numpy()),
        "auc_low": auc(*pool.loc[pool["tier"] == 1, ["true", "probability"]].to_numpy().T),
        "tiers": list(tier_rows(pool, visits)),
    }


def drawn_visits(year: Year) -> pd.DataFrame:
    """The visits to the drawn units, one row each: unit, chance, examined and is_problem, true (on the day).

    `examined` is false where nobody was found or the visit was void; `chance` is null for a policy that chooses.
    """
    inspected = year.after.inspected
    assert inspected is not None, "a year was lived"
    drawn = ~np.isnan(inspected.visits.probability)
    visits = inspected.visits.where(drawn)
    found = inspected.severity[drawn]
    chance = np.where(visits.basis == "random", visits.probability, np.nan)
    true = year.world.risk.problem[visits.unit, year.world.quarter(visits.day)].astype(float)
    return pd.DataFrame(
        {
            "unit": visits.unit,
            "chance": chance,
            "examined": np.isin(found, RANKED),
            "is_problem": np.isin(found, PROBLEMS),
            "true": true,
        }
    )


def tier_rows(pool: pd.DataFrame, visits: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """One row per tier of the year's models, ascending: tier, n, stated, true, drawn and estimated.

    `stated` is the mean probability before anybody is inspected, `true` the mean true one of the same enterprises;
    `estimated` the Hajek estimate of the year's random draws. Null for an empty tier, or where nobody was drawn.
    """
    known = visits[visits["examined"] & visits["chance"].notna()].merge(pool[["unit", "tier"]], on="unit")
    for tier in TIERS:
        members, drawn = pool[pool["tier"] == tier.rank], known[known["tier"] == tier.rank]
        yield {
            "tier": tier.id,
            "n": len(members),
            "stated": float(members["probability"].mean()) if len(members) else None,
            "true": float(members["true"].mean()) if len(members) else None,
            "drawn": len(drawn),
            "estimated": float(np.average(drawn["is_problem"], weights=1 / drawn["chance"])) if len(drawn) else None,
        }


def auc(true: Array, probability: Array) -> float | None:
    """The AUC to be expected where each enterprise has a problem with its true probability; null for fewer than two."""
    if len(true) < 2:
        return None
    both = pd.DataFrame({"outcome": np.repeat([1.0, 0.0], len(true)), "probability": np.tile(probability, 2)})
    found = quality(both, np.concatenate([true, 1 - true]))["auc"]
    assert found is not None, "both outcomes are there"
    return found
