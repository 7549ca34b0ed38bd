"""Ask an app in the tests' own process, through the guard, as a caller over HTTP would."""

import asyncio

import httpx
from fastapi import FastAPI

from serving.guard import Guard
from serving.operation.addresses import names_of


class Client:
    """Asks an app in this process, one request after the other, as a caller at the address `host`."""

    def __init__(self, app: FastAPI, host: str = "127.0.0.1") -> None:
        self._app = Guard(app, names_of(app))
        self._caller = (host, 50_000)

    def get(self, address: str, **content: object) -> httpx.Response:
        return self._ask("GET", address, **content)

    def post(self, address: str, **content: object) -> httpx.Response:
        return self._ask("POST", address, **content)

    def _ask(self, method: str, address: str, **content: object) -> httpx.Response:
        async def ask() -> httpx.Response:
            transport = httpx.ASGITransport(self._app, client=self._caller)
            async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
                return await client.request(method, address, **content)

        return asyncio.run(ask())
