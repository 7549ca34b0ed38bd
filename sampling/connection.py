"""One request after the other to a service, with patience: what is asked again, when, and what is then given up."""

from collections.abc import Callable
from typing import Any, TypeVar

import httpx
from httpx_retries import Retry

from sampling.errors import UnreachableError, refused

Taken = TypeVar("Taken")

PATIENCE = Retry(
    total=8,
    allowed_methods=["GET", "POST"],
    status_forcelist=[429, 502, 503, 504],
    retry_on_exceptions=[httpx.TransportError],
    backoff_factor=0.25,
    max_backoff_wait=30,
    total_timeout=120,
)
"""Every call of the service is idempotent, so all may be asked again: at once a little later, then ever later up to 30
seconds, each time by chance between nothing and that, or when Retry-After says."""


class Connection:
    """A kept connection that sends the token and asks again where that can help."""

    def __init__(
        self, address: str, token: str | None, timeout: float, patience: Retry, transport: httpx.BaseTransport | None
    ) -> None:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._http = httpx.Client(base_url=address, headers=headers, timeout=timeout, transport=transport)
        self._patience = patience

    def close(self) -> None:
        """Let go of the connections."""
        self._http.close()

    def ask(self, method: str, path: str, take: Callable[[httpx.Response], Taken], **content: Any) -> Taken:
        """Send a request, and return what `take` makes of its answer, which may be read piece by piece.

        Raises RefusedError for what the service refuses, and UnreachableError where no whole answer came, after every
        retry.
        """
        patience = self._patience
        while True:
            waited_for: httpx.Response | Exception
            try:
                with self._http.stream(method, path, **content) as answer:
                    may_come = patience.is_retryable_status_code(answer.status_code) and not patience.is_exhausted()
                    if not may_come:
                        return take(_accepted(answer))
                    waited_for = answer
            except httpx.TransportError as fault:
                if patience.is_exhausted():
                    raise UnreachableError(
                        f"The service must answer within its time, {path} did not ({type(fault).__name__}); "
                        "see whether it is up."
                    ) from fault
                waited_for = fault
            patience = patience.increment()
            patience.sleep(waited_for)

    def json(self, method: str, path: str, **content: Any) -> Any:
        """`ask` for an answer in JSON."""
        return self.ask(method, path, _json, **content)


def _json(answer: httpx.Response) -> Any:
    answer.read()
    return answer.json()


def _accepted(answer: httpx.Response) -> httpx.Response:
    """The answer, if the service did not refuse."""
    if answer.status_code < 400:
        return answer
    answer.read()
    try:
        body = answer.json()
        code, field, message = body["code"], body["field"], body["message"]
    except (ValueError, KeyError, TypeError):
        # Something on the way answered in the service's place.
        code, field, message = f"http_{answer.status_code}", "", answer.reason_phrase
    raise refused(answer.status_code, code, field, message, answer.headers.get("x-request-id"))
