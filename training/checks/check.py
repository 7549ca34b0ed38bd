"""What an acceptance check is: one question asked of a fitted model before it may be registered."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from training.fitted import Fitted, Training

Severity = Literal["blocking", "warning"]
Verdict = Literal["passed", "failed", "not_applicable"]


class NotApplicable(Exception):  # noqa: N818 - not an error: the question cannot be asked of this model
    """Raised by a check that cannot be asked of a model; the message says why."""


@dataclass(frozen=True)
class Check:
    """One question: `find` returns a sentence (rule, value, remedy) where the model fails it, else nothing.

    A failed `blocking` check stops the model from becoming champion; a failed `warning` is only shown.
    `find` raises NotApplicable where the question has no answer, which is not the same as passing.
    """

    code: str
    zh: str
    en: str
    severity: Severity
    find: Callable[[Training, Fitted], str | None]


@dataclass(frozen=True)
class Finding:
    """What one check said about one sector's model; `sentence` is empty where it passed."""

    check: Check
    verdict: Verdict
    sentence: str = ""

    @property
    def is_blocking(self) -> bool:
        """Whether this finding alone keeps the model from becoming champion."""
        return self.verdict == "failed" and self.check.severity == "blocking"


def ask(check: Check, training: Training, fitted: Fitted) -> Finding:
    """Ask one check of one model."""
    try:
        sentence = check.find(training, fitted)
    except NotApplicable as reason:
        return Finding(check, "not_applicable", str(reason))
    return Finding(check, "failed" if sentence else "passed", sentence or "")
