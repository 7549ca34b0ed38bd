"""How a subject repairs its credit: conditions, channel, procedure, and the terms of each regime (R19)."""

from dataclasses import dataclass
from pathlib import Path

from records import repair_advice
from records.event_columns import SEVERITIES
from records.list_rules import AbnormalCause, SeriousRule, shipped_list_rules
from records.penalty_regimes import Regime, regimes
from records.repair_advice import SHIPPED_ADVICE, read_advice
from supervision.publication.words import months
from training.cards.blocks import Text

SEVERITY_NAMES = dict(
    zip(SEVERITIES, (Text("轻微", "minor"), Text("一般", "general"), Text("严重", "serious")), strict=True)
)


@dataclass(frozen=True)
class Advice:
    """One sentence to the public, with the rule that it rests on."""

    text: Text
    source: str


@dataclass(frozen=True)
class TermsOfSeverity:
    """How long a penalty of one severity is displayed, and from when its repair may be applied for."""

    severity: Text
    displayed: Text
    repair_from: Text


@dataclass(frozen=True)
class TermsOfRegime:
    """The terms of one regime of penalty display, by severity."""

    regime: Regime
    name: Text
    rows: tuple[TermsOfSeverity, ...]


@dataclass(frozen=True)
class RepairGuide:
    """Everything that the public is told about repair."""

    conditions: tuple[Advice, ...]
    channels: tuple[Advice, ...]
    steps: tuple[Advice, ...]
    regimes: tuple[TermsOfRegime, ...]
    serious: tuple[SeriousRule, ...]
    abnormal: tuple[AbnormalCause, ...]

    @property
    def hides_warnings(self) -> bool:
        """Whether under every regime a warning is never displayed."""
        return all("warning" in terms.regime.never_displayed for terms in self.regimes)


def read_guide(path: Path = SHIPPED_ADVICE) -> RepairGuide:
    """The guide: sentences from a TOML file (`records.repair_advice`), terms from the rules in `records`.

    Raises ConfigError with every problem of the file, one sentence per line with file and line.
    """
    told, rules = read_advice(path), shipped_list_rules()
    return RepairGuide(
        _advice(told.conditions),
        _advice(told.channels),
        _advice(told.steps),
        tuple(_terms(regime) for regime in regimes()),
        rules.serious,
        tuple(rules.abnormal.values()),
    )


def _advice(some: tuple[repair_advice.Advice, ...]) -> tuple[Advice, ...]:
    return tuple(Advice(Text(one.zh, one.en), one.source) for one in some)


def _terms(regime: Regime) -> TermsOfRegime:
    rows = tuple(
        TermsOfSeverity(SEVERITY_NAMES[severity], months(one.months), months(one.repair_after_months))
        for severity, one in regime.classes.items()
    )
    return TermsOfRegime(regime, Text(regime.zh, regime.en), rows)
