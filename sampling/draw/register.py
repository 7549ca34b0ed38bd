"""Fix a draw and register it: pool, sizes, chances and inspectors are written down before there is a seed."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sampling.answers import Header
from sampling.client import SamplingClient
from sampling.draw.candidates import candidates_of
from sampling.draw.folder import Fixed, Registered, files_hash, pool_hash, read_fixed, write_files, write_registered
from sampling.draw.inspectors import read_inspectors
from sampling.draw.kept import as_written
from sampling.draw.mistake import DrawError
from sampling.draw.plan import read_plan
from sampling.draw.pool import PoolRules, pool_of
from sampling.draw.strata import Stratum, check_ratio, strata_of
from sampling.draw.tables import read_table
from sampling.draw.teams import check_teams
from sampling.draw.terms import Terms
from sampling.draw.unit import Candidate, Unit

EXCLUSION_COLUMNS = ("enterprise_id", "sector", "reason")
MOST_DRAWN = 50_000
"""In a sector: more would not fit into one hand-in."""


@dataclass(frozen=True)
class Registration:
    """What was registered; `unmatched` are agreed exclusions (enterprise, sector) that met nobody."""

    units: list[Unit]
    strata: list[Stratum]
    unmatched: list[tuple[str, str]]


def register(client: SamplingClient, terms: Terms, folder: Path) -> Registration:
    """Write the files that fix a draw into `folder`, and register each sector's draw.

    After a call that was cut short the same call goes on, if nothing has changed meanwhile. Raises DrawError for what
    a person must put right, and the errors of `sampling.errors`.
    """
    header, candidates = candidates_of(client, terms.sectors)
    if header.as_of.year > terms.year:
        raise DrawError(
            f"The year of a draw must not be before that of the snapshot, got {terms.year} and {header.as_of}; "
            "correct the year."
        )
    rules = _rules(terms)
    units = pool_of(candidates, rules)
    inspectors = read_inspectors(terms.inspectors)
    ratios = applied_ratios(candidates, terms.ratios)
    fixed = Fixed(terms.plan, terms.year, terms.office, terms.team, terms.smallest_sample, ratios)
    strata = strata_of(units, fixed.ratio, terms.smallest_sample)
    _check_sizes(strata)
    check_teams(units, inspectors, terms.team)
    write_files(folder, units, inspectors, fixed)
    digest = files_hash(folder)
    registered: Registered = {
        sector: as_written(client.register_draw(_draw(sector, terms, header, units, strata, digest)))
        for sector in sorted(terms.sectors)
    }
    write_registered(folder, registered)
    return Registration(units, strata, unmatched(rules, candidates, terms.sectors))


def applied_ratios(
    candidates: Iterable[Candidate], stated: Mapping[tuple[str, str], float]
) -> dict[str, dict[str, float]]:
    """The ratio of each sector and tier that somebody is in: the one stated for this draw, else the standard's."""
    ratios: dict[str, dict[str, float]] = {}
    for one in candidates:
        if one.tier is not None and one.rule is not None:
            ratio = stated.get((one.sector, one.tier), one.rule.ratio)
            ratios.setdefault(one.sector, {})[one.tier] = check_ratio(ratio, f"{one.sector} {one.tier}")
    return {sector: dict(sorted(by_tier.items())) for sector, by_tier in sorted(ratios.items())}


def unmatched(rules: PoolRules, candidates: Iterable[Candidate], sectors: Iterable[str]) -> list[tuple[str, str]]:
    """Agreed exclusions that meet no candidate, for a person to look at: the id may be mistyped.

    Those of other sectors than the draw's are left out.
    """
    found = {(one.enterprise_id, one.sector) for one in candidates}
    found |= {(enterprise, "") for enterprise, _ in found}
    return [key for key in rules.agreed if key[1] in ("", *sectors) and key not in found]


def _check_sizes(strata: Iterable[Stratum]) -> None:
    drawn = Counter[str]()
    for stratum in strata:
        drawn[stratum.sector] += stratum.sample_size
    for sector, count in drawn.items():
        if count > MOST_DRAWN:
            raise DrawError(f"A draw may draw at most {MOST_DRAWN}, got {count} in {sector}; lower its ratios.")


def _rules(terms: Terms) -> PoolRules:
    agreed: dict[tuple[str, str], str] = {}
    for number, row in enumerate(read_table(terms.exclusions, EXCLUSION_COLUMNS) if terms.exclusions else [], 2):
        if not row["enterprise_id"] or not row["reason"]:
            raise DrawError(
                f"Each exclusion must have an enterprise_id and a reason, row {number} has not; complete it."
            )
        agreed[row["enterprise_id"], row["sector"]] = row["reason"]
    return PoolRules(terms.year, terms.visits_a_year, agreed, frozenset(_drawn_before(terms)))


def _drawn_before(terms: Terms) -> Iterable[tuple[str, str]]:
    for folder in terms.earlier:
        if read_fixed(folder).year == terms.year:
            yield from ((row["enterprise_id"], row["sector"]) for row in read_plan(folder))


def _draw(
    sector: str, terms: Terms, header: Header, units: Iterable[Unit], strata: Iterable[Stratum], digest: str
) -> dict[str, Any]:
    ids = [unit.enterprise_id for unit in units if unit.sector == sector and unit.is_in_pool]
    return {
        "draw_id": terms.draw_id(sector),
        "sector": sector,
        "as_of": header.as_of.isoformat(),
        "snapshot": header.snapshot,
        "pool_hash": pool_hash(ids),
        "pool_size": len(ids),
        "files_hash": digest,
        "strata": [stratum.as_registered() for stratum in strata if stratum.sector == sector],
        "seed_source": terms.seed_source,
        "seed_at": terms.seed_at.isoformat(),
    }
