"""What the model was made of: purpose, records, quality, and the inspections that it did not learn from."""

import pandas as pd

from model.saved import SavedModel
from model.standard import GENERAL, Standard
from records.quality import MEASURES
from records.subjects import SUBJECTS
from training.cards.blocks import Bullets, Paragraph, Section, Table, Text
from training.cards.facts import Facts
from training.cards.wording import DASH, count, day, number, share
from training.exclusions import FATES, USED, attrition
from training.fitted import Training
from training.outcomes import INSPECTION

_ITEM = (Text("项目", "item"), Text("值", "value"))

_PURPOSE = (
    Text(
        "供市场监管部门内部参考：确定双随机抽查的比例和频次，并向审核人员说明理由。",
        "Internal reference for the bureau: how often to inspect, and why, for a person to judge.",
    ),
    Text(
        "模型给出的高风险在有人确认之前是待核实的判断，不是结论。",
        "A high tier is an unconfirmed statement until a person has confirmed it.",
    ),
    Text(
        "不是信用评价，不对外公布，不作处罚依据；联合惩戒和自动拦截只依据名单，不依据等级。",
        "Not a credit appraisal, not published, no ground for punishment: "
        "interception rests on lists only, never on a tier.",
    ),
    Text(
        "个体工商户、农民专业合作社、社会组织和事业单位不分级；不使用个人身份信息。",
        "Individually owned shops, farmers' cooperatives, social organisations and institutions are never tiered; "
        "no person's identity is looked at.",
    ),
    Text(
        "低风险不等于不检查：每个等级都保留随机抽查。",
        "A low tier does not mean no inspection: every tier keeps its random draws.",
    ),
    Text(
        "理由说明的是关联，不是因果。",
        "Reasons state association, never cause.",
    ),
)


def purpose_section() -> Section:
    """What the model is for, and what it is not for."""
    return Section(Text("用途与限制", "Purpose and limits"), (Bullets(_PURPOSE),))


def data_section(training: Training, model: SavedModel, facts: Facts | None) -> Section:
    """What was trained on, what was on record, and how good the records were."""
    blocks: list[Paragraph | Table] = [_training_table(training, model)]
    if facts is None:
        blocks.append(_not_looked_up())
    else:
        blocks += [_holdings_table(facts, model.sector), *_quality(facts, model.sector)]
    return Section(Text("数据与质量", "Data and quality"), tuple(blocks))


def exclusions_section(training: Training, model: SavedModel, facts: Facts | None) -> Section:
    """Which inspections became examples, and which did not, with counts that add up."""
    title = Text("样本的形成与剔除", "Exclusions")
    if facts is None:
        return Section(title, (_not_looked_up(),))
    log = attrition(facts.inspections, None if model.sector == GENERAL else model.sector)
    return Section(title, (_told_attrition(training, model.sector, log), _attrition_table(facts, model.sector, log)))


def counts_of(training: Training, sector: str) -> dict[str, int]:
    """Snapshots, examples and problems that a sector's model was trained on; all sectors' for the general model."""
    own = _own_keys(training, sector)
    return {"snapshots": own["as_of"].nunique(), "examples": len(own), "problems": int(own["outcome"].sum())}


def distinct_inspections(training: Training, sector: str) -> pd.DataFrame:
    """The keys of a sector's examples, each inspection once however many snapshots see it."""
    return _own_keys(training, sector).drop_duplicates(INSPECTION)


def outcome_text(standard: Standard) -> Text:
    """What counts as a problem."""
    severity = {"minor": "轻微", "general": "一般", "serious": "严重"}[standard.outcome_severity]
    return Text(
        f"基准日起 {standard.horizon_days} 天内的检查发现“{severity}”及以上问题",
        f"an inspection within {standard.horizon_days} days finds a problem of at least "
        f"“{standard.outcome_severity}” severity",
    )


def _own_keys(training: Training, sector: str) -> pd.DataFrame:
    keys = training.examples.keys
    return keys if sector == GENERAL else keys[keys["sector"] == sector]


def _training_table(training: Training, model: SavedModel) -> Table:
    counts, own = counts_of(training, model.sector), _own_keys(training, model.sector)
    once, weighting = distinct_inspections(training, model.sector), training.weighting
    span = f"{day(own['as_of'].min())} – {day(own['as_of'].max())}" if len(own) else DASH
    return Table(
        _ITEM,
        (
            (Text("基准日（零时）", "as-of date, 00:00"), day(training.as_of)),
            (Text("问题结果", "outcome"), outcome_text(model.standard)),
            (Text("训练快照", "training snapshots"), f"{counts['snapshots']} ({span})"),
            (Text("样本（快照×检查）", "examples (snapshot × inspection)"), count(counts["examples"])),
            (Text("其中有问题", "of these with a problem"), count(counts["problems"])),
            (Text("不同的检查", "distinct inspections"), count(len(once))),
            (Text("其中有问题", "of these with a problem"), count(once["outcome"].sum())),
            (Text("针对性检查占比", "share targeted"), share(once["is_targeted"].mean() if len(once) else None)),
            (Text("针对性检查的权重", "weight of a targeted inspection"), number(weighting.targeted_weight, 2)),
            (Text("随机抽查设计权重的上限", "cap of a design weight"), number(weighting.cap, 2)),
            (Text("权重的由来", "where the weights come from"), weighting.reason),
            (Text("指标数", "indicators"), count(len(model.indicators))),
        ),
    )


def _holdings_table(facts: Facts, sector: str) -> Table:
    holdings = facts.holdings
    whole = {held["subject"]: held for held in holdings[holdings["sector"].isna()].to_dict("records")}
    own = holdings[holdings["sector"] == sector].set_index("subject")["records"]
    rows = []
    for subject in SUBJECTS.values():
        held = whole[subject.name]
        names_sector = "sector" in subject.column_names and sector != GENERAL
        rows.append(
            (
                Text(subject.zh, subject.en),
                count(held["records"]),
                count(own.get(subject.name, 0)) if names_sector else DASH,
                day(held["first"]),
                day(held["last"]),
                number(held["delay_days_median"], 0),
                number(held["delay_days_90"], 0),
            )
        )
    head = (
        Text("主题", "subject"),
        Text("记录数", "records"),
        Text("其中本领域", "in the sector"),
        Text("最早", "first"),
        Text("最近", "last"),
        Text("获知延迟中位数（天）", "median days until known"),
        Text("九成获知（天）", "90% known within, days"),
    )
    empty = frozenset(position for position, row in enumerate(rows) if row[1] == "0")
    caption = Text(
        "基准日前已获知的记录，各记录的多个版本只计一次。", "Records known before the as-of date, each once."
    )
    return Table(head, tuple(rows), caption, empty)


def _quality(facts: Facts, sector: str) -> list[Paragraph | Table]:
    if facts.quality is None:
        text = Text("本次训练未测量七项数据质量。", "The seven measures of quality were not taken for this training.")
        return [Paragraph(text)]
    quality = facts.quality
    overall = quality[quality["level"] == "overall"].iloc[0]
    own = quality[(quality["level"] == "sector") & (quality["name"] == sector)]
    rows = tuple(
        (
            Text(measure.zh, measure.name),
            share(overall[measure.name]),
            share(own[measure.name].iloc[0] if len(own) and sector != GENERAL else None),
            Text(measure.definition_zh, measure.definition),
        )
        for measure in MEASURES
    )
    head = (
        Text("质量", "quality"),
        Text("全部", "all records"),
        Text("本领域", "the sector"),
        Text("含义", "meaning"),
    )
    caption = Text(
        f"全部读入的 {count(overall['rows'])} 行，含未采用的行；1 为最好。",
        f"Of all {count(overall['rows'])} rows as read, the refused ones included; 1 is best.",
    )
    return [Table(head, rows, caption)]


def _told_attrition(training: Training, sector: str, log: pd.DataFrame) -> Paragraph:
    on_record = int(log.iloc[0]["left"] + log.iloc[0]["lost"])
    used, targeted = int(log.iloc[-1]["left"]), int(log.iloc[-1]["targeted"])
    examples = counts_of(training, sector)["examples"]
    return Paragraph(
        Text(
            f"在案检查 {count(on_record)} 次，其中 {count(used)} 次用于训练（{count(targeted)} 次为针对性检查），"
            f"在各快照中形成 {count(examples)} 个样本。每次检查只归入最先适用的一项，各项之和等于总数。",
            f"Of {count(on_record)} inspections on record {count(used)} were learned from ({count(targeted)} of them "
            f"targeted); seen from the snapshots they are {count(examples)} examples. Each inspection stands under the "
            "first line that applies, so the lines add up to the total.",
        )
    )


def _attrition_table(facts: Facts, sector: str, log: pd.DataFrame) -> Table:
    fates = {fate.id: Text(fate.zh, fate.en) for fate in FATES}
    on_record, own = len(facts.inspections), int(log.iloc[0]["left"] + log.iloc[0]["lost"])
    rows = [(Text("在案检查", "inspections on record"), "", count(on_record), "")]
    if sector != GENERAL:
        rows.append((Text("属于其他领域", "of other sectors"), f"−{count(on_record - own)}", count(own), ""))
    for row in log.to_dict("records"):
        lost = "" if row["fate"] == USED else f"−{count(row['lost'])}"
        rows.append((fates[row["fate"]], lost, count(row["left"]), count(row["targeted"])))
    head = (
        Text("步骤", "step"),
        Text("剔除", "lost"),
        Text("剩余检查", "inspections left"),
        Text("其中针对性", "of these targeted"),
    )
    return Table(head, tuple(rows), None, frozenset({len(rows) - 1}))


def _not_looked_up() -> Paragraph:
    return Paragraph(Text("本卡制作时未提供记录。", "The records were not at hand when this card was made."))
