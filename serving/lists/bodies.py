"""What a caller of `check_lists` sends and gets, as strict models and as the description shows them."""

from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, Field
from pydantic_core import PydanticCustomError

from records.list_purposes import KINDS, shipped_purposes
from serving.lists.entry import EndsBy
from serving.reading import EnterpriseId, Strict

MAX_SUBJECTS = 1_000
PURPOSES = tuple(shipped_purposes().purposes)


def _known(purpose: str) -> str:
    if purpose not in PURPOSES:
        raise PydanticCustomError("unknown_purpose", f"A purpose must be one of {', '.join(PURPOSES)}")
    return purpose


def _once(subjects: list[str]) -> list[str]:
    if len(set(subjects)) < len(subjects):
        raise PydanticCustomError("repeated", "Each subject must be named once")
    return subjects


class CheckListsRequest(Strict):
    """Who applies (unified codes, each once), and for what."""

    purpose: Annotated[str, AfterValidator(_known), Field(json_schema_extra={"enum": list(PURPOSES)})]
    subjects: Annotated[list[EnterpriseId], AfterValidator(_once)] = Field(
        min_length=1, max_length=MAX_SUBJECTS, json_schema_extra={"uniqueItems": True}
    )


class ListHit(BaseModel):
    """One entry of a list. `listed_until` is exclusive; null: until it is removed. `ends_by` says what ends it."""

    list: str = Field(json_schema_extra={"enum": list(KINDS)})
    list_zh: str
    cause: str
    cause_zh: str | None
    record_id: str
    decision_no: str | None
    listed_on: date
    listed_until: date | None
    ends_by: EndsBy | None
    legal_basis: str
    responsible: str
    intercept: bool


class ListResult(BaseModel):
    """One subject. `intercept` stops the automatic path, a person decides; null for a subject that nobody knows."""

    subject: str
    status: Literal["listed", "not_listed", "unknown"]
    intercept: bool | None
    hits: list[ListHit]


class ListPurpose(BaseModel):
    """What was compared for. `is_checked` is false while the reading of the legal basis is the project's own."""

    id: str
    zh: str
    en: str
    stops: list[str]
    legal_basis: str
    is_checked: bool


class CheckListsAnswer(BaseModel):
    """One result per subject, in their order, from the extract named by its digest, as its entries stand today.

    `stale` is true where the extract is older than `stale_after_days`: run `fenji lists` again.
    """

    extract: str
    as_of: date
    checked_on: date
    stale: bool
    stale_after_days: int
    purpose: ListPurpose
    results: list[ListResult]


EXAMPLE_REQUEST = {"purpose": "procurement", "subjects": ["91440511MA0000015A", "91440511MA0000023X"]}
EXAMPLE_ANSWER = {
    "extract": "5c1f0a" + "0" * 58,
    "as_of": "2026-03-02",
    "checked_on": "2026-03-02",
    "stale": False,
    "stale_after_days": 3,
    "purpose": {
        "id": "procurement",
        "zh": "政府采购",
        "en": "Government procurement",
        "stops": ["abnormal", "serious"],
        "legal_basis": "《企业信息公示暂行条例》（2014年文本第十八条）",
        "is_checked": False,
    },
    "results": [
        {
            "subject": "91440511MA0000015A",
            "status": "listed",
            "intercept": True,
            "hits": [
                {
                    "list": "serious",
                    "list_zh": "严重违法失信名单",
                    "cause": "serious_violation",
                    "cause_zh": None,
                    "record_id": "L-2025-0001",
                    "decision_no": "金市监列严〔2025〕1号",
                    "listed_on": "2025-03-01",
                    "listed_until": "2028-03-01",
                    "ends_by": "list_rules",
                    "legal_basis": "《市场监督管理严重违法失信名单管理办法》（2021，总局令第44号）",
                    "responsible": "信用风险监管股",
                    "intercept": True,
                }
            ],
        },
        {"subject": "91440511MA0000023X", "status": "unknown", "intercept": None, "hits": []},
    ],
}
