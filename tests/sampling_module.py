"""A sampling module before a service in this process: a draw, results of inspections, and a database of its own."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx

from serving.access.keyring import Keyring
from serving.access.scope import EVERYTHING, Scope
from serving.app import create_app
from serving.current import Current
from serving.database.address import Address, database_address
from serving.scorer import Scorer
from tests import served_district as district
from tests.asked_app import Client
from tests.held_tokens import NOW, MemoryBook

KNOWN = ("E0002", "E0012", "E0022", "E0032")
"""Enterprises at the district's station, in a sector with a model of its own."""


def served(folder: Path) -> Scorer:
    """The small district, scored."""
    district.save_snapshot(folder, district.save_release(folder))
    return Current(folder / "release", folder / "snapshot").load()


def a_draw(scorer: Scorer) -> dict[str, Any]:
    """A draw that can be registered."""
    strata = [("low", 10, 5, 0.5), ("high", 5, 5, 1.0)]
    return {
        "draw_id": "2026-03-food-01",
        "sector": district.SECTOR_MODEL,
        "as_of": district.AS_OF.isoformat(),
        "snapshot": scorer.snapshot.digest,
        "pool_hash": "9a0c" + "0" * 60,
        "pool_size": 15,
        "strata": [
            {
                "tier": tier,
                "station": district.STATION,
                "pool_size": pool,
                "sample_size": sample,
                "inclusion_probability": probability,
            }
            for tier, pool, sample, probability in strata
        ],
        "seed_source": "体彩排列五第26055期",
        "seed_at": (NOW + timedelta(days=3)).isoformat(),
    }


def a_plan() -> dict[str, Any]:
    """Five of ten of the low tier and all five of the high one, as `a_draw` registers them."""
    units = [
        {
            "enterprise_id": f"{tier}-{number}",
            "tier": tier,
            "station": district.STATION,
            "inclusion_probability": probability,
            "inspectors": ["JC01", "JC02"],
        }
        for tier, probability in (("low", 0.5), ("high", 1.0))
        for number in range(5)
    ]
    return {"seed": "3 1 4 1 5", "units": units}


def a_result(number: int = 0, **changed: Any) -> dict[str, Any]:
    """The result of an inspection that can be kept."""
    return {
        "id": f"JC-{number:06d}",
        "reported_at": NOW.isoformat(),
        "enterprise_id": KNOWN[number % len(KNOWN)],
        "sector": district.SECTOR_MODEL,
        "inspected_on": NOW.date().isoformat(),
        "basis": "random",
        "draw_id": None,
        "inclusion_probability": 0.5,
        "severity": "general",
        "findings_minor": 1,
        "findings_general": 1,
        "findings_serious": 0,
        "native_score": None,
        "task_code": "2026-03-food",
        "producer": "某所",
        "provider": "双随机平台",
        "responsible": "信用风险监管股",
    } | changed


class SamplingModule:
    """Asks as a sampler, unless another token is given; it is `now` until that is changed."""

    def __init__(self, scorer: Scorer | None, address: Address) -> None:
        self.address = address
        self.now = NOW
        self.book = MemoryBook()
        self._keyring = Keyring(self.book)
        app = create_app(self._keyring, self.book, lambda: address)
        app.state.scorer = scorer
        app.state.now = lambda: self.now
        self.token = self.book.make("sampler", days=1000)
        self._client = Client(app)

    @staticmethod
    def sqlite(folder: Path) -> Address:
        return database_address(f"sqlite:///{folder}/fenji.db")

    def make(self, role: Any, scope: Scope = EVERYTHING) -> str:
        """A new token, which is known at once."""
        text = self.book.make(role, scope)
        self._keyring.refresh(older_than=0)
        return text

    def post(self, path: str, body: Any, token: str | None = None) -> httpx.Response:
        return self._client.post(path, json=body, headers=self._headers(token))

    def post_text(self, path: str, content: str) -> httpx.Response:
        return self._client.post(
            path, content=content, headers=self._headers(None) | {"Content-Type": "application/json"}
        )

    def get(self, path: str, token: str | None = None) -> httpx.Response:
        return self._client.get(path, headers=self._headers(token))

    def passed_on(self, request: httpx.Request) -> httpx.Response:
        """Answer a request of another client, which brings its own token."""
        headers = {name: request.headers[name] for name in ("authorization", "content-type") if name in request.headers}
        address = request.url.raw_path.decode()
        if request.method == "GET":
            return self._client.get(address, headers=headers)
        return self._client.post(address, content=request.read(), headers=headers)

    def send(self, *rows: dict[str, Any], token: str | None = None) -> dict[str, Any]:
        """Send feedback that is answered; the answer."""
        answer = self.post("/v1/feedback", {"rows": list(rows)}, token)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def _headers(self, token: str | None) -> dict[str, str]:
        return {"Authorization": f"Bearer {token or self.token}"}
