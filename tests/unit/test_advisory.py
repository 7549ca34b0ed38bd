"""What monitoring said last reaches every answer of tiers while something is broken, and the review page always."""

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pyarrow.parquet as parquet
import pytest

from records.errors import ModelError
from serving.access.scope import Scope
from serving.audit.answer_log import AnswerLog
from serving.audit.replay import replay
from serving.bulk.stream import PARQUET
from serving.contract.answers import ReleaseAnswer, ScoreAnswer, SnapshotAnswer
from serving.current import alerts_in_service, read_current, to_watch, write_current, write_current_alerts
from tests import reviewed_district
from tests import served_district as district
from tests.held_tokens import NOW, MemoryBook
from tests.reviewer_visits import ReviewService, Visitor
from tests.told_alerts import alert, save_alerts

BODY = {"enterprise_ids": ["E0001"], "sector": None}


@dataclass(frozen=True)
class State:
    """A folder with a current file."""

    folder: Path

    @property
    def current(self) -> Path:
        return self.folder / "current.json"

    def put_into_service(self) -> None:
        write_current(self.current, self.folder / "release", self.folder / "snapshot")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> State:
    folder = tmp_path_factory.mktemp("served")
    reviewed_district.save(folder)
    return State(folder)


@pytest.fixture
def state(made: State) -> State:
    made.current.unlink(missing_ok=True)
    made.put_into_service()
    return made


def told(state: State, tmp_path: Path, *alerts: Any) -> None:
    write_current_alerts(state.current, save_alerts(tmp_path / "watch", *alerts))


def visitor(state: State, tmp_path: Path, scope: Scope | None = None) -> Visitor:
    service = ReviewService(read_current(state.current).load(), tmp_path)
    return service.visitor("reviewer", *([scope] if scope else []), host="203.0.113.7")


def ask(state: State, tmp_path: Path, method: str, address: str, **content: Any) -> httpx.Response:
    service = ReviewService(read_current(state.current).load(), tmp_path)
    client = service.visitor()._client
    answer: httpx.Response = client.get(address, **content) if method == "GET" else client.post(address, **content)
    assert answer.status_code in (200, 304), answer.text
    return answer


def test_without_a_break_no_answer_says_anything(state: State, tmp_path: Path) -> None:
    plain = ask(state, tmp_path, "POST", "/v1/score", json=BODY).content
    told(
        state, tmp_path, alert(severity="warning"), alert("tier_jump", "notice", enterprise_id="E0001", sector="drugs")
    )
    assert ask(state, tmp_path, "POST", "/v1/score", json=BODY).content == plain
    assert b"advisory" not in plain


def test_while_broken_every_answer_of_tiers_says_so_and_keeps_to_its_description(state: State, tmp_path: Path) -> None:
    told(state, tmp_path, alert("calibration"), alert("silence", "warning"))
    answers = {
        ScoreAnswer: ask(state, tmp_path, "POST", "/v1/score", json=BODY),
        SnapshotAnswer: ask(state, tmp_path, "GET", "/v1/snapshot"),
        ReleaseAnswer: ask(state, tmp_path, "GET", "/v1/release"),
    }
    for model, answer in answers.items():
        advisory = model.model_validate(answer.json()).advisory
        assert advisory is not None
        assert (advisory.state, advisory.kinds, advisory.as_of) == ("broken", ["calibration"], district.AS_OF)
    page = ask(state, tmp_path, "POST", "/v1/score", json={"sector": district.SECTOR_MODEL, "limit": 1})
    lists = ask(state, tmp_path, "GET", "/v1/worklists")
    reasons = ask(state, tmp_path, "POST", "/v1/explain", json=BODY | {"lang": "zh", "limit": 1})
    assert all("概率与随机抽查不符" in answer.json()["advisory"]["zh"] for answer in (page, lists, reasons))


def test_a_stream_says_so_in_its_metadata_and_header_and_an_entity_tag_changes(state: State, tmp_path: Path) -> None:
    accept = {"Accept": PARQUET}
    before = ask(state, tmp_path, "GET", "/v1/snapshot", headers=accept)
    told(state, tmp_path, alert())
    after = ask(state, tmp_path, "GET", "/v1/snapshot", headers=accept | {"If-None-Match": before.headers["etag"]})
    assert after.status_code == 200
    metadata = parquet.read_schema(io.BytesIO(after.content)).metadata
    assert after.headers["fenji-advisory"].encode() in metadata[b"advisory"]
    assert "fenji-advisory" not in before.headers


def test_a_new_snapshot_alone_does_not_clear_it_but_the_next_look_does(state: State, tmp_path: Path) -> None:
    told(state, tmp_path, alert())
    state.put_into_service()
    known = alerts_in_service(state.current)
    assert known is not None
    assert known.state == "broken"
    told(state, tmp_path, alert(severity="warning"))
    assert read_current(state.current).load().advice.advisory is None


def test_alerts_that_were_changed_are_not_taken_into_service(state: State, tmp_path: Path) -> None:
    told(state, tmp_path, alert())
    kept = read_current(state.current).alerts
    assert kept is not None
    save_alerts(kept)
    with pytest.raises(ModelError, match="run `fenji watch` again"):
        read_current(state.current).load()


def test_an_answer_under_an_advisory_is_given_again_with_it(state: State, tmp_path: Path) -> None:
    told(state, tmp_path, alert())
    service = ReviewService(read_current(state.current).load(), tmp_path)
    book = MemoryBook()
    log = service.app.state.answers = AnswerLog(tmp_path / "audit", book, lambda: NOW)
    answer = service.visitor()._client.post("/v1/score", json=BODY)
    log.flush()
    told(state, tmp_path, alert(severity="warning"))
    places = [state.folder, state.folder / "alerts"]
    again = replay(answer.headers["x-request-id"], tmp_path / "audit", (), places)
    assert again.reply == answer.content
    assert b"advisory" in again.reply


def test_the_overview_shows_alerts_and_jumps_within_the_scope(state: State, tmp_path: Path) -> None:
    shown = visitor(state, tmp_path).get("/review/").text
    assert "还没有监测过" in shown
    jumps = (alert("tier_jump", "notice", enterprise_id=one, sector="food_operation") for one in ("E0001", "E0002"))
    told(state, tmp_path, alert("calibration", sector="drugs"), alert("silence", feed="penalties"), *jumps)
    shown = visitor(state, tmp_path).get("/review/").text
    assert all(word in shown for word in ("calibration 的发现", "silence 的发现", "E0001", "E0002", 'role="alert"'))
    narrow = Scope(frozenset({"food_operation"}), frozenset({district.STATION}))
    shown = visitor(state, tmp_path, narrow).get("/review/").text
    assert "calibration 的发现" not in shown
    assert "silence 的发现" in shown
    assert ("E0001" in shown, "E0002" in shown) == (False, True)


def test_only_a_snapshot_of_the_date_asked_for_is_watched_with_the_release_that_scored_it(
    state: State, tmp_path: Path
) -> None:
    release, snapshot = to_watch(state.current, district.AS_OF, None, None)
    assert snapshot.release == release.digest
    with pytest.raises(ModelError, match="must be as of the date asked for, 2024-07-02"):
        to_watch(state.current, district.AS_OF.replace(day=2), None, None)
