"""The questions that a check asks of every table, compiled once in a process.

Of a small set of records nearly all of the time went into compiling the same expressions again.
"""

from functools import cache

import ibis
import ibis.expr.types as ir

from records.casts import quoted
from records.contract import Subject
from records.rules import all_hold, rules_of, unknown_enterprise
from records.source import ibis_schema
from records.unified_code import wrong_check_character


def repeated_key_sql(subject: Subject, table: str) -> str:
    """A row, if there is a key that stands more than once in `table`."""
    key = ", ".join(map(quoted, subject.key))
    return f"SELECT 1 FROM {quoted(table)} GROUP BY {key} HAVING count(*) > 1 LIMIT 1"


@cache
def breach_sql(subject: Subject, table: str, enterprises: str | None) -> str:
    """A row, if some row of `table` breaks a rule that it can be judged by alone or by the ids in `enterprises`."""
    rows = _table(subject.name, table)
    rules = rules_of(subject)
    if enterprises is not None:
        rules = (*rules, unknown_enterprise(_table("enterprises", enterprises)))
    broken = rows.filter(~all_hold(rules, rows)).select(found=ibis.literal(1)).limit(1)
    return str(ibis.to_sql(broken, dialect="duckdb"))


@cache
def wrong_codes_sql(enterprises: str) -> str:
    """The ids in `enterprises` that have a wrong check character, each once, in their order."""
    ids = _table("enterprises", enterprises).select("enterprise_id").distinct()
    wrong = ids.filter(wrong_check_character(ids.enterprise_id)).order_by("enterprise_id")
    return str(ibis.to_sql(wrong, dialect="duckdb"))


def _table(subject: str, name: str) -> ir.Table:
    return ibis.table(ibis_schema(subject), name=name)
