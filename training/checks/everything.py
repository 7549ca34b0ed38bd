"""All acceptance checks, in the order in which the model card shows them."""

from training.checks import (
    better_than_prior,
    calibration_bounds,
    contributions_sum,
    enough_outcomes,
    forbidden_fields,
    monotone_promise,
    tiers_ordered,
    time_leakage,
    too_good,
)
from training.checks.check import Check, Finding, ask
from training.fit import Training

CHECKS: tuple[Check, ...] = (
    time_leakage.CHECK,
    forbidden_fields.CHECK,
    contributions_sum.CHECK,
    monotone_promise.CHECK,
    calibration_bounds.CHECK,
    tiers_ordered.CHECK,
    better_than_prior.CHECK,
    better_than_prior.CHECK_SMALL,
    too_good.CHECK,
    enough_outcomes.CHECK,
)


def run_checks(training: Training, sector: str) -> list[Finding]:
    """Ask every check of one sector's model; any blocking finding keeps it from becoming champion."""
    return [ask(check, training, training.models[sector]) for check in CHECKS]
