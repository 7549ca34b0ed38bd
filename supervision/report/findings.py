"""What inspections found: a rate where chance chose whom to inspect, and only what was observed where somebody did."""

from collections.abc import Mapping
from datetime import date

import pandas as pd

from model.standard import Standard
from model.tiers import TIERS
from records.finding_subjects import SEVERITY_RANK
from supervision.report.known import Known
from supervision.report.month import within
from supervision.report.names import BASES, NO_TIER, TIER_NAMES, TOTAL, Sectors
from supervision.report.tables import Cell, Column, Moved, Number, Part, Table
from supervision.report.tiering import Tiering
from training.cards.blocks import Text
from training.examples import standard_of
from training.metrics import INTERVAL, Rate, design_rate, strata_of
from training.outcomes import is_drawn, is_targeted, rated_inspections

FOUND_COLUMNS = (
    Column("随机抽查", "random draws", "count"),
    Column("随机抽查有问题", "of these with a problem", "count"),
    Column("问题率", "rate", "rate"),
    Column("针对性检查所见", "observed, targeted", "part"),
    Column("其他检查所见", "observed, other", "part"),
)
RATE_NOTE = Text(
    "问题：检查所见达到本领域标准所定的严重程度。问题率只由登记了入样概率的随机抽查估计（按 1/入样概率加权），"
    f"其后为 {INTERVAL:.0%} 区间；针对性检查（定向、投诉举报、交办、专项）和未登记入样概率的其他检查只列所见"
    "（有问题/检查），不代表该组全部主体。复查、无效和未能联系的不计。",
    "Problem: of at least the severity that the sector's standard names. A rate is estimated from random draws with a "
    f"registered chance alone, each weighted by its inverse, with its {INTERVAL:.0%} interval; of targeted inspections "
    "and of others without a registered chance the observed share (with a problem/inspected) speaks for nobody else. "
    "Follow-ups, void ones and enterprises not reached are left out.",
)


def findings_between(known: Known, standards: Mapping[str, Standard], start: date, end: date) -> pd.DataFrame:
    """The rated inspections that took place in [start, end), as known at the month's end, with `outcome` (0 or 1).

    Rows as `training.outcomes.rated_inspections` gives them.
    """
    rows = rated_inspections(known.stock.accepted, known.month.end)
    rows = rows[within(rows["occurred_on"], start, end)]
    least = [SEVERITY_RANK[standard_of(standards, sector).outcome_severity] for sector in rows["sector"]]
    outcome = rows["severity_rank"].to_numpy(dtype=int) >= pd.Series(least, dtype=int).to_numpy()
    return rows.assign(outcome=outcome.astype(float)).reset_index(drop=True)


def rate_of(rows: pd.DataFrame) -> Rate | None:
    """The rate that the random draws among some inspections tell; null without any."""
    drawn = rows[is_drawn(rows)]
    probability = drawn["inclusion_probability"].to_numpy(dtype=float)
    return design_rate(drawn["outcome"].to_numpy(dtype=float), probability, strata_of(drawn))


def _found(rows: pd.DataFrame | None) -> tuple[Cell, ...]:
    """FOUND_COLUMNS of some inspections; all unknown where inspections were not given at all."""
    if rows is None:
        return (None,) * len(FOUND_COLUMNS)
    drawn, targeted = is_drawn(rows), is_targeted(rows)
    rate = rate_of(rows)
    observed = (Part(_problems(group), len(group)) for group in (rows[targeted], rows[~drawn & ~targeted]))
    return int(drawn.sum()), _problems(rows[drawn]), float("nan") if rate is None else rate, *observed


def _problems(rows: pd.DataFrame) -> int:
    return int(rows["outcome"].sum())


def found_by_tier(now: Known, before: Tiering | None, standards: Mapping[str, Standard]) -> Table:
    """What the month's inspections found in each tier, all sectors together."""
    rows = _month(now, standards)
    lines: list[tuple[Cell, ...]] = []
    if rows is not None and before is not None:
        ranks = before.ranks_of(rows)
        lines = [
            (TIER_NAMES.get(rank, NO_TIER), *_found(rows[ranks == rank])) for rank in (*(t.rank for t in TIERS), 0)
        ]
    since = f"{before.as_of}" if before else "–"
    return Table(
        Text("各类别检查结果", "Found by tier"),
        (Column("类别", "tier"), *FOUND_COLUMNS),
        (*lines, (TOTAL, *_found(rows))),
        Text(
            f"本月的检查，按 {since} 的快照所给、检查之前已知的类别。{RATE_NOTE.zh}",
            f"Inspections of the month, by the tier as of {since}, known before them. {RATE_NOTE.en}",
        ),
        totals=1,
    )


def found_by_sector_and_tier(now: Known, before: Tiering, standards: Mapping[str, Standard], sectors: Sectors) -> Table:
    """The same within each sector, beside what its standard promises of the tier; only where inspections took place."""
    rows = _month(now, standards)
    lines: list[tuple[Cell, ...]] = []
    if rows is not None:
        rows = rows.assign(rank=before.ranks_of(rows))
        for sector in sectors.order(frozenset(rows["sector"])):
            borders = (0.0, *standard_of(standards, sector).cuts, 1.0)
            for tier in TIERS:
                own = rows[(rows["sector"] == sector) & (rows["rank"] == tier.rank)]
                if len(own):
                    promised = (borders[tier.rank - 1], borders[tier.rank])
                    lines.append((sectors.name(sector), TIER_NAMES[tier.rank], *promised, *_found(own)))
    return Table(
        Text("各领域各类别检查结果", "Found by sector and tier"),
        (
            Column("领域", "sector"),
            Column("类别", "tier"),
            Column("承诺自", "promised from", "share"),
            Column("承诺至", "to below", "share"),
            *FOUND_COLUMNS,
        ),
        tuple(lines),
        Text(
            f"本月有检查的领域和类别；承诺是标准所定的该类别问题率区间（含下限，不含上限）。{RATE_NOTE.zh}",
            f"Where inspections took place in the month; the promise is the band of rates that the standard fixes for "
            f"the tier, closed below and open above. {RATE_NOTE.en}",
        ),
    )


def found_by_sector(now: Known, standards: Mapping[str, Standard], sectors: Sectors) -> Table:
    """What inspections found in each sector in the twelve months up to the month's end."""
    rows = _since(now, standards, now.month.year_before_end)
    seen = frozenset(rows["sector"]) if rows is not None else frozenset()
    lines = [
        (sectors.name(sector), *_found(None if rows is None else rows[rows["sector"] == sector]))
        for sector in sectors.order(seen)
    ]
    return Table(
        Text("各领域近十二个月检查结果", "Found by sector, twelve months"),
        (Column("领域", "sector"), *FOUND_COLUMNS),
        (*lines, (TOTAL, *_found(rows))),
        Text(
            f"{now.month.year_before_end} 至月末的检查。{RATE_NOTE.zh}",
            f"Inspections from {now.month.year_before_end} to the month's end. {RATE_NOTE.en}",
        ),
        totals=1,
    )


def visits_by_basis(now: Known, before: Known | None, standards: Mapping[str, Standard]) -> Table:
    """How many inspections of each basis took place in the month, and what came of them."""
    own, past = _visits(now, standards), _visits(before, standards) if before else None
    columns = ("visits", *_RESULTS, "problems")
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            name,
            *(Moved(_sum(own, basis, column), _sum(past, basis, column)) for column in columns),
        )
        for basis, name in (*BASES.items(), (None, TOTAL))
    )
    return Table(
        Text("按依据的检查", "Inspections by basis"),
        (
            Column("检查依据", "basis"),
            Column("检查", "inspections", "count", moves=True),
            Column("有结论", "with a result", "count", moves=True),
            Column("未能联系", "not reached", "count", moves=True),
            Column("无效", "void", "count", moves=True),
            Column("发现问题", "with a problem", "count", moves=True),
        ),
        rows,
        Text(
            "本月发生、截至月末所知的检查。问题：达到本领域标准所定的严重程度；不计复查。",
            "Inspections of the month, as known at its end. Problem: of at least the severity that the sector's "
            "standard names, follow-ups left out.",
        ),
        totals=1,
    )


_RESULTS = ("rated", "unreachable", "void")


def _visits(known: Known, standards: Mapping[str, Standard]) -> pd.DataFrame | None:
    """One row per inspection of the month: basis, one 1 among _RESULTS, and `problems`; null without any given."""
    if "inspections" not in known.given:
        return None
    rows = known.standing("inspections")
    rows = rows[known.month.holds(rows["occurred_on"])]
    found = findings_between(known, standards, known.month.start, known.month.end)
    bad = set(found.loc[found["outcome"] == 1, "record_id"])
    return pd.DataFrame(
        {
            "basis": rows["basis"],
            "visits": 1,
            "rated": rows["severity"].isin(tuple(SEVERITY_RANK)).astype(int),
            "unreachable": (rows["severity"] == "unreachable").astype(int),
            "void": (rows["severity"] == "void").astype(int),
            "problems": rows["record_id"].isin(bad).astype(int),
        }
    )


def _sum(visits: pd.DataFrame | None, basis: str | None, column: str) -> Number:
    if visits is None:
        return None
    return int((visits if basis is None else visits[visits["basis"] == basis])[column].sum())


def _month(now: Known, standards: Mapping[str, Standard]) -> pd.DataFrame | None:
    return _since(now, standards, now.month.start)


def _since(now: Known, standards: Mapping[str, Standard], start: date) -> pd.DataFrame | None:
    """The rated inspections from a day to the month's end; null where inspections were not given at all."""
    return findings_between(now, standards, start, now.month.end) if "inspections" in now.given else None
