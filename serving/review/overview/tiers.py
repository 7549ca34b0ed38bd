"""How many enterprises are in each tier, by sector, of those that a visitor may see."""

from dataclasses import dataclass

import numpy as np

from model.tiers import TIERS
from serving.access.scope import Scope
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

    def share(self, rank: int) -> float:
        """The share of a tier among those that have one; 0 where none has."""
        return self.counts[rank - 1] / self.total if self.total else 0.0


def tiers_by_sector(scorer: Scorer, scope: Scope) -> list[SectorTiers]:
    """One entry per sector of the snapshot in which anybody in scope has a tier, the largest first."""
    snapshot = scorer.snapshot
    sector, rank = snapshot.columns["sector"], snapshot.columns["tier"]
    is_seen = np.ones(len(rank), dtype=bool) if scope.stations is None else snapshot.in_stations(scope.stations)
    width = len(TIERS) + 1
    counts = np.bincount(sector[is_seen] * width + rank[is_seen], minlength=len(snapshot.sectors) * width)
    borderline = np.bincount(sector[is_seen & snapshot.columns["borderline"]], minlength=len(snapshot.sectors))
    found = []
    for code, name in enumerate(snapshot.sectors):
        by_rank = counts[code * width + 1 : (code + 1) * width].tolist()
        model = scorer.release.model_of(name)
        if scope.has_sector(name) and model is not None and sum(by_rank):
            standard = model.standard
            found.append(SectorTiers(name, standard.name_zh, standard.name_en, tuple(by_rank), int(borderline[code])))
    return sorted(found, key=lambda one: -one.total)
