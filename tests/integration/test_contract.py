"""Every address of the description, by the description itself: who may ask, what is shown, and whether it is true.

A new address is tested here as soon as it is described; one that forgets its roles or examples fails.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, get_args

import httpx
import pytest
from jsonschema import Draft202012Validator

from serving.access.keyring import Keyring
from serving.access.scope import Scope
from serving.access.token import Role
from serving.app import create_app
from serving.current import read_current
from serving.database.address import database_address
from serving.scorer import Scorer
from tests.approvals import save_extract
from tests.asked_app import Client
from tests.described import Operation, operations_of
from tests.held_tokens import NOW, Clock, MemoryBook, without_tokens
from tests.simulated_district import simulated_district

DESCRIPTION: dict[str, Any] = create_app(*without_tokens()).openapi()
OPERATIONS = list(operations_of(DESCRIPTION))
ROLES: tuple[Role, ...] = get_args(Role)
ELSEWHERE = Scope(sectors=frozenset({"drugs"}))
"""The scope of a token that may not see the sector of the examples."""

WITHOUT_A_SECTOR = {
    "/v1/audit": "tells what was done, and of nobody whom it was about",
    "/v1/check_lists": "the lists are of no sector",
    "/v1/feedback": "judges each row by itself, and refuses one outside the scope",
    "/v1/release": "standards are public",
    "/v1/worklists": "only names the lists",
}
"""Addresses that answer alike whatever a token's scope of sectors is, and why."""


HIDDEN = {"/v1/draws/{draw_id}", "/v1/draws/{draw_id}/plan", "/v1/pools/{sector}"}
"""Addresses of one thing of a sector, which is not there for a token of another."""


@dataclass(frozen=True)
class Served:
    """A district with lists, asked from another machine, so that every address wants a token."""

    client: Client
    book: MemoryBook
    scorer: Scorer

    def ask(self, operation: Operation, example: Any, token: str | None, query: str = "") -> httpx.Response:
        """Send an example, which names the snapshot in service where it names one."""
        if example and {"snapshot", "as_of"} <= set(example):
            example = example | {"snapshot": self.scorer.snapshot.digest, "as_of": f"{self.scorer.snapshot.as_of}"}
        return operation.ask(self.client, example, token, query)

    def token(self, role: Role, scope: Scope | None = None) -> str:
        made = self.book.make(role) if scope is None else self.book.make(role, scope)
        self.client.get("/v1/nothing")
        return made


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Served:
    folder = tmp_path_factory.mktemp("served")
    made = simulated_district(folder)
    book = MemoryBook()
    for role in ROLES:
        book.make(role)
    clock = Clock()
    app = create_app(Keyring(book, clock), book, lambda: database_address(f"sqlite:///{folder}/fenji.db"))
    app.state.scorer = scorer = read_current(made.current).load()
    app.state.lists = save_extract(folder)
    app.state.now = lambda: NOW

    class Later(Client):
        """Each request comes after what the keyring remembers is too old, so that it knows tokens just made."""

        def _ask(self, method: str, address: str, **content: object) -> Any:
            clock.seconds += 10
            return super()._ask(method, address, **content)

    district = Served(Later(app, host="10.0.0.9"), book, scorer)
    for what in ("POST /v1/draws", "POST /v1/draws/{draw_id}/plan"):
        operation = next(one for one in OPERATIONS if str(one) == what)
        answer = district.ask(operation, operation.examples[0], district.token("sampler"))
        assert answer.status_code == 200, answer.text
        app.state.now = lambda: NOW + timedelta(days=10)  # the seed exists by then
    app.state.now = lambda: NOW
    return district


@pytest.mark.parametrize("operation", OPERATIONS, ids=str)
def test_without_a_valid_token_nothing_is_answered(served: Served, operation: Operation) -> None:
    wrong = served.token("reviewer")[:-1] + "-"
    for token in (None, "nonsense", wrong):
        answer = operation.ask(served.client, operation.examples[0], token)
        assert (answer.status_code, answer.json()["code"]) == (401, "unauthorized")
        assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("operation", OPERATIONS, ids=str)
def test_an_address_opens_to_the_roles_that_it_describes_and_to_no_other(
    served: Served, operation: Operation, role: Role
) -> None:
    # The body is wrong on purpose: who asks is looked at first, and no answer need be worked out.
    answer = operation.ask(served.client, [], served.token(role))
    if role in operation.roles:
        assert answer.status_code in (200, 400), answer.text
    else:
        assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


@pytest.mark.parametrize("operation", OPERATIONS, ids=str)
def test_a_sector_outside_the_scope_is_not_found(served: Served, operation: Operation) -> None:
    place = operation.takes("sector", DESCRIPTION)
    if operation.path in HIDDEN:
        answer = served.ask(operation, operation.examples[0], served.token(operation.roles[0], ELSEWHERE))
        assert answer.status_code == 404
        return
    if place is None:
        assert operation.path in WITHOUT_A_SECTOR
        return
    token = served.token(operation.roles[0], ELSEWHERE)
    outside = {"sector": "food_operation"} | ({"draw_id": "outside"} if operation.path == "/v1/draws" else {})
    asked = [one | outside for one in operation.examples] if place == "body" else [None]
    for example in asked:
        query = "?sector=food_operation" if place == "query" else ""
        answer = served.ask(operation, example, token, query)
        assert (answer.status_code, answer.json()["code"]) == (404, "outside_scope")


@pytest.mark.parametrize("operation", OPERATIONS, ids=str)
def test_every_example_is_answered_as_described(served: Served, operation: Operation) -> None:
    token = served.token(operation.roles[0])
    for example in operation.examples:
        if operation.path == "/v1/what_if":
            example |= _penalised(served.scorer)
        answer = served.ask(operation, example, token)
        assert answer.status_code == 200, answer.text
        _check(operation, "200", answer.json())


@pytest.mark.parametrize("operation", OPERATIONS, ids=str)
def test_every_status_shows_an_answer_that_fits_its_own_schema(operation: Operation) -> None:
    responses = operation.content["responses"]
    assert {"200", "401", "403", "429", "503"} <= set(responses)
    for status, told in responses.items():
        assert told["description"]
        if status != "304":
            _check(operation, status, told["content"]["application/json"]["example"])
        if status[0] in "45":
            assert set(told["content"]["application/json"]["example"]) == {"code", "field", "message"}


def _penalised(scorer: Scorer) -> dict[str, Any]:
    """An enterprise of the district with a penalty that may be withdrawn: its what-if is of records that are there."""
    ids = [one.decode() for one in scorer.snapshot.ids]
    penalty = scorer.snapshot.records_of(ids).tables["penalties"].limit(1).to_pandas().iloc[0]
    sector = scorer.score([penalty["enterprise_id"]], None)["results"][0]["sector"]
    action = {"do": "withdraw", "subject": "penalties", "key": penalty["record_id"]}
    return {"enterprise_id": penalty["enterprise_id"], "sector": sector, "actions": [action]}


def _check(operation: Operation, status: str, content: Any) -> None:
    """The content must fit the schema of an answer; all schemas of the description are at hand."""
    schema = operation.content["responses"][status]["content"]["application/json"]["schema"]
    whole = {**schema, "components": DESCRIPTION["components"]}
    problems = [f"{error.json_path}: {error.message}" for error in Draft202012Validator(whole).iter_errors(content)]
    assert problems == []
