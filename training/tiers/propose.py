"""Which cuts would keep a standard's promises? Suggested from what later inspections found; a person adopts them.

A tier promises that its rate of problems lies between its cuts. The out-of-fold margins of the last year of outcomes
come from models that had not seen the enterprise, so the inspections tell, for any two cuts, which rate lies between
them. Cuts are proposed if each tier's rate lies inside its band with the stated confidence, and if the draws that the
standard's ratios ask of today's cohort fit the capacity. Of all such cuts the nearest to those in force are taken:
a published standard should move as little as it must.
"""

from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.calibration import margin_of
from model.standard import Standard
from model.tiers import TIERS, tier_ranks
from training.fitted import Training
from training.metrics import PlainDraws, lower_bound, plain_draws, strata_of, tier_table, upper_bound
from training.outcomes import is_drawn
from training.tiers.judged import judged_inspections

Array = NDArray[np.float64]

GRID = np.arange(1, 81) / 100
"""Cuts are proposed in whole percent, from 1 % to 80 %: a standard is read by people (project decision)."""


@dataclass(frozen=True)
class Effect:
    """What some cuts mean: one row per tier, ascending, and the draws a year of all tiers.

    `tiers`: tier, promised_low, promised_high, enterprises and share (of today's cohort), ratio (of the standard),
    inspections (a year by these ratios), judged (inspections that the rate rests on), rate, low and high (95 %; design
    rate where there are probability draws, else as observed), is_kept (the promise, at the stated confidence).
    """

    tiers: pd.DataFrame

    @property
    def inspections(self) -> float:
        return float(self.tiers["inspections"].sum())


@dataclass(frozen=True)
class Proposal:
    """One sector: the cuts in force, and those proposed, with the effect of both.

    `cuts` and `after` are null where nothing is proposed; `reason` then says why. `before` is null for a point table.
    """

    standard: Standard
    before: Effect | None
    cuts: tuple[float, float, float] | None
    after: Effect | None
    reason: str = ""


def propose_cuts(
    training: Training, answers: pd.DataFrame, sector: str, confidence: float, capacity: float | None = None
) -> Proposal:
    """Propose cuts for one sector's standard.

    `answers` are today's cohort (`training.backtest.score_cohort`), `confidence` in (0, 1) is that of each tier's band,
    `capacity` the random draws that can be held in a year (null: any number); checks planned by frequency or demanded
    by statute come on top and are not counted.
    """
    fitted = training.models[sector]
    standard = fitted.model.standard
    if fitted.model.calibration is None:
        return Proposal(standard, None, None, None, "A point table gives no probabilities that cuts could divide.")
    cohort = answers.loc[answers["sector"] == sector, "probability"].dropna().to_numpy(dtype=float)
    evidence = _evidence(judged_inspections(training, fitted.rows))
    before = _effect(standard, evidence, cohort, confidence)
    found, reason = _search(standard, evidence, cohort, confidence, capacity)
    if found is None:
        return Proposal(standard, before, None, None, reason)
    return Proposal(standard, before, found, _effect(replace(standard, cuts=found), evidence, cohort, confidence))


def _evidence(judged: pd.DataFrame) -> pd.DataFrame:
    """The probability draws where there are any, else all inspections, ordered by probability."""
    drawn = judged[is_drawn(judged)]
    return (drawn if len(drawn) else judged).sort_values("probability", ignore_index=True)


def _search(
    standard: Standard, evidence: pd.DataFrame, cohort: Array, confidence: float, capacity: float | None
) -> tuple[tuple[float, float, float] | None, str]:
    """The nearest cuts that keep every promise and fit, or why there are none."""
    kept = _kept_bands(evidence, confidence)
    triples = np.array(list(combinations(range(1, len(GRID) + 1), 3)))
    first, second, third = triples.T
    holds = kept[0, first] & kept[first, second] & kept[second, third] & kept[third, len(GRID) + 1]
    cuts = GRID[triples[holds] - 1]
    if not len(cuts):
        return None, (
            f"Cuts must keep all four promises with {confidence:.0%} confidence, no three whole percents do on "
            f"{len(evidence)} inspections with {int(evidence['outcome'].sum())} problems; draw more at random, wait "
            "for more outcomes, or ask for less confidence."
        )
    draws = _draws_a_year(standard, cuts, cohort)
    fits = draws <= (np.inf if capacity is None else capacity)
    if not fits.any():
        return None, (
            f"The draws of a year must fit the capacity of {capacity:,.0f} inspections, cuts that keep the promises "
            f"ask for at least {draws.min():,.0f}; raise the capacity or lower the standard's sampling ratios."
        )
    distance = np.abs(margin_of(cuts[fits]) - margin_of(np.array(standard.cuts))).sum(axis=1)
    low, middle, high = (float(cut) for cut in cuts[fits][np.argmin(distance)])
    return (low, middle, high), ""


def _kept_bands(evidence: pd.DataFrame, confidence: float) -> NDArray[np.bool_]:
    """Whether the band from border i to border j keeps its promise, for all i < j; borders are 0, GRID and 1."""
    borders = np.array([0.0, *GRID, 1.0])
    kept = np.zeros((len(borders), len(borders)), dtype=bool)
    probability = evidence["probability"].to_numpy(dtype=float)
    positions = np.searchsorted(probability, borders, side="left")
    positions[-1] = len(probability)
    outcome, chance = (evidence[name].to_numpy(dtype=float) for name in ("outcome", "inclusion_probability"))
    stratum = pd.factorize(pd.Series(strata_of(evidence), dtype=object))[0]
    for i, j in combinations(range(len(borders)), 2):
        inside = slice(positions[i], positions[j])
        if positions[i] < positions[j]:
            kept[i, j] = _is_kept(
                _worth(outcome[inside], chance[inside], stratum[inside]), borders[i], borders[j], confidence
            )
    return kept


def _worth(outcome: Array, chance: Array, stratum: NDArray[np.intp]) -> PlainDraws:
    """What the inspections of a band are worth; those without a probability count as they are."""
    draws = None if np.isnan(chance).any() else plain_draws(outcome, chance, stratum.tolist())
    return draws or PlainDraws(float(outcome.sum()), float(len(outcome)))


def _is_kept(draws: PlainDraws, low: float, high: float, confidence: float) -> bool:
    """Does the rate lie in [low, high] with this confidence? Half the doubt on either side, all where one is open."""
    doubt = (1 - confidence) / (2 if low > 0 and high < 1 else 1)
    above = low == 0 or lower_bound(draws.found, draws.looked_at, 1 - doubt) >= low
    return above and (high == 1 or upper_bound(draws.found, draws.looked_at, 1 - doubt) <= high)


def _draws_a_year(standard: Standard, cuts: Array, cohort: Array) -> Array:
    """The random draws a year that each row of cuts asks of the cohort."""
    ratios = np.array([standard.sampling[tier.id].ratio for tier in TIERS])
    below = np.searchsorted(np.sort(cohort), cuts, side="left")
    edges = np.column_stack([np.zeros(len(cuts)), below, np.full(len(cuts), len(cohort))])
    return np.asarray(np.diff(edges, axis=1) @ ratios)


def _effect(standard: Standard, evidence: pd.DataFrame, cohort: Array, confidence: float) -> Effect:
    ranks = tier_ranks(cohort, standard.cuts)
    rows = evidence.assign(tier_rank=tier_ranks(evidence["probability"].to_numpy(dtype=float), standard.cuts))
    found = tier_table(rows, standard.cuts)
    enterprises = np.array([(ranks == tier.rank).sum() for tier in TIERS])
    ratios = np.array([standard.sampling[tier.id].ratio for tier in TIERS])
    tiers = found[["tier", "promised_low", "promised_high"]].assign(
        enterprises=enterprises,
        share=enterprises / max(len(cohort), 1),
        ratio=ratios,
        inspections=enterprises * ratios,
        judged=found["n"],
        rate=found["design"].fillna(found["observed"]).astype(float),
        low=found["design_low"].fillna(found["observed_low"]).astype(float),
        high=found["design_high"].fillna(found["observed_high"]).astype(float),
        is_kept=[_is_kept_in(rows, tier.rank, standard.cuts, confidence) for tier in TIERS],
    )
    return Effect(tiers)


def _is_kept_in(rows: pd.DataFrame, rank: int, cuts: tuple[float, float, float], confidence: float) -> bool:
    members = rows[rows["tier_rank"] == rank]
    if not len(members):
        return False
    outcome, chance = (members[name].to_numpy(dtype=float) for name in ("outcome", "inclusion_probability"))
    stratum = pd.factorize(pd.Series(strata_of(members), dtype=object))[0]
    borders = [0.0, *cuts, 1.0]
    return _is_kept(_worth(outcome, chance, stratum), borders[rank - 1], borders[rank], confidence)
