"""Where does an answer's time go: the service's own app, asked within a process of its own, where it can be watched."""

import asyncio
from typing import Any

import httpx

from benchmarks.speed.profiles import profile

REQUESTS = 200
WARM = 20


def watched(body: bytes) -> list[dict[str, Any]]:
    """The profile of so many answers to one body, one after another, as a worker of what is in service gives them."""
    # Here, since it opens what is in service.
    from serving.service import Fenji, app

    Fenji()

    async def ask(times: int) -> None:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1") as client:
            for _ in range(times):
                answer = await client.post("/v1/score", content=body, headers={"content-type": "application/json"})
                answer.raise_for_status()

    asyncio.run(ask(WARM))
    return profile(asyncio.run, ask(REQUESTS))
