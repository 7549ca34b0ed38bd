"""The candidates of the gate: how each answers for enterprises it has not seen, and how it is fitted in the end."""

import zlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.catalogue.everything import BY_NAME
from model.booster import BoosterBag, fit_bag
from model.saved import Component
from model.scorecard import Scorecard
from model.standard import GENERAL, Standard
from records.threads import allowed_threads
from training.outcomes import counted_once
from training.recipe import BOOSTER, FOLD_SEEDS, FOLDS, ROUNDS, SECTOR_BOOSTER, SECTOR_ROUNDS, SEEDS
from training.scorecard import fit_scorecard
from training.sector_levels import SectorLevels, fit_levels

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Data:
    """The rows a candidate learns from: matrix (rows x indicators), outcome (0/1), weight, fold of the enterprise.

    `sector` is each row's; `once` its weight, shared among the rows that tell of the same inspection.
    """

    names: tuple[str, ...]
    matrix: Array
    outcome: Array
    weight: Array
    fold: NDArray[np.int64]
    sector: NDArray[np.object_]
    once: Array

    @property
    def directions(self) -> list[int]:
        return [BY_NAME[name].direction for name in self.names]

    def take(self, rows: NDArray[np.bool_]) -> "Data":
        return Data(
            self.names,
            self.matrix[rows],
            self.outcome[rows],
            self.weight[rows],
            self.fold[rows],
            self.sector[rows],
            self.once[rows],
        )

    def blind_to(self, indicators: Collection[str]) -> "Data":
        """The same rows, from which these indicators teach nothing: a constant column is never split or binned.

        The columns stay, so that every model of a training reads the one schema.
        """
        hidden = [position for position, name in enumerate(self.names) if name in indicators]
        if not hidden:
            return self
        matrix = self.matrix.copy()
        matrix[:, hidden] = 0.0
        return replace(self, matrix=matrix)


def data_of(names: tuple[str, ...], matrix: NDArray[np.floating], keys: pd.DataFrame) -> Data:
    """The data of examples: `keys` has enterprise_id, sector, occurred_on, outcome and weight of each matrix row."""
    return Data(
        names,
        matrix.astype(np.float64),
        keys["outcome"].to_numpy(dtype=np.float64),
        keys["weight"].to_numpy(dtype=np.float64),
        folds_of(keys["enterprise_id"]),
        keys["sector"].to_numpy(dtype=object),
        (keys["weight"] * counted_once(keys)).to_numpy(dtype=np.float64),
    )


@dataclass(frozen=True)
class Candidate:
    """One way to answer: out-of-fold raw log-odds per row, and the fit on all rows if it is chosen.

    To what the fitted components say, the level of the sector (`training.sector_levels`) is added `level_share` times.
    """

    name: str
    raw: Array
    fit: Callable[[], tuple[Component, ...]]
    level_share: float = 0.0


def silent_over(horizon_days: int) -> frozenset[str]:
    """Indicators that speak of fewer days than the horizon of the outcomes to be learned."""
    return frozenset(
        name
        for name, indicator in BY_NAME.items()
        if indicator.speaks_days is not None and indicator.speaks_days < horizon_days
    )


def strangers_of(standard: Standard, standards: Mapping[str, Standard]) -> frozenset[str]:
    """What other sectors' standards own and this one does not: a sector's own candidates do not learn from it.

    They learn from what all share and from what its standard names. What the general standard names is for all.
    """
    owned = {name for sector, other in standards.items() if sector != GENERAL for name in other.own_indicators}
    return frozenset(owned - {*standard.own_indicators, *standards[GENERAL].own_indicators})


def folds_of(enterprise: pd.Series) -> NDArray[np.int64]:
    """The fold of each enterprise: fixed by its id, so that all its snapshots and sectors stay together."""
    return np.array([zlib.crc32(str(one).encode()) % FOLDS for one in enterprise], dtype=np.int64)


def general_candidates(data: Data) -> list[Candidate]:
    """The answer first: the average on the log-odds of a scorecard and a bag of small monotone trees; then its parts.

    The trees start from the level of each sector, which they are too tame to find by themselves.
    The average is settled, its parts are rated beside it: out of fold the trees profit from rows of their own time and
    always look better than a scorecard, on later years they are not (project decision, measured on several data sets).
    """
    card = _out_of_fold(data, _fit_card)
    bag = _levels_and_bag_out_of_fold(data)
    return [
        Candidate(
            "average",
            (card + bag) / 2,
            lambda: (Component(0.5, _fit_card(data)), Component(0.5, _fit_bag_on_levels(data))),
            level_share=0.5,
        ),
        Candidate("scorecard", card, lambda: (Component(1.0, _fit_card(data)),)),
        Candidate("booster", bag, lambda: (Component(1.0, _fit_bag_on_levels(data)),), level_share=1.0),
    ]


def levels_of(data: Data) -> SectorLevels:
    """The level of every sector, from all rows."""
    return fit_levels(data.sector, data.outcome, data.once)


def sector_candidates(
    data: Data, general: Array, components: tuple[Component, ...], toward: tuple[float, float]
) -> list[Candidate]:
    """Simplest first; `data` are the sector's rows, blind to what only other sectors own (`strangers_of`).

    `general` holds the general model's out-of-fold raw log-odds of these rows; that model knows every indicator.
    `toward` is the slope and offset that calibrate them to the sector's severity: small trees start from there.
    """
    slope, offset = toward
    start = slope * general + offset
    card = _out_of_fold(data, _fit_card)
    added = _out_of_fold(data, _fit_sector_booster, start)
    alone = _out_of_fold(data, _fit_fold_bag)
    return [
        general_alone(general, components),
        Candidate("sector scorecard", card, lambda: (Component(1.0, _fit_card(data)),)),
        Candidate(
            "general + sector booster",
            general + added,
            lambda: (*components, Component(1.0, _fit_sector_booster(data, start))),
        ),
        Candidate(
            "average of general and sector scorecard",
            (general + card) / 2,
            lambda: (*_halved(components), Component(0.5, _fit_card(data))),
        ),
        Candidate("sector booster", alone, lambda: (Component(1.0, _fit_bag(data)),)),
    ]


def general_alone(general: Array, components: tuple[Component, ...]) -> Candidate:
    """The general model, recalibrated for the sector."""
    return Candidate("general", general, lambda: components)


def _halved(components: Sequence[Component]) -> tuple[Component, ...]:
    return tuple(Component(component.weight / 2, component.part) for component in components)


def _levels_and_bag_out_of_fold(data: Data) -> Array:
    """Levels too are learned without the fold that they answer for."""
    start, raw = np.zeros(len(data.outcome)), np.zeros(len(data.outcome))
    for held, learned in _splits(data):
        levels = levels_of(learned)
        start[held] = levels.of_rows(data.sector[held])
        bag = _bag(learned, FOLD_SEEDS, levels.of_rows(learned.sector), allowed_threads())
        raw[held] = bag.margins(data.matrix[held], data.names)
    return start + raw


def _splits(data: Data) -> Iterator[tuple[NDArray[np.bool_], Data]]:
    """The rows of each fold beside the data of the others; folds without rows, or others of one outcome, left out."""
    for held in (data.fold == fold for fold in range(FOLDS)):
        learned = data.take(~held)
        if held.any() and len(np.unique(learned.outcome)) == 2:
            yield held, learned


Fit = Callable[..., BoosterBag | Scorecard]


def _out_of_fold(data: Data, fit: Fit, offset: Array | None = None) -> Array:
    raw = np.zeros(len(data.outcome))
    for held, learned in _splits(data):
        part = fit(learned) if offset is None else fit(learned, offset[~held])
        raw[held] = part.margins(data.matrix[held], data.names)
    return raw


def _fit_card(data: Data) -> Scorecard:
    return fit_scorecard(data.matrix, data.names, data.directions, data.outcome, data.weight)


def _fit_fold_bag(data: Data) -> BoosterBag:
    return _bag(data, FOLD_SEEDS)


def _fit_bag(data: Data) -> BoosterBag:
    return _bag(data, SEEDS)


def _fit_bag_on_levels(data: Data) -> BoosterBag:
    return _bag(data, SEEDS, levels_of(data).of_rows(data.sector), allowed_threads())


def _bag(data: Data, seeds: Sequence[int], offset: Array | None = None, threads: int = 1) -> BoosterBag:
    return fit_bag(
        data.matrix,
        data.outcome,
        data.weight,
        directions=data.directions,
        parameters=BOOSTER,
        rounds=ROUNDS,
        seeds=seeds,
        offset=offset,
        threads=threads,
    )


def _fit_sector_booster(data: Data, offset: Array) -> BoosterBag:
    return fit_bag(
        data.matrix,
        data.outcome,
        data.weight,
        directions=data.directions,
        parameters=SECTOR_BOOSTER,
        rounds=SECTOR_ROUNDS,
        seeds=FOLD_SEEDS,
        offset=offset,
    )
