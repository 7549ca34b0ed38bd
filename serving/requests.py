"""What a caller may send: strict models, in which nothing is guessed, filled in or ignored."""

import re
from datetime import date, datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import pandas as pd
from pydantic import (
    AfterValidator,
    AllowInfNan,
    BaseModel,
    BeforeValidator,
    Field,
    StringConstraints,
    create_model,
)
from pydantic_core import PydanticCustomError

from model.reasons import Language
from records.contract import TIMEZONE, Column, Subject
from records.errors import RequestError
from records.subjects import SUBJECTS
from serving.reading import EnterpriseId, Strict

MAX_SCORED_IDS = 10_000
MAX_EXPLAINED_IDS = 100
MAX_WORKLIST_ROWS = 1_000
MAX_OFFSET = 10**8

SectorId = Annotated[str, StringConstraints(min_length=1, max_length=64)]


class ScoreRequest(Strict):
    """Whose tiers, and in which sector (null: in each of the enterprise's)."""

    enterprise_ids: list[EnterpriseId] = Field(min_length=1, max_length=MAX_SCORED_IDS)
    sector: SectorId | None = None


class ExplainRequest(Strict):
    """Whose reasons, in which language, and at most how many (null: all)."""

    enterprise_ids: list[EnterpriseId] = Field(min_length=1, max_length=MAX_EXPLAINED_IDS)
    sector: SectorId | None = None
    lang: Language = "zh"
    limit: int | None = Field(default=None, ge=1, le=1000)


def _day(given: Any) -> Any:
    """A date as JSON can hold it: `2024-06-30`, or its midnight, which is how many tools write a date."""
    found = re.fullmatch(r"(\d{4}-\d{2}-\d{2})(?:T00:00:00(?:\.0+)?)?", given) if isinstance(given, str) else None
    if found is None:
        raise PydanticCustomError("date_type", "A date must be written YYYY-MM-DD")
    try:
        return date.fromisoformat(found[1])
    except ValueError:
        raise PydanticCustomError("date_parsing", "A date must be in the calendar") from None


Day = Annotated[date, BeforeValidator(_day, json_schema_input_type=date)]


def _whole(given: Any) -> Any:
    """A whole number may be written 3.0, as in a file of the contract."""
    return int(given) if isinstance(given, float) and given.is_integer() else given


def _local(moment: datetime) -> datetime:
    """Naive local time, as everywhere inside: an offset is worked out, none means local already."""
    return moment if moment.tzinfo is None else moment.astimezone(ZoneInfo(TIMEZONE)).replace(tzinfo=None)


Count = Annotated[int, BeforeValidator(_whole, json_schema_input_type=int)]


_TYPES: dict[str, Any] = {
    "string": str,
    "date": Day,
    "timestamp": Annotated[datetime, AfterValidator(_local)],
    "int": Annotated[Count, Field(ge=-(2**63), lt=2**63)],
    "float": Annotated[float, AllowInfNan(False)],
    "bool": bool,
    "list": list[str],
}


def _row_field(column: Column) -> Any:
    kind = _TYPES[column.type]
    return (kind | None, None) if column.nullable else (kind, ...)


def _row_model(subject: Subject) -> type[BaseModel]:
    fields = {column.name: _row_field(column) for column in subject.columns}
    return create_model(f"{subject.name}_row", __base__=Strict, **fields)


_SENT: dict[str, Any] = {
    name: (list[_row_model(subject)], Field(min_length=1) if name == "enterprises" else [])  # type: ignore[misc]
    for name, subject in SUBJECTS.items()
}
SentRecords: type[BaseModel] = create_model("SentRecords", __base__=Strict, **_SENT)
"""Rows by subject, as the record contract declares them; `enterprises` is required."""


class ScoreRecordsRequest(Strict):
    """Records sent along, and the as-of date at which they are to be scored."""

    as_of: date
    records: SentRecords  # type: ignore[valid-type]
    sector: SectorId | None = None
    lang: Language = "zh"
    limit: int | None = Field(default=None, ge=1, le=1000)

    def frames(self) -> dict[str, pd.DataFrame]:
        """The rows as one frame per subject that was sent, with the contract's columns."""
        sent = {name: getattr(self.records, name) for name in SUBJECTS}
        ids = {row.enterprise_id for row in sent["enterprises"]}
        if len(ids) > MAX_EXPLAINED_IDS:
            raise RequestError(
                "too_many",
                "records.enterprises",
                f"Records of at most {MAX_EXPLAINED_IDS} enterprises may be sent, got {len(ids)}; send fewer.",
            )
        return {name: _frame(SUBJECTS[name], rows) for name, rows in sent.items() if rows}


class WorklistQuery(Strict):
    """Which rows of a worklist: of one station or sector (null: of all), from which on, and at most how many."""

    station: Annotated[str, StringConstraints(min_length=1, max_length=64)] | None = None
    sector: SectorId | None = None
    offset: int = Field(default=0, ge=0, le=MAX_OFFSET)
    limit: int = Field(default=100, ge=1, le=MAX_WORKLIST_ROWS)


def _frame(subject: Subject, rows: list[BaseModel]) -> pd.DataFrame:
    # Objects, not inferred types: a null among integers would make them floats.
    columns = {name: pd.Series([getattr(row, name) for row in rows], dtype=object) for name in subject.column_names}
    return pd.DataFrame(columns)
