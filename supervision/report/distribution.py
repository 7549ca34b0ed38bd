"""How many of each sector are to be tiered, are tiered, and in which tier."""

from collections.abc import Mapping

import pandas as pd

from model.tiers import TIERS
from supervision.report.known import Known
from supervision.report.names import TOTAL, Sectors
from supervision.report.tables import Cell, Column, Moved, Number, Picture, Table, label_of, share_of, side_of
from supervision.report.tiering import Tiering, Tierings
from training.cards.blocks import Text

HIGHER = tuple(tier.rank for tier in TIERS[2:])
"""Medium-high and high."""
_BEFORE_TIERS = (
    Column("领域", "sector"),
    Column("业务股室", "office"),
    Column("应分级", "to be tiered", "count"),
    Column("已分级", "tiered", "count", moves=True),
    Column("覆盖率", "coverage", "share"),
)
_TIER_COLUMNS = tuple(Column(tier.zh, tier.en, "count", moves=True) for tier in TIERS)


def distribution(now: Known, tierings: Tierings, sectors: Sectors) -> Table:
    """How many of each sector are to be tiered, are tiered, and in which tier; changes since the earlier tiers."""
    after, before = _by_sector(tierings.now), _by_sector(tierings.before)
    cohort = now.cohort["sector"].value_counts()
    seen = frozenset(cohort.index) | frozenset(after or ()) | frozenset(before or ())
    rows = []
    for sector in sectors.order(seen):
        own = _counts(after, sector)
        rows.append(
            (
                sectors.name(sector),
                sectors.office(sector),
                int(cohort.get(sector, 0)),
                *_tier_cells(own, _counts(before, sector), int(cohort.get(sector, 0))),
            )
        )
    total = [None if side is None else _summed(side) for side in (after, before)]
    rows.append((TOTAL, "", len(now.cohort), *_tier_cells(total[0], total[1], len(now.cohort))))
    since = f"{tierings.before.as_of}" if tierings.before else "–"
    return Table(
        Text("风险类别分布", "Tiers by sector"),
        (*_BEFORE_TIERS, *_TIER_COLUMNS, Column("中高及以上占比", "medium-high and high", "share", moves=True)),
        tuple(rows),
        Text(
            "单位：主体×领域。应分级：月末登记在营、属分类范围的主体。占比的分母是本领域已分级数。"
            f"变化与 {since} 的快照相比。",
            "One enterprise in one sector each. To be tiered: on the register at the month's end, in business and in "
            f"scope. Shares are of the tiered of the sector. Changes since the snapshot as of {since}.",
        ),
        totals=1,
    )


def tier_shares(spread: Table) -> Picture:
    """Which part of the tiered of each sector is in which tier; sectors without any are left out."""
    first = len(_BEFORE_TIERS)
    counts = pd.DataFrame(
        [side_of(row[first : first + len(TIERS)]) for row in spread.rows],
        index=[label_of(row[0]) for row in spread.rows],
        columns=[f"{tier.zh} {tier.en}" for tier in TIERS],
    )
    counts = counts[counts.sum(axis=1) > 0]
    text = Text("各领域风险类别构成，旁注高风险", "tiers, with the high")
    label = Text("占已分级的比例", "share of the tiered")
    return Picture("parts", text, label, counts.div(counts.sum(axis=1), axis=0))


def _by_sector(tiering: Tiering | None) -> Mapping[str, Mapping[int, int]] | None:
    if tiering is None:
        return None
    counts = tiering.answers.groupby(["sector", "tier_rank"]).size().unstack(fill_value=0)
    return {str(sector): {int(rank): int(n) for rank, n in row.items()} for sector, row in counts.iterrows()}  # type: ignore[call-overload]


def _counts(side: Mapping[str, Mapping[int, int]] | None, sector: str) -> Mapping[int, int] | None:
    return None if side is None else side.get(sector, {})


def _summed(side: Mapping[str, Mapping[int, int]]) -> dict[int, int]:
    return {tier.rank: sum(own.get(tier.rank, 0) for own in side.values()) for tier in TIERS}


def _tier_cells(own: Mapping[int, int] | None, past: Mapping[int, int] | None, cohort: int) -> tuple[Cell, ...]:
    count, former = _size(own), _size(past)
    return (
        Moved(count, former),
        share_of(count, cohort),
        *(Moved(_of(own, tier.rank), _of(past, tier.rank)) for tier in TIERS),
        Moved(_higher_share(own), _higher_share(past)),
    )


def _size(side: Mapping[int, int] | None) -> int | None:
    return None if side is None else sum(side.values())


def _of(side: Mapping[int, int] | None, rank: int) -> int | None:
    return None if side is None else side.get(rank, 0)


def _higher_share(side: Mapping[int, int] | None) -> Number:
    return None if side is None else share_of(sum(side.get(rank, 0) for rank in HIGHER), _size(side))
