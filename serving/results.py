"""The shape of an answer: one JSON object per enterprise and sector, whoever computed its verdict."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import lru_cache
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from model.standard import Standard
from model.tiers import HIGH_RANK, TIERS
from serving.decisions.rulings import Ruling
from serving.release import Release
from serving.verdicts import SCHEME_OF_SOURCE, SOURCES, STATUSES, VERDICT_COLUMNS

Result = dict[str, Any]

_NO_VERDICT: Result = {
    "tier": None,
    "tier_rank": None,
    "margin": None,
    "probability": None,
    "interval": None,
    "borderline": None,
    "source": None,
    "scheme": None,
    "rules": [],
    "confirmed": None,
    "override": None,
    "sampling": None,
}


class Results:
    """Writes results under the standards of one release.

    `override` says what the model's own answer was where a reviewer put another tier in its place (`tier` and `source`
    are then the override's; margin, probability, interval and rules stay the model's), null elsewhere.
    `scheme` names the other system's scheme whose grade the tier is; null where the tier is our own.
    `confirmed` is false for every high tier until a reviewer has confirmed it (PIPL Art. 24: no solely automated
    decision of major effect), true for other tiers, null without a tier.
    """

    def __init__(self, release: Release) -> None:
        self._standards = {sector: model.standard for sector, model in release.models.items()}
        self._sampling: dict[tuple[str | None, int], dict[str, Any]] = {
            (sector, tier.rank): _sampling(standard, tier.id)
            for sector, standard in self._standards.items()
            for tier in TIERS
        }
        self._rules = lru_cache(maxsize=1024)(self._rules_of)
        self.form = lru_cache(maxsize=4096)(self._form)

    def sampling(self) -> dict[str, dict[str, Any]]:
        """What follows from each tier for inspections, by sector and tier."""
        return {sector: {tier.id: self._sampling[sector, tier.rank] for tier in TIERS} for sector in self._standards}

    def rules_of(self, sector: str) -> list[dict[str, str]]:
        """Every hard rule of a sector's standard."""
        return self._rules_of(sector, (1 << len(self._standards[sector].direct_high)) - 1)

    def rule_names(self, sector: str, mask: int) -> list[str]:
        """The hard rules of a sector that a mask names."""
        return [one["rule"] for one in self._rules(sector, mask)]

    @staticmethod
    def unknown(enterprise_id: str, sector: str | None) -> Result:
        """The result for an enterprise, or for a sector of an enterprise, that the as-of date does not know."""
        return {"enterprise_id": enterprise_id, "sector": sector, "status": "unknown", **_NO_VERDICT}

    def of_rows(
        self,
        keys: Sequence[tuple[str, str]],
        columns: Mapping[str, NDArray[Any]],
        rows: NDArray[np.int64],
    ) -> list[Result]:
        """One result per (enterprise id, sector) pair, from the verdict columns at the rows that go with them."""
        verdicts = [columns[name][rows].tolist() for name in VERDICT_COLUMNS]
        return [self._of_row(key, *row) for key, row in zip(keys, zip(*verdicts, strict=True), strict=True)]

    def _form(self, has_numbers: bool, sector: str | None, *verdict: int) -> list[bytes]:
        """The JSON of results that differ in nothing but id and numbers, cut where each of these stands.

        These are the id, and with `has_numbers` margin, probability and both ends of the interval. `verdict` is
        status, tier, borderline, source and rules, as in `serving.verdicts`.
        """
        status, rank, borderline, source, rules = verdict
        numbers = (0.0 if has_numbers else math.nan,) * 4
        result = self._of_row(("", sector), status, rank, *numbers, bool(borderline), source, rules)
        # No JSON holds a zero byte, so it can mark a place.
        place = orjson.Fragment(b"\0")
        marked = {"margin": place, "probability": place, "interval": [place, place]} if has_numbers else {}
        return orjson.dumps(result | {"enterprise_id": place} | marked).split(b"\0")

    def _of_row(
        self,
        key: tuple[str, str | None],
        status: int,
        rank: int,
        margin: float,
        probability: float,
        low: float,
        high: float,
        borderline: bool,
        source: int,
        rules: int,
    ) -> Result:
        result: Result = {"enterprise_id": key[0], "sector": key[1], "status": STATUSES[status]}
        if not rank:
            return result | _NO_VERDICT
        has_margin = margin == margin
        result["tier"] = TIERS[rank - 1].id
        result["tier_rank"] = rank
        result["margin"] = margin if has_margin else None
        result["probability"] = probability if has_margin else None
        result["interval"] = [low, high] if has_margin else None
        result["borderline"] = borderline
        result["source"] = SOURCES[source]
        result["scheme"] = SCHEME_OF_SOURCE.get(SOURCES[source])
        result["rules"] = self._rules(key[1], rules)
        result["confirmed"] = rank != HIGH_RANK
        result["override"] = None
        result["sampling"] = self._sampling[key[1], rank]
        return result

    def under(self, result: Result, ruling: Ruling) -> Result:
        """The result with what a person decided laid over it.

        What has no tier gets none, and a tier that rests on a hard rule stays: the law or the standard put it there,
        and it goes when the records are put right. Such a high tier, too, is confirmed by whoever agreed to it.
        """
        rank = result["tier_rank"]
        if rank is None:
            return result
        if ruling.tier_rank is None or result["source"] == "hard_rule":
            return result | {"confirmed": result["confirmed"] or ruling.confirms(rank)}
        return result | {
            "tier": TIERS[ruling.tier_rank - 1].id,
            "tier_rank": ruling.tier_rank,
            "source": "override",
            "scheme": None,
            "confirmed": True,
            "override": {
                "model_tier": result["tier"],
                "model_tier_rank": rank,
                "model_source": result["source"],
                "decided_on": ruling.decided_on.isoformat(),
                "expires_on": ruling.expires_on and ruling.expires_on.isoformat(),
            },
            "sampling": self._sampling[result["sector"], ruling.tier_rank],
        }

    def _rules_of(self, sector: str, mask: int) -> list[dict[str, str]]:
        return [
            {"rule": rule.when, "zh": rule.condition.zh, "en": rule.condition.en, "source": rule.source}
            for position, rule in enumerate(self._standards[sector].direct_high)
            if mask >> position & 1
        ]


def _sampling(standard: Standard, tier: str) -> dict[str, Any]:
    minimum = standard.statutory_minimum
    return {**asdict(standard.sampling[tier]), "statutory_minimum": minimum and asdict(minimum)}
