"""The client of the sampling module against a running service, and against one that fails in every way it may."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import httpx
import pyarrow as pa
import pyarrow.parquet as parquet
import pytest
from httpx_retries import Retry

from sampling import client as client_module
from sampling.client import SamplingClient
from sampling.connection import PATIENCE
from sampling.errors import (
    ConflictError,
    NotFoundError,
    RefusedError,
    ServiceError,
    UnauthorizedError,
    UnavailableError,
    UnreachableError,
)
from serving.clock import now
from serving.current import read_current, write_current
from serving.feedback.bodies import EXAMPLE_ROW
from serving.lists.bodies import EXAMPLE_ANSWER
from serving.lists.current import write_current_lists
from serving.scorer import Scorer
from tests import approvals
from tests import served_district as district
from tests.approvals import save_extract
from tests.live_service import Live, live

AT_ONCE = PATIENCE.copy_with(backoff_factor=0, total=3)
KNOWN = [district.enterprise_id(number) for number in range(district.ENTERPRISES)]


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    folder = tmp_path_factory.mktemp("live")
    released = district.save_release(folder)
    write_current(folder / "current.json", released, district.save_snapshot(folder, released))
    write_current_lists(folder / "lists.json", save_extract(folder / "lists").directory)
    with live(folder) as running:
        yield running


@pytest.fixture(scope="module")
def scorer(service: Live) -> Scorer:
    return read_current(service.folder / "current.json").load()


@pytest.fixture
def client(service: Live) -> Iterator[SamplingClient]:
    with SamplingClient(service.url, service.tokens["sampler"]) as made:
        yield made


def test_any_number_of_ids_is_answered_in_their_order(
    client: SamplingClient, scorer: Scorer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client_module, "IDS_PER_SCORE", 7)
    asked = [*KNOWN, "nobody", KNOWN[0]]
    scores = client.score(iter(asked))
    expected = scorer.score(asked, None)["results"]
    assert [(one.enterprise_id, one.sector, one.tier, one.probability) for one in scores] == [
        (one["enterprise_id"], one["sector"], one["tier"], one["probability"]) for one in expected
    ]
    assert (scores.header.snapshot, scores.header.as_of) == (scorer.snapshot.digest, district.AS_OF)
    scored = next(one for one in scores if one.status == "scored" and one.interval)
    assert scored.interval == tuple(next(one["interval"] for one in expected if one["interval"]))
    assert scored.sampling is not None
    assert 0 < scored.sampling.ratio <= 1
    assert len(client.score([])) == 0


def test_a_sector_is_read_to_its_end(client: SamplingClient, scorer: Scorer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_module, "ROWS_PER_PAGE", 3)
    found = client.score_sector(district.SECTOR_MODEL)
    members = [one for at, one in enumerate(KNOWN) if district.SECTOR_MODEL in district.sectors_of(at)]
    assert [one.enterprise_id for one in found] == sorted(members, key=str.encode)
    assert found.header.release == scorer.release.digest


def test_reasons_come_page_by_page_and_add_up(client: SamplingClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_module, "IDS_PER_EXPLANATION", 15)
    explained = client.explain(KNOWN[:40], lang="en", limit=2).results
    assert len(explained) >= 40
    for one in explained:
        if one.total is not None:
            parts = sum(reason.contribution for reason in one.reasons)
            assert one.baseline + parts + one.other == pytest.approx(one.total, abs=1e-6)


@pytest.mark.parametrize("form", ["parquet", "arrow"])
def test_a_snapshot_is_saved_whole_and_not_again_while_it_holds(
    client: SamplingClient, scorer: Scorer, tmp_path: Path, form: str
) -> None:
    path = tmp_path / "tiers"
    saved = client.save_snapshot(path, form=form)
    assert saved is not None
    assert saved.header.snapshot == scorer.snapshot.digest
    read = parquet.read_table(path) if form == "parquet" else pa.ipc.open_stream(path.read_bytes()).read_all()
    assert read.num_rows == len(scorer.snapshot.columns["tier"])
    before = path.stat().st_mtime_ns
    assert client.save_snapshot(path, known=saved.tag, form=form) is None
    assert path.stat().st_mtime_ns == before
    assert [one.name for one in tmp_path.iterdir()] == ["tiers"]


def test_a_worklist_that_is_for_sampling_is_read(client: SamplingClient) -> None:
    page = client.worklist("commitment_makers")
    assert (page.name, page.total, page.rows) == ("commitment_makers", 0, ())


def test_the_release_says_whose_model_answers_and_how_each_tier_is_sampled(
    client: SamplingClient, scorer: Scorer
) -> None:
    release = client.release()
    assert release.header == client.header()
    assert {one.sector: one.level for one in release.sectors} == {
        name: model.level for name, model in scorer.release.models.items()
    }
    food = next(one for one in release.sectors if one.sector == district.SECTOR_MODEL)
    standard = district.standards()[district.SECTOR_MODEL]
    assert (food.cuts, food.name.zh, food.horizon_days) == (standard.cuts, standard.name_zh, standard.horizon_days)
    assert food.rules
    scored = next(one for one in client.score_sector(district.SECTOR_MODEL) if one.tier)
    assert food.sampling[str(scored.tier)] == scored.sampling


def test_applicants_are_compared_with_the_lists_part_by_part(service: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_module, "SUBJECTS_PER_CHECK", 2)
    asked = [approvals.SERIOUS, approvals.CLEAN, approvals.UNKNOWN, approvals.ABNORMAL, approvals.SERIOUS]
    with SamplingClient(service.url, service.tokens["approver"]) as approver:
        checked = approver.check_lists("procurement", iter(asked))
        assert [(one.subject, one.status) for one in checked] == [
            (approvals.SERIOUS, "listed"),
            (approvals.CLEAN, "not_listed"),
            (approvals.UNKNOWN, "unknown"),
            (approvals.ABNORMAL, "listed"),
            (approvals.SERIOUS, "listed"),
        ]
        assert [one.intercept for one in checked][1:3] == [False, None]
        assert (checked.header.as_of, checked.header.purpose.id) == (approvals.AS_OF, "procurement")
        hit = checked.results[0].hits[0]
        assert (hit.record_id, hit.listed_on, hit.listed_until) == ("L1", date(2025, 3, 10), date(2028, 3, 10))
        with pytest.raises(RefusedError, match="400 too_short"):
            approver.check_lists("procurement", [])
        with pytest.raises(RefusedError, match="400 unknown_purpose"):
            approver.check_lists("nonsense", asked)
    with (
        SamplingClient(service.url, service.tokens["sampler"]) as sampler,
        pytest.raises(UnauthorizedError, match="403 forbidden"),
    ):
        sampler.check_lists("procurement", asked)


def test_a_comparison_with_the_lists_is_of_one_extract(service: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_module, "SUBJECTS_PER_CHECK", 1)
    monkeypatch.setattr(client_module, "BEGIN_AGAIN_AFTER_SECONDS", 0.0)

    def of_yesterday(request: httpx.Request) -> httpx.Response:
        asked = json.loads(request.content)["subjects"]
        results = [EXAMPLE_ANSWER["results"][1] | {"subject": one} for one in asked]
        return httpx.Response(200, json=EXAMPLE_ANSWER | {"results": results})

    transport = Failing(of_yesterday)
    with SamplingClient(service.url, service.tokens["approver"], transport=transport) as approver:
        checked = approver.check_lists("permit", [approvals.SERIOUS, approvals.CLEAN])
    assert [one.status for one in checked] == ["listed", "not_listed"]
    # The first part of yesterday, the second of today, and both again.
    assert transport.requests == 4


def test_refusals_carry_code_field_message_and_the_id_of_the_request(client: SamplingClient, service: Live) -> None:
    with pytest.raises(RefusedError, match="400 unknown_sector") as refusal:
        client.score(["E0001"], "nowhere")
    error = refusal.value
    assert (error.status, error.code, error.field) == (400, "unknown_sector", "sector")
    assert service.line_of(error.request_id)["status"] == 400
    with pytest.raises(NotFoundError, match="404 unknown_worklist"):
        client.worklist("nonsense")
    with pytest.raises(UnauthorizedError, match="403 forbidden"):
        client.worklist("reminders_due")
    with SamplingClient(service.url) as stranger, pytest.raises(UnauthorizedError, match="401 unauthorized"):
        stranger.score(["E0001"])


Answer = Callable[[httpx.Request], httpx.Response]


class Failing(httpx.BaseTransport):
    """Answers the first requests as told, and lets the others through to the service."""

    def __init__(self, *first: Answer) -> None:
        self._first = list(first)
        self._service = httpx.HTTPTransport()
        self.requests = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.requests += 1
        return self._first.pop(0)(request) if self._first else self._service.handle_request(request)

    def close(self) -> None:
        self._service.close()


def lost(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("lost", request=request)


def refusing(status: int, **headers: str) -> Answer:
    body = {"code": "not_ready", "field": "", "message": "later"}
    return lambda request: httpx.Response(status, json=body, headers=headers)


class _Breaking(httpx.SyncByteStream):
    def __iter__(self) -> Iterator[bytes]:
        yield b"PAR1 and then"
        raise httpx.RemoteProtocolError("peer closed connection without sending complete message body")


def broken_off(request: httpx.Request) -> httpx.Response:
    headers = {"fenji-release": "r", "fenji-snapshot": "s", "fenji-as-of": "2024-07-01", "etag": "x"}
    return httpx.Response(200, stream=_Breaking(), headers=headers)


def through(service: Live, *first: Answer, patience: Retry = AT_ONCE) -> tuple[SamplingClient, Failing]:
    transport = Failing(*first)
    return SamplingClient(service.url, service.tokens["sampler"], patience=patience, transport=transport), transport


@pytest.mark.parametrize("first", [lost, refusing(503), refusing(429), refusing(502)])
def test_what_may_pass_is_asked_again(service: Live, first: Answer) -> None:
    client, transport = through(service, first, first)
    with client:
        assert client.score(["E0001"]).results[0].status == "scored"
    assert transport.requests == 3


def pauses_of_this_thread(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses that are asked for from now on, and not waited for; other threads of the process sleep as ever."""
    pauses: list[float] = []
    asking, wait = threading.get_ident(), time.sleep

    def sleep(seconds: float) -> None:
        if threading.get_ident() == asking:
            pauses.append(seconds)
        else:
            wait(seconds)

    monkeypatch.setattr("httpx_retries.retry.time.sleep", sleep)
    return pauses


def test_the_pause_is_the_one_that_the_service_asks_for(service: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    pauses = pauses_of_this_thread(monkeypatch)
    client, _ = through(service, refusing(429, **{"Retry-After": "7"}), lost, patience=PATIENCE)
    with client:
        client.score(["E0001"])
    assert pauses[0] == 7
    assert 0 <= pauses[1] <= 1


def test_pauses_grow_and_differ(monkeypatch: pytest.MonkeyPatch) -> None:
    pauses = pauses_of_this_thread(monkeypatch)
    for _ in range(2):
        transport = httpx.MockTransport(lost)
        with SamplingClient("http://x", transport=transport) as client, pytest.raises(UnreachableError):
            client.score(["E0001"])
    first, second = pauses[: len(pauses) // 2], pauses[len(pauses) // 2 :]
    assert len(first) == PATIENCE.total
    assert first != second
    assert max(first) <= 30


@pytest.mark.parametrize(
    ("first", "kind", "words"),
    [(lost, UnreachableError, "ConnectError"), (refusing(503), UnavailableError, "503 not_ready")],
)
def test_after_every_retry_it_is_given_up(service: Live, first: Answer, kind: type[ServiceError], words: str) -> None:
    client, transport = through(service, *[first] * 10)
    with client, pytest.raises(kind, match=words):
        client.score(["E0001"])
    assert transport.requests == AT_ONCE.total + 1


def test_what_is_wrong_is_not_asked_again(service: Live) -> None:
    client, transport = through(service)
    with client, pytest.raises(RefusedError, match="string_too_short"):
        client.score([""])
    assert transport.requests == 1


def test_a_stream_that_breaks_off_is_fetched_again_and_leaves_nothing_half(service: Live, tmp_path: Path) -> None:
    client, transport = through(service, broken_off)
    with client:
        client.save_snapshot(tmp_path / "tiers")
    assert transport.requests == 2
    assert parquet.read_table(tmp_path / "tiers").num_rows > 0
    client, _ = through(service, *[broken_off] * 10)
    with client, pytest.raises(UnreachableError, match="RemoteProtocolError"):
        client.save_snapshot(tmp_path / "other")
    assert [one.name for one in tmp_path.iterdir()] == ["tiers"]


def test_something_on_the_way_that_answers_in_the_service_s_place_is_told_apart(service: Live) -> None:
    client, _ = through(service, lambda request: httpx.Response(418, text="<html>"))
    with client, pytest.raises(RefusedError, match="418 http_418") as refusal:
        client.score(["E0001"])
    assert refusal.value.request_id is None


def test_pages_of_two_snapshots_are_never_mixed(service: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_module, "IDS_PER_SCORE", 20)
    monkeypatch.setattr(client_module, "BEGIN_AGAIN_AFTER_SECONDS", 0.0)

    def of_last_month(request: httpx.Request) -> httpx.Response:
        header = {"release": "r", "snapshot": "0" * 64, "as_of": "2024-06-01"}
        return httpx.Response(200, json={**header, "results": [], "next": None})

    client, transport = through(service, of_last_month)
    with client:
        scores = client.score(KNOWN)
    assert len({one.enterprise_id for one in scores}) == len(KNOWN)
    # The first page of last month, the refused second one, and both again.
    assert transport.requests == 4

    class Changing(httpx.BaseTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            if "snapshot" not in json.loads(request.content):
                return of_last_month(request)
            return httpx.Response(409, json={"code": "snapshot_changed", "field": "snapshot", "message": "other"})

    with (
        SamplingClient("http://x", transport=Changing()) as restless,
        pytest.raises(ServiceError, match="it changed again and again"),
    ):
        restless.score(KNOWN)


def test_another_conflict_is_told(service: Live) -> None:
    other = {"code": "other_body", "field": "id", "message": "known with another body"}
    client, _ = through(service, lambda request: httpx.Response(409, json=other))
    with client, pytest.raises(ConflictError, match="409 other_body"):
        client.score(["E0001"])


def test_the_token_is_nowhere_to_be_read(service: Live) -> None:
    client, _ = through(service)
    with client:
        assert service.tokens["sampler"] not in repr(vars(client)) + repr(client)


def _draw(scorer: Scorer) -> dict[str, Any]:
    stratum = {"tier": "medium_high", "station": None, "pool_size": 4, "sample_size": 2, "inclusion_probability": 0.5}
    return {
        "draw_id": "2024-07-food-01",
        "sector": district.SECTOR_MODEL,
        "as_of": district.AS_OF.isoformat(),
        "snapshot": scorer.snapshot.digest,
        "pool_hash": "0" * 64,
        "pool_size": 4,
        "strata": [stratum],
        "seed_source": "体彩排列五",
        "seed_at": (now() + timedelta(days=1)).isoformat(),
    }


def test_a_draw_is_registered_once_and_found_again(client: SamplingClient, scorer: Scorer) -> None:
    draw = _draw(scorer)
    registered = client.register_draw(draw)
    assert client.register_draw(draw) == registered == client.draw(draw["draw_id"])
    assert registered.draw["strata"] == draw["strata"]
    with pytest.raises(ConflictError, match="409 draw_differs"):
        client.register_draw(draw | {"pool_hash": "1" * 64})
    with pytest.raises(NotFoundError, match="404 unknown_draw"):
        client.draw("nobody-s")


def test_results_go_back_in_parts_and_each_is_told_of(client: SamplingClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_module, "ROWS_PER_FEEDBACK", 2)
    rows = [
        EXAMPLE_ROW
        | {"id": f"JC-{at}", "enterprise_id": one, "draw_id": None, "inclusion_probability": None, "basis": "complaint"}
        for at, one in enumerate(["E0001", "E0002", "nobody", "E0006", "E0007"])
    ]
    rows = [row | {"inspected_on": "2024-07-02", "reported_at": "2024-07-03T09:00:00+08:00"} for row in rows]
    outcomes = client.send_feedback(iter(rows))
    assert [one.status for one in outcomes] == ["accepted", "accepted", "refused", "accepted", "accepted"]
    assert outcomes[2].reason is not None
    assert (outcomes[2].id, outcomes[2].reason.code) == ("JC-2", "unknown_enterprise")
    assert [one.known for one in client.send_feedback(rows)] == [True, True, False, True, True]
