"""How a raw column becomes a typed one: SQL for DuckDB, by declared type and by the type that was found.

Every cast answers NULL for a value that it cannot read, so one reading of the file both casts and finds out
whether all could be cast. Casts never round, truncate or guess: a time in a date column or a fraction in a
whole number is a wrong type. Blank text is null in every column, and text loses spaces at its ends.
"""

import pyarrow as pa

from records.contract import TIMEZONE, Column, ColumnType

SQL_TYPES: dict[ColumnType, str] = {
    "string": "VARCHAR",
    "date": "DATE",
    "timestamp": "TIMESTAMP",
    "int": "BIGINT",
    "float": "DOUBLE",
    "bool": "BOOLEAN",
    "list": "VARCHAR[]",
}

ARROW_TYPES: dict[ColumnType, pa.DataType] = {
    "string": pa.string(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us"),
    "int": pa.int64(),
    "float": pa.float64(),
    "bool": pa.bool_(),
    "list": pa.list_(pa.string()),
}
"""How each type of the contract is stored in Arrow and Parquet."""

EXPECTED: dict[ColumnType, str] = {
    "string": "text",
    "date": "a date as YYYY-MM-DD without a time",
    "timestamp": "a timestamp as YYYY-MM-DD HH:MM:SS, with its zone if it is not Asia/Shanghai",
    "int": "a whole number",
    "float": "a number without thousands separators",
    "bool": "true or false",
    "list": "a list of texts (in CSV separated by ;)",
}
"""What a column of each type must hold, in the words of an error's remedy."""

_WHOLE = {"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT"}
_WHOLE |= {f"U{name}" for name in _WHOLE}
_FRACTIONAL = {"FLOAT", "DOUBLE", "DECIMAL"}
_NAIVE = {"TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS"}
_ZONED = {"TIMESTAMP WITH TIME ZONE"}
_TEXT = {"VARCHAR", "ENUM", "JSON"}

_DAY = r"\d{4}[-/]\d{1,2}[-/]\d{1,2}"
_CLOCK = r"\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?"
_MIDNIGHT = r"00:00(:00(\.0+)?)?"
_ZONE = r" ?(Z|[+-]\d{2}(:?\d{2})?)"


def quoted(name: str) -> str:
    """`name` as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def cast_sql(column: Column, found: str) -> str | None:
    """SQL that reads `column` from a raw column of DuckDB type `found`; None if no value could be read."""
    kind = "list" if found.endswith("[]") else found.split("(")[0]
    raw = quoted(column.name)
    if kind in _TEXT:
        return _from_text(column.type, f"nullif(trim({raw}::VARCHAR), '')")
    return _from_typed(column.type, raw, kind)


def given_sql(column: Column, found: str) -> str:
    """SQL that says whether the raw column holds a value at all (blank text is none)."""
    raw = quoted(column.name)
    is_text = not found.endswith("[]") and found.split("(")[0] in _TEXT
    return f"nullif(trim({raw}::VARCHAR), '') IS NOT NULL" if is_text else f"{raw} IS NOT NULL"


def absent_sql(column: Column) -> str:
    """SQL for a column of which there is no value: NULL, or the empty list."""
    return "[]::VARCHAR[]" if column.type == "list" else f"NULL::{SQL_TYPES[column.type]}"


def _from_text(wanted: ColumnType, text: str) -> str:
    match wanted:
        case "string":
            return text
        case "date":
            is_day = f"regexp_full_match({text}, '{_DAY}([ T]{_MIDNIGHT})?')"
            return f"CASE WHEN {is_day} THEN try_cast({text} AS DATE) END"
        case "timestamp":
            return _timestamp_from_text(text)
        case "int":
            return _whole_number(f"try_cast({text} AS DOUBLE)")
        case "float":
            return f"try_cast({text} AS DOUBLE)"
        case "bool":
            return _truth(text)
        case "list":
            return _clean_list(f"string_split(coalesce({text}, ''), ';')")


def _timestamp_from_text(text: str) -> str:
    """A timestamp without a zone is local time; DuckDB's own cast would drop a zone silently."""
    return (
        f"CASE WHEN regexp_full_match({text}, '{_DAY}([ T]{_CLOCK})?') THEN try_cast({text} AS TIMESTAMP)"
        f" WHEN regexp_full_match({text}, '{_DAY}[ T]{_CLOCK}{_ZONE}')"
        f" THEN timezone('{TIMEZONE}', try_cast({text} AS TIMESTAMPTZ)) END"
    )


def _from_typed(wanted: ColumnType, raw: str, kind: str) -> str | None:
    match wanted:
        case "string" if kind in _WHOLE or kind == "UUID":
            return f"{raw}::VARCHAR"
        case "date":
            return _date_from_typed(raw, kind)
        case "timestamp" if kind in _NAIVE or kind == "DATE":
            return f"{raw}::TIMESTAMP"
        case "timestamp" if kind in _ZONED:
            return f"timezone('{TIMEZONE}', {raw})"
        case "int" if kind in _WHOLE:
            return f"try_cast({raw} AS BIGINT)"
        case "int" if kind in _FRACTIONAL:
            return _whole_number(raw)
        case "float" if kind in _WHOLE or kind in _FRACTIONAL:
            return f"{raw}::DOUBLE"
        case "bool" if kind == "BOOLEAN":
            return raw
        case "bool" if kind in _WHOLE:
            return _truth(f"{raw}::VARCHAR")
        case "list" if kind == "list":
            return _clean_list(f"coalesce({raw}::VARCHAR[], [])")
    return None


def _date_from_typed(raw: str, kind: str) -> str | None:
    """A day, also from a timestamp at 00:00 local time, which is how many tools write a day."""
    if kind == "DATE":
        return raw
    if kind in _NAIVE:
        return f"CASE WHEN {raw} = date_trunc('day', {raw}) THEN {raw}::DATE END"
    if kind in _ZONED:
        return _date_from_typed(f"timezone('{TIMEZONE}', {raw})", "TIMESTAMP")
    return None


def _whole_number(number: str) -> str:
    """Tools that know no null whole number write 3 as 3.0; 3.7 is a wrong type."""
    return f"CASE WHEN trunc({number}) = {number} THEN try_cast({number} AS BIGINT) END"


def _truth(text: str) -> str:
    is_true, is_false = f"lower({text}) IN ('true', '1')", f"lower({text}) IN ('false', '0')"
    return f"CASE WHEN {is_true} THEN true WHEN {is_false} THEN false END"


def _clean_list(texts: str) -> str:
    """Sorted and without blanks or repetitions, so that equal lists compare equal."""
    trimmed = f"list_transform({texts}, lambda item: trim(item))"
    return f"list_sort(list_distinct(list_filter({trimmed}, lambda item: item <> '')))"
