"""Who was drawn for inspection, out of how many, and who of them has been inspected."""

from collections.abc import Mapping
from datetime import date
from functools import partial

import numpy as np
import pandas as pd

from model.standard import Standard
from model.tiers import TIERS
from records.finding_subjects import SEVERITY_RANK
from supervision.report.known import Known
from supervision.report.month import within
from supervision.report.names import BASES, NO_TIER, TIER_NAMES, TOTAL, Sectors, named
from supervision.report.tables import Cell, Column, Moved, Number, Part, Table, counted, share_of
from supervision.report.tiering import Tiering
from training.cards.blocks import Text
from training.examples import standard_of

RATED, UNREACHABLE, VOID, OPEN = "rated", "unreachable", "void", "open"
_RESULTS = (RATED, UNREACHABLE, VOID)
"""What a visit may lead to, what says most first; a selection without a visit is still open."""

_DONE = Text(
    "已查：同一主体、同一领域、同一任务编号的检查；检查未写任务编号的，按同一检查依据、抽中之后（含当日）认定。",
    "Inspected: an inspection of the same enterprise, sector and task; one that names no task counts for the latest "
    "draw of the same basis on or before its day.",
)


def selections_of(known: Known, start: date) -> pd.DataFrame:
    """The selections dated in [start, the month's end), one row each, with `result`: what became of it by then."""
    chosen = known.standing("selections")
    chosen = chosen[within(chosen["occurred_on"], start, known.month.end)].reset_index(drop=True)
    return chosen.assign(result=_results(chosen, known.standing("inspections")))


def _results(chosen: pd.DataFrame, visits: pd.DataFrame) -> pd.Series:
    """The best result that any visit gave each selection; OPEN where there was none."""
    result = visits["severity"].where(~visits["severity"].isin(tuple(SEVERITY_RANK)), RATED)
    visits = visits[["enterprise_id", "sector", "basis", "task_code", "occurred_on"]].assign(
        visit=np.arange(len(visits)), place=result.map(_RESULTS.index)
    )
    draws = chosen[["record_id", "enterprise_id", "sector", "basis", "task_code", "occurred_on"]]
    draws = draws.rename(columns={"occurred_on": "drawn_on"})
    of_task = draws.merge(visits[visits["task_code"].notna()], on=["enterprise_id", "sector", "task_code"])
    of_basis = draws.drop(columns="task_code").merge(
        visits[visits["task_code"].isna()].drop(columns="task_code"), on=["enterprise_id", "sector", "basis"]
    )
    of_basis = of_basis[of_basis["drawn_on"] <= of_basis["occurred_on"]]
    of_basis = of_basis.sort_values("drawn_on", kind="stable").drop_duplicates("visit", keep="last")
    matched = pd.concat([part[["record_id", "place"]] for part in (of_task, of_basis)])
    best = matched.groupby("record_id")["place"].min()
    found = chosen["record_id"].map(best)
    return found.map(dict(enumerate(_RESULTS))).fillna(OPEN)


def draws_by_task(now: Known, sectors: Sectors) -> Table:
    """One row per task, sector and basis drawn in the month: pool, sample, who was inspected."""
    chosen = selections_of(now, now.month.start)
    groups = chosen.groupby(["task_code", "sector", "basis"], sort=True)
    rows = [
        (
            str(task),
            sectors.name(str(sector)),
            named(BASES, str(basis)),
            own["occurred_on"].min().date(),
            own["stratum"].nunique() or None,
            _pool(own, "pool_size"),
            _pool(own, "sample_size"),
            len(own),
            *_done(own),
            bool(own["inclusion_probability"].notna().all()),
            bool(own["seed"].notna().all()),
        )
        for (task, sector, basis), own in groups
    ]
    return Table(
        Text("本月抽取的任务", "Draws of the month"),
        (
            Column("任务编号", "task"),
            Column("领域", "sector"),
            Column("检查依据", "basis"),
            Column("抽取日期", "drawn on", "day"),
            Column("抽样层", "strata", "count"),
            Column("抽样池", "pool", "count"),
            Column("应抽", "to be drawn", "count"),
            Column("抽中记录", "drawn", "count"),
            *_DONE_COLUMNS,
            Column("入样概率已登记", "chance registered", "flag"),
            Column("种子已登记", "seed registered", "flag"),
        ),
        tuple(rows),
        Text(
            f"抽样池和应抽数为各抽样层之和，任一层未填或同层填写不一则为未知。{_DONE.zh}",
            f"Pool and sample are summed over strata; unknown where one of them states none, or several. {_DONE.en}",
        ),
    )


def _pool(own: pd.DataFrame, column: str) -> Number:
    """The sum over strata of what their rows state; null where one states none or several."""
    stated = own.assign(stratum=own["stratum"].fillna("")).groupby("stratum")[column]
    if (stated.nunique(dropna=False) != 1).any() or own[column].isna().any():
        return None
    return int(stated.first().sum())


_DONE_COLUMNS = (
    Column("已查", "inspected", "count"),
    Column("其中未能联系", "not reached", "count"),
    Column("其中无效", "void", "count"),
    Column("已查占比", "share inspected", "share"),
)


def _done(own: pd.DataFrame | None) -> tuple[Cell, ...]:
    """Of some selections: inspected, and of these not reached and void; the share inspected."""
    if own is None:
        return (None,) * len(_DONE_COLUMNS)
    done, (unreached, void) = int((own["result"] != OPEN).sum()), ((own["result"] == r).sum() for r in _RESULTS[1:])
    return done, int(unreached), int(void), share_of(done, len(own))


def draws_by_tier(now: Known, before: Tiering | None) -> Table:
    """Who was drawn in the month, by the tier that was known when it began, and by basis."""
    chosen = selections_of(now, now.month.start)
    ranks = before.ranks_of(chosen) if before else None
    rows: list[tuple[Cell, ...]] = []
    for rank in (*(tier.rank for tier in TIERS), 0) if ranks is not None else ():
        of_tier = chosen[ranks == rank]
        rows += [
            (TIER_NAMES.get(rank, NO_TIER), named(BASES, basis), len(own), *_done(own))
            for basis in sorted(set(of_tier["basis"]))
            for own in [of_tier[of_tier["basis"] == basis]]
        ]
    is_given = "selections" in now.given
    rows.append((TOTAL, "", counted(chosen, is_given), *_done(chosen if is_given else None)))
    since = f"{before.as_of}" if before else "–"
    return Table(
        Text("按类别和依据的抽中情况", "Drawn by tier and basis"),
        (Column("类别", "tier"), Column("检查依据", "basis"), Column("抽中", "drawn", "count"), *_DONE_COLUMNS),
        tuple(rows),
        Text(
            f"类别是 {since} 的快照所给、抽取之前已知的类别。占比的分母是抽中数。{_DONE.zh}",
            f"By the tier as of {since}, known before the draw. Shares are of those drawn. {_DONE.en}",
        ),
        totals=1,
    )


def ratios(now: Known, before: Tiering, standards: Mapping[str, Standard], sectors: Sectors) -> Table:
    """How much of each sector and tier was drawn at random in the month, beside what the standard asks of a year."""
    chosen = selections_of(now, now.month.start)
    chosen = chosen[chosen["basis"] == "random"]
    chosen = chosen.assign(tier_rank=before.ranks_of(chosen))
    drawn, tiered = (rows.groupby(["sector", "tier_rank"]).size() for rows in (chosen, before.answers))
    named_sectors = frozenset(before.answers["sector"])
    is_given = "selections" in now.given
    rows: list[tuple[Cell, ...]] = []
    for sector in sectors.order(named_sectors):
        cells: list[Cell] = [sectors.name(sector)]
        for tier in TIERS:
            key = (sector, tier.rank)
            part = Part(int(drawn.get(key, 0)), int(tiered.get(key, 0))) if is_given else Part(None, None)
            cells += [part, standard_of(standards, sector).sampling[tier.id].ratio]
        if sector in named_sectors:
            rows.append(tuple(cells))
    columns = (
        (
            Column(f"{tier.zh}：本月抽中", f"{tier.en}, drawn", "part"),
            Column(f"{tier.zh}：全年规定", "asked for a year", "share"),
        )
        for tier in TIERS
    )
    return Table(
        Text("随机抽查比例", "Random draws by sector and tier"),
        (Column("领域", "sector"), *(column for pair in columns for column in pair)),
        tuple(rows),
        Text(
            f"本月随机抽中的主体占 {before.as_of} 的快照中该类别主体的比例（抽中/主体）；"
            "全年规定摘自本领域标准，供对照，一个月不必抽满。",
            f"Drawn at random in the month, of the enterprises in the tier as of {before.as_of} (drawn/tiered); what a "
            "standard asks for is for a whole year.",
        ),
    )


def completion(now: Known, before: Known | None, sectors: Sectors) -> Table:
    """By sector: drawn in the month and in the year so far, and how many of these have been inspected."""
    year = selections_of(now, now.month.year_start)
    month = year[now.month.holds(year["occurred_on"])]
    past = selections_of(before, before.month.start) if before else None
    is_given = "selections" in now.given
    part = partial(_of_sector, is_given=is_given)
    was_given = before is not None and "selections" in before.given
    rows: list[tuple[Cell, ...]] = []
    for sector in (*sectors.order(frozenset(year["sector"])), None):
        own, so_far = part(month, sector), part(year, sector)
        former = None if past is None else _of_sector(past, sector, was_given)
        rows.append(
            (
                TOTAL if sector is None else sectors.name(sector),
                Moved(_size(own), _size(former)),
                *_done(own),
                _size(so_far),
                *(_done(so_far)[index] for index in (0, 3)),
            )
        )
    return Table(
        Text("各领域抽查完成情况", "Draws completed by sector"),
        (
            Column("领域", "sector"),
            Column("本月抽中", "drawn", "count", moves=True),
            *_DONE_COLUMNS,
            Column("本年累计抽中", "drawn this year", "count"),
            Column("本年已查", "inspected", "count"),
            Column("本年已查占比", "share inspected", "share"),
        ),
        tuple(rows),
        Text(
            f"本年自 {now.month.year_start} 起，截至月末所知。占比的分母是抽中数。{_DONE.zh}",
            f"The year from {now.month.year_start}, as known at the month's end. Shares are of those drawn. {_DONE.en}",
        ),
        totals=1,
    )


def _of_sector(rows: pd.DataFrame, sector: str | None, is_given: bool) -> pd.DataFrame | None:
    """The rows of a sector (null: all); null where selections were not given at all."""
    if not is_given:
        return None
    return rows if sector is None else rows[rows["sector"] == sector]


def _size(rows: pd.DataFrame | None) -> int | None:
    return None if rows is None else len(rows)
