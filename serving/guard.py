"""The outermost layer of ours: every refusal has the same body, and no log repeats what a caller sent."""

import logging
import traceback
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any

from starlette.requests import ClientDisconnect

from serving.responses import error_body

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

_PROJECT = Path(__file__).resolve().parents[1]
_LOG = logging.getLogger("bentoml.fenji")
_OUR_TYPES = (b"application/json", b"text/html")
_KEPT_HEADERS = (b"allow", b"retry-after")
_SENTENCES = {
    404: "No such address; see the addresses at /.",
    405: "This address does not know the method; see the addresses at /.",
    503: "No release and snapshot that fit together are in service; release and score.",
}


class Guard:
    """ASGI middleware: rewrites refusals that are not ours, and turns what nobody foresaw into one 500.

    BentoML answers unknown addresses and its own health checks in plain text, and an unforeseen exception would be
    logged with its message, in which a library may quote the caller's values.
    """

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        answer = _Answer(send)
        try:
            await self._app(scope, receive, answer)
        except ClientDisconnect:
            return
        except Exception as fault:  # noqa: BLE001 - whatever it is, its message must not reach the log
            _LOG.error("unforeseen %s at %s", type(fault).__name__, _place(fault))
            if not answer.is_started:
                await answer.refuse(500, ())


def _place(fault: Exception) -> str:
    """The lines of ours through which the fault came, outermost first; never what it says."""
    frames = traceback.extract_tb(fault.__traceback__)
    ours = [frame for frame in frames if Path(frame.filename).is_relative_to(_PROJECT)]
    return " > ".join(f"{Path(frame.filename).stem}.{frame.name}:{frame.lineno}" for frame in ours)


class _Answer:
    """Passes messages on, except that a refusal which is not ours is replaced."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._is_replaced = False
        self.is_started = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            if message["status"] >= 400 and not _is_ours(message["headers"]):
                await self.refuse(message["status"], message["headers"])
                return
            self.is_started = True
        if not self._is_replaced:
            await self._send(message)

    async def refuse(self, status: int, headers: Any) -> None:
        """Send a whole refusal; whatever the app still sends is dropped."""
        self.is_started = self._is_replaced = True
        sentence = _SENTENCES.get(status, "The service could not answer; ask its operator to look at the log.")
        body = error_body(f"http_{status}", "", sentence)
        kept = [(name, value) for name, value in headers if name.lower() in _KEPT_HEADERS]
        size = (b"content-length", str(len(body)).encode())
        start = {"status": status, "headers": [(b"content-type", b"application/json"), size, *kept]}
        await self._send({"type": "http.response.start", **start})
        await self._send({"type": "http.response.body", "body": body})


def _is_ours(headers: Any) -> bool:
    """Refusals of ours are JSON, or a page for people; those of BentoML and its parts are plain text."""
    return any(name.lower() == b"content-type" and value.startswith(_OUR_TYPES) for name, value in headers)
