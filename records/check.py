"""Judge every row against the contract: accepted, the same row again, or quarantined with its reasons.

Pandera's Ibis backend runs each rule in the engine over the whole table; where one fails, Pandera's own
verdict per row (its `check_output`) says which rows. Nothing is dropped silently: read = accepted +
duplicates + quarantined, in every subject.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import ibis
import ibis.expr.types as ir
import pandas as pd
import pandera.ibis as pandera
from pandera.errors import SchemaErrorReason, SchemaErrors

from records.casts import quoted
from records.contract import Subject
from records.rules import ROW, Rule, contradiction, rules_of, unknown_enterprise
from records.source import Records, read_records
from records.subjects import SUBJECTS
from records.unified_code import wrong_check_character

_LOG = logging.getLogger(__name__)

QUARANTINE_COLUMNS = (
    "subject",
    "row",
    "key",
    "reason",
    "explanation_zh",
    "explanation_en",
    "responsible",
    "sector",
    "content",
)
DUPLICATE_COLUMNS = ("subject", "row", "responsible", "sector")
COUNT_COLUMNS = ("subject", "read", "accepted", "duplicates", "quarantined", "flagged")


@dataclass(frozen=True)
class CheckResult:
    """What the check found.

    Attributes
    ----------
    read : Records
        The records as they were read.
    accepted : Records
        The rows that keep the contract, each once, on the same connection.
    quarantine : DataFrame
        One row per quarantined row: subject, row (its number in the subject, from 1), key (`/` between its
        parts), reason (codes of all broken rules, `;` between them), the same as sentences in Chinese and
        English, responsible and sector (null where the row names none), content (the row as JSON).
    duplicates : DataFrame
        One row per row that repeats an earlier one: subject, row, responsible, sector.
    flags : DataFrame
        One row per enterprise whose unified code has a wrong check character: enterprise_id, reason.
        Flagged rows are accepted.
    counts : DataFrame
        One row per subject: subject, read, accepted, duplicates, quarantined, flagged (accepted rows of
        flagged enterprises).
    """

    read: Records
    accepted: Records
    quarantine: pd.DataFrame
    duplicates: pd.DataFrame
    flags: pd.DataFrame
    counts: pd.DataFrame


@dataclass(frozen=True)
class _Verdict:
    read_rows: int
    accepted: ir.Table
    quarantine: pd.DataFrame
    duplicates: pd.DataFrame


def check_records(records: Records, on_subject: Callable[[str], None] | None = None) -> CheckResult:
    """Which rows keep the contract, and why do the others not?

    `on_subject` is told the name of each subject before it is checked. Enterprises are judged first, because
    an event of an enterprise without an accepted row is quarantined.
    """
    verdicts: dict[str, _Verdict] = {}
    for subject in SUBJECTS.values():
        if on_subject is not None:
            on_subject(subject.name)
        known = verdicts["enterprises"].accepted if verdicts else None
        verdicts[subject.name] = _judge(records, subject, known)
    accepted = Records(records.connection, {name: verdict.accepted for name, verdict in verdicts.items()})
    flags = _flags(accepted.tables["enterprises"])
    flagged = ibis.memtable(flags) if len(flags) else None
    return CheckResult(
        read=records,
        accepted=accepted,
        quarantine=pd.concat([verdict.quarantine for verdict in verdicts.values()], ignore_index=True),
        duplicates=pd.concat([verdict.duplicates for verdict in verdicts.values()], ignore_index=True),
        flags=flags,
        counts=_counts(records, verdicts, flagged),
    )


def load_records(location: str | Path) -> Records:
    """The accepted records at `location`; otherwise as `checked_records`."""
    return checked_records(location).accepted


def checked_records(location: str | Path) -> CheckResult:
    """The records at `location` with what the check found; how many were quarantined is logged as a warning.

    Raises
    ------
    DataError
        If the records cannot be read as the contract declares.
    """
    result = check_records(read_records(location))
    for note in result.read.notes:
        _LOG.warning(note)
    if len(result.quarantine):
        _LOG.warning(
            "%d row(s) break the contract and are not used; fenji check tells which and why.",
            len(result.quarantine),
        )
    return result


def schema_of(subject: Subject, rules: tuple[Rule, ...], table: ir.Table) -> pandera.DataFrameSchema:
    """The Pandera schema of a subject: every column with its type, and one check that all rules hold.

    One check and not one per rule, because each costs a query: over 3 million rows in 15 subjects the check
    took 24 s with one per rule. Which rules a failing row breaks is asked of the failing rows alone.
    """
    columns = {
        # Pandera knows no lists; reading has already made this one a list of texts.
        column.name: pandera.Column(None if column.type == "list" else table[column.name].type(), nullable=True)
        for column in subject.columns
    }
    # Pandera would fetch and format every failing row as text; one is enough here.
    check = pandera.Check(lambda data: all_hold(rules, data.table), name="contract", n_failure_cases=1)
    return pandera.DataFrameSchema(columns, checks=[check], name=subject.name)


def all_hold(rules: tuple[Rule, ...], table: ir.Table) -> ir.BooleanValue:
    """Whether a row keeps all rules, in any engine; never null."""
    return ibis.and_(*(_holds(rule, table) for rule in rules))


def _holds(rule: Rule, table: ir.Table) -> ir.BooleanValue:
    return rule.holds(table).fill_null(True)


def _judge(records: Records, subject: Subject, enterprises: ir.Table | None) -> _Verdict:
    table = records.tables[subject.name]
    read_rows = _count(records, table)
    if not read_rows:
        return _Verdict(0, table, _empty(QUARANTINE_COLUMNS), _empty(DUPLICATE_COLUMNS))
    rows = table.select(**{ROW: table.rowid() + 1}, **{name: table[name] for name in table.columns})
    rules = rules_of(subject)
    if enterprises is not None:
        rules = (*rules, unknown_enterprise(enterprises))
    copies = _copies(records, subject, rows)
    duplicates = _empty(DUPLICATE_COLUMNS)
    if copies is not None:
        repeated = copies.filter(~copies.is_first)
        duplicates = _duplicates(subject, rows.semi_join(repeated, ROW))
        rules = (*rules, contradiction(subject, copies.filter(copies.is_contradicted)))
        rows = rows.anti_join(repeated, ROW)
    kept = _kept(subject, rules, rows)
    if kept is None and not len(duplicates):
        return _Verdict(read_rows, table, _empty(QUARANTINE_COLUMNS), duplicates)
    quarantine = _empty(QUARANTINE_COLUMNS)
    if kept is not None:
        quarantine = _quarantine(subject, rules, rows.filter(~kept))
        rows = rows.filter(kept)
    # In the order of the files, so that the same records give the same table.
    in_order = rows.order_by(ROW).select(*subject.column_names)
    accepted = _store(records, f"accepted_{table.get_name()}", in_order)
    return _Verdict(read_rows, accepted, quarantine, duplicates)


def _copies(records: Records, subject: Subject, rows: ir.Table) -> ir.Table | None:
    """Per row whose key stands more than once: is it the first of its equals, does another row contradict it?

    None where no key is repeated, as usual; only then is the content of rows compared.
    """
    key = list(subject.key)
    repeated = rows.group_by(key).having(rows.count() > 1).agg()
    suspects = rows.semi_join(repeated, key)
    content = list(subject.column_names)
    marked = suspects.mutate(first_row=suspects[ROW].min().over(ibis.window(group_by=content)))
    by_key = ibis.window(group_by=key)
    marked = marked.select(
        ROW,
        is_first=marked[ROW] == marked.first_row,
        is_contradicted=marked.first_row.min().over(by_key) != marked.first_row.max().over(by_key),
    )
    copies = _store(records, f"copies_{subject.name}", marked)
    return copies if _count(records, copies) else None


def _kept(subject: Subject, rules: tuple[Rule, ...], rows: ir.Table) -> ir.BooleanColumn | None:
    """Pandera's verdict per row: true where the contract is kept; None if every row keeps it."""
    try:
        schema_of(subject, rules, rows).validate(rows, lazy=True)
    except SchemaErrors as failure:
        error = failure.schema_errors[0]
        # Pandera reports an exception inside a check as a failed check; that is not the data's fault.
        if error.reason_code is not SchemaErrorReason.DATAFRAME_CHECK:
            raise
        return error.check_output
    return None


def _quarantine(subject: Subject, rules: tuple[Rule, ...], bad: ir.Table) -> pd.DataFrame:
    frame = bad.order_by(ROW).select(
        subject=ibis.literal(subject.name),
        row=bad[ROW],
        key=ibis.literal("/").join([bad[name].cast("string").fill_null("") for name in subject.key]),
        reason=_told(rules, bad, lambda rule: rule.name),
        explanation_zh=_told(rules, bad, lambda rule: rule.zh),
        explanation_en=_told(rules, bad, lambda rule: rule.en),
        responsible=_or_null(bad, "responsible"),
        sector=_or_null(bad, "sector"),
        content=ibis.struct({name: bad[name] for name in subject.column_names}).cast("json").cast("string"),
    )
    return frame.to_pyarrow().to_pandas()


def _told(rules: tuple[Rule, ...], bad: ir.Table, text: Callable[[Rule], str]) -> ir.StringValue:
    """What `text` says of every rule that a row breaks, `; ` between them."""
    parts = [_holds(rule, bad).ifelse("", f"{text(rule)}; ") for rule in rules]
    return ibis.literal("").join(parts).re_replace("; $", "")


def _or_null(table: ir.Table, name: str) -> ir.Value:
    return table[name] if name in table.columns else ibis.null("string")


def _empty(columns: tuple[str, ...]) -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series(dtype="str") for name in columns}).astype({"row": "int64"})


def _duplicates(subject: Subject, repeated: ir.Table) -> pd.DataFrame:
    frame = repeated.order_by(ROW).select(
        subject=ibis.literal(subject.name),
        row=repeated[ROW],
        responsible=_or_null(repeated, "responsible"),
        sector=_or_null(repeated, "sector"),
    )
    return frame.to_pyarrow().to_pandas()


def _flags(enterprises: ir.Table) -> pd.DataFrame:
    identifiers = enterprises.select("enterprise_id").distinct()
    wrong = identifiers.filter(wrong_check_character(identifiers.enterprise_id)).order_by("enterprise_id")
    return wrong.mutate(reason=ibis.literal("wrong_check_character")).to_pyarrow().to_pandas()


def _counts(records: Records, verdicts: dict[str, _Verdict], flagged: ir.Table | None) -> pd.DataFrame:
    rows = []
    for name, verdict in verdicts.items():
        accepted = _count(records, verdict.accepted)
        of_flagged = 0
        if flagged is not None and accepted:
            of_flagged = verdict.accepted.semi_join(flagged, "enterprise_id").count().to_pyarrow().as_py()
        rows.append((name, verdict.read_rows, accepted, len(verdict.duplicates), len(verdict.quarantine), of_flagged))
    return pd.DataFrame(rows, columns=list(COUNT_COLUMNS))


def _store(records: Records, name: str, rows: ir.Table) -> ir.Table:
    records.connection.create_table(name, rows, overwrite=True)
    return records.connection.table(name)


def _count(records: Records, table: ir.Table) -> int:
    """Rows of a stored table; plain SQL, because compiling the expression takes longer than counting."""
    counted = records.connection.raw_sql(f"SELECT count(*) FROM {quoted(table.get_name())}").fetchone()
    assert counted is not None
    return int(counted[0])
