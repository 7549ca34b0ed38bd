"""What a single row must satisfy, derived from the declarations of its subject.

A rule is a condition in Ibis with a stable code and a sentence in both languages. It is true or null for a
row that keeps it; only `missing` and `no_owner` look at nulls, so every other rule passes over them.
"""

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

import ibis
import ibis.expr.types as ir

from records.contract import Column, Subject

EARLIEST = date(1949, 10, 1)
LATEST = date(2100, 1, 1)
"""A date before EARLIEST or after LATEST is impossible (project decision: nothing was registered before the
People's Republic, and far dates are how some systems write "none")."""

OWNER_COLUMNS = ("producer", "provider", "responsible")
"""Who produced, provided and answers for a record (R1: 谁产生、谁提供、谁负责)."""

ENDS_OF_EVENT = ("withdrawn_at", "use_until", "removed_on", "ended_on")
"""Dates that end something which began on `occurred_on`, and so cannot lie before it."""

ROW = "row"
"""The column that carries a row's number in its subject, counted from 1, while rows are checked."""


@dataclass(frozen=True)
class Rule:
    """One condition on a row. `name` is its stable code, with the column where it is about one.

    `holds` gets the table of a subject and answers a boolean column of it.
    """

    code: str
    column: str
    zh: str
    en: str
    holds: Callable[[ir.Table], ir.BooleanValue]

    @property
    def name(self) -> str:
        return f"{self.code}:{self.column}" if self.column else self.code


def rules_of(subject: Subject) -> tuple[Rule, ...]:
    """Every rule that a row of `subject` can be judged by alone, without other rows or subjects."""
    rules = [rule for column in subject.columns for rule in _column_rules(column)]
    return (*rules, *_date_order_rules(subject))


def holds(rule: Rule, table: ir.Table) -> ir.BooleanValue:
    """Whether each row keeps a rule; never null."""
    return rule.holds(table).fill_null(True)


def all_hold(rules: Iterable[Rule], table: ir.Table) -> ir.BooleanValue:
    """Whether each row keeps every rule; never null."""
    return ibis.and_(*(holds(rule, table) for rule in rules))


def unknown_enterprise(enterprises: ir.Table) -> Rule:
    """The rule that an event belongs to an enterprise with at least one accepted row."""
    return Rule(
        "unknown_enterprise",
        "",
        "市场主体编号不在主体档案中",
        "enterprise_id must be the id of an accepted row in enterprises",
        lambda table: table.enterprise_id.isin(enterprises.enterprise_id),
    )


def contradiction(subject: Subject, contradicted: ir.Table) -> Rule:
    """The rule that no other row has the same key and another content; `contradicted` holds rows that do."""
    key = ", ".join(subject.key)
    return Rule(
        "contradiction",
        "",
        f"同一主键（{key}）有内容不同的多行，无法判断何者正确",
        f"rows with one key ({key}) must be equal; nobody can say which of the different ones is right",
        lambda table: table[ROW].notin(contradicted[ROW]),
    )


def _column_rules(column: Column) -> Iterator[Rule]:
    name = column.name
    if name in OWNER_COLUMNS:
        yield Rule("no_owner", name, f"{column.zh}为空", f"{name} must be given", lambda t: t[name].notnull())
    elif not column.nullable and column.type != "list":
        yield Rule("missing", name, f"{column.zh}为空", f"{name} must be given", lambda t: t[name].notnull())
    if column.codes:
        yield Rule(
            "bad_code",
            name,
            f"{column.zh}不在代码表内（{'、'.join(column.codes)}）",
            f"{name} must be one of {', '.join(column.codes)}",
            lambda t: t[name].isin(column.codes),
        )
    if column.type == "float":
        yield Rule(
            "not_finite",
            name,
            f"{column.zh}不是有限数值",
            f"{name} must be a finite number",
            lambda t: ~(t[name].isnan() | t[name].isinf()),
        )
    if column.type in ("date", "timestamp"):
        yield Rule(
            "impossible_date",
            name,
            f"{column.zh}早于 {EARLIEST} 或晚于 {LATEST}",
            f"{name} must lie between {EARLIEST} and {LATEST}",
            lambda t: t[name].between(_bound(column, EARLIEST), _bound(column, LATEST)),
        )
    if column.minimum is not None or column.maximum is not None:
        yield _bounds_rule(column)


def _bound(column: Column, day: date) -> ir.Scalar:
    return ibis.date(day) if column.type == "date" else ibis.timestamp(day.isoformat())


def _bounds_rule(column: Column) -> Rule:
    low = -math.inf if column.minimum is None else column.minimum
    high = math.inf if column.maximum is None else column.maximum
    return Rule(
        "out_of_bounds",
        column.name,
        f"{column.zh}超出范围 [{low:g}, {high:g}]",
        f"{column.name} must lie in [{low:g}, {high:g}]",
        lambda table: table[column.name].between(low, high),
    )


def _date_order_rules(subject: Subject) -> Iterator[Rule]:
    if subject.is_event:
        yield Rule(
            "known_before_event",
            "",
            "获知时间早于发生日期",
            "known_at must not lie before the day of occurred_on",
            lambda t: t.known_at >= t.occurred_on.cast("timestamp"),
        )
    for name in ENDS_OF_EVENT:
        if name in subject.column_names:
            yield _end_rule(subject.column(name))
    if "valid_to" in subject.column_names:
        yield Rule(
            "empty_validity",
            "",
            "失效日期不晚于生效日期",
            "valid_to must lie after valid_from",
            lambda t: t.valid_to > t.valid_from,
        )


def _end_rule(column: Column) -> Rule:
    return Rule(
        "ended_before_event",
        column.name,
        f"{column.zh}早于发生日期",
        f"{column.name} must not lie before occurred_on",
        lambda table: table[column.name] >= table.occurred_on,
    )
