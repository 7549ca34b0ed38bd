"""The model card of a sector: what the model is for, how good it was, what it looks at, whom it treats how.

Chinese first, English beside; one set of sections, rendered as Markdown and as HTML.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from training.cards.blocks import Card, Text
from training.cards.choice import gate_section
from training.cards.data import counts_of, data_section, exclusions_section, purpose_section
from training.cards.facts import Facts
from training.cards.governance import checks_section, lineage_section, signatures_section
from training.cards.groups import fairness_section
from training.cards.indicators import indicators_section
from training.cards.performance import (
    figures_of,
    figures_section,
    intervals_of,
    reliability_section,
    tiers_section,
    tiles_of,
)
from training.cards.render import to_html, to_markdown
from training.cards.weaknesses import Case, weaknesses_section
from training.cards.wording import day
from training.checks.check import Finding
from training.fitted import Fitted, Training

__all__ = ["compose_card", "counts_of", "figures_of", "to_html", "to_markdown", "write_card"]

_LEVELS = {
    "sector": Text("本领域模型", "the sector's own model"),
    "general": Text("通用模型，按本领域校准", "the general model, calibrated for the sector"),
    "point_table": Text("公布的计分表", "the published point table"),
}


def compose_card(
    training: Training,
    fitted: Fitted,
    findings: Sequence[Finding],
    lineage: Mapping[str, Any],
    facts: Facts | None = None,
) -> Card:
    """Everything the card of one model says.

    `lineage` is what the saved model will carry (as-of date, hashes, versions). `facts` come from
    `training.cards.facts.gather_facts`, once for all cards of a training; without them the parts that need the records
    say that these were not at hand.
    """
    model = fitted.model
    figures, intervals = figures_of(fitted), intervals_of(fitted)
    return Card(
        model.sector,
        Text(model.standard.name_zh, model.standard.name_en),
        _badges(training, fitted, findings),
        tiles_of(figures, intervals),
        (
            purpose_section(),
            data_section(training, model, facts),
            exclusions_section(training, model, facts),
            figures_section(fitted, figures, intervals),
            tiers_section(training, fitted),
            reliability_section(fitted),
            gate_section(training, fitted),
            indicators_section(training, fitted),
            weaknesses_section(Case(training, fitted, findings, facts)),
            fairness_section(fitted, facts),
            checks_section(findings),
            lineage_section(model, lineage),
            signatures_section(),
        ),
    )


def write_card(
    training: Training,
    fitted: Fitted,
    findings: Sequence[Finding],
    lineage: Mapping[str, Any],
    facts: Facts | None = None,
) -> str:
    """The whole card in Markdown, see `compose_card`."""
    return to_markdown(compose_card(training, fitted, findings, lineage, facts))


def _badges(training: Training, fitted: Fitted, findings: Sequence[Finding]) -> tuple[Text, ...]:
    model = fitted.model
    blocking = sum(found.is_blocking for found in findings)
    warned = sum(found.verdict == "failed" for found in findings) - blocking
    verdict = Text(f"{blocking} 项检查阻止发布", f"{blocking} checks stop the release")
    if not blocking:
        verdict = Text("未被检查阻止", "no check stops the release")
    return (
        Text(f"基准日 {day(training.as_of)}", "as of"),
        _LEVELS[model.level],
        Text(f"标准第 {model.standard.version} 版", f"standard version {model.standard.version}"),
        verdict,
        Text(f"{warned} 项提醒", f"{warned} warnings"),
    )
