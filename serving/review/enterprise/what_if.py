"""What if these records were repaired, withdrawn or filed: margin, probability and tier, and what moved them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from features.catalogue.everything import BY_NAME
from features.indicator import Indicator
from serving.results import Result
from serving.review.enterprise.actions import Action, Frames
from serving.review.enterprise.rebuild import rebuild
from serving.scorer import Scorer


@dataclass(frozen=True)
class Moved:
    """An indicator of the model that the actions change; null where it has no value."""

    indicator: Indicator
    before: float | None
    after: float | None


@dataclass(frozen=True)
class WhatIf:
    """The result as it stands and as it would be, and the indicators of the sector's model that would move."""

    actions: tuple[Action, ...]
    before: Result
    after: Result
    moved: tuple[Moved, ...]


def what_if(scorer: Scorer, enterprise_id: str, sector: str, frames: Frames, actions: Sequence[Action]) -> WhatIf:
    """What would the release say if the actions took effect at the as-of date, with the peers held fixed?

    Raises RequestError for an action that names no record of the enterprise that counts.
    """
    built = rebuild(scorer, enterprise_id, sector, frames, [(), actions])
    names = scorer.release.models[sector].indicators
    values = built.frame.columns(names)[list(built.rows)]
    differs = (values[0] != values[1]) & ~np.isnan(values).all(axis=0)
    moved = tuple(
        Moved(BY_NAME[names[column]], _value(values[0, column]), _value(values[1, column]))
        for column in np.flatnonzero(differs)
    )
    before, after = built.results
    return WhatIf(tuple(sorted(set(actions))), before, after, moved)


def _value(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
