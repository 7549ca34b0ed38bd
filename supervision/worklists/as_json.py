"""Worklists as JSON values, for files and for the service."""

from typing import Any

import pandas as pd

from supervision.worklists.draw_up import DrawnList
from supervision.worklists.worklist import Worklist


def about(worklist: Worklist) -> dict[str, Any]:
    """What a list is: name, title, source, what to do, and its columns."""
    return {
        "name": worklist.name,
        "title": {"zh": worklist.zh, "en": worklist.en},
        "source": worklist.source,
        "action": {"zh": worklist.action_zh, "en": worklist.action_en},
        "needs_tiers": worklist.needs_tiers,
        "columns": [{"name": one.name, "type": one.type, "zh": one.zh, "en": one.en} for one in worklist.all_columns],
    }


def json_rows(rows: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as told, with dates as text, absent values null, and records as objects of subject and record_id."""
    plain = rows.assign(records=rows["records"].map(lambda own: [_reference(one) for one in own]))
    for name in date_columns(plain):
        plain[name] = plain[name].dt.strftime("%Y-%m-%d")
    plain = plain.astype("object").where(plain.notna(), None)
    return [{str(name): _python(value) for name, value in row.items()} for row in plain.to_dict("records")]


def station_counts(drawn: DrawnList) -> list[dict[str, Any]]:
    """How many rows each station has, over the whole list; a null station is not registered."""
    counts = drawn.stations()
    stations = counts["station"].astype("object").where(counts["station"].notna(), None)
    return [{"station": name, "rows": int(rows)} for name, rows in zip(stations, counts["rows"], strict=True)]


def date_columns(rows: pd.DataFrame) -> list[str]:
    """The columns that hold dates."""
    return [str(name) for name in rows.columns if pd.api.types.is_datetime64_any_dtype(rows[name])]


def _reference(record: str) -> dict[str, str]:
    subject, _, record_id = record.partition(":")
    return {"subject": subject, "record_id": record_id}


def _python(value: Any) -> Any:
    """NumPy's numbers as Python's, which JSON knows."""
    return value.item() if hasattr(value, "item") else value
