"""Which records count at an as-of date: the two clocks, versions, withdrawals and repairs.

Every table here is an unbound expression over named tables, so that it is compiled once and run for any date:
each date is a row of the table CLOCK. Where that has several, everything is worked out for each of them at once, and
`as_of` says for which.
"""

from collections.abc import Callable

import ibis
from ibis.expr.types import BooleanValue, Table

from records.contract import Column
from records.subjects import SUBJECTS

CLOCK = "clock"
VersionsOf = Callable[[str], Table]
"""Where a subject's versions come from: all of them, made once, or those of a few enterprises, worked out at once."""
CLOCK_TABLE = ibis.table({"as_of": "date", "midnight": "timestamp(6)"}, name=CLOCK)
"""One row per as-of date, with its 00:00 (naive Asia/Shanghai)."""

_TYPES = {
    "string": "string",
    "date": "date",
    "timestamp": "timestamp(6)",
    "int": "int64",
    "float": "float64",
    "bool": "boolean",
    "list": "array<string>",
}


def given_name(subject: str) -> str:
    """Under which name the steps read the subject's rows as they were given."""
    return f"given_{subject}"


def given(subject: str) -> Table:
    """The subject's rows as they were given, with the columns that the contract declares."""
    return ibis.table(_schema(SUBJECTS[subject].columns), name=given_name(subject))


def versions(subject: str, table: Table) -> Table:
    """All versions of the records in `table`, each with `superseded_at`, when a later one became known.

    That moment does not depend on an as-of date: it is worked out once, and every as-of date is then a filter.
    """
    of_one_thing = ibis.window(group_by=list(SUBJECTS[subject].versioned_by), order_by="known_at")
    return table.mutate(superseded_at=table["known_at"].lead().over(of_one_thing))


def later_name(subject: str) -> str:
    """What the table that `later_versions` describes is called once it is made."""
    return f"later_{subject}"


def later_versions(subject: str) -> Table:
    """What of the rows as they were given a later version replaced: what it is a version of, known_at, superseded_at.

    One pass tells what has several versions, and of what has two, which is nearly all of it, it tells everything; only
    the rest is sorted.
    """
    rows, thing = given(subject), list(SUBJECTS[subject].versioned_by)
    ends = rows.group_by(thing).agg(
        known_at=rows["known_at"].min(), superseded_at=rows["known_at"].max(), rows=rows.count()
    )
    several = ends.filter(ends["known_at"] < ends["superseded_at"])
    of_two = several.filter(several["rows"] == 2)
    others = versions(subject, rows.semi_join(several.filter(several["rows"] > 2), thing))
    of_others = others.filter(others["superseded_at"] > others["known_at"])
    columns = (*thing, "known_at", "superseded_at")
    return of_two.select(*columns).union(of_others.select(*columns).distinct())


def joined_versions(subject: str) -> Table:
    """What `versions` gives of the rows as they were given, once `later_versions` is made."""
    thing = [*SUBJECTS[subject].versioned_by, "known_at"]
    types = {column.name: _TYPES[column.type] for column in SUBJECTS[subject].columns if column.name in thing}
    later = ibis.table({**types, "superseded_at": "timestamp(6)"}, name=later_name(subject))
    rows = given(subject)
    return rows.left_join(later, thing).select(*rows.columns, "superseded_at")


def versions_name(subject: str) -> str:
    """What the table that `versions` describes is called once it is made."""
    return f"versions_{subject}"


def made_versions(subject: str) -> Table:
    """The table that `versions` describes, once it is made."""
    return ibis.table(
        {**_schema(SUBJECTS[subject].columns), "superseded_at": "timestamp(6)"}, name=versions_name(subject)
    )


def in_force(subject: str, versions_of: VersionsOf = made_versions) -> Table:
    """The records of a subject that count at each of the clock's dates A, one row per record and A, which is `as_of`.

    A row counts if it occurred and was known strictly before A, no later version was known before A, it is neither
    withdrawn nor out of use on A, and no granted repair known before A has taken effect by A. For `enterprises`,
    one row per enterprise: the one with the latest `valid_from` before A, unless it has ended by A.
    """
    if subject == "enterprises":
        return _enterprises_in_force(versions_of)
    rows = _usable(subject, versions_of)
    if subject not in SUBJECTS["repairs"].column("target_subject").codes:
        return rows
    repairs = _usable("repairs", versions_of)
    acting = repairs.filter(
        repairs["target_subject"] == subject,
        repairs["decision"] == "granted",
        repairs["effective_on"] <= repairs["as_of"],
    )
    # Of the same enterprise, so that nobody's indicators hang on records filed under another.
    repaired = acting.select("as_of", "enterprise_id", record_id="target_record_id").distinct()
    return rows.anti_join(repaired, ["as_of", "enterprise_id", "record_id"])


def _usable(subject: str, versions_of: VersionsOf) -> Table:
    table = versions_of(subject).cross_join(CLOCK_TABLE)
    usable = table.filter(
        table["occurred_on"] < table["as_of"],
        _known(table),
        table["withdrawn_at"].isnull() | (table["withdrawn_at"] > table["as_of"]),
        table["use_until"].isnull() | (table["use_until"] > table["as_of"]),
    )
    return usable.drop("superseded_at", "midnight")


def _known(table: Table) -> BooleanValue:
    replaced = table["superseded_at"] < table["midnight"]
    return (table["known_at"] < table["midnight"]) & ~replaced.fill_null(False)


def known_enterprises(versions_of: VersionsOf = made_versions) -> Table:
    """The rows of `enterprises` that began and were known before each of the clock's dates A, ended or not."""
    table = versions_of("enterprises").cross_join(CLOCK_TABLE)
    return table.filter(table["valid_from"] < table["as_of"], _known(table)).drop("superseded_at", "midnight")


def _enterprises_in_force(versions_of: VersionsOf) -> Table:
    known = known_enterprises(versions_of)
    whose = ["as_of", "enterprise_id"]
    of_one_enterprise = ibis.window(group_by=whose, order_by=ibis.desc("valid_from"))
    ranked = known.mutate(
        version=ibis.row_number().over(of_one_enterprise),
        first_valid_from=known["valid_from"].min().over(ibis.window(group_by=whose)),
    )
    current = ranked.filter(
        ranked["version"] == 0, ranked["valid_to"].isnull() | (ranked["valid_to"] > ranked["as_of"])
    )
    return current.drop("version")


def _schema(columns: tuple[Column, ...]) -> dict[str, str]:
    return {column.name: _TYPES[column.type] for column in columns}
