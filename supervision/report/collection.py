"""归集共享: what records came in during the month, how good they were, and what was passed between departments."""

from collections.abc import Mapping

import pandas as pd

from records.quality import MEASURES
from records.rules import contradiction, rules_of, unknown_enterprise
from records.subjects import SUBJECTS
from supervision.report.known import Known
from supervision.report.names import LEAD_KINDS, TOTAL, Sectors, named
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
    known_or_nothing,
    label_of,
    share_of,
    side_of,
)
from training.cards.blocks import Text

_COUNTED = ("accepted", "duplicates", "quarantined")
_ARRIVED = Column("到达", "rows", "count", moves=True)
_MEASURES = tuple(Column(measure.zh, measure.name, "share", moves=True) for measure in MEASURES)
ALL_KINDS = "all"
_ROWS = Text(
    "一行是一条记录的一个版本；“入库”是符合约定并接收的行。与上月比较的是上月月末所知。",
    "A row is one version of a record; accepted rows keep the contract. The month before is as it was known at its "
    "own end.",
)


def collection_section(now: Known, before: Known | None, sectors: Sectors) -> Section:
    """The first axis: counts, quality, quarantine, sharing."""
    by_sector = _by_sector(now, before, sectors)
    return Section(
        "collection",
        Text("归集共享", "Collection and sharing"),
        _tiles(now, before),
        (
            _by_subject(now, before),
            _arrivals(by_sector),
            by_sector,
            _by_office(now, before),
            _reasons(now, before),
            _shared(now, before),
        ),
    )


def intake(known: Known) -> Mapping[str, Number]:
    """How many rows arrived in the month, by verdict."""
    return {name: int(known.arrivals.counts[name].sum()) for name in (*_COUNTED, "read")}


def _tiles(now: Known, before: Known | None) -> tuple[Tile, ...]:
    own, past = intake(now), intake(before) if before else {}
    read = Text(f"本月到达 {own['read']:,} 行", f"of {own['read']:,} rows that arrived")
    share = share_of(own["quarantined"], own["read"])
    past_share = share_of(past.get("quarantined"), past.get("read"))
    names = {"completeness": Text("完整性", "completeness"), "timeliness": Text("及时性", "timeliness")}
    measured = {name: Moved(_overall(now, name), _overall(before, name)) for name in names}
    accepted = Moved(own["accepted"], past.get("accepted"))
    return (
        Tile(Text("入库", "rows accepted"), "count", accepted, read),
        Tile(Text("隔离率", "quarantined"), "share", Moved(share, past_share), read),
        *(Tile(names[name], "share", value, read) for name, value in measured.items()),
    )


def _overall(known: Known | None, measure: str) -> Number:
    if known is None:
        return None
    return known_or_nothing(known.quality.loc[known.quality["level"] == "overall", measure].iloc[0])


def _by_subject(now: Known, before: Known | None) -> Table:
    counts = _counts(now)
    past = _counts(before) if before else {}
    rows: list[tuple[Cell, ...]] = []
    for name, subject in SUBJECTS.items():
        rows.append((Text(subject.zh, subject.en), *_counted(counts.get(name, {}), past.get(name, {}))))
    rows.append((TOTAL, *_counted(intake(now), intake(before) if before else {})))
    return Table(
        Text("按主题归集", "Collected by subject"),
        (
            Column("主题", "subject"),
            Column("入库", "accepted", "count", moves=True),
            Column("重复", "repeated", "count", moves=True),
            Column("隔离", "quarantined", "count", moves=True),
            Column("隔离率", "share quarantined", "share", moves=True),
        ),
        tuple(rows),
        Text(
            f"{_ROWS.zh}隔离率的分母是本月到达的全部行。从未提供过的主题为“未知”，不是零。",
            f"{_ROWS.en} The share is of all rows that arrived. A subject that was never given is unknown, not zero.",
        ),
        totals=1,
    )


def _counted(own: Mapping[str, Number], past: Mapping[str, Number]) -> tuple[Cell, ...]:
    """Rows by verdict and the share quarantined, beside those of the month before; unknown where there is no count."""
    shares = [share_of(side.get("quarantined"), side.get("read")) for side in (own, past)]
    return (*(Moved(own.get(verdict), past.get(verdict)) for verdict in _COUNTED), Moved(*shares))


def _counts(known: Known) -> dict[str, dict[str, Number]]:
    """The counts of the subjects that were given."""
    given = known.arrivals.counts[known.arrivals.counts["subject"].isin(known.given)]
    return {str(row["subject"]): {name: int(row[name]) for name in (*_COUNTED, "read")} for _, row in given.iterrows()}


def _by_sector(now: Known, before: Known | None, sectors: Sectors) -> Table:
    ever = now.ever.get("sector", frozenset())
    rows = [
        (sectors.name(sector), sectors.office(sector), *_measured(now, before, "sector", sector))
        for sector in sectors.order(ever)
    ]
    return Table(
        Text("各领域数据质量", "Quality by sector"),
        (
            Column("领域", "sector"),
            Column("业务股室", "office"),
            _ARRIVED,
            *_MEASURES,
        ),
        tuple(rows),
        _quality_note("领域", "sector"),
    )


def _arrivals(by_sector: Table) -> Picture:
    """How many rows arrived in each sector of which any was ever given; those that name none would dwarf them."""
    own = by_sector.rows[:-1]
    moved = [row[2] for row in own]
    numbers = pd.DataFrame(
        {"本月 this month": side_of(moved), "上月 the month before": side_of(moved, "before")},
        index=[label_of(row[0]) for row in own],
    )
    text = Text("各领域到达的记录", "records that arrived, by sector")
    return Picture("counts", text, Text("行", "rows"), numbers.dropna(how="all"))


def _by_office(now: Known, before: Known | None) -> Table:
    offices = sorted(now.ever.get("office", frozenset()))
    return Table(
        Text("各责任单位数据质量", "Quality by responsible office"),
        (Column("责任单位", "responsible office"), _ARRIVED, *_MEASURES),
        tuple((office, *_measured(now, before, "office", office)) for office in offices),
        _quality_note("责任单位", "office"),
    )


def _quality_note(zh: str, en: str) -> Text:
    meanings = "；".join(f"{measure.zh}：{measure.definition_zh}" for measure in MEASURES)
    definitions = "; ".join(f"{measure.name}: {measure.definition}" for measure in MEASURES)
    return Text(
        f"分母是本月到达、标明该{zh}的行（含隔离和重复），各项以 100% 为最好；"
        f"登记信息不标明领域和责任单位，不在此表。从未提供过记录的{zh}为“未知”。{meanings}。",
        f"Of the rows that arrived and name the {en}, quarantined and repeated ones included; 100% is best. Rows of "
        "the register name neither and are not here. Where no record was ever given all is unknown. "
        f"{definitions}.",
    )


def _measured(now: Known, before: Known | None, level: str, name: str) -> tuple[Cell, ...]:
    own, past = _figures(now, level, name), _figures(before, level, name)
    return tuple(Moved(own[column], past[column]) for column in own)


def _figures(known: Known | None, level: str, name: str) -> dict[str, Number]:
    """Rows and measures of one group: unknown if nothing of it was ever given, undefined if nothing came this month."""
    columns = ("rows", *(measure.name for measure in MEASURES))
    if known is None or name not in known.ever.get(level, frozenset()):
        return dict.fromkeys(columns)
    own = known.quality[(known.quality["level"] == level) & (known.quality["name"] == name)]
    if own.empty:
        return {column: 0 if column == "rows" else float("nan") for column in columns}
    return {column: known_or_nothing(own[column].iloc[0]) for column in columns}


def _reasons(now: Known, before: Known | None) -> Table:
    own = _reason_counts(now)
    past = _reason_counts(before) if before else {}
    ordered = sorted(own.keys() | past.keys(), key=lambda key: (-own.get(key, 0), key))
    rows = tuple(
        (
            Text(SUBJECTS[subject].zh, SUBJECTS[subject].en),
            _reason_words(now, subject, reason),
            reason,
            Moved(own.get((subject, reason), 0), past.get((subject, reason), 0) if before else None),
        )
        for subject, reason in ordered
    )
    return Table(
        Text("隔离原因", "Reasons of quarantine"),
        (
            Column("主题", "subject"),
            Column("原因", "reason"),
            Column("代码", "code"),
            Column("行数", "rows", "count", moves=True),
        ),
        rows,
        Text(
            "本月到达而被隔离的行；一行可有几个原因，故合计可多于隔离行数。",
            "Rows that arrived in the month and were quarantined; one may have several reasons, so these can add up to "
            "more.",
        ),
    )


def _reason_counts(known: Known) -> dict[tuple[str, str], int]:
    quarantine = known.arrivals.quarantine
    reasons = quarantine["reason"].astype("str").str.split("; ")
    told = pd.DataFrame({"subject": quarantine["subject"], "reason": reasons}).explode("reason")
    counts = told.groupby(["subject", "reason"]).size().reset_index(name="rows")
    return {(str(row["subject"]), str(row["reason"])): int(row["rows"]) for row in counts.to_dict("records")}


def _reason_words(known: Known, subject: str, reason: str) -> Text:
    table = known.stock.accepted.tables[subject]
    rules = (*rules_of(SUBJECTS[subject]), unknown_enterprise(table), contradiction(SUBJECTS[subject], table))
    return next(Text(rule.zh, rule.en) for rule in rules if rule.name == reason)


def _shared(now: Known, before: Known | None) -> Table:
    figures = [_leads(known) for known in (now, before) if known is not None]
    past: dict[str, dict[str, Number]] = figures[1] if before else {}
    columns = ("received", "verified", "handled", "sent")
    rows: list[tuple[Cell, ...]] = [
        (
            TOTAL if kind == ALL_KINDS else named(LEAD_KINDS, kind),
            *(Moved(own[column], past.get(kind, {}).get(column)) for column in columns),
        )
        for kind, own in figures[0].items()
    ]
    return Table(
        Text("线索移送与共享", "Leads shared between departments"),
        (
            Column("来源", "from"),
            Column("收到", "received", "count", moves=True),
            Column("查实", "found true", "count", moves=True),
            Column("办结", "handled", "count", moves=True),
            Column("移送其他单位", "sent on", "count", moves=True),
        ),
        tuple(rows),
        Text(
            "本月发生的线索（截至月末所知）；查实、移送为其中的条数，办结为办结日期在本月的条数（不论何时收到）。",
            "Leads dated in the month, as known at its end; found true and sent on are counted of these, handled by "
            "the day on which it was, whenever received.",
        ),
        totals=1,
    )


def _leads(known: Known) -> dict[str, dict[str, Number]]:
    leads, is_given = known.standing("leads"), "leads" in known.given
    figures: dict[str, dict[str, Number]] = {}
    for kind in (*LEAD_KINDS, ALL_KINDS):
        own = leads if kind == ALL_KINDS else leads[leads["kind"] == kind]
        dated = own[known.month.holds(own["occurred_on"])]
        figures[kind] = {
            "received": counted(dated, is_given),
            "verified": counted(dated[dated["verified"].eq(True).fillna(False).astype(bool)], is_given),
            "handled": counted(own[known.month.holds(own["handled_on"])], is_given),
            "sent": counted(dated[dated["sent_to"].notna()], is_given),
        }
    return figures
