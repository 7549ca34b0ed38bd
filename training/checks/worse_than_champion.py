"""Is the new model worse than the one it would follow?"""

from functools import partial

from model.saved import SavedModel
from training.checks.champion import compare_losses, trained_at
from training.checks.check import Check
from training.checks.noise import SINGLE_DEVIATIONS
from training.fitted import Fitted, Training


def find(training: Training, fitted: Fitted, champion: SavedModel | None) -> str | None:
    """Compare the log-losses on inspections from the champion's own as-of date on, which it cannot have learned from.

    Each sector is asked at 95 %, not all sectors together: who is refused by chance keeps a champion that is as good.
    """
    compared = compare_losses(training, fitted, champion)
    if champion is None or compared.difference <= SINGLE_DEVIATIONS * compared.standard_error:
        return None
    return (
        f"A new model must not be worse than the champion of {trained_at(champion)} on what happened since, "
        f"its log-loss is {compared.difference:.4f} ± {compared.standard_error:.4f} higher; keep the champion, and "
        "look at what changed in records, recipe and choice."
    )


def check_against(champion: SavedModel | None) -> Check:
    """The check against one sector's champion (null: none)."""
    title = ("不劣于现任模型", "not worse than the champion")
    return Check("worse_than_champion", *title, "blocking", partial(find, champion=champion))
