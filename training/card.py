"""The model card of a sector: what the model is for, how good it was, what it looks at. Chinese first, English too."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from features.catalogue.everything import BY_NAME
from model.saved import SavedModel
from model.standard import GENERAL
from model.tiers import TIERS
from training.checks.check import Finding, NotApplicable
from training.checks.sample import example_matrix
from training.fit import Fitted, Training
from training.gate import Rated
from training.metrics import INTERVAL, captured, evaluate, tier_table

SHOWN_INDICATORS = 20
EXPLAINED_ROWS = 200

_PURPOSE = """\
- 供市场监管部门内部参考：确定双随机抽查的比例和频次，并向审核人员说明理由。
  Internal reference for the bureau: how often to inspect, and why, for a person to confirm.
- 不是信用评价，不对外公布，不作处罚依据；联合惩戒和自动拦截只依据名单，不依据等级。
  Not a credit appraisal, not published, no ground for punishment: interception rests on lists only, never on a tier.
- 不用于个体工商户、农民专业合作社、社会组织和事业单位；不使用个人身份信息。
  Not for sole traders, cooperatives, social organisations or institutions; it looks at no person's identity.
- 理由说明的是关联，不是因果。 Reasons state association, never cause."""

_LEVELS = {
    "sector": "本领域模型 the sector's own model",
    "general": "通用模型，按本领域校准 the general model, calibrated for the sector",
    "point_table": "公布的计分表 the published point table",
}
_DIRECTIONS = {1: "↑ 升高 raises", -1: "↓ 降低 lowers", 0: "– 不承诺 not promised"}
_VERDICTS = {"passed": "✓ 通过 passed", "failed": "✗ 未通过 failed", "not_applicable": "– 不适用 not applicable"}
_SEVERITIES = {"blocking": "阻止 blocking", "warning": "提醒 warning"}

_FIGURES = {
    "n": "样本外记录 out-of-fold rows",
    "base_rate": "问题率 base rate",
    "auc": "AUC",
    "average_precision": "平均精确率 average precision",
    "log_loss": "对数损失 log-loss",
    "calibration_error": "校准误差 calibration error",
}


def write_card(training: Training, fitted: Fitted, findings: Sequence[Finding], lineage: Mapping[str, Any]) -> str:
    """The whole card in Markdown. `lineage` is what the saved model will carry (as-of date, hashes, versions)."""
    model = fitted.model
    sections = [
        f"# 模型卡 Model card: {model.standard.name_zh} {model.standard.name_en} (`{model.sector}`)",
        f"{_LEVELS[model.level]}；选择 choice: {model.lineage.get('choice', '–')}",
        "## 用途 Purpose\n\n" + _PURPOSE,
        "## 数据 Data\n\n" + data_table(training, model),
        "## 表现 Figures\n\n" + figures_table(fitted),
        "## 等级 Tiers\n\n" + tiers_table(fitted),
        "## 候选模型 Gate\n\n" + gate_table(fitted.gate),
        "## 主要指标 Strongest indicators\n\n" + indicators_table(training, fitted),
        "## 验收检查 Acceptance checks\n\n" + checks_table(findings),
        "## 来源 Lineage\n\n" + lineage_table(lineage),
    ]
    return "\n\n".join(sections) + "\n"


def data_table(training: Training, model: SavedModel) -> str:
    """What was trained on: as-of date, outcome, snapshots, examples, problems."""
    counts = counts_of(training, model.sector)
    standard = model.standard
    return _table(
        ["项目 item", "值 value"],
        [
            ("基准日 as-of date", _plain(training.as_of)),
            ("问题结果 outcome", f"≥ {standard.outcome_severity}, {standard.horizon_days} 天 days"),
            ("快照 snapshots", _plain(counts["snapshots"])),
            ("样本 examples", f"{counts['examples']:,}"),
            ("有问题 with a problem", f"{counts['problems']:,}"),
        ],
    )


def counts_of(training: Training, sector: str) -> dict[str, int]:
    """Snapshots, examples and problems that a sector's model was trained on; all sectors' for the general model."""
    keys = training.examples.keys
    own = keys if sector == GENERAL else keys[keys["sector"] == sector]
    return {"snapshots": own["as_of"].nunique(), "examples": len(own), "problems": int(own["outcome"].sum())}


def figures_of(fitted: Fitted) -> dict[str, float | int | None]:
    """Out-of-fold figures on the last matured outcomes, and the captured shares; empty for a model without them."""
    if fitted.model.calibration is None or not len(fitted.rows):
        return {}
    outcome = fitted.rows["outcome"].to_numpy(dtype=float)
    probability = fitted.rows["probability"].to_numpy(dtype=float)
    shares = {f"captured_{share}": part for share, part in captured(outcome, probability).items()}
    return {**evaluate(outcome, probability), **shares}


def figures_table(fitted: Fitted) -> str:
    """The figures, by name."""
    figures = figures_of(fitted)
    if not figures:
        return "无 none"
    names = {**_FIGURES, **{key: _captured_name(key) for key in figures if key.startswith("captured_")}}
    return _table(["指标 figure", "值 value"], [(names[key], _plain(value)) for key, value in figures.items()])


def tiers_table(fitted: Fitted) -> str:
    """What each tier promises, and what was found in it."""
    borders = [0.0, *fitted.model.standard.cuts, 1.0]
    promises = {tier.id: f"{borders[i]:.0%}–{borders[i + 1]:.0%}" for i, tier in enumerate(TIERS)}
    if fitted.model.calibration is None or not len(fitted.rows):
        return _table(["等级 tier", "承诺 promise"], [(f"{tier.zh} {tier.en}", promises[tier.id]) for tier in TIERS])
    found = tier_table(fitted.rows)
    head = ["等级 tier", "承诺 promise", "n", "平均概率 mean probability"]
    head += [f"检查所见 observed ({INTERVAL:.0%})", f"随机抽查加权 design-based ({INTERVAL:.0%})"]
    rows = []
    for tier, row in zip(TIERS, found.to_dict("records"), strict=True):
        rates = [_rate(row, "observed"), _rate(row, "design")]
        rows.append(
            (f"{tier.zh} {tier.en}", promises[tier.id], f"{row['n']:,}", _share(row["mean_probability"]), *rates)
        )
    return _table(head, rows)


def gate_table(gate: Sequence[Rated]) -> str:
    """Every candidate, simplest first, with the choice and the runner-up."""
    if not gate:
        return "只有一个候选，未作比较。 One candidate only, nothing was compared."
    runner_up = _runner_up(gate)
    rows = []
    for rated in gate:
        mark = "✓ 选用 chosen" if rated.chosen else "次选 runner-up" if rated is runner_up else ""
        rows.append(
            (rated.name, f"{rated.log_loss:.4f}", f"{rated.difference:+.4f} ± {rated.standard_error:.4f}", mark)
        )
    rule = "选用与最好者相差不超过一个标准误的最简候选。 The simplest candidate within one standard error of the best."
    return rule + "\n\n" + _table(["候选 candidate", "对数损失 log-loss", "与最好之差 difference", ""], rows)


def indicators_table(training: Training, fitted: Fitted) -> str:
    """The strongest indicators, with their promised direction."""
    rows = [
        (label, f"`{name}`", _DIRECTIONS[BY_NAME[name].direction if name in BY_NAME else 0], f"{strength:.3f}")
        for name, label, strength in strongest_indicators(training, fitted)
    ]
    if not rows:
        return "无 none"
    return _table(["指标 indicator", "名称 name", "方向 direction", "平均绝对贡献 mean |contribution|"], rows)


def strongest_indicators(training: Training, fitted: Fitted) -> list[tuple[str, str, float]]:
    """Name, label and mean absolute contribution (calibrated log-odds) of the strongest indicators, strongest first.

    Over at most EXPLAINED_ROWS of the sector's examples; those that add nothing anywhere are left out.
    """
    try:
        matrix = example_matrix(training, fitted, EXPLAINED_ROWS)
    except NotApplicable:
        return []
    strength = np.abs(fitted.model.contributions(matrix)[1]).mean(axis=0)
    names = fitted.model.indicators
    order = [position for position in np.argsort(-strength, kind="stable")[:SHOWN_INDICATORS] if strength[position] > 0]
    return [(names[i], _label(names[i]), float(strength[i])) for i in order]


def checks_table(findings: Sequence[Finding]) -> str:
    """Every check with its verdict and, where it failed or did not apply, the sentence."""
    rows = [
        (f"{f.check.zh} {f.check.en}", _SEVERITIES[f.check.severity], _VERDICTS[f.verdict], f.sentence)
        for f in findings
    ]
    return _table(["检查 check", "性质 severity", "结论 verdict", "说明 sentence"], rows)


def lineage_table(lineage: Mapping[str, Any]) -> str:
    """Where the model comes from; the gate's evidence has a table of its own."""
    return _table(["项目 item", "值 value"], [(key, _plain(value)) for key, value in lineage.items() if key != "gate"])


def _runner_up(gate: Sequence[Rated]) -> Rated | None:
    others = [rated for rated in gate if not rated.chosen]
    return min(others, key=lambda rated: rated.log_loss, default=None)


def _label(name: str) -> str:
    return f"{BY_NAME[name].zh} {BY_NAME[name].en}" if name in BY_NAME else name


def _captured_name(key: str) -> str:
    return f"前 {key.removeprefix('captured_')}% 捕获 problems captured"


def _rate(row: Mapping[Hashable, Any], kind: str) -> str:
    if pd.isna(row[kind]):
        return "–"
    return f"{row[kind]:.1%} [{row[f'{kind}_low']:.1%}, {row[f'{kind}_high']:.1%}]"


def _share(value: float | None) -> str:
    return "–" if pd.isna(value) else f"{value:.1%}"


def _plain(value: float | str | date | None) -> str:
    """A value as a cell: numbers shortly, null as a dash."""
    if value is None:
        return "–"
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)
