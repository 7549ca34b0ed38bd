"""The bureau's own file of a draw: which sectors, by which seed, and what else the standards do not say."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sampling.draw.mistake import DrawError
from sampling.draw.strata import check_ratio
from sampling.draw.unit import TIERS

LONGEST_PLAN = 40
"""Characters of a plan's name: with a sector behind it, it is the id of a registered draw."""
SMALLEST_TEAM, LARGEST_TEAM = 2, 5
_KEYS: Mapping[str, tuple[type, ...]] = {
    "plan": (str,),
    "year": (int,),
    "sectors": (list,),
    "seed_source": (str,),
    "seed_at": (datetime,),
    "inspectors": (str,),
    "office": (str,),
    "team": (int,),
    "smallest_sample": (int,),
    "visits_a_year": (int,),
    "exclusions": (str,),
    "earlier": (list,),
    "ratios": (dict,),
}
_NEEDED = ("plan", "year", "sectors", "seed_source", "seed_at", "inspectors", "office")


@dataclass(frozen=True)
class Terms:
    """What a draw is to be; files are named relative to the one that was read.

    `ratios` stand in the place of the standard's, by sector and tier; `office` answers for the plan; `earlier` are the
    folders of other draws of the year; `visits_a_year` caps the visits to one enterprise over all sectors, null: no
    cap.
    """

    plan: str
    year: int
    sectors: tuple[str, ...]
    seed_source: str
    seed_at: datetime
    inspectors: Path
    office: str
    team: int
    smallest_sample: int
    visits_a_year: int | None
    exclusions: Path | None
    earlier: tuple[Path, ...]
    ratios: Mapping[tuple[str, str], float]

    def draw_id(self, sector: str) -> str:
        """The id under which a sector's draw is registered."""
        return draw_id_of(self.plan, sector)


def draw_id_of(plan: str, sector: str) -> str:
    """The id under which a sector's draw of a plan is registered."""
    return f"{plan}:{sector}"


def read_terms(path: Path) -> Terms:
    """The terms in a TOML file; DrawError for the first rule that they break."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
        raise DrawError(f"The draw's file must be readable TOML, {path.name} is not ({fault}); correct it.") from None
    _check_keys(raw)
    plan, sectors = raw["plan"], raw["sectors"]
    if not re.fullmatch(rf"[A-Za-z0-9_][A-Za-z0-9_.-]{{0,{LONGEST_PLAN - 1}}}", plan):
        raise DrawError(
            f"plan must be 1 to {LONGEST_PLAN} of A-Z a-z 0-9 _ . - and not begin with . or -, got {plan[:60]!r}; "
            "name it so."
        )
    if not sectors or not all(isinstance(one, str) and one for one in sectors) or len(set(sectors)) < len(sectors):
        raise DrawError(f"sectors must name each sector once, got {sectors!r}; correct the list.")
    if raw["seed_at"].tzinfo is None:
        raise DrawError(f"seed_at must have its zone, got {raw['seed_at'].isoformat()}; add +08:00.")
    team = _at_least(raw, "team", SMALLEST_TEAM, SMALLEST_TEAM)
    if team > LARGEST_TEAM:
        raise DrawError(f"team must be at most {LARGEST_TEAM}, got {team}; correct it.")
    beside, earlier = path.parent, raw.get("earlier", [])
    return Terms(
        plan=plan,
        year=raw["year"],
        sectors=tuple(sectors),
        seed_source=raw["seed_source"],
        seed_at=raw["seed_at"],
        inspectors=beside / raw["inspectors"],
        office=raw["office"],
        team=team,
        smallest_sample=_at_least(raw, "smallest_sample", 1, 1),
        visits_a_year=_at_least(raw, "visits_a_year", 1, None) if "visits_a_year" in raw else None,
        exclusions=beside / raw["exclusions"] if "exclusions" in raw else None,
        earlier=tuple(beside / str(one) for one in earlier),
        ratios=_ratios(raw.get("ratios", {}), sectors),
    )


def _check_keys(raw: Mapping[str, Any]) -> None:
    for key in raw:
        if key not in _KEYS:
            raise DrawError(f"The draw's file may have {', '.join(_KEYS)}, got {key!r}; correct it.")
    for key in _NEEDED:
        if key not in raw:
            raise DrawError(f"The draw's file must have {key}, it has not; add it.")
    for key, value in raw.items():
        if not isinstance(value, _KEYS[key]) or isinstance(value, bool) or value == "":
            kinds = " or ".join(kind.__name__ for kind in _KEYS[key])
            raise DrawError(f"{key} must be a {kinds} that says something, got {value!r}; correct it.")


def _at_least(raw: Mapping[str, Any], key: str, least: int, default: Any) -> Any:
    value = raw.get(key, default)
    if value < least:
        raise DrawError(f"{key} must be at least {least}, got {value}; correct it.")
    return value


def _ratios(raw: Mapping[str, Any], sectors: list[str]) -> dict[tuple[str, str], float]:
    ratios: dict[tuple[str, str], float] = {}
    for sector, by_tier in raw.items():
        if sector not in sectors or not isinstance(by_tier, dict) or not set(by_tier) <= set(TIERS):
            raise DrawError(
                f"Ratios must be tables of the draw's sectors with {', '.join(TIERS)}, got {sector!r}; correct them."
            )
        for tier, ratio in by_tier.items():
            if isinstance(ratio, bool) or not isinstance(ratio, int | float):
                raise DrawError(f"The ratio of {sector} {tier} must be a number, got {ratio!r}; correct it.")
            ratios[sector, tier] = check_ratio(ratio, f"{sector} {tier}")
    return ratios
