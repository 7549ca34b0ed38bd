"""What one look found, as a report: the alerts first, then what each rests on."""

from collections.abc import Mapping

import pandas as pd

from features.catalogue.everything import BY_NAME
from model.alerts import KINDS, Alert, Alerts
from model.standard import Standard
from model.tiers import tier_of_rank
from records.subjects import SUBJECTS
from supervision.report.names import Sectors
from supervision.report.tables import Column, Page, Picture, Remark, Section, Table, Tile, known_or_nothing
from supervision.watch.drift import ALL, FALSE_DISCOVERIES
from supervision.watch.findings import drifted_use
from supervision.watch.watch import Watched
from training.cards.blocks import Text
from training.metrics import Rate

SHOWN_INPUTS = 20
SHOWN_JUMPS = 200
"""The page shows so many; the JSON has all."""
STATES = {
    "quiet": Text("平稳", "quiet"),
    "warning": Text("留意", "warning"),
    "broken": Text("异常：与以往不同", "broken with the past"),
}
SEVERITIES = {
    "notice": Text("告知", "notice"),
    "warning": Text("留意", "warning"),
    "broken": Text("异常", "broken"),
}
_ROW = (Column("指数", "PSI", "index"), Column("q 值", "q", "index"), Column("距离（标准差）", "distance, sd", "index"))


def page_of(found: Watched, alerts: Alerts, standards: Mapping[str, Standard]) -> Page:
    """The page of one look and its alerts."""
    sectors = Sectors(standards)
    title = Text(f"{found.as_of} 监测预警", f"Monitoring as of {found.as_of}")
    sections = (
        _alerts_section(alerts),
        _drift_section(found, sectors),
        _outcome_section(found, sectors),
        _feed_section(found),
        _jump_section(alerts),
    )
    return Page(title, _remarks(found), sections)


def _alerts_section(alerts: Alerts) -> Section:
    told = [alert for alert in alerts.alerts if alert.severity != "notice"]
    tiles = (
        Tile(Text("状态", "state"), "text", STATES[alerts.state], Text("取最重的一条", "that of the worst alert")),
        *(
            Tile(name, "count", sum(one.severity == severity for one in alerts.alerts), Text("条", "alerts"))
            for severity, name in SEVERITIES.items()
        ),
    )
    note = Text(
        f"多项同时检验时，误报比例控制在 {FALSE_DISCOVERIES:.0%}（Benjamini–Hochberg）。"
        "“异常”期间：服务的答复带 advisory，晋升和发布须另加理由。等级骤变见最后一节。",
        f"Of what is tested together at most {FALSE_DISCOVERIES:.0%} of the findings may be false (Benjamini and "
        "Hochberg). While broken, answers carry an advisory, and promotion and release need a reason of their own. "
        "Jumps of tiers stand in the last section.",
    )
    columns = (
        Column("类别", "kind"), Column("程度", "severity"), Column("发现", "finding"), Column("依据", "evidence"),
        Column("处置", "remedy"), Column("处置人", "handler"),
    )  # fmt: skip
    table = Table(Text("预警", "Alerts"), columns, tuple(_alert_row(alert) for alert in told), note)
    return Section("alerts", Text("预警", "Alerts"), tiles, (table,))


def _alert_row(alert: Alert) -> tuple[Text | str, ...]:
    said, remedy = (Text(words.zh, words.en) for words in (alert.said, alert.remedy))
    kind = Text(*KINDS[alert.kind])
    return kind, SEVERITIES[alert.severity], said, "; ".join(alert.evidence), remedy, alert.handler


def _drift_section(found: Watched, sectors: Sectors) -> Section:
    inputs, margins = found.inputs, found.margins
    shown = inputs.sort_values("index", ascending=False).head(SHOWN_INPUTS)
    tiles = (
        Tile(
            Text("落在明显变动指标上的模型用力", "use on much drifted indicators"), "share",
            drifted_use(inputs) if len(inputs) else None, Text("占模型全部用力", "of all use"),
        ),
        Tile(
            Text("对数几率稳定性", "stability of margins"), "index",
            float(margins["index"][ALL]) if ALL in margins.index else None,
            Text("各领域合计，PSI", "all sectors, PSI"),
        ),
    )  # fmt: skip
    note = Text(
        f"与 {found.reference} 相比：模型训练时可见的、最近一年的同一天。指数不大于距离的平方，并须经检验。"
        "用力：该指标在模型贡献离散度中的份额。",
        f"Compared with {found.reference}: the same day of the last year that the models could look at. An "
        "index is at most the square of the distance, and a test must bear it out. Use: the indicator's part of the "
        "spread of the model's contributions.",
    )
    columns = (
        Column("指标", "indicator"), *_ROW, Column("此前为空", "nulls before", "share"),
        Column("现为空", "nulls now", "share"), Column("用力", "use", "share"),
    )  # fmt: skip
    by_indicator = Table(
        Text("变动最大的指标", "Indicators that moved most"),
        columns,
        tuple(
            (
                Text(BY_NAME[str(name)].zh, BY_NAME[str(name)].en), *_figures(row),
                float(row["nulls_before"]), float(row["nulls_after"]), float(row["use"]),
            )
            for name, row in shown.iterrows()
        ),
        note,
    )  # fmt: skip
    by_sector = Table(
        Text("各领域的对数几率", "Margins by sector"),
        (Column("领域", "sector"), *_ROW),
        tuple((_name(str(sector), sectors), *_figures(row)) for sector, row in margins.iterrows()),
        Text("不足 100 个主体的领域不比较。", "Sectors of fewer than 100 enterprises are not compared."),
    )
    picture = Picture(
        "indexes",
        Text("指标稳定性指数", "stability of indicators"),
        Text("稳定性指数 PSI", "stability index (PSI)"),
        shown[["index"]].rename(index=lambda name: BY_NAME[str(name)].zh),
    )
    missing = () if len(inputs) else (_NO_PAST,)
    return Section(
        "drift", Text("输入与对数几率", "Inputs and margins"), tiles, (picture, by_indicator, by_sector), missing
    )


def _outcome_section(found: Watched, sectors: Sectors) -> Section:
    kept, promises, expected = found.calibration, found.promises, found.expected.get(ALL)
    tiles = (
        Tile(
            Text("预计问题率", "expected rate"), "rate",
            None if expected is None else Rate(expected["rate"], expected["low"], expected["high"]),
            Text("尚无结果，由概率估计", "before outcomes, from the probabilities"),
        ),
        Tile(
            Text("预计 AUC", "expected AUC"), "index", None if expected is None else expected["auc"],
            Text("越大越好", "larger is better"),
        ),
        Tile(
            Text("预计对数损失", "expected log-loss"), "index", None if expected is None else expected["log_loss"],
            Text("越小越好", "smaller is better"),
        ),
    )  # fmt: skip
    rates = pd.DataFrame({"value": kept["found"], "low": kept["low"], "high": kept["high"]}, dtype=float).set_axis(
        [
            f"{_name(one, sectors).zh} (预计 {mean:.0%})"
            for one, mean in zip(kept["sector"], kept["expected"], strict=True)
        ]
    )
    picture = Picture("estimates", Text("随机抽查的问题率", "rate of random draws"), Text("问题率", "rate"), rates)
    missing = () if len(kept) else (_NO_DRAWS,)
    parts = (
        picture,
        _calibration_table(kept, sectors),
        _promise_table(promises, sectors),
        _score_table(found, sectors),
    )
    return Section("outcomes", Text("结果", "Outcomes"), tiles, parts, missing)


def _calibration_table(kept: pd.DataFrame, sectors: Sectors) -> Table:
    columns = (
        Column("领域", "sector"), Column("随机抽查", "random draws", "count"), Column("预计", "expected", "share"),
        Column("问题率", "rate", "rate"), Column("几率比", "odds ratio", "index"), Column("q 值", "q", "index"),
    )  # fmt: skip
    rows = tuple(
        (
            _name(row["sector"], sectors), int(row["n"]), float(row["expected"]),
            Rate(row["found"], row["low"], row["high"]), float(row["odds"]), float(row["q"]),
        )
        for row in kept.to_dict("records")
    )  # fmt: skip
    note = Text(
        "近一年结果已成熟的随机抽查，按抽查前最近一次的答复，以 1/入样概率加权。检验已计入校准本身的误差。",
        "Random draws of the last year whose results have matured, by the last answer before each, weighted by "
        "1 / inclusion probability. The test bears with the calibration's own error.",
    )
    return Table(Text("概率是否守信", "Do probabilities keep their word?"), columns, rows, note)


def _promise_table(kept: pd.DataFrame, sectors: Sectors) -> Table:
    columns = (
        Column("领域", "sector"), Column("类别", "tier"), Column("随机抽查", "random draws", "count"),
        Column("承诺自", "promised from", "share"), Column("承诺至", "to below", "share"),
        Column("问题率", "rate", "rate"), Column("q 值", "q", "index"),
    )  # fmt: skip
    rows = tuple(
        (
            _name(row["sector"], sectors), _tier(row["tier_rank"]), int(row["n"]), float(row["promised_low"]),
            float(row["promised_high"]), Rate(row["found"], row["low"], row["high"]), float(row["q"]),
        )
        for row in kept.to_dict("records")
    )  # fmt: skip
    note = Text(
        "同样的抽查，按概率所在的类别；承诺是标准所定的区间，合计为各次抽查的平均。",
        "The same draws, by the tier of their probability; the promise is the band of the standard, for all sectors "
        "the mean over the draws.",
    )
    return Table(Text("类别承诺", "Promises of the tiers"), columns, rows, note)


def _score_table(found: Watched, sectors: Sectors) -> Table:
    columns = (
        Column("答复的基准日", "answered as of", "day"), Column("领域", "sector"), Column("指标", "figure"),
        Column("当时预计", "expected then", "index"), Column("其后所见", "found since", "index"),
        Column("随机抽查", "random draws", "count"),
    )  # fmt: skip
    own = found.scored[found.scored["sector"] == ALL]
    rows = tuple(
        (
            row["as_of"], _name(row["sector"], sectors), row["figure"], known_or_nothing(row["expected"]),
            known_or_nothing(row["found"]), int(row["n"]),
        )
        for row in own.to_dict("records")
    )  # fmt: skip
    note = Text(
        "此前各期的估计与其后随机抽查对照；各领域的见 alerts.json 旁的台账。",
        "Estimates of earlier dates beside what random draws found since; those by sector are in the ledger.",
    )
    return Table(Text("估计与事实", "Estimates and truth"), columns, rows, note)


def _feed_section(found: Watched) -> Section:
    columns = (
        Column("主题", "subject"), Column("来源", "source"), Column("最近获知", "last known", "day"),
        Column("已静默天数", "silent for, days", "count"), Column("往年同期最长", "longest in season", "count"),
        Column("容许", "borne", "count"), Column("责任单位", "responsible"),
    )  # fmt: skip
    rows = tuple(
        (
            Text(SUBJECTS[row["subject"]].zh, SUBJECTS[row["subject"]].en), row["source"], row["last_known"],
            int(row["silent_days"]), _whole(row["longest"]), _whole(row["bound"]), row["responsible"],
        )
        for row in found.feeds.sort_values("silent_days", ascending=False).to_dict("records")
    )  # fmt: skip
    note = Text(
        "每个来源与它自己往年同期相比；历史太短的不作判断（未知）。",
        "Each source is compared with its own past in this season; one with too short a past is not judged (未知).",
    )
    silent = int(found.feeds["is_silent"].sum())
    tiles = (Tile(Text("中断的来源", "silent feeds"), "count", silent, Text("个", f"of {len(found.feeds)}")),)
    return Section("feeds", Text("数据来源", "Data feeds"), tiles, (Table(Text("来源", "Feeds"), columns, rows, note),))


def _jump_section(alerts: Alerts) -> Section:
    told = alerts.of("tier_jump")
    columns = (
        Column("主体", "enterprise"), Column("变动与理由", "jump and reasons"), Column("依据记录", "records"),
        Column("处置人", "handler"),
    )  # fmt: skip
    rows = tuple(
        (one.subject["enterprise_id"], Text(one.said.zh, one.said.en), "; ".join(one.evidence), one.handler)
        for one in told[:SHOWN_JUMPS]
    )
    note = Text(
        f"升降两类以上，或升入高类；至多显示 {SHOWN_JUMPS} 条，全部在 alerts.json。括号内是理由的变动（对数几率）。",
        f"Two tiers or more up or down, or up into the high one; at most {SHOWN_JUMPS} are shown, all are in "
        "alerts.json. In brackets by how much a reason moved (log-odds).",
    )
    tiles = (Tile(Text("等级骤变", "jumps"), "count", len(told), Text("主体×领域", "enterprises in a sector")),)
    return Section(
        "jumps", Text("等级骤变", "Jumps of tiers"), tiles, (Table(Text("名单", "List"), columns, rows, note),)
    )


def _remarks(found: Watched) -> tuple[Remark, ...]:
    since = "–" if found.jumped_since is None else str(found.jumped_since)
    return (
        Remark(Text("基准日", "as of"), Text(f"{found.as_of} 零时（北京时间）", f"{found.as_of} 00:00 Asia/Shanghai")),
        Remark(Text("发布与快照", "release and snapshot"), Text(f"{found.release[:12]}，{found.snapshot[:12]}", "")),
        Remark(Text("参照", "reference"), Text(str(found.reference), "")),
        Remark(
            Text("读法", "how to read"),
            Text(
                f"等级变动自 {since} 起算。“未知”：没有可比较的记录；“–”：无从谈起。",
                f"Jumps are counted since {since}. Unknown (未知): nothing to compare with; a dash: undefined.",
            ),
        ),
    )


def _figures(row: pd.Series) -> tuple[float, float, float]:
    return float(row["index"]), float(row["q"]), float(row["distance"])


def _whole(days: float) -> int | None:
    return None if pd.isna(days) else int(days)


def _tier(rank: int) -> Text:
    tier = tier_of_rank(rank)
    return Text(tier.zh, tier.en)


def _name(sector: str, sectors: Sectors) -> Text:
    return Text("各领域合计", "all sectors") if sector == ALL else sectors.name(sector)


_NO_PAST = Text(
    "记录没有追溯到参照日，输入的变动未知。", "The records do not reach back to the reference: drift is unknown."
)
_NO_DRAWS = Text(
    "台账里还没有结果已成熟的随机抽查，或太少，概率与承诺未知；每月运行一次 fenji watch，数月后即有。",
    "The ledger has no random draws whose results have matured, or too few: probabilities and promises are unknown; "
    "run `fenji watch` every month, and they will come.",
)
