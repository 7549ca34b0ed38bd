"""Where people stand with each row: confirmed, overridden, waiting for a second person, said to be wrong, or open."""

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Literal

import numpy as np

from model.tiers import HIGH_RANK, NO_TIER
from serving.decisions.decision import Key
from serving.decisions.rulings import Ruling, Rulings
from serving.review.enterprises.columns import Mask, Rows, TableColumns
from serving.verdicts import SOURCES

State = Literal["unconfirmed", "confirmed", "overridden", "waiting", "data_wrong", "model_wrong"]

STATES: Mapping[State, tuple[str, str]] = {
    "unconfirmed": ("高风险待确认", "high, unconfirmed"),
    "confirmed": ("已确认", "confirmed"),
    "overridden": ("已调整", "overridden"),
    "waiting": ("待第二人", "waits for a second person"),
    "data_wrong": ("称数据有误", "data said to be wrong"),
    "model_wrong": ("称模型有误", "model said to be wrong"),
}


class Standing:
    """What people decided, over the rows of one snapshot, at one moment."""

    def __init__(self, columns: TableColumns, rulings: Rulings, in_force: Mapping[Key, Ruling]) -> None:
        self._columns = columns
        self._rulings = rulings
        self._model_rank = columns.snapshot.columns["tier"]
        self._hard = columns.snapshot.columns["source"] == SOURCES.index("hard_rule")
        placed = [(columns.row_of(*key), ruling) for key, ruling in in_force.items()]
        self._ruled = {row: ruling for row, ruling in placed if row is not None and self._model_rank[row] != NO_TIER}

    @cached_property
    def ranks(self) -> np.ndarray:
        """The tier of every row, overrides laid over the model's."""
        overridden = {row: ruling.tier_rank for row, ruling in self._overrides()}
        if not overridden:
            return self._model_rank
        ranks = self._model_rank.copy()
        ranks[list(overridden)] = list(overridden.values())
        return ranks

    @property
    def by_risk(self) -> Rows:
        """Every row, the riskiest first: by tier, then by probability; what has none comes last within its tier."""
        likely = self._columns.by_probability
        # Small whole numbers are sorted in one pass, so that a decision is seen in the order at once.
        return np.asarray(likely[np.argsort(HIGH_RANK - self.ranks[likely], kind="stable")])

    def from_source(self, source: str) -> Mask:
        """Which rows were answered by this source: a person's override, or what the snapshot names where none is."""
        is_overridden = self.rows_in("overridden")
        if source == "override":
            return is_overridden
        return np.asarray(self._columns.from_source(source) & ~is_overridden)

    def rows_in(self, state: State) -> Mask:
        """Which rows are in this state; a row can be in more than one."""
        if state == "unconfirmed":
            is_open = self.ranks == HIGH_RANK
            is_open &= ~self._mask([*self._confirmed(), *(row for row, _ in self._overrides())])
            return np.asarray(is_open)
        if state == "confirmed":
            return self._mask(self._confirmed())
        if state == "overridden":
            return self._mask(row for row, _ in self._overrides())
        if state == "waiting":
            return self._mask(self._rows_of(self._rulings.waiting_keys()))
        return self._mask(self._rows_of(key for key, said in self._rulings.faults.items() if said == state))

    def _overrides(self) -> list[tuple[int, Ruling]]:
        return [(row, one) for row, one in self._ruled.items() if one.tier_rank is not None and not self._hard[row]]

    def _confirmed(self) -> list[int]:
        return [row for row, ruling in self._ruled.items() if ruling.confirms(int(self._model_rank[row]))]

    def _rows_of(self, keys: Iterable[Key]) -> list[int]:
        return [row for row in (self._columns.row_of(*key) for key in keys) if row is not None]

    def _mask(self, rows: Iterable[int]) -> Mask:
        mask = np.zeros(len(self._model_rank), dtype=np.bool_)
        mask[list(rows)] = True
        return mask
