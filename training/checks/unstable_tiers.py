"""Would too many enterprises find themselves in another tier, though nothing shows that they belong there?"""

from functools import partial
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.calibration import probability_of
from model.saved import SavedModel
from model.stability import BLOCKING_INDEX, WARNING_INDEX, stability_index
from model.tiers import TIERS, tier_ranks
from training.checks.champion import champion_margins, compare_losses, trained_at
from training.checks.check import Check, NotApplicable
from training.checks.noise import FAMILY_LEVEL, SINGLE_DEVIATIONS
from training.checks.sample import judged_rows
from training.fitted import Fitted, Training

Array = NDArray[np.float64]


def find_many(training: Training, fitted: Fitted, champion: SavedModel | None) -> str | None:
    """Refuse a stability index of the tiers above BLOCKING_INDEX, and above what chance makes of one model.

    Unless the new model is better than the champion beyond noise on what happened since: then the tiers moved towards
    what was found, and a world that changed does not keep the old model in office for ever.
    """
    bound = max(BLOCKING_INDEX, index_by_chance(fitted))
    sentence = _find(training, fitted, champion, bound)
    if sentence and _is_better(training, fitted, champion):
        raise NotApplicable(f"The new model is better than the champion beyond noise, so tiers may move. {sentence}")
    return sentence


def find_some(training: Training, fitted: Fitted, champion: SavedModel | None) -> str | None:
    """Point at a stability index of the tiers above WARNING_INDEX."""
    return _find(training, fitted, champion, WARNING_INDEX)


def index_by_chance(fitted: Fitted) -> float:
    """The index that one model stays below, 95 times in 100, when two samples of outcomes calibrate it.

    Worked out from pairs of the calibration's bootstrap replicates: where outcomes are few, tiers move by themselves.
    """
    rows, calibration = _last_seen(fitted), fitted.model.calibration
    if calibration is None or len(calibration.replicates) < 2:
        return 0.0
    raw = (rows["margin"].to_numpy(dtype=float) - calibration.offset) / calibration.slope
    counts = [_tier_counts(slope * raw + offset, fitted) for slope, offset in calibration.replicates]
    return float(np.quantile([stability_index(one, other) for one, other in pairwise(counts)], FAMILY_LEVEL))


def _find(training: Training, fitted: Fitted, champion: SavedModel | None, bound: float) -> str | None:
    """Both models tier the same enterprises by the cuts of today's standard: cuts that moved are not the model's doing.

    The share of enterprises that move is said, not bounded: many stand near a cut, and to and fro it evens out.
    """
    rows = _last_seen(fitted)
    margins = (champion_margins(training, fitted, champion, rows), rows["margin"].to_numpy(dtype=float))
    index = stability_index(*(_tier_counts(margin, fitted) for margin in margins))
    if champion is None or index <= bound:
        return None
    before, after = (_ranks(margin, fitted) for margin in margins)
    return (
        f"The stability index of the tiers against the champion of {trained_at(champion)} must be at most {bound:.2f}, "
        f"got {index:.2f}, {np.mean(before != after):.0%} of {len(rows)} enterprises move; look at what changed in the "
        "records and at the calibration."
    )


def _last_seen(fitted: Fitted) -> pd.DataFrame:
    """The judged rows, each enterprise as it was seen last."""
    return judged_rows(fitted).sort_values("as_of").drop_duplicates(["enterprise_id", "sector"], keep="last")


def _ranks(margin: Array, fitted: Fitted) -> NDArray[np.uint8]:
    return tier_ranks(probability_of(margin), fitted.model.standard.cuts)


def _tier_counts(margin: Array, fitted: Fitted) -> Array:
    return np.bincount(_ranks(margin, fitted), minlength=len(TIERS) + 1)[1:].astype(float)


def _is_better(training: Training, fitted: Fitted, champion: SavedModel | None) -> bool:
    try:
        compared = compare_losses(training, fitted, champion)
    except NotApplicable:
        return False
    return compared.difference < -SINGLE_DEVIATIONS * compared.standard_error


def checks_against(champion: SavedModel | None) -> tuple[Check, Check]:
    """The blocking check and the warning against one sector's champion (null: none)."""
    many, some = partial(find_many, champion=champion), partial(find_some, champion=champion)
    return (
        Check("unstable_tiers", "风险等级稳定", "tiers stable against the champion", "blocking", many),
        Check("moving_tiers", "风险等级变动不大", "tiers little moved against the champion", "warning", some),
    )
