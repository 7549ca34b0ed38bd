"""What a worklist is: one declared rule that says who is on it and why, by which records, and what is to be done."""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from supervision.worklists.ledger import Ledger

PLAN = "本区企业信用风险分类监管方案"
"""The district's plan; R numbers are the handbook's (1.3)."""

Row = Mapping[Hashable, Any]
"""One row of a list by column; dates are timestamps, absent values are null as pandas has them."""
Words = tuple[str, str]
"""Chinese and English."""


ColumnType = Literal["text", "date", "int", "float", "bool", "list"]
DTYPES = {"text": "str", "date": "datetime64[s]", "int": "Int64", "float": "float64", "bool": "bool", "list": "object"}
"""How pandas holds each type; all but bool may be null."""


@dataclass(frozen=True)
class ListColumn:
    """A column of a worklist, with its heading in both languages."""

    name: str
    zh: str
    en: str
    type: ColumnType = "text"


LEADING_COLUMNS = (
    ListColumn("enterprise_id", "统一社会信用代码或主体编号", "Unified code or subject id"),
    ListColumn("station", "市场监督管理所", "Local station"),
    ListColumn("sector", "监管领域", "Supervision sector"),
    ListColumn("due_on", "应办日期", "Due on", "date"),
    ListColumn("office", "责任单位", "Responsible office"),
)
CLOSING_COLUMNS = (
    ListColumn("why_zh", "列入原因", "Why, in Chinese"),
    ListColumn("why_en", "列入原因（英文）", "Why, in English"),
    ListColumn("internal_only", "仅限内部（涉举报或线索）", "Internal only: rests on a report or lead", "bool"),
    ListColumn("records", "依据记录", "Records behind it, subject:record_id", "list"),
)
"""Every list begins with LEADING_COLUMNS, then has its own, and ends with these."""


@dataclass(frozen=True)
class Worklist:
    """One list, as it is declared.

    `source` is the article or plan that asks for it; what neither fixes is a project decision and a key of
    `rules.toml`. `rows` answers who is on it: one row per item with `enterprise_id`, `due_on` (the day from which the
    office must act, which may lie ahead), `records` (`subject:record_id` each, at least one), every one of `columns`,
    and, where they differ from the enterprise's, `sector` and `office`. `why` says in one sentence why a row is there.
    Only enterprises in business are listed; with `in_scope_only` only those that are classified (handbook R22).
    `needs_tiers` asks for the answers of a snapshot. Lists are the office's own; one that `is_for_sampling` is also for
    the sampling module, which draws from it.
    """

    name: str
    zh: str
    en: str
    source: str
    action_zh: str
    action_en: str
    columns: tuple[ListColumn, ...]
    rows: Callable[[Ledger], pd.DataFrame]
    why: Callable[[Row], Words]
    needs_tiers: bool = False
    in_scope_only: bool = True
    is_for_sampling: bool = False

    @property
    def all_columns(self) -> tuple[ListColumn, ...]:
        """What a row has, in the order in which it is shown."""
        return (*LEADING_COLUMNS, *self.columns, *CLOSING_COLUMNS)


def day(value: pd.Timestamp) -> str:
    """A date as sentences write it."""
    return f"{value:%Y-%m-%d}"


def references(subject: str, record_ids: pd.Series) -> pd.Series:
    """Records as a row names them; an enterprise's own register entry goes by its id."""
    return subject + ":" + record_ids.astype("str")


def looked_up(keys: pd.Series, by_key: pd.Series) -> pd.Series:
    """The value of each key, null where there is none; unlike `Series.map` also of a table without rows."""
    return by_key.reindex(keys).set_axis(keys.index)


def alone(references_of: pd.Series) -> pd.Series:
    """Each reference as a list of one."""
    return references_of.map(lambda one: [one])


def collected(references_of: pd.DataFrame) -> pd.Series:
    """The column `reference` of each enterprise as one sorted list without repeats, by enterprise."""
    unique = references_of[["enterprise_id", "reference"]].drop_duplicates().sort_values(["enterprise_id", "reference"])
    return unique.groupby("enterprise_id")["reference"].agg(list)
