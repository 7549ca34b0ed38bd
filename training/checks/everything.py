"""All acceptance checks, in the order in which the model card shows them."""

from model.saved import SavedModel
from training.checks import (
    better_than_prior,
    calibration_bounds,
    contributions_sum,
    drifted_inputs,
    enough_outcomes,
    forbidden_fields,
    low_tier_bound,
    monotone_promise,
    tiers_ordered,
    time_leakage,
    too_good,
    unstable_tiers,
    worse_than_champion,
    worse_than_scorecard,
)
from training.checks.check import Check, Finding, ask
from training.fitted import Training


def all_checks(champion: SavedModel | None = None) -> tuple[Check, ...]:
    """Every check, those that compare with the sector's champion included (null: there is none)."""
    return (
        time_leakage.CHECK,
        forbidden_fields.CHECK,
        contributions_sum.CHECK,
        monotone_promise.CHECK,
        calibration_bounds.CHECK,
        tiers_ordered.CHECK,
        low_tier_bound.CHECK,
        better_than_prior.CHECK,
        worse_than_scorecard.CHECK,
        worse_than_champion.check_against(champion),
        *unstable_tiers.checks_against(champion),
        drifted_inputs.CHECK,
        drifted_inputs.CHECK_SOME,
        better_than_prior.CHECK_SMALL,
        too_good.CHECK,
        enough_outcomes.CHECK,
    )


def run_checks(training: Training, sector: str, champion: SavedModel | None = None) -> list[Finding]:
    """Ask every check of one sector's model; any blocking finding keeps it from becoming champion."""
    return [ask(check, training, training.models[sector]) for check in all_checks(champion)]
