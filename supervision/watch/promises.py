"""Do random inspections since then bear out what was answered: each sector's probabilities, each tier's promise?

Only draws with a registered chance speak for everybody, and only those long enough ago that their results have become
known. Each is judged by the last answer before it, which nobody who found something could have shaped.
"""

from collections.abc import Mapping
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special, stats

from model.calibration import margin_of
from model.standard import Standard
from model.tiers import TIERS, tier_ranks
from records.finding_subjects import SEVERITY_RANK
from records.source import Records
from supervision.watch.drift import ALL
from supervision.watch.estimates import level_deviation
from supervision.watch.remembered import Entry, Remembered
from training.examples import standard_of
from training.metrics import PlainDraws, jeffreys, plain_draws, strata_of
from training.outcomes import is_drawn, rated_inspections

Array = NDArray[np.float64]

LOOKED_BACK_DAYS = 365
"""Draws of the last year before the results had to be known: older ones judge answers that are long replaced."""
LEAST_DRAWS = 20
"""Of a sector or a tier with fewer draws nothing is said (project decision)."""
LEAST_EXPECTED = 5.0
"""Nor where so few problems were to be expected that one more or less is news (project decision)."""


def matured_draws(records: Records, standards: Mapping[str, Standard], as_of: date, ledger: Remembered) -> pd.DataFrame:
    """Every random draw of the last year whose result must be known, with the last answer given before it.

    One row per draw: enterprise_id, sector, occurred_on, inclusion_probability, outcome (0 or 1 by the standard's
    severity), answered_on (the answer's as-of date), margin and probability. Left out are draws that came after the
    answer's horizon, of enterprises without a probability then, and before anything was remembered.
    """
    inspections = rated_inspections(records, as_of)
    draws = inspections[is_drawn(inspections)]
    wait = draws["sector"].map(lambda sector: standard_of(standards, sector).maturity_days).astype(float)
    ripe = pd.Timestamp(as_of) - pd.to_timedelta(wait, unit="D")
    recent = draws["occurred_on"] >= ripe - pd.Timedelta(days=LOOKED_BACK_DAYS)
    draws = draws[(draws["occurred_on"] < ripe) & recent]
    least = draws["sector"].map(lambda sector: SEVERITY_RANK[standard_of(standards, sector).outcome_severity])
    draws = draws.assign(outcome=(draws["severity_rank"] >= least.astype(float)).astype(float))
    found = [_judged(draws, entry, until, ledger) for entry, until in _spans(ledger, as_of)]
    rows = pd.concat([_judged_nothing(draws), *found], ignore_index=True)[list(_JUDGED)]
    horizon = rows["sector"].map(lambda sector: standard_of(standards, sector).horizon_days).astype(float)
    waited = (rows["occurred_on"] - rows["answered_on"]).dt.days
    return rows[(waited < horizon) & rows["probability"].notna()].reset_index(drop=True)


_JUDGED = (
    "enterprise_id", "sector", "occurred_on", "inclusion_probability", "outcome", "answered_on", "margin",
    "probability",
)  # fmt: skip


def _judged_nothing(draws: pd.DataFrame) -> pd.DataFrame:
    """No row, of the types that rows have."""
    return draws[:0].assign(answered_on=pd.Series(dtype="datetime64[s]"), margin=0.0, probability=0.0)


def _spans(ledger: Remembered, as_of: date) -> list[tuple[Entry, date]]:
    """The entries before `as_of`, each with the day from which the next one answered."""
    entries = ledger.before(as_of)
    starts = [*(entry.as_of for entry in entries), as_of]
    return list(zip(entries, starts[1:], strict=True))


def _judged(draws: pd.DataFrame, entry: Entry, until: date, ledger: Remembered) -> pd.DataFrame:
    own = draws[(draws["occurred_on"] >= pd.Timestamp(entry.as_of)) & (draws["occurred_on"] < pd.Timestamp(until))]
    answers = ledger.answers(entry, "enterprise_id", "sector", "margin", "probability")
    return own.merge(answers, on=["enterprise_id", "sector"]).assign(answered_on=pd.Timestamp(entry.as_of))


def calibration_kept(draws: pd.DataFrame, expected: Mapping[str, Mapping[str, float]]) -> pd.DataFrame:
    """Did as many draws find a problem as their probabilities said? One row per sector with enough draws, and `all`.

    sector, n, expected (mean probability, weighted by the design), found (the Hajek rate) with low and high, odds (the
    ratio of found to expected, in odds), p and q. `expected` are estimates by sector: how sure of its level the
    calibration was is part of what is borne, so that a large sector does not cry over a small error.
    """
    groups = [(ALL, draws), *((str(sector), own) for sector, own in draws.groupby("sector"))]
    rows = [_kept(name, own, expected.get(name, expected.get(ALL))) for name, own in groups]
    columns = ["sector", "n", "expected", "found", "low", "high", "odds", "p"]
    return _controlled(pd.DataFrame([row for row in rows if row is not None], columns=columns))


def promises_kept(draws: pd.DataFrame, standards: Mapping[str, Standard]) -> pd.DataFrame:
    """Does each tier have the rate that its standard promises? One row per sector and tier with enough draws, and
    one per tier of all sectors together (`all`).

    sector, tier_rank, n, promised_low and promised_high (of several sectors the mean over the draws), found with low
    and high, p (that so many, or so few, are found at the nearer end of the band) and q. The tier is the one that the
    probability had, so a hard rule promises nothing.
    """
    rows = _with_bands(draws, standards)
    found = [
        _promise(str(sector), rank, own)
        for part in (rows.assign(sector=ALL), rows)
        for sector, members in part.groupby("sector")
        for rank, own in ((tier.rank, members[members["tier_rank"] == tier.rank]) for tier in TIERS)
    ]
    columns = ["sector", "tier_rank", "n", "promised_low", "promised_high", "found", "low", "high", "p"]
    return _controlled(pd.DataFrame([row for row in found if row is not None], columns=columns))


def _kept(name: str, draws: pd.DataFrame, expected: Mapping[str, float] | None) -> tuple[object, ...] | None:
    plain = _plain(draws)
    if plain is None or expected is None:
        return None
    weight = 1 / draws["inclusion_probability"].to_numpy(dtype=float)
    probability = draws["probability"].to_numpy(dtype=float)
    mean = float(np.average(probability, weights=weight))
    if mean * plain.looked_at < LEAST_EXPECTED:
        return None
    rate = plain.found / plain.looked_at
    spread = float(np.average(probability * (1 - probability), weights=weight)) / plain.looked_at
    level = level_deviation(expected) * mean * (1 - mean)
    p = 2 * float(stats.norm.sf(abs(rate - mean) / np.hypot(np.sqrt(spread), level)))
    around = jeffreys(plain.found, plain.looked_at)
    # Half a problem on either side, so that none found is not infinitely few.
    ends = np.array([(plain.found + 0.5) / (plain.looked_at + 1), mean])
    odds = float(np.exp(np.subtract(*margin_of(ends))))
    return name, len(draws), mean, rate, around.low, around.high, odds, p


def _promise(sector: str, rank: int, draws: pd.DataFrame) -> tuple[object, ...] | None:
    plain = _plain(draws)
    if plain is None:
        return None
    low, high = float(draws["promised_low"].mean()), float(draws["promised_high"].mean())
    if high * plain.looked_at < LEAST_EXPECTED:
        return None
    p = min(1.0, 2 * min(_at_least(plain, high), _at_most(plain, low)))
    around = jeffreys(plain.found, plain.looked_at)
    return sector, rank, len(draws), low, high, around.rate, around.low, around.high, p


def _plain(draws: pd.DataFrame) -> PlainDraws | None:
    """The draws as equally informative plain ones; null with fewer than LEAST_DRAWS."""
    if len(draws) < LEAST_DRAWS:
        return None
    chance = draws["inclusion_probability"].to_numpy(dtype=float)
    return plain_draws(draws["outcome"].to_numpy(dtype=float), chance, strata_of(draws))


def _at_least(plain: PlainDraws, rate: float) -> float:
    """How likely so many problems are at a rate; the counts need not be whole."""
    return 1.0 if plain.found <= 0 or rate >= 1 else float(special.betainc(plain.found, _rest(plain) + 1, rate))


def _at_most(plain: PlainDraws, rate: float) -> float:
    """How likely so few problems are at a rate."""
    return 1.0 if _rest(plain) <= 0 or rate <= 0 else float(special.betaincc(plain.found + 1, _rest(plain), rate))


def _rest(plain: PlainDraws) -> float:
    return max(plain.looked_at - plain.found, 0.0)


def _with_bands(draws: pd.DataFrame, standards: Mapping[str, Standard]) -> pd.DataFrame:
    parts = []
    for sector, own in draws.groupby("sector"):
        borders = np.array([0.0, *standard_of(standards, str(sector)).cuts, 1.0])
        ranks = tier_ranks(own["probability"].to_numpy(dtype=float), borders[1:-1].tolist()).astype(int)
        bands = {"promised_low": borders[ranks - 1], "promised_high": borders[ranks]}
        parts.append(own.assign(tier_rank=ranks, **bands))
    empty = draws.assign(tier_rank=0, promised_low=0.0, promised_high=0.0)
    return pd.concat(parts, ignore_index=True) if parts else empty


def _controlled(table: pd.DataFrame) -> pd.DataFrame:
    """With `q`: p under false-discovery control over all that is asked at once."""
    adjusted = stats.false_discovery_control(table["p"].astype(float)) if len(table) else table["p"]
    return table.assign(q=np.asarray(adjusted, dtype=float))
