"""The outermost layer of ours: every refusal has the same body, every answer a name and a line in the log."""

import logging
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from uuid import uuid4

from starlette.requests import ClientDisconnect

from serving.operation.addresses import OTHER, Named, is_probe
from serving.operation.headers import with_defaults
from serving.operation.log import log_answer, place_of
from serving.responses import REQUEST_ID, error_body

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

_LOG = logging.getLogger("bentoml.fenji")
_OUR_TYPES = (b"application/json", b"text/html")
_KEPT_HEADERS = (b"allow", b"retry-after")
_ID_HEADER = REQUEST_ID.lower().encode()
_SENTENCES = {
    404: "No such address; see the addresses at /.",
    405: "This address does not know the method; see the addresses at /.",
    503: "No release and snapshot that fit together are in service; release and score.",
}


def _unnamed(path: str, /) -> str:
    return OTHER


class Guard:
    """ASGI middleware: names each request, rewrites refusals that are not ours, and turns what nobody foresaw into 500.

    BentoML answers unknown addresses and its own health checks in plain text, and an unforeseen exception would be
    logged with its message, in which a library may quote the caller's values. The id of a request is in
    `request.state.request_id` and in a header of the answer; `name` tells how the log calls an address.
    """

    def __init__(self, app: App, name: Named = _unnamed) -> None:
        self._app = app
        self._name = name

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        state = scope.setdefault("state", {})
        state.setdefault("request_id", str(uuid4()))
        answer = _Answer(send, state["request_id"])
        try:
            await self._app(scope, receive, answer)
        except ClientDisconnect:
            return
        except Exception as fault:  # noqa: BLE001 - whatever it is, its message must not reach the log
            _LOG.error("unforeseen %s at %s", type(fault).__name__, place_of(fault))
            if not answer.is_started:
                await answer.refuse(500, ())
        if not is_probe(scope["path"]):
            took = time.perf_counter() - began
            log_answer(scope["method"], self._name(scope["path"]), answer.status, took, state)


class _Answer:
    """Passes messages on with the headers of every answer; a refusal which is not ours is replaced."""

    def __init__(self, send: Send, request_id: str) -> None:
        self._send = send
        self._request_id = request_id.encode()
        self._is_replaced = False
        self.is_started = False
        self.status = 0
        """What was answered; 0 where the caller went away before."""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            if message["status"] >= 400 and not _is_ours(message["headers"]):
                await self.refuse(message["status"], message["headers"])
                return
            self.is_started = True
            self.status = message["status"]
            message = {**message, "headers": self._complete(message["headers"])}
        if not self._is_replaced:
            await self._send(message)

    async def refuse(self, status: int, headers: Any) -> None:
        """Send a whole refusal; whatever the app still sends is dropped."""
        self.is_started = self._is_replaced = True
        self.status = status
        sentence = _SENTENCES.get(status, "The service could not answer; ask its operator to look at the log.")
        body = error_body(f"http_{status}", "", sentence)
        kept = [(name, value) for name, value in headers if name.lower() in _KEPT_HEADERS]
        size = (b"content-length", str(len(body)).encode())
        own = [(b"content-type", b"application/json"), size, *kept]
        await self._send({"type": "http.response.start", "status": status, "headers": self._complete(own)})
        await self._send({"type": "http.response.body", "body": body})

    def _complete(self, headers: Any) -> list[tuple[bytes, bytes]]:
        named = [one for one in headers if one[0].lower() != _ID_HEADER]
        return with_defaults([*named, (_ID_HEADER, self._request_id)])


def _is_ours(headers: Any) -> bool:
    """Refusals of ours are JSON, or a page for people; those of BentoML and its parts are plain text."""
    return any(name.lower() == b"content-type" and value.startswith(_OUR_TYPES) for name, value in headers)
