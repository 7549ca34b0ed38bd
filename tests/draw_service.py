"""A service in this process that a client of the sampling module asks over HTTP, at whatever time the test says."""

from datetime import datetime
from pathlib import Path

import httpx

from sampling.client import SamplingClient
from sampling.connection import PATIENCE
from serving.scorer import Scorer
from tests.sampling_module import SamplingModule


class DrawService:
    """Its `module` has the time and the database; `client` gives a new client, as a command does."""

    def __init__(self, scorer: Scorer, folder: Path) -> None:
        self.module = SamplingModule(scorer, SamplingModule.sqlite(folder))

    def client(self) -> SamplingClient:
        transport = httpx.MockTransport(self._answer)
        patience = PATIENCE.copy_with(total=0)
        return SamplingClient("http://127.0.0.1", self.module.token, transport=transport, patience=patience)

    def set_time(self, now: datetime) -> None:
        self.module.now = now

    def _answer(self, request: httpx.Request) -> httpx.Response:
        answer = self.module.passed_on(request)
        return httpx.Response(answer.status_code, content=answer.content, headers={"content-type": "application/json"})
