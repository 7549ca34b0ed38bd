"""How quarantined rows and quality flags are written down, for the officer who has to put them right."""

from collections import Counter
from functools import cache
from typing import Any

import pyarrow as pa

from records.contract import Subject
from records.rules import rules_of
from records.systems.declaration import Layout, label_of
from records.systems.delivery import Delivery
from records.systems.reasons import REASONS, Said
from records.systems.versions import Placed

HEADERS = ("行号 row", "原因代码 reasons", "说明", "explanation")
"""Columns that stand before the delivered ones, which keep their names: a corrected file can be imported as it is."""

Fault = tuple[str, str, str]


def quarantined_rows(delivery: Delivery) -> list[list[str]]:
    """A table of texts: a header, and one row per quarantined row with its number in the file and its reasons."""
    table = [[*HEADERS, *delivery.headers]]
    for number, row, cells in zip(delivery.numbers, delivery.rows, delivery.originals, strict=True):
        if row.faults:
            said = [explained(delivery.layout, fault) for fault in row.faults]
            reasons = "; ".join(dict.fromkeys(reason_name(fault) for fault in row.faults))
            told = ("; ".join(one.zh for one in said), "; ".join(one.en for one in said))
            table.append([str(number), reasons, *told, *(_shown(cell) for cell in cells)])
    return table


def reason_counts(delivery: Delivery) -> dict[str, int]:
    """How many rows each reason quarantines; a row may have several."""
    reasons = [name for row in delivery.rows for name in {reason_name(fault) for fault in row.faults}]
    return dict(sorted(Counter(reasons).items()))


def flags_table(delivery: Delivery, placed: Placed) -> pa.Table:
    """One row per flag of a row that was not quarantined: row (its number in the file), column, flag."""
    found = [
        (number, column, flag)
        for number, row, state in zip(delivery.numbers, delivery.rows, placed.states, strict=True)
        if state != "quarantined"
        for flag, column in row.flags
    ]
    rows, columns, flags = zip(*found, strict=True) if found else ((), (), ())
    return pa.table(
        {
            "row": pa.array(rows, pa.int64()),
            "column": pa.array(columns, pa.string()),
            "flag": pa.array(flags, pa.string()),
        }
    )


def reason_name(fault: Fault) -> str:
    """The stable code of a reason, with the column where it is about one."""
    code, column, _ = fault
    return f"{code}:{column}" if column else code


def explained(layout: Layout, fault: Fault) -> Said:
    """One sentence in each language: the rule, and what was received."""
    code, column, received = fault
    got_zh, got_en = (f"：{received}", f", got {received}") if received else ("", "")
    if code in REASONS:
        zh, en = label_of(layout, column) if column else ("", "")
        return Said(
            f"“{zh}”{REASONS[code].zh}{got_zh}" if zh else f"{REASONS[code].zh}{got_zh}",
            f"{en} {REASONS[code].en}{got_en}".strip(),
        )
    rule = _rules(layout.subject)[(code, column)]
    return Said(f"{rule.zh}{got_zh}", f"{rule.en}{got_en}")


@cache
def _rules(subject: Subject) -> dict[tuple[str, str], Any]:
    return {(rule.code, rule.column): rule for rule in rules_of(subject)}


def _shown(cell: Any) -> str:
    return "" if cell is None else str(cell)
