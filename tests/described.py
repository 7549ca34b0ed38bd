"""The addresses that the service describes, each with what its description says and a request to send."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx

from tests.asked_app import Client


@dataclass(frozen=True)
class Operation:
    """One method of one address, and its part of the description."""

    method: str
    path: str
    content: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def roles(self) -> list[str]:
        """The roles to which it is open; a description without them is an error."""
        roles: list[str] = self.content["x-roles"]
        return roles

    @property
    def body(self) -> dict[str, Any] | None:
        """What its description says of a JSON body; null for one that takes none."""
        asked = self.content.get("requestBody")
        return asked and asked["content"]["application/json"]

    @property
    def examples(self) -> list[Any]:
        """Every body that it shows; one null where it takes none."""
        if self.body is None:
            return [None]
        named = [one["value"] for one in self.body.get("examples", {}).values()]
        return named or [self.body["example"]]

    @property
    def address(self) -> str:
        """Its path with the examples of what is part of it."""
        address = self.path
        for part in self.content.get("parameters", []):
            if part["in"] == "path":
                address = address.replace(f"{{{part['name']}}}", str(part["example"]))
        return address

    def takes(self, field: str, description: dict[str, Any]) -> str | None:
        """Whether a request may hold this field: in its `body`, after the `?` (`query`), or not at all (null)."""
        if any(part["name"] == field and part["in"] == "query" for part in self.content.get("parameters", [])):
            return "query"
        if self.body is None:
            return None
        name = self.body["schema"]["$ref"].rpartition("/")[2]
        return "body" if field in description["components"]["schemas"][name].get("properties", {}) else None

    def ask(self, client: Client, example: Any, token: str | None = None, query: str = "") -> httpx.Response:
        """Send one of its examples."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        if self.method == "GET":
            return client.get(self.address + query, headers=headers)
        return client.post(self.address + query, json=example, headers=headers)


def operations_of(description: dict[str, Any]) -> Iterator[Operation]:
    """Every described operation under /v1."""
    for path, methods in description["paths"].items():
        for method, content in methods.items():
            if path.startswith("/v1/"):
                yield Operation(method.upper(), path, content)
