"""An approval system before a service with lists: four enterprises, one on each list, one on both, one on none."""

from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pandas as pd

from records.contract import TIMEZONE
from records.source import Records, records_from_frames
from serving.access.keyring import Keyring
from serving.app import create_app
from serving.lists.extract import ListExtract, load_extract
from serving.lists.writing import write_extract
from serving.scorer import Scorer
from tests.asked_app import Client
from tests.held_tokens import MemoryBook

AS_OF = date(2026, 3, 2)
ADDRESS = "/v1/check_lists"
SERIOUS, ABNORMAL, BOTH, CLEAN, UNKNOWN = "E0001", "E0002", "企业0011", "E0004", "91440511MA0000015A"
OWNERS = {"producer": "某局", "provider": "某局", "responsible": "信用风险监管股", "source": "某系统"}


def listing(record_id: str, enterprise_id: str, kind: str, cause: str, **more: Any) -> dict[str, Any]:
    row = {"record_id": record_id, "enterprise_id": enterprise_id, "kind": kind, "cause": cause, **OWNERS}
    return row | {"occurred_on": date(2025, 3, 10), "known_at": datetime(2025, 3, 11)} | more  # noqa: DTZ001 - local


def records() -> Records:
    """Four enterprises: one on each list, one on both, one on none."""
    enterprises = [
        {
            "enterprise_id": one,
            "ent_type": "1130",
            "state": "active",
            "established_on": date(2015, 1, 1),
            "sectors": ["general"],
            "valid_from": date(2015, 1, 1),
            "known_at": datetime(2015, 1, 2),  # noqa: DTZ001 - local
        }
        for one in (SERIOUS, ABNORMAL, BOTH, CLEAN)
    ]
    listings = [
        listing("L1", SERIOUS, "serious", "serious_violation", decision_no="〔2025〕1号"),
        listing("L2", ABNORMAL, "abnormal", "unreachable"),
        listing("L3", BOTH, "abnormal", "annual_report"),
        listing("L4", BOTH, "serious", "serious_violation", listed_until=date(2026, 3, 5)),
    ]
    return records_from_frames({"enterprises": pd.DataFrame(enterprises), "listings": pd.DataFrame(listings)})


def save_extract(folder: Path, as_of: date = AS_OF) -> ListExtract:
    """An extract of these records below `folder`."""
    return load_extract(write_extract(records(), as_of, folder, AS_OF))


class Approvals:
    """An approval system before a service with lists; it is `today` until that is changed."""

    def __init__(self, extract: ListExtract | None, scorer: Scorer | None = None) -> None:
        self.book = MemoryBook()
        self.app = create_app(Keyring(self.book), self.book)
        self.app.state.lists = extract
        self.app.state.scorer = scorer
        self.app.state.now = lambda: self.now
        self.now = datetime(2026, 3, 2, 9, 30, tzinfo=ZoneInfo(TIMEZONE))
        self.token = self.book.make("approver", days=1000)
        self._client = Client(self.app)

    def on(self, day: date) -> "Approvals":
        self.now = self.now.replace(year=day.year, month=day.month, day=day.day)
        return self

    def ask(self, purpose: str, *subjects: str) -> httpx.Response:
        return self.post(json={"purpose": purpose, "subjects": subjects})

    def description(self) -> dict[str, Any]:
        return self._client.get("/openapi.json").json()

    def post(self, token: str | None = None, **content: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {token or self.token}"} | content.pop("headers", {})
        return self._client.post(ADDRESS, headers=headers, **content)

    def results(self, purpose: str, *subjects: str) -> dict[str, dict[str, Any]]:
        answer = self.ask(purpose, *subjects)
        assert answer.status_code == 200, answer.text
        assert [one["subject"] for one in answer.json()["results"]] == list(subjects)
        return {one["subject"]: one for one in answer.json()["results"]}


def refused(answer: httpx.Response, status: int) -> dict[str, str]:
    """The body of a refusal in the house format."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/json"
    body = answer.json()
    assert set(body) == {"code", "field", "message"}
    return body
