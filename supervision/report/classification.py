"""分级分类: who has which tier at the month's end, who moved, and who is not classified."""

from collections.abc import Hashable, Mapping

import pandas as pd

from model.tiers import TIERS
from records.scope import TYPE_RULINGS, scope_ruling
from supervision.report.known import Known
from supervision.report.names import TIER_NAMES, TOTAL, Sectors
from supervision.report.tables import (
    Cell,
    Column,
    Moved,
    Number,
    Picture,
    Section,
    Table,
    Tile,
    counted,
    label_of,
    share_of,
    side_of,
)
from supervision.report.tiering import Tiering, Tierings
from training.cards.blocks import Text
from training.tiers.migration import Migration, migration_between

LEAST_COMPARED = 100
"""With fewer tiered at both dates a stability index is noise (project decision)."""
_TIER_COLUMNS = tuple(Column(tier.zh, tier.en, "count", moves=True) for tier in TIERS)
_HIGHER = tuple(tier.rank for tier in TIERS[2:])


def classification_section(now: Known, tierings: Tierings, sectors: Sectors) -> Section:
    """The second axis: distribution, migration, stability, scope."""
    spread = distribution(now, tierings, sectors)
    parts: list[Table | Picture] = [spread, _tier_shares(spread)]
    if tierings.now is not None and tierings.before is not None:
        moved = migration_between(tierings.before.answers, tierings.now.answers)
        parts += [_matrix(moved, tierings.before), _movement(tierings, sectors)]
    return Section(
        "classification",
        Text("分级分类", "Classification"),
        _tiles(now, tierings),
        (*parts, _scope(now)),
        _missing(now, tierings),
    )


def _missing(now: Known, tierings: Tierings) -> tuple[Text, ...]:
    month = now.month
    sentences = []
    if tierings.now is None:
        sentences.append(
            Text(
                f"未提供 {month.end} 的分级快照，月末风险类别未知。",
                f"No snapshot as of {month.end} was given: the tiers at the month's end are unknown.",
            )
        )
    if tierings.before is None:
        sentences.append(
            Text(
                f"未提供 {month.start} 或更早的分级快照，等级迁移和按等级的抽查结果未知。",
                f"No snapshot as of {month.start} or earlier was given: who moved, and what was found by tier, is "
                "unknown.",
            )
        )
    return tuple(sentences)


def _tiles(now: Known, tierings: Tierings) -> tuple[Tile, ...]:
    after, before = _ranks(tierings.now), _ranks(tierings.before)
    whole = counted(now.cohort, is_given=True)
    cohort = Text(f"应分级 {whole:,} 个（主体×领域）", f"of {whole:,} enterprises × sectors to be tiered")
    tiered = Text(
        f"已分级 {len(after):,} 个（主体×领域）" if after is not None else "未提供快照",
        f"of {len(after):,} enterprises × sectors tiered" if after is not None else "no snapshot given",
    )
    count, higher, high = (
        Moved(*(None if ranks is None else figure(ranks) for ranks in (after, before)))
        for figure in (len, _share_of_higher, _count_of_high)
    )
    return (
        Tile(Text("已分级", "tiered"), "count", count, cohort),
        Tile(Text("中高及以上占比", "medium-high and high"), "share", higher, tiered),
        Tile(Text("高风险", "high"), "count", high, tiered),
    )


def _share_of_higher(ranks: pd.Series) -> Number:
    return share_of(int(ranks.isin(_HIGHER).sum()), len(ranks))


def _count_of_high(ranks: pd.Series) -> int:
    return int((ranks == TIERS[-1].rank).sum())


def _ranks(tiering: Tiering | None) -> pd.Series | None:
    return None if tiering is None else tiering.answers["tier_rank"]


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
        (
            Column("领域", "sector"),
            Column("业务股室", "office"),
            Column("应分级", "to be tiered", "count"),
            Column("已分级", "tiered", "count", moves=True),
            Column("覆盖率", "coverage", "share"),
            *_TIER_COLUMNS,
            Column("中高及以上占比", "medium-high and high", "share", moves=True),
        ),
        tuple(rows),
        Text(
            "单位：主体×领域。应分级：月末登记在营、属分类范围的主体。占比的分母是本领域已分级数。"
            f"变化与 {since} 的快照相比。",
            "One enterprise in one sector each. To be tiered: on the register at the month's end, in business and in "
            f"scope. Shares are of the tiered of the sector. Changes since the snapshot as of {since}.",
        ),
        totals=1,
    )


def _tier_shares(spread: Table) -> Picture:
    """Which part of the tiered of each sector is in which tier; sectors without any are left out."""
    first = 5
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
    return None if side is None else share_of(sum(side.get(rank, 0) for rank in _HIGHER), _size(side))


def _matrix(moved: Migration, before: Tiering) -> Table:
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


def _movement(tierings: Tierings, sectors: Sectors) -> Table:
    assert tierings.now is not None
    assert tierings.before is not None
    sides = [dict(list(one.answers.groupby("sector"))) for one in (tierings.before, tierings.now)]
    nobody = tierings.now.answers[:0]
    named = frozenset(str(sector) for side in sides for sector in side)
    rows = [
        (sectors.name(sector), *_moved_cells(migration_between(*(side.get(sector, nobody) for side in sides))))
        for sector in sectors.order(named)
        if sector in named
    ]
    rows.append((TOTAL, *_moved_cells(migration_between(tierings.before.answers, tierings.now.answers))))
    models = (
        Text("两期出自同一发布。", "Both come from one release.")
        if tierings.before.release == tierings.now.release
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


def _scope(now: Known) -> Table:
    register = now.register
    ruled = [_ruled(*codes) for codes in zip(register["ent_type"], register["is_in_scope"], strict=True)]
    kinds: dict[Hashable, pd.DataFrame] = dict(list(register.groupby(ruled)))
    nobody = register[:0]
    rows: list[tuple[Cell, ...]] = [
        (Text(one.zh, one.en), f"{one.prefix}×", one.in_scope, *_registered(kinds.get(one.prefix, nobody)))
        for one in TYPE_RULINGS
    ]
    others = {_BY_CODE: (_OUT_BY_CODE, False), _UNNAMED: (Text("未列明的类型", "types that no ruling names"), True)}
    rows += [(name, "", answer, *_registered(kinds[kind])) for kind, (name, answer) in others.items() if kind in kinds]
    rows.append((TOTAL, "", "", *_registered(register)))
    return Table(
        Text("分类范围", "Scope"),
        (
            Column("主体类型", "type"),
            Column("类型代码", "code"),
            Column("是否分级", "classified", "flag"),
            Column("登记在册", "on the register", "count"),
            Column("其中在营", "in business", "count"),
        ),
        tuple(rows),
        Text(
            "月末登记簿中的主体。不分级的主体只留存记录，不评定风险类别。",
            "On the register at the month's end. Subjects that are not classified keep their records and get no tier.",
        ),
        totals=1,
    )


_BY_CODE, _UNNAMED = "by code", "unnamed"
_OUT_BY_CODE = Text("统一社会信用代码属不分级对象，类型代码却属分级对象", "out by unified code, though not by type")


def _registered(rows: pd.DataFrame) -> tuple[int, int]:
    return len(rows), int(rows["in_business"].sum())


def _ruled(ent_type: str, is_in_scope: bool) -> str:
    """The prefix of the ruling for a type; _BY_CODE where the unified code alone puts it out of scope."""
    ruling = scope_ruling(ent_type)
    if not is_in_scope and (ruling is None or ruling.in_scope):
        return _BY_CODE
    return ruling.prefix if ruling else _UNNAMED
