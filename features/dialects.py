"""From an Ibis expression to the SQL of an engine."""

from typing import Literal

import ibis
import sqlglot
from ibis.expr.types import Table
from sqlglot.tokens import TokenType

Dialect = Literal["duckdb", "pyspark"]
"""The engine that SQL is compiled for, by the name that Ibis gives it."""


def sql_of(table: Table, dialect: Dialect) -> str:
    """The one statement that makes the table in the engine."""
    if dialect == "duckdb":
        return str(ibis.to_sql(table, dialect=dialect))
    # Naming the engine brings its options with it. The contract has no NaN, so nothing has to ask for it.
    getattr(ibis, dialect)
    ibis.options.pyspark.treat_nan_as_null = False
    return _with_doubles(str(ibis.to_sql(table, dialect=dialect)))


def _with_doubles(sql: str) -> str:
    """Numbers with a point as floating point, which Ibis means by them.

    Spark reads 365.0 as a decimal, and a division by it gives a decimal of few digits.
    """
    ends = [
        token.end + 1
        for token in sqlglot.tokenize(sql, read="spark")
        if token.token_type is TokenType.NUMBER and "." in token.text
    ]
    return "D".join(sql[start:end] for start, end in zip([0, *ends], [*ends, len(sql)], strict=True))
