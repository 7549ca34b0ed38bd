"""Ask an app in this process, without a server: how an answer of the past is given again."""

import asyncio
from collections.abc import MutableMapping
from typing import Any

from fastapi import FastAPI

LOOPBACK = "127.0.0.1"


def ask(
    app: FastAPI, address: str, body: bytes | None, token: str | None, accept: str | None = None
) -> tuple[int, bytes]:
    """Status and bytes of the answer to a request of this machine: a POST with a body, a GET without one (null).

    `accept` is the form of the answer; null: the one that the address gives unasked.
    """
    path, _, query = address.partition("?")
    headers = [(b"host", LOOPBACK.encode())]
    if body is not None:
        headers.append((b"content-type", b"application/json"))
    if accept is not None:
        headers.append((b"accept", accept.encode()))
    if token is not None:
        headers.append((b"authorization", f"Bearer {token}".encode()))
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET" if body is None else "POST",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": query.encode("latin-1"),
        "headers": headers,
        "client": (LOOPBACK, 0),
        "server": (LOOPBACK, 0),
    }
    status, parts = 500, []

    sent = iter([{"type": "http.request", "body": body or b"", "more_body": False}])

    async def receive() -> dict[str, Any]:
        message = next(sent, None)
        if message is None:
            # A stream listens meanwhile whether the caller goes away, which this one never does.
            await asyncio.Event().wait()
            raise AssertionError("nobody sets this event")
        return message

    async def send(message: MutableMapping[str, Any]) -> None:
        nonlocal status
        if message["type"] == "http.response.start":
            status = message["status"]
        else:
            parts.append(message.get("body", b""))

    asyncio.run(app(scope, receive, send))
    return status, b"".join(parts)
