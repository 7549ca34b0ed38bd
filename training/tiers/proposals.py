"""From records to proposed cuts: train on what was known, score today's cohort, search each sector's cuts."""

from collections.abc import Mapping
from datetime import date

import pandas as pd

from features.build import build_frame
from model.standard import Standard
from model.tiers import TIERS
from records.errors import ConfigError
from records.progress import Report, silent
from records.source import Records
from training.backtest import score_cohort
from training.fit import fit_models
from training.fitted import Training
from training.tiers.propose import Proposal, propose_cuts


def propose_standards(
    records: Records,
    standards: Mapping[str, Standard],
    as_of: date,
    confidence: float,
    capacity: float | None = None,
    sector: str | None = None,
    progress: Report = silent,
) -> list[Proposal]:
    """Propose cuts for one sector's standard, or for every one, from what was known before `as_of`.

    `confidence` in (0, 1) is that of each tier's band. `capacity` is the number of random draws that can be held in a
    year; over several sectors it is shared out in proportion to what the standards in force ask for.

    Raises
    ------
    ConfigError
        If the confidence or the capacity is out of range, or no standard has the sector's name.
    DataError
        If the records teach nothing (`training.fit`).
    """
    _refuse(standards, confidence, capacity, sector)
    training = fit_models(records, standards, as_of, progress)
    progress("评分 scoring", 0, 1)
    models = {name: fitted.model for name, fitted in training.models.items()}
    answers = score_cohort(build_frame(records, as_of), models)
    wanted = sorted(standards) if sector is None else [sector]
    shares = _capacities(training, answers, wanted, capacity)
    proposals = []
    for done, name in enumerate(wanted):
        progress("建议分界 proposing cuts", done, len(wanted))
        proposals.append(propose_cuts(training, answers, name, confidence, shares[name]))
    return proposals


def _refuse(standards: Mapping[str, Standard], confidence: float, capacity: float | None, sector: str | None) -> None:
    if not 0 < confidence < 1:
        raise ConfigError(f"A confidence must lie between 0 and 1, got {confidence:g}; 0.9 is usual.")
    if capacity is not None and capacity <= 0:
        raise ConfigError(f"A capacity must be a positive number of inspections a year, got {capacity:g}; raise it.")
    if sector is not None and sector not in standards:
        raise ConfigError(f"A sector must have a standard, got {sector!r}; choose from {', '.join(sorted(standards))}.")


def _capacities(
    training: Training, answers: pd.DataFrame, sectors: list[str], capacity: float | None
) -> dict[str, float | None]:
    """Each sector's part of the capacity; the general standard answers for the enterprises of no other sector."""
    if capacity is None:
        return dict.fromkeys(sectors)
    tiered = answers[answers["probability"].notna()]
    draws = {name: _draws(tiered[tiered["sector"] == name], training.models[name].model.standard) for name in sectors}
    total = sum(draws.values())
    return {name: capacity * draws[name] / total if total else capacity for name in sectors}


def _draws(members: pd.DataFrame, standard: Standard) -> float:
    """The draws a year that the standard in force asks for."""
    counts = members["tier_rank"].value_counts()
    ratios = {tier.rank: standard.sampling[tier.id].ratio for tier in TIERS}
    return float(sum(ratio * counts.get(rank, 0) for rank, ratio in ratios.items()))
