"""Write the comparison: JSON for machines, Markdown for people, in Chinese and English."""

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.comparison import SAMPLES
from benchmarks.quality_plot import draw_differences
from benchmarks.quality_verdict import METRIC, OURS, PLACES, place
from model.tiers import TIERS
from training.metrics import INTERVAL

_HOW_TO_READ = (
    "同一张指标表、同一时点划分：T 之前的快照用于学习，T 之后首次检查用于评判；各模型评判的是相同的企业。"
    f"差值为“该模型减本系统”，括号内是 {SAMPLES:,} 次成对自助抽样的 {INTERVAL:.0%} 区间；"
    "log-loss 差值为正、AUC 差值为负即本系统更好。"
    "\n\n"
    "Same indicator frame and split in time: snapshots before T to learn from, the first inspection after T to judge "
    "by, the same enterprises for every model. A difference is the model minus ours, with its "
    f"{INTERVAL:.0%} interval over {SAMPLES:,} paired bootstrap samples; ours is better where that of the log-loss is "
    "positive and that of the AUC negative."
)
_SET_HEADER = (
    "模型 model",
    "log-loss",
    "差值 difference",
    "AUC",
    "差值 difference",
    "平均精度 average precision",
    "校准误差（上限） calibration error (bound)",
    "前 10 % 查准率 precision in the first 10 %",
    *(f"{tier.zh} {tier.en}" for tier in TIERS),
)
_SUMMARY_HEADER = (
    "模型 model",
    "数据集 sets",
    "平均名次 average rank, log-loss",
    "平均名次 average rank, AUC",
    "log-loss 按行合并 over all rows",
    "log-loss 按集平均 mean of sets",
    "用时（秒） seconds",
)


def write_report(report: Mapping[str, Any], folder: Path) -> None:
    """Write quality.json, quality.md and quality.png into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(report, ensure_ascii=False, indent=1, allow_nan=False)
    (folder / "quality.json").write_text(text + "\n", encoding="utf-8")
    (folder / "quality.md").write_text(markdown(report), encoding="utf-8")
    draw_differences(report["sets"], folder / "quality.png")


def markdown(report: Mapping[str, Any]) -> str:
    """The verdict first, then one table over all sets and one per set; models by log-loss, the best first."""
    summary = report["summary"]
    parts = [
        "# 质量比较 Quality benchmark",
        _HOW_TO_READ,
        "![log-loss 差值 differences](quality.png)",
        "## 结论 Verdict",
        _goal(summary),
        "## 汇总 Summary",
        _summary_table(summary["models"], len(report["sets"])),
        *(part for name, result in report["sets"].items() for part in _set_parts(name, result)),
        "## 版本 Versions",
        ", ".join(f"{library} {release}" for library, release in report["versions"].items()),
    ]
    return "\n\n".join(parts) + "\n"


def _goal(summary: Mapping[str, Any]) -> str:
    head = f"目标{_met(summary['is_met'], 'zh')}。The goal is {_met(summary['is_met'], 'en')}."
    lines = [f"- {_met(p['is_met'], 'zh')} {_met(p['is_met'], 'en')}：{p['zh']}；{p['en']}" for p in summary["goal"]]
    return "\n".join([head, "", *lines])


def _met(is_met: bool, language: str) -> str:
    return {"zh": ("未达到", "达到"), "en": ("**not met**", "met")}[language][is_met]


def _set_parts(name: str, result: Mapping[str, Any]) -> list[str]:
    facts = (
        f"T = {result['as_of']}，评判 judged {result['n']:,}，问题率 base rate {result['base_rate']:.3f}，"
        f"学习 learned from {result['fitted_rows']:,} 行 rows × {result['indicators']} 指标 indicators，"
        f"{result['snapshots']} 个快照 snapshots；无概率 without a probability {result['left_out']:,}。"
    )
    ranked = sorted(result["models"], key=lambda model: result["models"][model]["log_loss"])
    rows = [_set_row(model, result["models"][model]) for model in ranked]
    places = [f"- {METRIC[metric]}：{_placed(result, metric)}" for metric in METRIC]
    refusals = [f"- 不适用 not applicable: {model}: {reason}" for model, reason in result["not_applicable"].items()]
    return [f"## {name}", facts, _table(_SET_HEADER, rows), "\n".join([*places, *refusals])]


def _placed(result: Mapping[str, Any], metric: str) -> str:
    placed = place(result, metric)
    leader = result["models"][placed["leader"]]
    return (
        f"{PLACES[placed['place']]}；最好的同类 best peer {leader['zh']} {leader['en']} {_signed(placed['difference'])}"
    )


def _set_row(name: str, model: Mapping[str, Any]) -> list[str]:
    difference = model["difference"]
    return [
        _label(name, model),
        f"{model['log_loss']:.4f}",
        _signed(difference["log_loss"]) if difference else "",
        f"{model['auc']:.4f}",
        _signed(difference["auc"]) if difference else "",
        f"{model['average_precision']:.4f}",
        f"{model['calibration_error']:.4f} ({model['calibration_bound']:.4f})",
        f"{model['precision_in_first_10']:.3f}",
        *(_tier(model["tiers"][tier.id]) for tier in TIERS),
    ]


def _tier(tier: Mapping[str, Any]) -> str:
    """Share of the enterprises, and what was found among them."""
    return f"{tier['share']:.1%}: " + ("—" if tier["rate"] is None else f"{tier['rate']:.1%}")


def _summary_table(models: Mapping[str, Any], sets: int) -> str:
    ordered = sorted(models, key=lambda name: (-models[name]["sets"], models[name]["pooled_log_loss"]["by_row"]))
    return _table(_SUMMARY_HEADER, [_summary_row(name, models[name], sets) for name in ordered])


def _summary_row(name: str, model: Mapping[str, Any], sets: int) -> list[str]:
    pooled = [f"{model['pooled_log_loss'][key]:.4f}" for key in ("by_row", "by_set")]
    if model["sets"] < sets:
        # Other sets have other base rates, so the figure only means something beside ours on the same sets.
        pooled = [
            f"{value} (本系统 ours {model['ours_on_these'][key]:.4f})"
            for value, key in zip(pooled, ("by_row", "by_set"), strict=True)
        ]
    ranked = [f"{model['average_rank'][metric]:.2f}" for metric in METRIC]
    return [_label(name, model), f"{model['sets']}/{sets}", *ranked, *pooled, f"{model['seconds']:.0f}"]


def _label(name: str, model: Mapping[str, Any]) -> str:
    label = f"{model['zh']} {model['en']}" if model["zh"] != model["en"] else model["en"]
    return f"**{label}**" if name == OURS else label


def _signed(difference: Mapping[str, float]) -> str:
    return f"{difference['value']:+.4f} [{difference['low']:+.4f}, {difference['high']:+.4f}]"


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [header, ["---"] + ["---:"] * (len(header) - 1), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
