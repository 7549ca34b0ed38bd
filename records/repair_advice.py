"""How credit is repaired, in sentences for the public: conditions, channels and steps (handbook R19).

They are data in `repair_advice.toml`. Terms are not among them: those are in `records.penalty_regimes` and
`records.list_rules`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from records.toml_checks import TEXT, Place, Problem, list_of, read_checked, table

SHIPPED_ADVICE = Path(__file__).with_suffix(".toml")


@dataclass(frozen=True)
class Advice:
    """One sentence to the public in both languages, with the rule that it rests on."""

    zh: str
    en: str
    source: str


@dataclass(frozen=True)
class RepairAdvice:
    """What must be fulfilled, where to apply, and what happens then, each in order."""

    conditions: tuple[Advice, ...]
    channels: tuple[Advice, ...]
    steps: tuple[Advice, ...]


def read_advice(path: Path = SHIPPED_ADVICE) -> RepairAdvice:
    """The sentences that a TOML file declares.

    Raises ConfigError with every problem of the file, one sentence per line with file and line.
    """
    raw = read_checked(path, _check)
    conditions, channels, steps = (tuple(Advice(**one) for one in raw[name]) for name in _PARTS)
    return RepairAdvice(conditions, channels, steps)


_PARTS = ("condition", "channel", "step")
_ADVICE = table({"zh": TEXT, "en": TEXT, "source": TEXT}, required=("zh", "en", "source"))


def _check(raw: Any, place: Place) -> Iterator[Problem]:
    yield from table(dict.fromkeys(_PARTS, list_of(_ADVICE)), required=_PARTS)(raw, place)
