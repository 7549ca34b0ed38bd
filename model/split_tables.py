"""Answers of small trees for many rows at once: what a tree says depends only on how its few splits come out.

A tree of n splits can meet a row in 2**n ways. Its answer and its exact tree-SHAP contributions are worked out once for
every way and looked up from then on. The contributions are the Shapley values of the game "the answer when only these
columns are known": at a split of an unknown column both sides count by the training rows they held (Lundberg, Erion and
Lee, "Consistent individualized feature attribution for tree ensembles", 2018, algorithm 1, as LightGBM has it).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import comb
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Node = Mapping[str, Any]
"""A split or a leaf, as LightGBM dumps it."""

MAX_SPLITS = 8
"""A way is kept as one byte, a bit for each split."""
INFINITE = 1e300
"""What LightGBM dumps for an infinite threshold, which parts what is known from what is not (AvoidInf)."""
ZERO = 1e-35
"""What LightGBM takes for zero where zero stands for a missing value (kZeroThreshold)."""


class Split(NamedTuple):
    """A question to one column. `missing` says what counts as missing ("None", "Zero", "NaN")."""

    column: int
    threshold: float
    missing: str
    missing_goes_left: bool

    def goes_left(self, values: Array, is_null: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Which values go to the left; `is_null` are those that are NaN."""
        left = values <= self.threshold
        if self.missing == "NaN":
            return left | is_null if self.missing_goes_left else left
        if self.missing == "Zero":
            is_missing = is_null | (np.abs(values) <= ZERO)
            return left | is_missing if self.missing_goes_left else left & ~is_missing
        return left | is_null if self.threshold >= 0.0 else left


@dataclass(frozen=True)
class SplitTables:
    """The trees of one booster.

    `bits` says, by column and split, which trees ask it and at which bit of their way. `answers` holds each tree's
    answer per way; `added`, by column, the trees that ask it and what it adds per way. `baseline` is what the trees say
    of a row of which nothing is known.
    """

    bits: Mapping[int, Mapping[Split, Sequence[tuple[int, int]]]]
    answers: Sequence[Array]
    added: Mapping[int, Sequence[tuple[int, Array]]]
    baseline: float

    def ways(self, columns: Array) -> NDArray[np.uint8]:
        """How each row meets each tree, shape (trees, rows); `columns` has one row per column of the matrix."""
        ways = np.zeros((len(self.answers), columns.shape[1]), dtype=np.uint8)
        for column, splits in self.bits.items():
            values = columns[column]
            is_null = np.isnan(values)
            for split, places in splits.items():
                left = split.goes_left(values, is_null).view(np.uint8)
                for tree, bit in places:
                    ways[tree] |= left << np.uint8(bit)
        return ways

    def margins(self, columns: Array) -> Array:
        """Raw log-odds per row, added up tree by tree as LightGBM does, so that the bits are the same."""
        total = np.zeros(columns.shape[1])
        for answer, way in zip(self.answers, self.ways(columns), strict=True):
            total += answer.take(way)
        return total

    def contributions(self, columns: Array) -> Array:
        """What each column adds to the baseline per row, shape (columns, rows)."""
        ways = self.ways(columns)
        total = np.zeros(columns.shape)
        for column, tables in self.added.items():
            for tree, table in tables:
                total[column] += table.take(ways[tree])
        return total


def split_tables(model: Mapping[str, Any]) -> SplitTables | None:
    """The tables of a booster as LightGBM dumps it; null unless all trees are small, numeric and added up."""
    trees = [tree["tree_structure"] for tree in model["tree_info"]]
    if model["average_output"] or model["num_tree_per_iteration"] != 1 or not all(map(_is_small, trees)):
        return None
    bits: dict[int, dict[Split, list[tuple[int, int]]]] = {}
    added: dict[int, list[tuple[int, Array]]] = {}
    answers, baseline = [], 0.0
    for tree, root in enumerate(trees):
        splits = list(_splits(root))
        for bit, node in enumerate(splits):
            threshold = node["threshold"] if node["threshold"] < INFINITE else np.inf
            split = Split(node["split_feature"], threshold, node["missing_type"], node["default_left"])
            bits.setdefault(split.column, {}).setdefault(split, []).append((tree, bit))
        columns = sorted({node["split_feature"] for node in splits})
        values = _values(root, columns)
        for column, table in zip(columns, _shapley(values), strict=True):
            added.setdefault(column, []).append((tree, table))
        answers.append(np.ascontiguousarray(values[-1]))
        baseline += float(values[0, 0])
    return SplitTables(bits, answers, added, baseline)


def _is_small(root: Node) -> bool:
    splits = list(_splits(root))
    is_numeric = all(node["decision_type"] == "<=" for node in splits)
    return is_numeric and len(splits) <= MAX_SPLITS and not _has_formulas(root)


def _has_formulas(node: Node) -> bool:
    """Whether the leaves of a tree hold linear models."""
    return _has_formulas(node["left_child"]) if "split_feature" in node else "leaf_coeff" in node


def _splits(node: Node) -> Iterator[Node]:
    """The splits at and below a node; a split's place in this order is its bit."""
    if "split_feature" in node:
        yield node
        yield from _splits(node["left_child"])
        yield from _splits(node["right_child"])


def _values(root: Node, columns: Sequence[int]) -> Array:
    """A tree's answer per set of known columns (bit i: `columns[i]`) and way, shape (2**columns, 2**splits)."""
    splits = list(_splits(root))
    sets, ways = np.arange(2 ** len(columns))[:, None], np.arange(2 ** len(splits))
    bits = {id(node): bit for bit, node in enumerate(splits)}

    def value(node: Node) -> Array:
        if id(node) not in bits:
            return np.full((1, 1), node["leaf_value"])
        left, right = value(node["left_child"]), value(node["right_child"])
        share = _rows_of(node["left_child"]) / _rows_of(node)
        is_known = (sets >> columns.index(node["split_feature"]) & 1).astype(bool)
        goes_left = (ways >> bits[id(node)] & 1).astype(bool)
        return np.where(is_known, np.where(goes_left, left, right), share * left + (1 - share) * right)

    return np.broadcast_to(value(root), (sets.size, ways.size))


def _rows_of(node: Node) -> int:
    """How many training rows a node held."""
    return int(node["internal_count"] if "split_feature" in node else node["leaf_count"])


def _shapley(values: Array) -> Array:
    """The Shapley values of the players of a game; `values` has one row per set of players, bit i for player i."""
    players = len(values).bit_length() - 1
    sets = np.arange(len(values))
    size = np.array([int(members).bit_count() for members in sets])
    shares = np.zeros((players, len(values)))
    for player in range(players):
        without = sets[~(sets >> player & 1).astype(bool)]
        weight = 1 / (players * np.array([comb(players - 1, others) for others in size[without]]))
        shares[player, without | 1 << player] = weight
        shares[player, without] = -weight
    return shares @ values
