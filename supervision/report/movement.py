"""Who moved from tier to tier between the earlier snapshot and that of the month's end."""

from model.migration import Migration, migration_between
from model.tiers import TIERS
from supervision.report.names import TIER_NAMES, TOTAL, Sectors
from supervision.report.tables import Cell, Column, Table
from supervision.report.tiering import Tiering
from training.cards.blocks import Text

LEAST_COMPARED = 100
"""With fewer tiered at both dates a stability index is noise (project decision)."""


def matrix(before: Tiering, now: Tiering) -> Table:
    """From which tier to which, all sectors together; who left, and who came in."""
    moved = migration_between(before.answers, now.answers)
    counts, shares = moved.counts.to_numpy(), moved.shares.to_numpy()
    rows: list[tuple[Cell, ...]] = [
        (
            TIER_NAMES[tier.rank],
            *map(int, counts[place]),
            int(moved.left[tier.id]),
            int(counts[place].sum()),
            float(shares[place, place]),
        )
        for place, tier in enumerate(TIERS)
    ]
    entered = [int(moved.entered[tier.id]) for tier in TIERS]
    rows.append((Text("新进", "entered"), *entered, "", sum(entered), float("nan")))
    return Table(
        Text("等级迁移", "Migration"),
        (
            Column("此前类别", "tier before"),
            *(Column(f"现为{tier.zh}", f"now {tier.en}", "count") for tier in TIERS),
            Column("退出", "left", "count"),
            Column("两期均有", "tiered at both", "count"),
            Column("未变占比", "stayed", "share"),
        ),
        tuple(rows),
        Text(
            f"{before.as_of} 的类别（行）到月末的类别（列）。未变占比的分母是两期均有类别的主体×领域。",
            f"From the tier as of {before.as_of} (rows) to that at the month's end (columns). Stayed: of those tiered "
            "at both dates.",
        ),
        totals=1,
    )


def movement(before: Tiering, now: Tiering, sectors: Sectors) -> Table:
    """How much of each sector was raised and lowered, and how stable its tiers and margins were."""
    sides = [dict(list(one.answers.groupby("sector"))) for one in (before, now)]
    nobody = now.answers[:0]
    named = frozenset(str(sector) for side in sides for sector in side)
    rows = [
        (sectors.name(sector), *_moved_cells(migration_between(*(side.get(sector, nobody) for side in sides))))
        for sector in sectors.order(named)
        if sector in named
    ]
    rows.append((TOTAL, *_moved_cells(migration_between(before.answers, now.answers))))
    models = (
        Text("两期出自同一发布。", "Both come from one release.")
        if before.release == now.release
        else Text(
            "两期出自两个发布，变化中有模型更换的部分。",
            "They come from two releases: part of it is new models.",
        )
    )
    return Table(
        Text("各领域等级变动", "Movement by sector"),
        (
            Column("领域", "sector"),
            Column("两期均有", "tiered at both", "count"),
            Column("上调", "raised", "share"),
            Column("下调", "lowered", "share"),
            Column("新进", "entered", "count"),
            Column("退出", "left", "count"),
            Column("类别稳定性 PSI", "PSI of tiers", "index"),
            Column("对数几率稳定性 PSI", "PSI of margins", "index"),
        ),
        tuple(rows),
        Text(
            f"上调、下调的分母是两期均有类别的主体×领域。PSI 低于 0.10 为稳定，0.25 以上为明显变动；"
            f"两期均有不足 {LEAST_COMPARED} 的不计算。{models.zh}",
            "Raised and lowered are shares of those tiered at both dates. A PSI below 0.10 is stable, from 0.25 on "
            f"much has shifted; none is worked out of fewer than {LEAST_COMPARED}. {models.en}",
        ),
        totals=1,
    )


def _moved_cells(moved: Migration) -> tuple[Cell, ...]:
    both = int(moved.counts.to_numpy().sum())
    stability = (moved.tier_psi, moved.margin_psi) if both >= LEAST_COMPARED else (float("nan"),) * 2
    return (
        both,
        moved.raised,
        moved.lowered,
        int(moved.entered.sum()),
        int(moved.left.sum()),
        *stability,
    )
