"""Who is answered: no token on this machine, else a token that counts, of a role that fits, within its scope."""

import logging
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from serving.access.administration import create_token
from serving.access.book import DatabaseBook
from serving.access.keyring import Keyring
from serving.access.scope import Scope
from serving.access.token import ROLES, new_secret
from serving.app import create_app
from serving.current import Current
from serving.database.access import AccessStore
from serving.database.address import database_address
from serving.remembered import MAX_AGE_SECONDS
from serving.scorer import Scorer
from tests import served_district as district
from tests.asked_app import Client
from tests.held_tokens import NOW, Clock, MemoryBook

SCORED = {"enterprise_ids": ["E0001", "E0002"]}
ADDRESSES = ("/v1/score", "/v1/explain")


class Service:
    """An app with its own tokens; `host` is where its caller seems to be."""

    def __init__(self, scorer: Scorer | None, host: str = "127.0.0.1") -> None:
        self.book = MemoryBook()
        self.clock = Clock()
        self.app: FastAPI = create_app(Keyring(self.book, self.clock), self.book)
        self.app.state.scorer = scorer
        self.app.state.now = lambda: NOW
        self._client = Client(self.app, host)

    def ask(
        self, address: str, token: str | None = None, body: object = SCORED, scheme: str = "Bearer"
    ) -> httpx.Response:
        headers = {} if token is None else {"Authorization": f"{scheme} {token}"}
        return self._client.post(address, json=body, headers=headers)

    def page(self) -> str:
        return self._client.get("/").text

    def description(self) -> dict:
        return self._client.get("/openapi.json").json()


@pytest.fixture(scope="module")
def scorer(tmp_path_factory: pytest.TempPathFactory) -> Scorer:
    folder = tmp_path_factory.mktemp("served")
    district.save_snapshot(folder, district.save_release(folder))
    return Current(folder / "release", folder / "snapshot").load()


@pytest.fixture
def service(scorer: Scorer) -> Service:
    return Service(scorer)


def body_of(answer: httpx.Response, status: int) -> dict[str, str]:
    assert answer.status_code == status, answer.text
    body = answer.json()
    assert set(body) == {"code", "field", "message"}
    return body


@pytest.mark.parametrize("address", ADDRESSES)
def test_without_any_token_callers_of_this_machine_are_answered(service: Service, address: str) -> None:
    assert service.ask(address).status_code == 200


@pytest.mark.parametrize("host", ["10.0.0.9", "172.17.0.1", "2001:db8::1"])
def test_without_any_token_callers_of_other_machines_are_refused(scorer: Scorer, host: str) -> None:
    assert body_of(Service(scorer, host).ask("/v1/score"), 401)["code"] == "unauthorized"


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"])
def test_without_any_token_what_a_proxy_of_this_machine_passes_on_is_refused(service: Service, header: str) -> None:
    answer = Client(service.app).post("/v1/score", json=SCORED, headers={header: "127.0.0.1"})
    assert body_of(answer, 401)["code"] == "unauthorized"


@pytest.mark.parametrize("host", ["fenji.example", "fenji.example:3000", "10.0.0.9:3000", "localhost.example", ""])
@pytest.mark.parametrize("address", ["/", "/v1/snapshot", "/v1/worklists", "/v1/check_lists", "/v1/what_if"])
def test_without_any_token_a_page_whose_own_name_leads_to_this_machine_is_refused(
    service: Service, address: str, host: str
) -> None:
    method = "post" if address in ("/v1/check_lists", "/v1/what_if") else "get"
    body = body_of(getattr(Client(service.app), method)(address, headers={"Host": host}), 403)
    assert (body["code"], body["field"]) == ("foreign_host", "Host")
    assert "127.0.0.1" in body["message"]


def test_without_any_token_the_review_pages_refuse_another_host_too(service: Service) -> None:
    answer = Client(service.app).get("/review/", headers={"Host": "fenji.example:3000"})
    assert answer.status_code == 403
    assert "127.0.0.1" in answer.text


@pytest.mark.parametrize("host", ["localhost:3000", "[::1]:3000", "127.0.0.1"])
def test_without_any_token_every_name_of_this_machine_is_answered(service: Service, host: str) -> None:
    assert Client(service.app).get("/v1/snapshot", headers={"Host": host}).status_code == 200


def test_with_a_token_the_service_is_asked_by_any_name(service: Service) -> None:
    headers = {"Host": "fenji.example", "Authorization": f"Bearer {service.book.make('sampler')}"}
    assert Client(service.app).get("/v1/snapshot", headers=headers).status_code == 200


def test_without_any_token_other_machines_see_nobodys_id_on_the_page(scorer: Scorer) -> None:
    assert "E00" not in Service(scorer, "10.0.0.9").page()


@pytest.mark.parametrize("host", ["127.0.0.1", "10.0.0.9"])
@pytest.mark.parametrize("role", ["sampler", "reviewer", "scientist"])
def test_whoever_may_read_tiers_is_answered_from_anywhere(scorer: Scorer, role: str, host: str) -> None:
    service = Service(scorer, host)
    token = service.book.make(role)
    for address in ADDRESSES:
        assert service.ask(address, token).status_code == 200


@pytest.mark.parametrize("role", ["approver", "auditor"])
@pytest.mark.parametrize("address", [*ADDRESSES, "/v1/score_records"])
def test_another_role_is_refused_before_its_request_is_read(service: Service, role: str, address: str) -> None:
    body = body_of(service.ask(address, service.book.make(role), body="no request"), 403)
    assert body["code"] == "forbidden"
    assert "sampler or reviewer or scientist" in body["message"]


def test_every_way_of_having_no_valid_token_is_answered_alike(service: Service) -> None:
    good = service.book.make("sampler")
    revoked = service.book.make("sampler")
    service.book.revoke(revoked)
    expired = service.book.make("sampler", days=0)
    stranger = MemoryBook().make("sampler")
    wrong = good.rsplit("_", 1)[0][: len("fenji_") + 12] + "_" + new_secret()
    answers = [
        service.ask("/v1/score", token) for token in (None, "", "x", good[:-1], revoked, expired, stranger, wrong)
    ]
    answers.append(service.ask("/v1/score", good, scheme="Basic"))
    assert {(one.status_code, one.content, one.headers["www-authenticate"]) for one in answers} == {
        (401, answers[0].content, "Bearer")
    }
    assert service.ask("/v1/score", good).status_code == 200
    assert service.ask("/v1/score", good, scheme="bearer").status_code == 200


def test_a_token_is_wanted_as_soon_as_the_first_one_was_made(service: Service) -> None:
    assert service.ask("/v1/score").status_code == 200
    token = service.book.make("approver")
    service.clock.seconds += MAX_AGE_SECONDS
    body_of(service.ask("/v1/score"), 401)
    service.book.revoke(token)
    service.clock.seconds += MAX_AGE_SECONDS
    body_of(service.ask("/v1/score"), 401)


def test_a_revoked_token_is_refused_within_seconds_and_requests_ask_the_database_no_more_than_that(
    service: Service,
) -> None:
    token = service.book.make("sampler")
    for _ in range(20):
        assert service.ask("/v1/score", token).status_code == 200
    assert service.book.questions == 1
    service.book.revoke(token)
    service.clock.seconds += MAX_AGE_SECONDS
    body_of(service.ask("/v1/score", token), 401)


def test_while_tokens_cannot_be_checked_nobody_is_answered(service: Service) -> None:
    token = service.book.make("sampler")
    service.book.is_down = True
    assert body_of(service.ask("/v1/score", token), 503)["code"] == "store_unavailable"
    assert body_of(service.ask("/v1/score"), 503)["code"] == "store_unavailable"


def test_the_first_use_of_a_day_is_noted_and_no_other(service: Service) -> None:
    token = service.book.make("sampler")
    for _ in range(3):
        service.ask("/v1/score", token)
    assert service.book.uses == [(service.book.kept[0].id, NOW.date())]


def test_nothing_of_a_token_reaches_a_log(service: Service, caplog: pytest.LogCaptureFixture) -> None:
    token = service.book.make("approver")
    with caplog.at_level(logging.DEBUG):
        service.ask("/v1/score", token)
        service.ask("/v1/score", token + "x")
    assert token.split("_", 2)[2] not in caplog.text


def test_the_page_shows_nobodys_id_once_callers_need_a_token(service: Service) -> None:
    assert "E00" in service.page()
    service.book.make("sampler")
    service.clock.seconds += MAX_AGE_SECONDS
    assert "E00" not in service.page()
    assert "Authorization: Bearer" in service.page()


def test_a_sector_scope_shows_the_tiers_of_its_sectors_alone(service: Service) -> None:
    token = service.book.make("sampler", Scope(frozenset({district.SECTOR_MODEL})))
    # Enterprise 2 is in two sectors, enterprise 1 in the scope's one, enterprise 0 in another.
    asked = {"enterprise_ids": ["E0002", "E0001", "E0000", "E0002"]}
    for address in ADDRESSES:
        results = service.ask(address, token, asked).json()["results"]
        assert [(one["enterprise_id"], one["sector"], one["status"]) for one in results] == [
            ("E0002", district.SECTOR_MODEL, "scored"),
            ("E0001", district.SECTOR_MODEL, "scored"),
            ("E0000", None, "unknown"),
            ("E0002", district.SECTOR_MODEL, "scored"),
        ]
        assert len(service.ask(address, token, asked | {"sector": district.SECTOR_MODEL}).json()["results"]) == 4
        outside = body_of(service.ask(address, token, asked | {"sector": "general"}), 404)
        assert (outside["code"], outside["field"]) == ("outside_scope", "sector")
        assert body_of(service.ask(address, token, asked | {"sector": "nowhere"}), 400)["code"] == "unknown_sector"


def test_a_station_scope_shows_the_enterprises_of_its_stations_alone(service: Service) -> None:
    token = service.book.make("sampler", Scope(None, frozenset({district.STATION})))
    results = service.ask("/v1/score", token, {"enterprise_ids": ["E0001", "E0002", "E0012"]}).json()["results"]
    assert [(one["enterprise_id"], one["status"]) for one in results] == [
        ("E0001", "unknown"),
        ("E0002", "scored"),
        ("E0002", "scored"),
        ("E0012", "scored"),
        ("E0012", "scored"),
    ]


def test_the_description_says_how_to_send_a_token_and_what_is_refused(service: Service) -> None:
    described = service.description()
    assert described["components"]["securitySchemes"]["token"]["scheme"] == "bearer"
    for route in (one for methods in described["paths"].values() for one in methods.values()):
        assert route["security"] == [{"token": []}]
        assert {"401", "403", "503"} <= set(route["responses"])


def test_each_role_is_explained_in_both_languages() -> None:
    assert all(zh and en for zh, en in ROLES.values())


def test_a_service_reads_its_tokens_from_its_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FENJI_DATABASE_URL", f"sqlite:///{tmp_path}/fenji.db")
    book = DatabaseBook(database_address)
    assert book.tokens() == []
    assert not (tmp_path / "fenji.db").exists()
    token, _ = create_token(AccessStore(database_address()), "sampler", "抽查模块", 1, Scope(), "x", NOW)
    assert book.tokens() == [token]
    book.mark_used(token.id, NOW.date())
    assert book.tokens()[0].last_used_on == NOW.date()
