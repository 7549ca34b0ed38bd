"""What the comparison with the lists answers, as frozen values; fields are those of `/openapi.json`."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sampling.answers import day_of, taken


@dataclass(frozen=True)
class ListHit:
    """One entry of a list. `listed_until` is exclusive; null: until it is removed. `ends_by` says what ends it."""

    list: str
    list_zh: str
    cause: str
    cause_zh: str | None
    record_id: str
    decision_no: str | None
    listed_on: date
    listed_until: date | None
    ends_by: str | None
    legal_basis: str
    responsible: str
    intercept: bool

    @classmethod
    def of(cls, content: Mapping[str, Any]) -> "ListHit":
        """From an answer's JSON."""
        return taken(
            cls,
            content,
            listed_on=date.fromisoformat(content["listed_on"]),
            listed_until=day_of(content["listed_until"]),
        )


@dataclass(frozen=True)
class ListResult:
    """One subject. `intercept` stops the automatic path, a person decides; null for a subject that nobody knows."""

    subject: str
    status: str
    intercept: bool | None
    hits: tuple[ListHit, ...]

    @classmethod
    def of(cls, content: Mapping[str, Any]) -> "ListResult":
        """From an answer's JSON."""
        return taken(cls, content, hits=tuple(ListHit.of(one) for one in content["hits"]))


@dataclass(frozen=True)
class ListPurpose:
    """What was compared for. `is_checked` is false while the reading of the legal basis is the project's own."""

    id: str
    zh: str
    en: str
    stops: tuple[str, ...]
    legal_basis: str
    is_checked: bool


@dataclass(frozen=True)
class ListHeader:
    """Which extract answered, and on which day its entries were judged; `stale`: older than `stale_after_days`."""

    extract: str
    as_of: date
    checked_on: date
    stale: bool
    stale_after_days: int
    purpose: ListPurpose

    @classmethod
    def of(cls, content: Mapping[str, Any]) -> "ListHeader":
        """From an answer's JSON."""
        purpose = content["purpose"]
        return taken(
            cls,
            content,
            as_of=date.fromisoformat(content["as_of"]),
            checked_on=date.fromisoformat(content["checked_on"]),
            purpose=taken(ListPurpose, purpose, stops=tuple(purpose["stops"])),
        )


@dataclass(frozen=True)
class CheckedLists:
    """Results in the order of the subjects, all of one extract and one day."""

    header: ListHeader
    results: tuple[ListResult, ...]

    def __iter__(self) -> Iterator[ListResult]:
        return iter(self.results)

    def __len__(self) -> int:
        return len(self.results)
