"""What a sampling module sends back of inspections and what it is answered, as models and as the description shows."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, Field

from records.finding_subjects import INSPECTIONS
from serving.draws.bodies import DrawId, Station, Words
from serving.reading import EnterpriseId, Strict
from serving.requests import Count, Day, SectorId

MAX_ROWS = 10_000


def _code(column: str) -> Any:
    return Literal[INSPECTIONS.column(column).codes]


def _amount(column: str) -> Any:
    declared = INSPECTIONS.column(column)
    return Field(ge=declared.minimum, le=declared.maximum)


class FeedbackResult(Strict):
    """The result of one inspection, under the sender's own id, as it was known at `reported_at` (with its zone).

    Sent again under the same id with a later `reported_at` it supersedes what was sent before. A result of a draw names
    the draw and the probability with which the enterprise was drawn. Owners (`producer`, `provider`, `responsible`),
    codes and bounds are those of the subject `inspections` in the record contract.
    """

    id: EnterpriseId
    reported_at: AwareDatetime
    enterprise_id: EnterpriseId
    sector: SectorId
    inspected_on: Day
    basis: _code("basis")  # type: ignore[valid-type]
    draw_id: DrawId | None = None
    inclusion_probability: Annotated[float, _amount("inclusion_probability")] | None = None
    severity: _code("severity")  # type: ignore[valid-type]
    findings_minor: Annotated[Count, _amount("findings_minor")]
    findings_general: Annotated[Count, _amount("findings_general")]
    findings_serious: Annotated[Count, _amount("findings_serious")]
    native_score: Annotated[float, _amount("native_score")] | None = None
    task_code: Station | None = None
    producer: Words
    provider: Words
    responsible: Words


class FeedbackRequest(Strict):
    """Results of inspections. Each row is judged by itself, so that a wrong one keeps no other from being accepted."""

    rows: list[dict[str, Any]] = Field(
        min_length=1,
        max_length=MAX_ROWS,
        json_schema_extra={"items": {"$ref": "#/components/schemas/FeedbackResult"}},
    )


class Reason(BaseModel):
    """Why a row was refused: as the body of a refused request."""

    code: str
    field: str
    message: str


class RowOutcome(BaseModel):
    """What became of one row.

    `accepted`: it is kept (`known`: it already was). `superseded`: it is kept in the place of an earlier one with its
    id. `refused`: it is not kept, for the reason told. `id` is null where the row has none that can be read.
    """

    id: str | None
    status: Literal["accepted", "superseded", "refused"]
    known: bool
    reason: Reason | None


class FeedbackAnswer(BaseModel):
    """One outcome per row in their order, and how many there are of each; null entry where nothing new was kept.

    What is answered as accepted or superseded is on disk. `entry` is the number of its entry in the audit log.
    """

    received_at: datetime
    entry: int | None
    accepted: int
    superseded: int
    refused: int
    results: list[RowOutcome]


EXAMPLE_ROW = {
    "id": "JC-2026-000123",
    "reported_at": "2026-03-09T17:05:00+08:00",
    "enterprise_id": "91440511MA0000015A",
    "sector": "food_operation",
    "inspected_on": "2026-03-09",
    "basis": "random",
    "draw_id": "2026-03-food-01",
    "inclusion_probability": 0.5,
    "severity": "general",
    "findings_minor": 1,
    "findings_general": 1,
    "findings_serious": 0,
    "native_score": None,
    "task_code": "2026-03-food",
    "producer": "城东市场监督管理所",
    "provider": "双随机平台",
    "responsible": "信用风险监管股",
}
EXAMPLE_REQUEST = {"rows": [EXAMPLE_ROW]}
EXAMPLE_ANSWER = {
    "received_at": "2026-03-10T09:30:00+08:00",
    "entry": 4712,
    "accepted": 1,
    "superseded": 0,
    "refused": 1,
    "results": [
        {"id": "JC-2026-000123", "status": "accepted", "known": False, "reason": None},
        {
            "id": "JC-2026-000124",
            "status": "refused",
            "known": False,
            "reason": {
                "code": "unknown_enterprise",
                "field": "enterprise_id",
                "message": "The enterprise must be in the snapshot in service and in the token's scope, it is not; "
                "send the row again once it is.",
            },
        },
    ],
}
