"""Candidates, inspectors and folders of draws for the tests, made of as little as possible."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sampling.answers import SamplingRule, StatutoryMinimum
from sampling.draw.folder import Fixed, files_hash, pool_hash, write_files, write_registered
from sampling.draw.inspectors import Inspector
from sampling.draw.pool import PoolRules
from sampling.draw.strata import strata_of
from sampling.draw.unit import Candidate, Part, Unit

YEAR = 2026
SEED_AT = datetime.fromisoformat("2026-03-05T20:30:00+08:00")
REGISTERED_AT = datetime.fromisoformat("2026-03-02T09:30:00+08:00")
EVERY_TWO_YEARS = StatutoryMinimum(per_years=2, times=1, source="总局令第49号")


def rule(ratio: float = 0.1, cap: int | None = None, minimum: StatutoryMinimum | None = None) -> SamplingRule:
    return SamplingRule(ratio, None, cap, (), False, minimum)


def candidate(enterprise: str = "A", **changed: Any) -> Candidate:
    """A low-tier enterprise in food_operation of which nothing is known, but for what is given."""
    known: dict[str, Any] = {
        "enterprise_id": enterprise,
        "sector": "food_operation",
        "status": "scored",
        "tier": "low",
        "station": "某所",
        "state": "active",
        "established_on": date(2015, 1, 1),
        "checked_on": (),
        "visited_on": (),
        "drawn_on": (),
        "rule": rule(),
    }
    return Candidate(**known | changed)


def rules(
    visits_a_year: int | None = None,
    agreed: dict[tuple[str, str], str] | None = None,
    drawn_before: Iterable[tuple[str, str]] = (),
) -> PoolRules:
    return PoolRules(YEAR, visits_a_year, agreed or {}, frozenset(drawn_before))


def unit(enterprise: str, sector: str = "food_operation", tier: str = "low", **changed: Any) -> Unit:
    part: Part = changed.get("part", "random")
    return Unit(sector, enterprise, tier, changed.get("station", "某所"), part, changed.get("reason", ""))


def units(count: int, sector: str = "food_operation", tier: str = "low", **changed: Any) -> list[Unit]:
    """So many enterprises of one stratum, named by the tier."""
    return [unit(f"{tier}-{number:03d}", sector, tier, **changed) for number in range(count)]


def inspector(name: str, *sectors: str, station: str = "", conflicts: Iterable[str] = ()) -> Inspector:
    return Inspector(name, frozenset(sectors or ("food_operation",)), station, frozenset(conflicts))


def folder_of(folder: Path, pool: Sequence[Unit], inspectors: Sequence[Inspector], ratio: float = 0.2) -> Path:
    """A draw that was fixed and registered, as if a service had answered."""
    sectors = sorted({one.sector for one in pool})
    ratios = {sector: dict.fromkeys(["low", "medium", "medium_high", "high"], ratio) for sector in sectors}
    fixed = Fixed("2026-03", YEAR, "某股", 2, 1, ratios)
    strata = strata_of(pool, fixed.ratio, 1)
    write_files(folder, pool, inspectors, fixed)
    registered = {}
    for sector in sectors:
        ids = [one.enterprise_id for one in pool if one.sector == sector and one.is_in_pool]
        draw = {
            "draw_id": f"2026-03:{sector}",
            "sector": sector,
            "as_of": "2026-03-01",
            "snapshot": "3b1f" + "0" * 60,
            "pool_hash": pool_hash(ids),
            "pool_size": len(ids),
            "files_hash": files_hash(folder),
            "strata": [stratum.as_registered() for stratum in strata if stratum.sector == sector],
            "seed_source": "体彩排列五第26055期",
            "seed_at": SEED_AT.isoformat(),
        }
        registered[sector] = {
            "draw_id": draw["draw_id"],
            "registered_at": REGISTERED_AT.isoformat(),
            "entry": 1,
            "entry_digest": "77d2" + "0" * 60,
            "draw": draw,
        }
    write_registered(folder, registered)
    return folder
