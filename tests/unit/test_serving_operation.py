"""Operation: limits, security headers, request ids, the lines of the log, metrics."""

import logging
from pathlib import Path

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import REGISTRY

from records.errors import ConfigError, RequestError
from serving.access.keyring import Keyring
from serving.access.rate import BURST_SECONDS, PER_SECOND, RATE_VARIABLE, Rate, rate_setting
from serving.app import create_app
from serving.bulk.stream import ARROW
from serving.current import Current
from serving.operation.addresses import OTHER, names_of
from serving.operation.headers import DEFAULTS
from serving.operation.log import JsonLines
from serving.operation.metrics import show_snapshot
from serving.places import WORKERS_VARIABLE, worker_count
from serving.scorer import Scorer
from tests import served_district as district
from tests.asked_app import Client
from tests.held_tokens import NOW, Clock, MemoryBook, without_tokens

SECRET = "SECRET-VALUE-4711"


@pytest.fixture(scope="module")
def scorer(tmp_path_factory: pytest.TempPathFactory) -> Scorer:
    folder = tmp_path_factory.mktemp("served")
    district.save_snapshot(folder, district.save_release(folder))
    return Current(folder / "release", folder / "snapshot").load()


@pytest.fixture(scope="module")
def client(scorer: Scorer) -> Client:
    app = create_app(*without_tokens())
    app.state.scorer = scorer
    return Client(app)


def test_a_bucket_gives_a_burst_then_its_rate_and_no_more() -> None:
    clock = Clock()
    rate = Rate(10, clock)
    for _ in range(10 * BURST_SECONDS):
        rate.take("a")
    with pytest.raises(RequestError, match="10 requests a second") as refusal:
        rate.take("a")
    assert (refusal.value.status, refusal.value.code, refusal.value.retry_after) == (429, "too_many_requests", 1)
    rate.take("b")
    clock.seconds += 0.0999
    with pytest.raises(RequestError, match="wait"):
        rate.take("a")
    clock.seconds += 0.0002
    rate.take("a")


@given(st.lists(st.floats(0, 3), max_size=200), st.integers(1, 50))
def test_within_any_stretch_of_time_no_more_passes_than_burst_and_rate(waits: list[float], per_second: int) -> None:
    clock = Clock()
    rate = Rate(per_second, clock)
    passed = 0
    for wait in waits:
        clock.seconds += wait
        try:
            rate.take("a")
            passed += 1
        except RequestError:
            continue
    assert passed <= per_second * (BURST_SECONDS + sum(waits)) + 1e-6


def test_a_token_that_asks_too_fast_is_told_when_to_come_back(scorer: Scorer) -> None:
    book = MemoryBook()
    headers = {"Authorization": f"Bearer {book.make('sampler')}"}
    app = create_app(Keyring(book, Clock()), book)
    app.state.scorer, app.state.now, app.state.rate = scorer, lambda: NOW, Rate(1, Clock())
    client = Client(app, host="10.0.0.9")
    answers = [client.get("/v1/release", headers=headers) for _ in range(BURST_SECONDS + 1)]
    assert [one.status_code for one in answers] == [200] * BURST_SECONDS + [429]
    assert answers[-1].headers["retry-after"] == "1"
    assert answers[-1].json()["code"] == "too_many_requests"


def test_whoever_needs_no_token_has_no_rate(client: Client) -> None:
    answers = {client.get("/v1/release").status_code for _ in range(PER_SECOND * BURST_SECONDS // 10)}
    assert answers == {200}


@pytest.mark.parametrize("text", ["0", "-1", "1.5", "many", " "])
def test_settings_that_make_no_sense_are_refused(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(RATE_VARIABLE, text)
    with pytest.raises(ConfigError, match=r"FENJI_RATE .* whole number"):
        rate_setting()
    monkeypatch.setenv(WORKERS_VARIABLE, text)
    with pytest.raises(ConfigError, match=r"FENJI_WORKERS .* whole number"):
        worker_count()


def test_settings_may_be_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(RATE_VARIABLE, raising=False)
    monkeypatch.delenv(WORKERS_VARIABLE, raising=False)
    assert (rate_setting(), worker_count()) == (PER_SECOND, 1)
    monkeypatch.setenv(RATE_VARIABLE, "7")
    monkeypatch.setenv(WORKERS_VARIABLE, "2")
    assert (rate_setting(), worker_count()) == (7, 2)


@pytest.mark.parametrize("address", ["/", "/v1/snapshot", "/v1/nothing", "/v1/score", "/openapi.json"])
def test_every_answer_has_its_own_id_and_the_headers_of_security(client: Client, address: str) -> None:
    answers = [client.get(address) for _ in range(2)]
    for answer in answers:
        assert {name.decode() for name in DEFAULTS} <= set(answer.headers)
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert len({answer.headers["x-request-id"] for answer in answers}) == 2


def test_the_page_may_load_its_own_style_and_nothing_else(client: Client) -> None:
    policy = client.get("/").headers["content-security-policy"]
    assert "style-src 'sha256-" in policy
    assert "unsafe" not in policy


def test_what_a_route_says_of_caching_stays(client: Client) -> None:
    assert client.get("/v1/snapshot").headers["cache-control"] == "private, no-cache"
    assert client.get("/v1/worklists").headers["cache-control"] == "no-store"


def answered_lines(caplog: pytest.LogCaptureFixture) -> list[dict]:
    formatter = JsonLines()
    lines = [orjson.loads(formatter.format(record)) for record in caplog.records]
    return [line for line in lines if line["message"] == "answered"]


def test_a_line_accounts_for_an_answer_and_repeats_nothing_of_it(
    scorer: Scorer, caplog: pytest.LogCaptureFixture
) -> None:
    book = MemoryBook()
    text = book.make("reviewer")
    app = create_app(Keyring(book, Clock()), book)
    app.state.scorer, app.state.now = scorer, lambda: NOW
    client = Client(app, host="10.0.0.9")
    headers = {"Authorization": f"Bearer {text}"}
    with caplog.at_level(logging.INFO, "bentoml.fenji"):
        answer = client.post("/v1/score?x=1", json={"enterprise_ids": [SECRET, "E0001"]}, headers=headers)
        client.get(f"/v1/worklists/{SECRET}?station={SECRET}", headers=headers)
        client.get(f"/{SECRET}")
        client.get("/readyz")
    lines = answered_lines(caplog)
    assert [(line["method"], line["address"], line["status"]) for line in lines] == [
        ("POST", "/v1/score", 200),
        ("GET", "/v1/worklists/{name}", 404),
        ("GET", OTHER, 404),
    ]
    first = lines[0]
    assert first["request_id"] == answer.headers["x-request-id"]
    assert first["token"] == text.split("_")[1]
    assert (first["release"], first["snapshot"]) == (scorer.release.digest, scorer.snapshot.digest)
    assert first["duration_ms"] > 0
    assert set(first) == {
        *("at", "level", "message", "request_id", "method", "address", "status", "duration_ms"),
        *("token", "release", "snapshot"),
    }
    whole = orjson.dumps(lines).decode()
    for word in (SECRET, "E0001", text.split("_", 2)[2]):
        assert word not in whole


def test_a_line_about_a_fault_names_kind_and_place_and_never_what_it_says() -> None:
    try:
        names_of(None)("/x")
    except AttributeError as fault:
        record = logging.LogRecord("bentoml", logging.ERROR, "", 0, "failed", (), (type(fault), fault, None))
    line = orjson.loads(JsonLines().format(record))
    assert (line["level"], line["fault"]) == ("error", "AttributeError")
    assert "addresses.name" in line["place"]
    assert "routes" not in orjson.dumps(line).decode()


def sample(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


def test_tiers_unknown_ids_and_borderline_results_are_counted(client: Client, scorer: Scorer) -> None:
    names = {
        "medium_high": ("fenji_tiers_served_total", {"tier": "medium_high"}),
        "low": ("fenji_tiers_served_total", {"tier": "low"}),
        "unknown": ("fenji_unknown_ids_total", {}),
        "borderline": ("fenji_borderline_served_total", {}),
        "out_of_scope": ("fenji_results_without_tier_total", {"status": "out_of_scope"}),
    }

    def counts() -> dict[str, float]:
        return {key: sample(name, **labels) for key, (name, labels) in names.items()}

    before = counts()
    asked = {"enterprise_ids": ["E0002", "nobody", district.enterprise_id(district.OUT_OF_SCOPE)]}
    for address in ("/v1/score", "/v1/explain"):
        client.post(address, json=asked)
    more = {key: value - before[key] for key, value in counts().items()}
    assert more == {"medium_high": 2, "low": 2, "unknown": 2, "borderline": 2, "out_of_scope": 2}

    before = counts()
    client.post("/v1/score", json={"enterprise_ids": asked["enterprise_ids"] * 20})
    more = {key: value - before[key] for key, value in counts().items()}
    assert more == {"medium_high": 20, "low": 20, "unknown": 20, "borderline": 20, "out_of_scope": 20}

    before = counts()
    client.get("/v1/snapshot", headers={"Accept": ARROW})
    more = {key: value - before[key] for key, value in counts().items()}
    expected = scorer.snapshot.columns
    assert more["low"] == (expected["tier"] == 1).sum()
    assert more["out_of_scope"] == scorer.snapshot.counts["status"]["out_of_scope"]
    assert more["borderline"] == (expected["borderline"] & (expected["tier"] > 0)).sum()


def test_gauges_tell_of_the_snapshot_in_service(scorer: Scorer) -> None:
    show_snapshot(scorer.snapshot)
    # 2024-07-01 00:00 in Shanghai.
    assert sample("fenji_snapshot_as_of_timestamp_seconds") == 1719763200
    assert 0 < sample("fenji_snapshot_borderline_ratio") < 1
    assert sample("fenji_snapshot_results", tier="low") == (scorer.snapshot.columns["tier"] == 1).sum()


def test_addresses_are_called_as_the_description_writes_them(tmp_path: Path) -> None:
    name = names_of(create_app(*without_tokens()))
    assert name("/v1/worklists/whatever") == "/v1/worklists/{name}"
    assert name("/v1/score") == "/v1/score"
    assert name("/readyz") == "/readyz"
    assert name("/v1/worklists/a/b") == name("/nothing") == OTHER
