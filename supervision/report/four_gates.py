"""四有: has a sector rules, supervision, results and use (R5)? Each gate is one declared rule with its evidence."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

import pandas as pd

from model.standard import GENERAL, Standard
from supervision.report.draws import selections_of
from supervision.report.known import Known
from supervision.report.names import Sectors
from supervision.report.tables import Column, Section, Table, Tile, Verdict
from supervision.report.tiering import Tierings
from training.cards.blocks import Text


@dataclass(frozen=True)
class SectorFacts:
    """What the gates look at, of one sector; a number is null where nothing was given to count.

    `inspections` and `draws` are those of the twelve months up to the month's end, `tiered` those with a tier at it.
    """

    end: date
    standard: Standard | None
    inspections: int | None
    tiered: int | None
    draws: int | None


@dataclass(frozen=True)
class Gate:
    """One gate: the rule in words, and as code."""

    id: str
    zh: str
    en: str
    rule: Text
    judge: Callable[[SectorFacts], Verdict]


def _has_rules(facts: SectorFacts) -> Verdict:
    if facts.standard is None:
        return Verdict(False, 0)
    if facts.standard.valid_from is None:
        return Verdict(None, 1)
    return Verdict(facts.standard.valid_from < facts.end, 1)


def _any(number: int | None) -> Verdict:
    return Verdict(None if number is None else number > 0, number)


GATES = (
    Gate(
        "rules",
        "有制度",
        "rules",
        Text(
            "本领域有自己的标准，且在月末之前施行；证据为标准份数。标准未写施行日期的为未知。",
            "The sector has a standard of its own, in force before the month's end; evidence: standards. Unknown where "
            "it does not say from when it holds.",
        ),
        _has_rules,
    ),
    Gate(
        "supervision",
        "有监管",
        "supervision",
        Text(
            "近十二个月本领域至少有一次检查（不论依据和结果）；证据为检查次数。",
            "At least one inspection of the sector in twelve months, whatever its basis and result; evidence: "
            "inspections.",
        ),
        lambda facts: _any(facts.inspections),
    ),
    Gate(
        "results",
        "有结果",
        "results",
        Text(
            "月末本领域至少有一个主体评定了风险类别；证据为已分级数。未提供月末快照的为未知。",
            "At least one enterprise of the sector has a tier at the month's end; evidence: tiered. Unknown without a "
            "snapshot.",
        ),
        lambda facts: _any(facts.tiered),
    ),
    Gate(
        "use",
        "有应用",
        "use",
        Text(
            "近十二个月本领域至少有一个主体在登记了入样概率的随机抽查中被抽中；证据为抽中数。",
            "At least one enterprise of the sector was drawn at random with a registered chance in twelve months; "
            "evidence: drawn.",
        ),
        lambda facts: _any(facts.draws),
    ),
)
"""The four gates in the order in which a sector passes them; what each asks for is a project decision."""


def gates_section(now: Known, tierings: Tierings, standards: Mapping[str, Standard], sectors: Sectors) -> Section:
    """Every sector's four answers, and how many sectors pass each gate."""
    facts = gather(now, tierings, standards)
    judged = {sector: tuple(gate.judge(own) for gate in GATES) for sector, own in facts.items()}
    of = Text(f"共 {len(judged)} 个领域", f"of {len(judged)} sectors")
    tiles = tuple(
        Tile(Text(gate.zh, gate.en), "count", sum(answers[place].answer is True for answers in judged.values()), of)
        for place, gate in enumerate(GATES)
    )
    return Section("gates", Text("四有", "The four gates"), tiles, (_table(judged, standards, sectors), _rules()))


def gather(now: Known, tierings: Tierings, standards: Mapping[str, Standard]) -> dict[str, SectorFacts]:
    """The facts of every sector that has a standard, an enterprise, an inspection, a tier or a draw."""
    year = now.month.year_before_end
    visits = now.standing("inspections")
    visits = visits[visits["occurred_on"] >= pd.Timestamp(year)]
    draws = selections_of(now, year)
    draws = draws[(draws["basis"] == "random") & draws["inclusion_probability"].notna()]
    tiers = tierings.now.answers if tierings.now else visits[:0]
    sources = (now.cohort, visits, draws, tiers)
    named = sorted({*standards, *(str(sector) for rows in sources for sector in rows["sector"])} - {GENERAL})

    def count(rows: pd.DataFrame, sector: str, is_given: bool) -> int | None:
        return int((rows["sector"] == sector).sum()) if is_given else None

    return {
        sector: SectorFacts(
            now.month.end,
            standards.get(sector),
            count(visits, sector, "inspections" in now.given),
            count(tiers, sector, tierings.now is not None),
            count(draws, sector, "selections" in now.given),
        )
        for sector in named
    }


def _table(judged: Mapping[str, tuple[Verdict, ...]], standards: Mapping[str, Standard], sectors: Sectors) -> Table:
    rows = tuple(
        (
            sectors.name(sector),
            sectors.office(sector),
            standards[sector].deadline or "–" if sector in standards else "–",
            *judged[sector],
            sum(verdict.answer is True for verdict in judged[sector]),
        )
        for sector in sectors.order(frozenset(judged))
        if sector in judged
    )
    return Table(
        Text("各领域四有", "The four gates by sector"),
        (
            Column("领域", "sector"),
            Column("业务股室", "office"),
            Column("期限", "deadline", "day"),
            *(Column(gate.zh, gate.en, "verdict") for gate in GATES),
            Column("已有", "passed", "count"),
        ),
        rows,
        Text(
            "是、否、未知，括号内为所依据的数字；规则见下表。“–”为未定期限。",
            "Yes, no or unknown, with the number that the answer rests on in brackets; the rules are below. A dash: no "
            "deadline.",
        ),
    )


def _rules() -> Table:
    return Table(
        Text("四有的判定规则", "The rules of the gates"),
        (Column("四有", "gate"), Column("规则与证据", "rule and evidence")),
        tuple((Text(gate.zh, gate.en), gate.rule) for gate in GATES),
        Text("判定规则是本项目的决定，供本局采纳或修改。", "Project decisions, for the bureau to adopt or change."),
    )
