"""Does the schema look at who someone is?

What a person did to an enterprise's record may count, who the person is may not: not the inspector (a strict inspector
is no risk of the enterprise), not the representative, shareholder or reporter (personal information law: no traits of
persons). So how many persons there are, or how often they changed, is allowed; their identity, a trait of
theirs, or a rate worked out per person is not.
"""

import re

from features.catalogue.everything import BY_NAME
from features.indicator import Condition, Distinct, GroupRate, Indicator
from training.checks.check import Check
from training.fitted import Fitted, Training

PERSON = re.compile(
    r"inspector|sanitarian|officer|clerk|person|representative|lerep|legal_?rep|shareholder|executive|complainant|reporter"
)
"""Words for natural persons, wherever they stand in a name."""
COUNTING = frozenset({"count", "distinct"})
"""A name about persons with one of these words says how many or how often, not who."""
TRAITS = frozenset({"hash", "idcard", "passport", "phone", "sex", "gender", "birth", "birthday", "ethnicity"})
"""Identities and traits that only persons have: forbidden whatever the name says beside. (An age may be a record's.)"""


def find(training: Training, fitted: Fitted) -> str | None:
    """Judge every indicator of the schema by its name and by the columns that its declaration takes values from."""
    forbidden = [name for name in fitted.model.indicators if is_forbidden(name)]
    if not forbidden:
        return None
    return (
        f"A schema may not look at who a person is, it holds {', '.join(forbidden)}; "
        "remove it from the catalogue or count without telling persons apart."
    )


def is_forbidden(name: str) -> bool:
    """Whether an indicator looks at a person's identity or traits."""
    declared = BY_NAME.get(name)
    return _names_a_person(name) or (declared is not None and any(map(_names_a_person, _columns(declared))))


def _names_a_person(name: str) -> bool:
    words = set(name.lower().split("_"))
    return bool(words & TRAITS) or (PERSON.search(name.lower()) is not None and not words & COUNTING)


def _columns(indicator: Indicator) -> tuple[str, ...]:
    """The columns whose values reach the indicator; counting distinct ones does not let the values through."""
    measure = indicator.measure
    grouped = measure.columns if isinstance(measure, GroupRate) else ()
    named = getattr(measure, "column", None)
    counted = isinstance(measure, Distinct) or named is None
    return (*grouped, *(() if counted else (named,)), *_compared(indicator.where))


def _compared(conditions: tuple[Condition, ...]) -> tuple[str, ...]:
    """Columns held against a value; whether a column is filled at all says nothing about who stands there."""
    return tuple(condition.column for condition in conditions if condition.operator in ("in", "not_in", "at_least"))


CHECK = Check("forbidden_fields", "不使用个人身份信息", "no field about a person's identity", "blocking", find)
