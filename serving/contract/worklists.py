"""What the addresses of worklists answer, as the description shows it."""

from typing import Any, Literal

from serving.contract.answers import Answered, Header, Names


class WorklistColumn(Answered):
    """A column of a worklist, with its heading in both languages."""

    name: str
    type: Literal["text", "date", "int", "float", "bool", "list"]
    zh: str
    en: str


class AboutWorklist(Answered):
    """What a list is: title, the article or plan that asks for it, what is to be done, and its columns."""

    name: str
    title: Names
    source: str
    action: Names
    needs_tiers: bool
    columns: list[WorklistColumn]


class WorklistsAnswer(Header):
    """The lists that the caller's role may read."""

    worklists: list[AboutWorklist]


class StationRows(Answered):
    """How many rows a station has; a null station is not registered."""

    station: str | None
    rows: int


class WorklistAnswer(Header):
    """Rows from `offset` on, at most `limit`, of `total`; a row has the list's columns, dates as text."""

    worklist: AboutWorklist
    total: int
    stations: list[StationRows]
    offset: int
    limit: int
    rows: list[dict[str, Any]]
