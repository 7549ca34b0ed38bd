"""The contract's own rules asked of delivered rows, and the flags that only the register can give."""

from collections.abc import Collection, Iterator, Sequence
from typing import Any

import ibis
import pyarrow as pa

from records.casts import ARROW_TYPES
from records.contract import Column, Subject
from records.rules import ROW, Rule, rules_of
from records.systems.declaration import Row
from records.unified_code import has_wrong_check_character


def arrow_table(subject: Subject, rows: Sequence[dict[str, Any]]) -> pa.Table:
    """Rows as the contract types them; a column that a row lacks is null, or the empty list."""
    fields = [pa.field(column.name, ARROW_TYPES[column.type], column.nullable) for column in subject.columns]
    arrays = [
        pa.array([_stored(row.get(column.name), column) for row in rows], ARROW_TYPES[column.type])
        for column in subject.columns
    ]
    return pa.Table.from_arrays(arrays, schema=pa.schema(fields))


def refuse_rule_breakers(subject: Subject, rows: Sequence[Row], derived: Collection[str]) -> None:
    """Refuse every row that breaks a rule of the contract.

    Nothing more is said of columns that could not be read, nor that a column of `derived` is missing where it would
    have followed from one of them.
    """
    judged = [(position, row) for position, row in enumerate(rows) if not row.is_broken]
    if not judged:
        return
    unreadable = {position for position, row in judged if row.faults}
    for rule, position in _breaches(subject, judged):
        row = rows[position]
        follows = rule.code == "missing" and rule.column in derived and position in unreadable
        if not follows and not (rule.column and row.is_faulty_in(rule.column)):
            row.refuse(rule.code, rule.column, row.get(rule.column) if rule.column else "")


def flag_identifiers(rows: Sequence[Row], known: Collection[str]) -> None:
    """Flag enterprises that the register does not have yet, and unified codes with a wrong check character."""
    for row in rows:
        identifier = row.get("enterprise_id")
        if identifier is None:
            continue
        if has_wrong_check_character(identifier):
            row.flag("wrong_check_character", "enterprise_id")
        if identifier not in known:
            row.flag("unknown_enterprise", "enterprise_id")


def _breaches(subject: Subject, judged: Sequence[tuple[int, Row]]) -> Iterator[tuple[Rule, int]]:
    """Every rule that is broken, with the position of the row that breaks it; one query asks all rules."""
    rules = rules_of(subject)
    typed = arrow_table(subject, [row.values for _, row in judged])
    nullable = pa.schema([pa.field(field.name, field.type) for field in typed.schema])
    positions = pa.array([position for position, _ in judged], pa.int64())
    table = ibis.duckdb.connect().create_table("delivered", typed.cast(nullable).append_column(ROW, positions))
    asked = {str(number): ~rule.holds(table).fill_null(True) for number, rule in enumerate(rules)}
    answers = table.select(ROW, **asked).to_pyarrow()
    for number, rule in enumerate(rules):
        yield from ((rule, position) for position in answers.filter(answers[str(number)])[ROW].to_pylist())


def _stored(value: Any, column: Column) -> Any:
    if column.type == "list":
        return [] if value is None else list(value)
    return value
