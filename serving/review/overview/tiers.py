"""How many enterprises are in each tier, by sector, of those that a visitor may see."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.tiers import TIERS
from serving.scorer import Scorer


@dataclass(frozen=True)
class SectorTiers:
    """One sector's counts, by tier in ascending rank, and how many of the tiered are borderline."""

    sector: str
    zh: str
    en: str
    counts: tuple[int, ...]
    borderline: int

    @property
    def total(self) -> int:
        """How many have a tier."""
        return sum(self.counts)

    @property
    def bar(self) -> list[tuple[int, float, float]]:
        """The tiers that anybody is in, as parts of a bar from 0 to 100: rank, start and width."""
        widths = [100 * self.share(tier.rank) for tier in TIERS]
        return [
            (tier.rank, sum(widths[: tier.rank - 1]), widths[tier.rank - 1]) for tier in TIERS if widths[tier.rank - 1]
        ]

    def share(self, rank: int) -> float:
        """The share of a tier among those that have one; 0 where none has."""
        return self.counts[rank - 1] / self.total if self.total else 0.0


def tiers_by_sector(scorer: Scorer, is_seen: NDArray[np.bool_], ranks: NDArray[np.uint8]) -> list[SectorTiers]:
    """One entry per sector of the snapshot in which anybody who `is_seen` has a tier, the largest first.

    Both have one entry per row of the snapshot; `ranks` are the tiers, overrides laid over the model's.
    """
    snapshot = scorer.snapshot
    width = len(TIERS) + 1
    sector = snapshot.columns["sector"].astype(np.int64)
    counts = np.bincount((sector * width + ranks)[is_seen], minlength=len(snapshot.sectors) * width)
    borderline = np.bincount(sector[is_seen & snapshot.columns["borderline"]], minlength=len(snapshot.sectors))
    found = []
    for code, name in enumerate(snapshot.sectors):
        by_rank = counts[code * width + 1 : (code + 1) * width].tolist()
        model = scorer.release.model_of(name)
        if model is not None and sum(by_rank):
            standard = model.standard
            found.append(SectorTiers(name, standard.name_zh, standard.name_en, tuple(by_rank), int(borderline[code])))
    return sorted(found, key=lambda one: -one.total)
