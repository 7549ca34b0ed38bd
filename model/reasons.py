"""Why a margin is what it is: what each indicator adds to the baseline, said so that a reviewer can check it.

A reason states an association in the model, never a cause: no sentence here says that something "leads to" anything.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from features.indicator import CATEGORIES, Indicator
from model.calibration import probability_of

Language = Literal["zh", "en"]
BULK_REASONS = 5
"""How many reasons a run over the whole population keeps per row; the rest is summed up as `other`."""


@dataclass(frozen=True)
class Reason:
    """One indicator's part in a margin.

    `value` and `typical` (the median of the sector's rows) are in `unit`, null where the indicator is null.
    `window_days` is null where the indicator looks at all time. `contribution` is in calibrated log-odds;
    `effect_points` is the same in percentage points: the probability at the margin minus that at the
    margin without this contribution. `records` are the ids of the records that the value was counted from.
    """

    indicator: Indicator
    value: float | None
    typical: float | None
    contribution: float
    effect_points: float
    records: tuple[str, ...] = ()

    def to_json(self, language: Language) -> dict[str, Any]:
        """The reason as the service answers it, with label and category in the language."""
        zh, en = CATEGORIES[self.indicator.category]
        return {
            "indicator": self.indicator.name,
            "label": self.indicator.zh if language == "zh" else self.indicator.en,
            "category": zh if language == "zh" else en,
            "value": self.value,
            "unit": self.indicator.unit,
            "window": self.indicator.window_days,
            "typical": self.typical,
            "contribution": self.contribution,
            "effect_points": self.effect_points,
            "records": list(self.records),
        }


def strongest(
    contributions: NDArray[np.float64], limit: int
) -> tuple[NDArray[np.intp], NDArray[np.float64], NDArray[np.float64]]:
    """The `limit` largest contributions of each row by absolute size, and the sum of all others.

    Returns positions and contributions, both shape (rows, min(limit, columns)), the largest first and equal ones
    in the schema's order, and `other`, shape (rows,). Their sum is the sum of the row.
    """
    sizes = np.abs(contributions)
    positions = np.empty((len(sizes), min(limit, sizes.shape[1])), dtype=np.intp)
    # Largest after largest: for the few that are kept, many times faster than to sort every row.
    for place in range(positions.shape[1]):
        positions[:, place] = sizes.argmax(axis=1)
        np.put_along_axis(sizes, positions[:, place, None], -1.0, axis=1)
    kept = np.take_along_axis(contributions, positions, axis=1)
    return positions, kept, contributions.sum(axis=1) - kept.sum(axis=1)


def reasons_of(
    schema: Sequence[Indicator],
    values: NDArray[np.float64],
    typical: NDArray[np.float64],
    contributions: NDArray[np.float64],
    margin: float,
    records: Mapping[str, Sequence[str]],
    limit: int | None = None,
) -> tuple[list[Reason], float]:
    """The reasons of one row, strongest first, and `other`: what the contributions left out add up to.

    `values`, `typical` and `contributions` are in the order of `schema`. Indicators that add exactly nothing are
    no reasons and are left out; `other` then lacks nothing. Baseline, contributions and `other` sum to the margin.
    """
    positions = np.argsort(-np.abs(contributions), kind="stable")
    chosen = [int(position) for position in positions if contributions[position] != 0.0]
    shown = chosen if limit is None else chosen[:limit]
    reasons = [
        Reason(
            schema[i],
            _shown(values[i]),
            _shown(typical[i]),
            float(contributions[i]),
            effect_points(margin, float(contributions[i])),
            tuple(records.get(schema[i].name, ())),
        )
        for i in shown
    ]
    return reasons, float(sum(contributions[i] for i in chosen[len(shown) :]))


def effect_points(margin: float, contribution: float) -> float:
    """A contribution in percentage points: the probability with it minus the probability without it."""
    with_it, without_it = probability_of(np.array([margin, margin - contribution]))
    return float(100 * (with_it - without_it))


def _shown(value: float) -> float | None:
    """A frame's float32 as the shortest number that means it; null for NaN."""
    return None if np.isnan(value) else float(str(np.float32(value)))
