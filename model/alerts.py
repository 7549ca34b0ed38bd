"""What monitoring (监测预警) said last: alerts with figure, bound and evidence, and whether the past still holds.

Written by `fenji watch`, read by the service, which says so in its answers, and by the gates of promotion and release.
A warning of monitoring is an object of its own, never a tier (handbook R8).
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any, Literal

from records.errors import ConfigError, ModelError

SCHEMA = 1
"""The version of the file's form; it grows when a field changes its meaning or goes."""
ALERTS_FILE = "alerts.json"

Kind = Literal["input_drift", "margin_drift", "model_inputs", "calibration", "promise", "silence", "tier_jump"]
Severity = Literal["notice", "warning", "broken"]
State = Literal["quiet", "warning", "broken"]

KINDS: dict[Kind, tuple[str, str]] = {
    "input_drift": ("指标分布变动", "an indicator drifted"),
    "margin_drift": ("对数几率分布变动", "margins drifted"),
    "model_inputs": ("模型所依赖的指标变动过多", "too much of what the model leans on drifted"),
    "calibration": ("概率与随机抽查不符", "probabilities and random draws disagree"),
    "promise": ("类别承诺未守住", "a tier's promise is not kept"),
    "silence": ("数据来源中断", "a feed is silent"),
    "tier_jump": ("等级骤变", "a tier jumped"),
}
"""What each kind is called, in the order in which they are told."""


@dataclass(frozen=True)
class Words:
    """A sentence in Chinese, and the same in English."""

    zh: str
    en: str


@dataclass(frozen=True)
class Alert:
    """One thing that is not as it was.

    `subject` says what it is about by name (indicator, sector, tier, feed and source, enterprise). `figure` was
    measured and `bound` is what it may be at most, or at least for a lower bound. `evidence` are further figures and
    record ids (`subject:record_id`). `handler` is the office, station or party that must act.
    """

    kind: Kind
    severity: Severity
    subject: Mapping[str, str]
    figure: float
    bound: float
    said: Words
    evidence: tuple[str, ...]
    remedy: Words
    handler: str


@dataclass(frozen=True)
class Alerts:
    """Everything that one run of monitoring found, about the snapshot as of `as_of` of a release (both by digest).

    `reference` is the date that inputs and margins were compared with.
    """

    as_of: date
    reference: date
    release: str
    snapshot: str
    alerts: tuple[Alert, ...] = field(default=())

    @property
    def state(self) -> State:
        """`broken` where any alert is, `warning` where any is; notices are work for a station and disturb nobody."""
        severities = {alert.severity for alert in self.alerts}
        return "broken" if "broken" in severities else "warning" if "warning" in severities else "quiet"

    def of(self, *kinds: Kind) -> list[Alert]:
        """The alerts of some kinds."""
        return [alert for alert in self.alerts if alert.kind in kinds]

    def broken_kinds(self) -> list[Kind]:
        """The kinds of which any alert is broken."""
        return [kind for kind in KINDS if any(alert.severity == "broken" for alert in self.of(kind))]

    def to_json(self) -> dict[str, Any]:
        """What the file holds."""
        own = {name: value for name, value in asdict(self).items() if name not in ("as_of", "reference")}
        dates = {"as_of": self.as_of.isoformat(), "reference": self.reference.isoformat()}
        return {"schema": SCHEMA, "state": self.state, **dates, **own}

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> "Alerts":
        """What a file holds; ModelError for another schema or a form that this version does not know."""
        try:
            if content["schema"] != SCHEMA:
                raise ValueError(content["schema"])
            return cls(
                date.fromisoformat(content["as_of"]),
                date.fromisoformat(content["reference"]),
                content["release"],
                content["snapshot"],
                tuple(_alert(one) for one in content["alerts"]),
            )
        except (KeyError, TypeError, ValueError) as unknown:
            raise ModelError(
                f"A file of alerts must be as this version of Fenji writes it (schema {SCHEMA}), this one is not; "
                "run `fenji watch` again."
            ) from unknown


def refuse_while_broken(found: Alerts | None, despite: str | None) -> str:
    """Keep a champion or release from going on while monitoring says that inputs or outcomes broke with the past.

    `despite` is the reason of a person who goes on all the same (null: nobody does). Returns what the history must say
    beside the person's other reasons; empty where nothing is broken or nothing was ever watched.

    Raises ModelError where it is broken and nobody goes on all the same, ConfigError for an empty reason.
    """
    if despite is not None and not despite.strip():
        raise ConfigError("Going on despite alerts is recorded with who and why, --despite was empty; say why.")
    if found is None or found.state != "broken":
        return ""
    kinds = "、".join(KINDS[kind][0] for kind in found.broken_kinds())
    named = "; ".join(KINDS[kind][1] for kind in found.broken_kinds())
    if despite is None:
        raise ModelError(
            f"Nothing may go on while monitoring says that inputs or outcomes broke with the past, it did as of "
            f"{found.as_of}: {kinds} ({named}); mend what the alerts name and run `fenji watch` again, or give "
            "--despite with the reason to go on all the same."
        )
    return f"（监测异常 {found.as_of}：{kinds}；仍照办 despite alerts: {despite.strip()}）"


def _alert(content: Mapping[str, Any]) -> Alert:
    told = {"said": Words(**content["said"]), "remedy": Words(**content["remedy"])}
    return Alert(**{**content, **told, "evidence": tuple(content["evidence"])})
