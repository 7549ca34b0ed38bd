"""What the model looks at: the strongest indicators, and what was promised of them."""

import numpy as np

from features.catalogue.everything import BY_NAME
from features.indicator import CATEGORIES
from training.cards.blocks import Code, Paragraph, Section, Table, Text
from training.cards.wording import DASH, indicator_label
from training.checks.check import NotApplicable
from training.checks.sample import example_matrix
from training.fitted import Fitted, Training

SHOWN_INDICATORS = 20
EXPLAINED_ROWS = 200

_DIRECTIONS = {
    1: Text("↑ 增加不降低风险", "more never lowers"),
    -1: Text("↓ 增加不提高风险", "more never raises"),
    0: Text("– 不作承诺", "nothing promised"),
}
_OURS = Text("本项目决定", "project decision")


def indicators_section(training: Training, fitted: Fitted) -> Section:
    """The strongest indicators with direction, category and source, and those that only this sector's standard owns."""
    title = Text("主要指标与方向", "Strongest indicators")
    own = fitted.model.standard.own_indicators
    told = (_told_own(own),) if own else ()
    rows = tuple(_row(name, strength) for name, strength in strongest_indicators(training, fitted))
    if not rows:
        return Section(title, (Paragraph(Text("没有可列出的指标。", "There is no indicator to list.")), *told))
    head = (
        Text("指标", "indicator"),
        Text("名称", "name"),
        Text("方向", "direction"),
        Text("类别", "category"),
        Text("平均绝对贡献", "mean |contribution|"),
        Text("依据", "source"),
    )
    caption = Text(
        f"贡献以校准后的对数几率计，取至多 {EXPLAINED_ROWS} 个样本的平均；最强的 {SHOWN_INDICATORS} 项。",
        f"Contributions in calibrated log-odds, mean over at most {EXPLAINED_ROWS} examples; the strongest "
        f"{SHOWN_INDICATORS}.",
    )
    return Section(title, (Table(head, rows, caption), *told))


def _told_own(own: tuple[str, ...]) -> Paragraph:
    labels = [indicator_label(name) for name in own]
    return Paragraph(
        Text(
            f"本标准自有的指标：{'、'.join(label.zh for label in labels)}。",
            f"The standard's own indicators: {'; '.join(label.en for label in labels)}.",
        )
    )


def strongest_indicators(training: Training, fitted: Fitted) -> list[tuple[str, float]]:
    """Name and mean absolute contribution (calibrated log-odds) of the strongest indicators, strongest first.

    Over at most EXPLAINED_ROWS of the sector's examples; those that add nothing anywhere are left out.
    """
    try:
        matrix = example_matrix(training, fitted, EXPLAINED_ROWS)
    except NotApplicable:
        return []
    strength = np.abs(fitted.model.contributions(matrix)[1]).mean(axis=0)
    order = [position for position in np.argsort(-strength, kind="stable")[:SHOWN_INDICATORS] if strength[position] > 0]
    return [(fitted.model.indicators[position], float(strength[position])) for position in order]


def _row(name: str, strength: float) -> tuple[Text | Code | str, ...]:
    declared = BY_NAME.get(name)
    if declared is None:
        return (indicator_label(name), Code(name), _DIRECTIONS[0], DASH, f"{strength:.3f}", DASH)
    category = Text(*CATEGORIES[declared.category])
    direction = _DIRECTIONS[declared.direction]
    source = _OURS if declared.source == _OURS.en else declared.source
    return (indicator_label(name), Code(name), direction, category, f"{strength:.3f}", source)
