"""Grades that other systems give: the provincial general one twice a year, professional and superior ones yearly."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from simulation.clocks import Delay, known_later
from simulation.history import DAY, Days
from simulation.places import Floats
from simulation.population import Ints
from simulation.rows import Origin, amended, days, events, instants, stack
from simulation.sectors import SECTOR_IDS
from simulation.world import World

CUTS = (250.0, 500.0, 750.0)
"""Scores at which the second to fourth tier begin, on a scale of 1000 where higher is riskier."""
MEDIAN_SCORE = 240.0
SCORE_SPREAD = 0.55
"""Scores are log-normal: half of all in the lowest tier, one in fifty in the highest."""
LATENT_LOADING = 0.45
LASTING_NOISE = 0.75
FRESH_NOISE = 0.45
"""How much a grade follows what is there to see a quarter before; part of its error is the same every time."""
UNGRADED_DAYS = 180
"""Enterprises younger than this have no grade yet."""
CORRECTED_SHARE = 0.01
CORRECTION_DELAY = Delay(typical_days=35, spread=0.5, late_share=0.0)
UNMAPPED_SHARE = 0.02
"""Grades such as 未定级 that stand for no tier."""
COVERED_SHARE = 0.85
"""Units that a scheme of a sector has reached."""


@dataclass(frozen=True)
class Scheme:
    """One scheme: what it is, in which sector ("" for all), its grades from low to high risk, and its calendar.

    A grade is given `after_days` after each year start, and every `every_days` from then; it holds for `holds_days`.
    """

    code: str
    origin: Origin
    sector: str
    grades: tuple[str, str, str, str]
    after_days: int
    every_days: int
    holds_days: int


def _origin(prefix: str, source: str) -> Origin:
    return Origin(
        prefix, source, Delay(typical_days=6, spread=0.5, late_share=0.01),
        producer="广东省市场监督管理局", responsible="广东省市场监督管理局",
    )  # fmt: skip


GENERAL = Scheme(
    "provincial_general", _origin("GG", "省企业信用风险分类管理系统"), "", ("A", "B", "C", "D"), 14, 182, 365
)
BY_SECTOR = (
    Scheme(
        "provincial_professional", _origin("GM", "省企业信用风险分类管理系统专业型模块"), "medical_devices",
        ("一级", "二级", "三级", "四级"), 40, 365, 455,
    ),
    Scheme(
        "provincial_professional", _origin("GE", "省企业信用风险分类管理系统专业型模块"), "special_equipment",
        ("A", "B", "C", "D"), 50, 365, 455,
    ),
    Scheme(
        "superior", _origin("GQ", "汕头市产品质量分类监管系统"), "product_quality", ("AA", "A", "B", "C"), 60, 365, 455
    ),
)  # fmt: skip
"""The letters differ on purpose: A is the lowest risk here, the second there, and level four is the strictest."""


def grades(world: World) -> pd.DataFrame:
    """All versions: as given, and a few corrected by one tier."""
    rng = world.rng("grades")
    given = stack(_general(rng, world), *(_of_sector(rng, world, scheme) for scheme in BY_SECTOR))
    return stack(given, _corrected(rng, given))


def _corrected(rng: np.random.Generator, given: pd.DataFrame) -> pd.DataFrame:
    wrong = given["tier_rank"].notna().to_numpy() & (rng.random(len(given)) < CORRECTED_SHARE)
    first = given[wrong]
    known = known_later(rng, instants(first["known_at"]), days(first["occurred_on"]), CORRECTION_DELAY)
    rank = first["tier_rank"].to_numpy(dtype=int)
    rank = np.where(rank == 1, 2, rank - 1)
    letters = {scheme.origin.prefix: scheme.grades for scheme in (GENERAL, *BY_SECTOR)}
    prefix = first["record_id"].str.split("-").str[0]
    grade = np.array([letters[own][place - 1] for own, place in zip(prefix, rank, strict=True)], dtype=object)
    return amended(given, wrong, known, grade=grade, tier_rank=pd.array(rank, dtype="Int64"), score=np.nan)


def _general(rng: np.random.Generator, world: World) -> pd.DataFrame:
    lasting = rng.standard_normal(world.population.size)
    in_scope = np.flatnonzero(world.population.in_scope)
    number, day = _calendar(world, GENERAL, len(in_scope))
    enterprise = in_scope[number]
    latent = world.temper_on(enterprise, day - 91 * DAY)
    return _given(rng, world, GENERAL, enterprise, day, latent, lasting[enterprise])


def _of_sector(rng: np.random.Generator, world: World, scheme: Scheme) -> pd.DataFrame:
    lasting = rng.standard_normal(world.risk.units)
    covered = rng.random(world.risk.units) < COVERED_SHARE
    in_scope = world.population.in_scope[world.risk.unit_enterprise]
    units = np.flatnonzero((world.risk.unit_sector == SECTOR_IDS.index(scheme.sector)) & covered & in_scope)
    number, day = _calendar(world, scheme, len(units))
    unit = units[number]
    latent = world.own_on(unit, day - 91 * DAY)
    return _given(rng, world, scheme, world.risk.unit_enterprise[unit], day, latent, lasting[unit])


def _calendar(world: World, scheme: Scheme, count: int) -> tuple[Ints, Days]:
    """Every one of `count` on every day on which the scheme grades."""
    start = world.history.start + scheme.after_days * DAY
    days_of = np.arange(start, world.history.end, scheme.every_days * DAY)
    return np.tile(np.arange(count), len(days_of)), np.repeat(days_of, count)


def _given(
    rng: np.random.Generator, world: World, scheme: Scheme, enterprise: Ints, day: Days, latent: Floats, lasting: Floats
) -> pd.DataFrame:
    old_enough = day - world.population.established[enterprise] >= UNGRADED_DAYS * DAY
    kept = world.happens(enterprise, day) & old_enough
    enterprise, day, latent, lasting = enterprise[kept], day[kept], latent[kept], lasting[kept]
    seen = LATENT_LOADING * latent + LASTING_NOISE * lasting + FRESH_NOISE * rng.standard_normal(len(day))
    score = np.clip(MEDIAN_SCORE * np.exp(SCORE_SPREAD * seen), 0, 1000).round(0)
    tier = np.digitize(score, CUTS)
    unmapped = (rng.random(len(day)) < UNMAPPED_SHARE) & (scheme is not GENERAL)
    letters = np.array(scheme.grades, dtype=object)[tier]
    letters[unmapped] = "未定级"
    rank = pd.array(tier + 1, dtype="Int64")
    rank[unmapped] = pd.NA
    return events(
        world, rng, "grades", scheme.origin, enterprise, day,
        sector=np.full(len(day), scheme.sector or None, dtype=object),
        scheme=np.full(len(day), scheme.code, dtype=object),
        grade=letters,
        tier_rank=rank,
        score=np.where(unmapped, np.nan, score),
        valid_until=day + scheme.holds_days * DAY,
    )  # fmt: skip
