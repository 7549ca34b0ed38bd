"""分级分类: who has which tier at the month's end, who moved, and who is not classified."""

from collections.abc import Hashable

import pandas as pd

from model.tiers import TIERS
from records.scope import TYPE_RULINGS, scope_ruling
from supervision.report.distribution import HIGHER, distribution, tier_shares
from supervision.report.known import Known
from supervision.report.movement import matrix, movement
from supervision.report.names import TOTAL, Sectors
from supervision.report.tables import Cell, Column, Moved, Number, Picture, Section, Table, Tile, share_of
from supervision.report.tiering import Tiering, Tierings
from training.cards.blocks import Text


def classification_section(now: Known, tierings: Tierings, sectors: Sectors) -> Section:
    """The second axis: distribution, migration, stability, scope."""
    spread = distribution(now, tierings, sectors)
    parts: list[Table | Picture] = [spread, tier_shares(spread)]
    if tierings.now is not None and tierings.before is not None:
        parts += [matrix(tierings.before, tierings.now), movement(tierings.before, tierings.now, sectors)]
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
    whole = len(now.cohort)
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
    return share_of(int(ranks.isin(HIGHER).sum()), len(ranks))


def _count_of_high(ranks: pd.Series) -> int:
    return int((ranks == TIERS[-1].rank).sum())


def _ranks(tiering: Tiering | None) -> pd.Series | None:
    return None if tiering is None else tiering.answers["tier_rank"]


def _scope(now: Known) -> Table:
    register = now.register
    codes = zip(register["ent_type"], register["is_in_scope"], strict=True)
    ruled = pd.Series([_ruled(*one) for one in codes], index=register.index, dtype=object)
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
