"""Is the low tier safe to be left alone?"""

from model.standard import GENERAL
from training.checks.check import Check, NotApplicable
from training.fitted import Fitted, Training
from training.tiers.low_tier import BOUND_LEVEL, LowTier, low_tier_of, pooled_low_tier


def find(training: Training, fitted: Fitted) -> str | None:
    """Hold the upper bound on serious problems in the low tier against the allowed one.

    The general model answers for all sectors that have too few inspections to be judged alone. However few they are, a
    low tier that is certain to hold more than allowed is refused.
    """
    is_pooled = fitted.model.sector == GENERAL
    found = pooled_low_tier(training) if is_pooled else low_tier_of(training, fitted.model.sector)
    if not found.inspections:
        raise NotApplicable("No inspection was judged in the low tier.")
    if not found.is_enough and found.lower <= found.allowed:
        judge = "" if is_pooled else "; they are judged together with those of other small sectors (general)"
        raise NotApplicable(
            f"{found.inspections} inspections {_where(is_pooled)} are too few to show that serious problems stay below "
            f"{found.allowed:.1%}{judge}."
        )
    return None if found.upper <= found.allowed else _sentence(found, _where(is_pooled))


def _where(is_pooled: bool) -> str:
    return "in the low tiers of all small sectors together" if is_pooled else "in the low tier"


def _sentence(found: LowTier, where: str) -> str:
    return (
        f"With {BOUND_LEVEL:.0%} certainty at most {found.allowed:.1%} of inspections {where} may find a serious "
        f"problem, the bound is {found.upper:.1%} ({found.serious} in {found.inspections}, rate {found.rate:.1%}); "
        "lower the lowest cut or draw more of the low tier at random."
    )


CHECK = Check(
    "low_tier_bound", "低风险类严重问题率上限", "upper bound on serious problems in the low tier", "blocking", find
)
