"""Would the plain scorecard have done better than the model that was chosen?"""

from training.checks.check import Check, NotApplicable
from training.checks.noise import SINGLE_DEVIATIONS
from training.fitted import Fitted, Training

SCORECARDS = ("scorecard", "sector scorecard")
"""The gate's names of a scorecard that answers alone."""


def find(training: Training, fitted: Fitted) -> str | None:
    """Hold the gate's choice against the gate's own evidence on the scorecard.

    The gate knows each candidate's standard error beside the best. Between two others it is at most the sum of theirs,
    and exact where either is the best. The one-standard-error rule cannot choose such a model; this holds every other
    way of choosing to the same evidence.
    """
    chosen = next((rated for rated in fitted.gate if rated.chosen), None)
    card = next((rated for rated in fitted.gate if rated.name in SCORECARDS), None)
    if chosen is None or card is None:
        raise NotApplicable("The gate compared no scorecard: the general model, which was held against one, answers.")
    worse, error = chosen.log_loss - card.log_loss, chosen.standard_error + card.standard_error
    if worse <= SINGLE_DEVIATIONS * error:
        return None
    return (
        f"A model must not be worse than the plain scorecard, the log-loss of {chosen.name!r} is {worse:.4f} higher, "
        f"beyond its standard error of {error:.4f}; let the scorecard answer."
    )


CHECK = Check("worse_than_scorecard", "不劣于评分卡", "not worse than the scorecard", "blocking", find)
