"""Visit the review pages of an app in the tests' own process, as a browser without scripts would."""

import re
from pathlib import Path
from urllib.parse import urlencode

import httpx
from fastapi import FastAPI

from serving.access.keyring import Keyring
from serving.access.scope import EVERYTHING, Scope
from serving.access.token import Role
from serving.app import create_app, put_into_service
from serving.database.address import Address, database_address
from serving.scorer import Scorer
from tests.asked_app import Client
from tests.held_tokens import NOW, Clock, MemoryBook

FORM = "application/x-www-form-urlencoded"


class ReviewService:
    """An app over a scorer (null: none in service) and a database of its own, with tokens in memory."""

    def __init__(self, scorer: Scorer | None, place: Path | Address) -> None:
        address = database_address(f"sqlite:///{place}/fenji.db") if isinstance(place, Path) else place
        self.address = address
        self.book, self.clock = MemoryBook(), Clock()
        self.app: FastAPI = create_app(Keyring(self.book, self.clock), self.book, lambda: address)
        self.app.state.now = lambda: NOW
        if scorer is not None:
            put_into_service(self.app, scorer)

    def visitor(self, role: Role | None = None, scope: Scope = EVERYTHING, host: str = "127.0.0.1") -> "Visitor":
        """A browser that has logged in with a new token of this role; null: one that has shown no token."""
        visitor = Visitor(self.app, host)
        if role is not None:
            self.clock.seconds += 10  # what is remembered of the tokens is older than this one
            assert visitor.log_in(self.book.make(role, scope)).status_code == 303
        return visitor


class Visitor:
    """Keeps cookies, and sends forms with the key that their page gave."""

    def __init__(self, app: FastAPI, host: str = "127.0.0.1") -> None:
        self._client = Client(app, host)
        self.cookies: dict[str, str] = {}

    def get(self, address: str, **headers: str) -> httpx.Response:
        return self._keep(self._client.get(address, headers=self._cookies() | headers))

    def post(self, address: str, fields: dict[str, str], kind: str = FORM) -> httpx.Response:
        """Send these fields as they are."""
        headers = self._cookies() | {"content-type": kind}
        return self._keep(self._client.post(address, content=urlencode(fields), headers=headers))

    def send(self, page: str, address: str, **fields: str) -> httpx.Response:
        """Open a page and send the fields to an address with the page's form key."""
        return self.post(address, {"form_key": form_key(self.get(page)), **fields})

    def log_in(self, token: str) -> httpx.Response:
        return self.send("/review/login", "/review/login", token=token)

    def _cookies(self) -> dict[str, str]:
        return {"cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}

    def _keep(self, answer: httpx.Response) -> httpx.Response:
        for line in answer.headers.get_list("set-cookie"):
            name, _, rest = line.partition("=")
            value = rest.partition(";")[0].strip('"')
            self.cookies.pop(name, None)
            if value:
                self.cookies[name] = value
        return answer


def form_key(answer: httpx.Response) -> str:
    """The key of the last form on a page: the first may be the one that logs out."""
    return re.findall(r'name="form_key" value="([^"]+)"', answer.text)[-1]
