"""An answer of the past is given again from the data of then, bit for bit, or it is said why that cannot be."""

import json
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from records.errors import AuditError, ModelError
from serving.access.keyring import Keyring
from serving.access.scope import EVERYTHING, Scope
from serving.app import create_app
from serving.audit.answer_log import AnswerLog
from serving.audit.log_file import bodies_of
from serving.audit.replay import Replayed, replay
from serving.bulk.stream import ARROW, PARQUET
from serving.current import Current
from serving.decisions.decision import Decision, Second, Seen
from serving.decisions.overlay import Overlay
from tests import served_district as district
from tests.approvals import SERIOUS, save_extract
from tests.asked_app import Client
from tests.held_tokens import NOW, MemoryBook

SCORED = {"enterprise_ids": ["E0001", "E0002"], "sector": None}


class Service:
    """A service that writes down what it answers, and the folder of all that it answers from."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        district.save_snapshot(folder, district.save_release(folder))
        self.book = MemoryBook()
        self._keyring = Keyring(self.book)
        app = create_app(self._keyring, self.book)
        self.decisions: list[Decision | Second] = []
        app.state.overlay = Overlay(self, lambda: NOW, lambda: self.seconds)
        self.seconds = 0.0
        app.state.scorer = Current(folder / "release", folder / "snapshot").load()
        app.state.lists = save_extract(folder / "lists")
        app.state.now = lambda: NOW
        self._log = app.state.answers = AnswerLog(folder / "audit", self.book, lambda: NOW)
        self._client = Client(app)

    def news(self, after: int) -> list[Decision | Second]:
        return [one for one in self.decisions if one.number > after]

    def decide(self, decision: Decision) -> None:
        """Keep a decision; what the app remembers of them is too old from now on."""
        self.decisions.append(decision)
        self.seconds += 10

    def make(self, role: Any, scope: Scope = EVERYTHING) -> str:
        text = self.book.make(role, scope)
        self._keyring.refresh(older_than=0)
        return text

    def ask(
        self, address: str, body: Any = None, token: str | None = None, accept: str = "application/json"
    ) -> tuple[str, bytes]:
        """The request id and the bytes of an answer that was written down."""
        headers = {"Accept": accept} | ({} if token is None else {"Authorization": f"Bearer {token}"})
        answer = self._client.get(address, headers=headers) if body is None else None
        answer = answer or self._client.post(address, json=body, headers=headers)
        assert answer.status_code == 200, answer.text
        self._log.flush()
        return answer.headers["x-request-id"], answer.content

    def replay(self, request_id: str, **given: Any) -> Replayed:
        places = [self.folder, self.folder / "lists"]
        return replay(request_id, self.folder / "audit", self.book.kept, places, **given)

    @property
    def log(self) -> Path:
        (path,) = (self.folder / "audit").glob("*.answers")
        return path


@pytest.fixture(scope="module")
def _served(tmp_path_factory: pytest.TempPathFactory) -> Service:
    return Service(tmp_path_factory.mktemp("served"))


@pytest.fixture
def service(_served: Service) -> Service:
    return _served


@pytest.mark.parametrize(
    ("address", "body"),
    [
        ("/v1/score", SCORED),
        ("/v1/explain", SCORED | {"lang": "en", "limit": 3}),
        ("/v1/worklists", None),
        ("/v1/worklists/annual_report_due?limit=2", None),
    ],
)
def test_an_answer_of_then_is_given_again_bit_for_bit(service: Service, address: str, body: Any) -> None:
    token = service.make("reviewer")
    request_id, answer = service.ask(address, body, token)
    service.book.revoke(token)
    assert service.replay(request_id).reply == answer


@pytest.mark.parametrize("form", [ARROW, PARQUET])
def test_a_stream_of_then_is_given_again_bit_for_bit(service: Service, form: str) -> None:
    narrow = service.make("sampler", Scope(frozenset({district.SECTOR_MODEL})))
    for address, body in (("/v1/snapshot", None), ("/v1/score", {"sector": district.SECTOR_MODEL})):
        request_id, answer = service.ask(address, body, narrow, form)
        assert len(answer) > 100
        assert service.replay(request_id).reply == answer


def test_the_scope_of_who_asked_holds_again(service: Service) -> None:
    narrow = service.make("sampler", Scope(frozenset({district.SECTOR_MODEL}), frozenset({district.STATION})))
    request_id, answer = service.ask("/v1/score", SCORED, narrow)
    assert service.replay(request_id).reply == answer
    wide, all_of_it = service.ask("/v1/score", SCORED, service.make("sampler"))
    assert all_of_it != answer
    assert service.replay(wide).reply == all_of_it


def test_an_answer_to_this_machine_without_a_token_is_given_again(tmp_path: Path) -> None:
    service = Service(tmp_path)
    request_id, answer = service.ask("/v1/score", SCORED)
    assert service.replay(request_id).reply == answer


def test_a_comparison_with_the_lists_is_given_again_to_who_has_the_request(service: Service, tmp_path: Path) -> None:
    asked = {"purpose": "procurement", "subjects": [SERIOUS]}
    request_id, answer = service.ask("/v1/check_lists", asked, service.make("approver"))
    with pytest.raises(AuditError, match="not kept, or no longer: give it with --body FILE"):
        service.replay(request_id)
    assert service.replay(request_id, body=json.dumps(asked, indent=2).encode()).reply == answer
    for other in (b'{"purpose": "procurement", "subjects": ["E0004"]}', b"{"):
        with pytest.raises(AuditError, match="give another"):
            service.replay(request_id, body=other)


def test_what_was_deleted_when_its_time_had_come_can_be_given(tmp_path: Path) -> None:
    service = Service(tmp_path)
    request_id, answer = service.ask("/v1/score", SCORED)
    bodies_of(service.log).unlink()
    with pytest.raises(AuditError, match="--body FILE"):
        service.replay(request_id)
    assert service.replay(request_id, body=json.dumps(SCORED).encode()).reply == answer


@pytest.mark.filterwarnings("ignore:GitWildMatchPattern")  # of a library that BentoML uses
@pytest.mark.parametrize(("part", "what"), [("snapshot", "snapshot"), ("release", "release")])
def test_where_the_data_of_then_are_gone_it_is_said_which(tmp_path: Path, part: str, what: str) -> None:
    service = Service(tmp_path)
    request_id, answer = service.ask("/v1/score", SCORED)
    (tmp_path / part).rename(tmp_path / "elsewhere")
    assert service.replay(request_id).reply == answer  # by digest, whatever it is called
    shutil.rmtree(tmp_path / "elsewhere")
    with pytest.raises(ModelError, match=rf"needs the {what} of then, \w{{12}} is no longer .* --in"):
        service.replay(request_id)


def test_an_answer_that_is_no_longer_the_same_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    service = Service(tmp_path)
    request_id, _ = service.ask("/v1/score", SCORED)
    monkeypatch.setattr("serving.scorer.Scorer._score", lambda *arguments: ([], []))
    with pytest.raises(AuditError, match=r"must be what it was, it has digest \w{12} and status 200 instead of"):
        service.replay(request_id)


def test_a_request_that_nobody_answered_is_not_replayed(service: Service) -> None:
    service.ask("/v1/score", SCORED, service.make("sampler"))
    for unknown in ("none", "", "E0001"):
        with pytest.raises(AuditError, match="must be in a log of answers"):
            service.replay(unknown)


def test_without_the_token_that_asked_nothing_is_replayed(service: Service) -> None:
    request_id, _ = service.ask("/v1/score", SCORED, service.make("sampler"))
    with pytest.raises(AuditError, match="must be in the database"):
        replay(request_id, service.folder / "audit", [], [service.folder])


def test_refusals_are_not_written_down(service: Service) -> None:
    service.ask("/v1/score", SCORED, service.make("sampler"))
    before = service.log.read_text()
    with pytest.raises(AssertionError, match="unknown_sector"):
        service.ask("/v1/score", SCORED | {"sector": "nowhere"}, service.make("sampler"))
    assert service.log.read_text() == before


def test_an_answer_is_given_again_under_the_decisions_of_then(service: Service) -> None:
    token = service.make("scientist")
    asked = {"enterprise_ids": ["E0001"], "sector": "food_operation"}
    before, plain = service.ask("/v1/score", asked, token)
    seen = Seen("r" * 64, "s" * 64, NOW.date(), 3, "sector")
    key = ("E0001", "food_operation")
    service.decide(Decision(*key, "model_wrong", 2, "已整改", NOW.date() + timedelta(days=9), seen, None, NOW, 7))
    between, overridden = service.ask("/v1/explain", asked, token)
    service.decide(Decision(*key, "agree", None, "", None, seen, None, NOW, 9))
    after, _ = service.ask("/v1/score", asked, token)
    assert b'"override"' in overridden
    assert b'"source":"override"' in overridden
    for request_id, answer, number in ((before, plain, None), (between, overridden, "7")):
        replayed = service.replay(request_id, decisions=service.decisions)
        assert (replayed.reply, replayed.line.get("decisions")) == (answer, number)
    assert service.replay(after, decisions=service.decisions).line["decisions"] == "9"
    with pytest.raises(AuditError, match="must be what it was"):
        service.replay(between, decisions=())
