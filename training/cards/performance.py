"""How good the model was on enterprises it had not seen: figures, tiers, reliability."""

from collections.abc import Hashable, Mapping
from itertools import pairwise
from typing import Any

from model.tiers import TIERS
from training.cards.blocks import Block, Paragraph, Picture, Section, Table, Text
from training.cards.bootstrap import SAMPLES, figure_intervals
from training.cards.corrected import low_tier_paragraph, selection_blocks
from training.cards.wording import DASH, between, count, number, rate, share, tier_label
from training.checks.calibration_bounds import error_by_chance
from training.fitted import Fitted, Training
from training.metrics import INTERVAL, captured, evaluate, reliability, tier_table
from training.outcomes import is_targeted
from training.tiers.judged import judged_inspections

_NAMES = {
    "base_rate": Text("问题率", "base rate"),
    "auc": Text("排序能力 AUC（0.5 为随机）", "AUC, 0.5 is chance"),
    "average_precision": Text("平均精确率", "average precision"),
    "log_loss": Text("对数损失（越小越好）", "log-loss, smaller is better"),
    "calibration_error": Text("校准误差（越小越好）", "calibration error, smaller is better"),
    "captured_10": Text("先查前 10% 可发现的问题", "problems in the first 10%"),
    "captured_25": Text("先查前 25% 可发现的问题", "problems in the first 25%"),
    "captured_50": Text("先查前 50% 可发现的问题", "problems in the first 50%"),
}
_SHARES = ("base_rate", "captured_10", "captured_25", "captured_50")
_TILES = ("auc", "log_loss", "calibration_error", "captured_25")

Interval = tuple[float, float]


def figures_of(fitted: Fitted) -> dict[str, float | int | None]:
    """Out-of-fold figures on the last matured outcomes, and the captured shares; empty for a model without them."""
    if not has_figures(fitted):
        return {}
    outcome = fitted.rows["outcome"].to_numpy(dtype=float)
    probability = fitted.rows["probability"].to_numpy(dtype=float)
    shares = {f"captured_{part}": found for part, found in captured(outcome, probability).items()}
    return {**evaluate(outcome, probability), **shares}


def has_figures(fitted: Fitted) -> bool:
    """Whether the model was judged at all: a point table states no probability."""
    return fitted.model.calibration is not None and len(fitted.rows) > 0


def intervals_of(fitted: Fitted) -> dict[str, Interval]:
    """The bootstrap intervals of `figures_of`."""
    rows = fitted.rows
    if not has_figures(fitted):
        return {}
    outcome, probability = rows["outcome"].to_numpy(dtype=float), rows["probability"].to_numpy(dtype=float)
    return figure_intervals(outcome, probability, rows["enterprise_id"])


def tiles_of(figures: Mapping[str, float | int | None], intervals: Mapping[str, Interval]) -> tuple[Any, ...]:
    """The headline figures: name, value, interval."""
    return tuple((_NAMES[name], *_shown(name, figures, intervals)) for name in _TILES if name in figures)


def figures_section(
    fitted: Fitted, figures: Mapping[str, float | int | None], intervals: Mapping[str, Interval]
) -> Section:
    """The figures with their intervals, and what they were measured on."""
    title = Text("表现", "Figures")
    if not figures:
        return Section(title, (_no_figures(fitted),))
    rows = tuple((label, *_shown(name, figures, intervals)) for name, label in _NAMES.items())
    chance = error_by_chance(fitted.rows["probability"].to_numpy(dtype=float), fitted.rows["enterprise_id"], INTERVAL)
    rows = (
        *rows,
        (Text("完全校准的模型因偶然可达的校准误差（95%）", "95% of perfect models stay below"), number(chance), ""),
    )
    head = (Text("指标", "figure"), Text("值", "value"), Text(f"{INTERVAL:.0%} 区间", f"{INTERVAL:.0%} interval"))
    return Section(title, (_judged_on(fitted), Table(head, rows, _CAPTION), *selection_blocks(fitted)))


def tiers_section(training: Training, fitted: Fitted) -> Section:
    """What each tier promises, what was predicted for it, what was found in it, and how safe the low one is."""
    title, cuts = Text("等级", "Tiers"), fitted.model.standard.cuts
    promises = [f"{low:.0%}–{high:.0%}" for low, high in pairwise([0.0, *cuts, 1.0])]
    promise = Text("标准承诺", "promised")
    if not has_figures(fitted):
        bare = tuple((tier_label(tier), one) for tier, one in zip(TIERS, promises, strict=True))
        return Section(title, (Table((Text("等级", "tier"), promise), bare),))
    judged = judged_inspections(training, fitted.rows)
    found = tier_table(judged, cuts, fitted.model.calibration).to_dict("records")
    rows = tuple(
        (
            tier_label(tier),
            one,
            count(row["n"]),
            rate(row["mean_probability"], row["predicted_low"], row["predicted_high"]),
            _rate(row, "observed"),
            _rate(row, "design"),
        )
        for tier, one, row in zip(TIERS, promises, found, strict=True)
    )
    head = (
        Text("等级", "tier"),
        promise,
        Text("检查", "inspections"),
        Text("预测", "predicted"),
        Text("检查所见", "observed"),
        Text("随机抽查加权", "design-based"),
    )
    caption = Text(
        f"括号内为 {INTERVAL:.0%} 区间。只有随机抽查加权估计说明该等级全部企业的问题率。",
        f"{INTERVAL:.0%} intervals in brackets. Only the design-based rate speaks for all enterprises of a tier.",
    )
    picture = Picture("tiers", Text("各等级问题率", "rates by tier"))
    return Section(title, (Table(head, rows, caption), picture, low_tier_paragraph(training, fitted.model.sector)))


def reliability_section(fitted: Fitted) -> Section:
    """Does the probability keep its word? The picture, and its numbers."""
    title = Text("校准", "Reliability")
    if not has_figures(fitted):
        return Section(title, (_no_figures(fitted),))
    bins = reliability(fitted.rows["outcome"].to_numpy(dtype=float), fitted.rows["probability"].to_numpy(dtype=float))
    rows = tuple(
        (str(position), count(row["n"]), share(row["predicted"]), rate(row["observed"], row["low"], row["high"]))
        for position, row in enumerate(bins.to_dict("records"), start=1)
    )
    head = (Text("组", "bin"), Text("记录", "rows"), Text("预测", "predicted"), Text("实际", "observed"))
    caption = Text(
        f"按概率等分为 {len(bins)} 组。{INTERVAL:.0%} 区间逐行计算，未考虑同一企业的几个快照彼此相关，故偏窄。",
        f"{len(bins)} equal-count bins by probability. The {INTERVAL:.0%} intervals are worked out by row and take no "
        "account of snapshots of one enterprise being alike, so they are too narrow.",
    )
    blocks: tuple[Block, ...] = (
        Picture("reliability", Text("校准曲线", "reliability")),
        Table(head, rows, caption),
    )
    return Section(title, blocks)


_CAPTION = Text(
    f"区间为按企业重抽样 {SAMPLES} 次的百分位区间；重抽样会放大校准误差，故其区间偏高，应与末行对照。",
    f"Percentile intervals over {SAMPLES} draws of enterprises; drawing again inflates the calibration error, so its "
    "interval lies high: compare it with the last line.",
)


def _judged_on(fitted: Fitted) -> Paragraph:
    rows = fitted.rows
    enterprises = rows["enterprise_id"].nunique()
    is_fallback = bool(is_targeted(rows).any())
    zh = "全部检查（非针对性检查太少）" if is_fallback else "非针对性检查"
    en = "all inspections, since untargeted ones were too few" if is_fallback else "untargeted inspections"
    return Paragraph(
        Text(
            f"样本外：最近一年成熟结果的{zh}，{count(len(rows))} 行、{count(enterprises)} 家企业，"
            "每行的概率来自未见过该企业的模型。",
            f"Out of fold, on the last year of matured outcomes: {en}, {count(len(rows))} rows of {count(enterprises)} "
            "enterprises, each answered by a model that had not seen the enterprise.",
        )
    )


def _no_figures(fitted: Fitted) -> Paragraph:
    is_table = fitted.model.calibration is None
    zh, en = (
        ("计分表不给出概率", "A point table states no probability")
        if is_table
        else ("没有样本外记录", "There are no out-of-fold rows")
    )
    return Paragraph(Text(f"{zh}，因此没有表现指标。", f"{en}, so there are no figures."))


def _shown(name: str, figures: Mapping[str, float | int | None], intervals: Mapping[str, Interval]) -> tuple[str, str]:
    value, interval = figures.get(name), intervals.get(name)
    if name in _SHARES:
        return share(value), DASH if interval is None else f"{interval[0]:.1%}–{interval[1]:.1%}"
    return number(value), DASH if interval is None else between(*interval)


def _rate(row: Mapping[Hashable, Any], kind: str) -> str:
    return rate(row[kind], row[f"{kind}_low"], row[f"{kind}_high"])
