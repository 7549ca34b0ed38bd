"""The answers of a snapshot as one table."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from features.build import Frame
from model.standard import Standard
from serving.snapshot import Snapshot, load_snapshot
from serving.verdicts import STATUSES


def answers_of(snapshot: Snapshot) -> pd.DataFrame:
    """One row per enterprise and sector that was scored: enterprise_id, sector, tier_rank, margin, probability.

    Margin and probability are null where a point table or another system answered; the rank is the one given, hard
    rules included.
    """
    keys = pd.read_parquet(snapshot.directory / "keys.parquet", columns=["enterprise_id", "sector"])
    columns = {"tier_rank": "tier", "margin": "margin", "probability": "probability"}
    answers = keys.assign(**{name: snapshot.columns[column] for name, column in columns.items()})
    return answers[_is_scored(snapshot)].reset_index(drop=True)


def answers_with_causes(snapshot: Snapshot, standards: Mapping[str, Standard]) -> pd.DataFrame:
    """`answers_of` with `indicators`: the names of those that raise the risk of the row, as worklists take them.

    First those of the hard rules that hold (`standards` by sector), then those among the strongest reasons whose
    contribution is positive, the strongest first.
    """
    rows = np.flatnonzero(_is_scored(snapshot))
    answers = answers_of(snapshot)
    columns = (answers["sector"], *(snapshot.columns[name][rows] for name in _CAUSES))
    causes = [
        [*_by_rule(standards.get(sector), int(mask)), *_by_reason(snapshot.indicators, positions, parts)]
        for sector, mask, positions, parts in zip(*columns, strict=True)
    ]
    return answers.assign(indicators=pd.Series(causes, index=answers.index, dtype="object"))


def answers_with_reasons(snapshot: Snapshot) -> pd.DataFrame:
    """`answers_of` with `reasons`, the names of the strongest reasons' indicators, and their `contributions`.

    Both are lists, the strongest first, empty where no model answered; contributions are in calibrated log-odds.
    """
    rows = np.flatnonzero(_is_scored(snapshot))
    positions, parts = (snapshot.columns[name][rows] for name in ("reason_indicator", "reason_contribution"))
    names = np.array([*snapshot.indicators, ""], dtype=object)
    answers = answers_of(snapshot)
    reasons = [own[own != ""].tolist() for own in names[positions]]
    contributions = [own[places >= 0].tolist() for own, places in zip(parts, positions, strict=True)]
    lists = {"reasons": reasons, "contributions": contributions}
    return answers.assign(**{name: pd.Series(own, answers.index, dtype="object") for name, own in lists.items()})


def frame_of(snapshot: Snapshot) -> Frame:
    """The indicators that the snapshot was scored from; values stay on disk."""
    keys = pd.read_parquet(snapshot.directory / "keys.parquet")
    return Frame(snapshot.as_of, keys, snapshot.frame, snapshot.indicators, snapshot.peers())


def answers_for_worklists(directory: Path, standards: Mapping[str, Standard]) -> tuple[date, pd.DataFrame]:
    """The as-of date of the snapshot in a directory, and its answers with causes; ModelError as `load_snapshot`."""
    snapshot = load_snapshot(directory)
    return snapshot.as_of, answers_with_causes(snapshot, standards)


_CAUSES = ("rules", "reason_indicator", "reason_contribution")


def _is_scored(snapshot: Snapshot) -> np.ndarray:
    return np.asarray(snapshot.columns["status"] == STATUSES.index("scored"))


def _by_rule(standard: Standard | None, mask: int) -> list[str]:
    """The indicators of the hard rules that a mask names."""
    if standard is None:
        return []
    return [rule.condition.indicator for bit, rule in enumerate(standard.direct_high) if mask >> bit & 1]


def _by_reason(names: tuple[str, ...], positions: np.ndarray, contributions: np.ndarray) -> list[str]:
    """The indicators among a row's strongest reasons that raise the risk."""
    pairs = zip(positions, contributions, strict=True)
    return [names[position] for position, contribution in pairs if position >= 0 and contribution > 0]
