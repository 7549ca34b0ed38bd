"""Whole sectors and the whole snapshot: pages, streams, entity tags, and that all say what single ids are told."""

import io
import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import httpx
import orjson
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as parquet
import pytest
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from model.tiers import HIGH_RANK
from serving.access.keyring import Keyring
from serving.access.scope import EVERYTHING, Scope
from serving.app import create_app
from serving.bulk import table
from serving.bulk.stream import ARROW, PARQUET, streamed
from serving.bulk.table import batches_of, schema_of
from serving.current import Current
from serving.decisions.rulings import Ruling
from serving.scorer import Scorer
from tests import reviewed_district
from tests import served_district as district
from tests.asked_app import Client
from tests.held_tokens import NOW, Clock, MemoryBook, without_tokens

SCOPES = {
    "everything": EVERYTHING,
    "one sector": Scope(sectors=frozenset({district.SECTOR_MODEL})),
    "one station": Scope(stations=frozenset({district.STATION})),
    "both": Scope(frozenset({district.SECTOR_MODEL, district.POINTS}), frozenset({district.STATION})),
    "nothing": Scope(stations=frozenset({"无此所"})),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("served")
    district.save_snapshot(folder, district.save_release(folder))
    return folder


@pytest.fixture(scope="module")
def scorer(folder: Path) -> Scorer:
    return Current(folder / "release", folder / "snapshot").load()


def app_of(scorer: Scorer, overlay: "Decided | None" = None) -> FastAPI:
    app = create_app(*without_tokens())
    app.state.scorer = scorer
    app.state.overlay = overlay or app.state.overlay
    return app


@pytest.fixture(scope="module")
def client(scorer: Scorer) -> Client:
    return Client(app_of(scorer))


def held(scorer: Scorer, scope: Scope) -> tuple[Client, dict[str, str]]:
    """A caller from another machine with a sampler's token of this scope."""
    book = MemoryBook()
    headers = {"Authorization": f"Bearer {book.make('sampler', scope)}"}
    app = create_app(Keyring(book, Clock()), book)
    app.state.scorer, app.state.now = scorer, lambda: NOW
    return Client(app, host="10.0.0.9"), headers


def rows_of(answer: httpx.Response) -> pa.Table:
    assert answer.status_code == 200, answer.text
    if answer.headers["content-type"] == ARROW:
        return pa.ipc.open_stream(answer.content).read_all()
    return parquet.read_table(io.BytesIO(answer.content))


def as_result(row: dict[str, Any], sampling: Any) -> dict[str, Any]:
    """A row of a stream as `/v1/score` writes it, but for the words of hard rules."""
    low, high = row.pop("interval_low"), row.pop("interval_high")
    tier = row["tier"]
    return row | {
        "interval": None if low is None else [low, high],
        "sampling": sampling[row["sector"]][tier] if tier else None,
    }


def known(answer: dict[str, Any]) -> list[dict[str, Any]]:
    """The results of an answer as JSON has them, but for what is unknown in the scope."""
    return [one for one in orjson.loads(orjson.dumps(answer["results"])) if one["status"] != "unknown"]


def told(scorer: Scorer, scope: Scope) -> list[dict[str, Any]]:
    """What `/v1/score` says of everybody in a scope."""
    ids = [one.decode() for one in scorer.snapshot.ids]
    results = known(scorer.score(ids, None, scope))
    return [_as_row(one) for one in results]


def _as_row(result: dict[str, Any]) -> dict[str, Any]:
    override = result.pop("override")
    return result | {
        "rules": [rule["rule"] for rule in result["rules"]],
        "model_tier_rank": override and override["model_tier_rank"],
    }


@pytest.mark.parametrize("kind", [ARROW, PARQUET])
@pytest.mark.parametrize("scope", SCOPES.values(), ids=SCOPES)
def test_a_stream_says_of_everybody_in_the_scope_what_single_ids_are_told(
    scorer: Scorer, scope: Scope, kind: str
) -> None:
    client, headers = held(scorer, scope)
    rows = rows_of(client.get("/v1/snapshot", headers={**headers, "Accept": kind}))
    assert rows.schema.remove_metadata() == pa.schema(table.COLUMNS)
    sampling = json.loads(rows.schema.metadata[b"sampling"])
    assert [as_result(row, sampling) for row in rows.to_pylist()] == told(scorer, scope)
    header = {name: rows.schema.metadata[name.encode()].decode() for name in scorer.header}
    assert header == scorer.header


class Decided:
    """An overlay under which these rulings are in force."""

    def __init__(self, rulings: dict[tuple[str, str], Ruling]) -> None:
        self.rulings = rulings

    def pinned(self) -> tuple[int, dict[tuple[str, str], Ruling]]:
        return len(self.rulings), self.rulings


def test_what_people_decided_is_in_streams_counts_and_tags_as_in_single_answers(tmp_path: Path) -> None:
    scorer = reviewed_district.scorer(tmp_path)
    everybody = told(scorer, EVERYTHING)
    day = date(2026, 3, 2)
    agreed = Ruling(1, None, HIGH_RANK, None, day)
    high = [one for one in everybody if one["tier"] == "high" and one["source"] != "hard_rule"]
    others = {source: next(one for one in everybody if one["source"] == source) for source in ("hard_rule", None)}
    rulings = {
        (high[0]["enterprise_id"], high[0]["sector"]): agreed,
        (high[1]["enterprise_id"], high[1]["sector"]): Ruling(2, 1, None, day + timedelta(days=30), day),
        **{(one["enterprise_id"], one["sector"]): Ruling(3, 1, None, None, day) for one in others.values()},
        ("nobody", "drugs"): Ruling(4, 1, None, None, day),
    }
    client = Client(app_of(scorer))
    before = client.get("/v1/snapshot")
    client = Client(app_of(scorer, Decided(rulings)))
    rows = rows_of(client.get("/v1/snapshot", headers={"Accept": ARROW}))
    sampling = json.loads(rows.schema.metadata[b"sampling"])
    decided = told(scorer.pinned(4, rulings), EVERYTHING)
    assert [as_result(row, sampling) for row in rows.to_pylist()] == decided != everybody
    after = client.get("/v1/snapshot", headers={"If-None-Match": before.headers["etag"]})
    assert after.status_code == 200
    lows = [sum(one["tiers"]["low"] for one in answer.json()["sectors"]) for answer in (before, after)]
    assert lows[1] == lows[0] + 1


def test_a_hard_rule_and_a_chinese_id_are_in_the_stream(client: Client) -> None:
    rows = rows_of(client.get("/v1/snapshot", headers={"Accept": ARROW})).to_pandas().set_index("enterprise_id")
    assert "企业0011" in rows.index
    listed = rows.loc[district.enterprise_id(district.LISTED)]
    assert listed["status"] == "no_model" or list(listed["rules"]) == ["serious_violation_listing"]


@pytest.mark.parametrize("kind", [ARROW, PARQUET])
def test_a_stream_is_written_batch_by_batch_and_broken_off_it_is_no_whole_file(
    scorer: Scorer, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(table, "BATCH_ROWS", 7)
    parts = list(streamed(batches_of(scorer, EVERYTHING), schema_of(scorer), kind))
    assert len([part for part in parts if part]) >= len(scorer.snapshot.columns["tier"]) // 7
    whole = b"".join(parts)
    read = pa.ipc.open_stream(whole).read_all() if kind == ARROW else parquet.read_table(io.BytesIO(whole))
    assert read.num_rows == len(scorer.snapshot.columns["tier"])
    if kind == PARQUET:
        with pytest.raises(pa.ArrowInvalid, match="Parquet"):
            parquet.read_table(io.BytesIO(whole[:-8]))


def test_score_streams_a_sector_or_everybody_and_refuses_a_page_of_a_stream(client: Client, scorer: Scorer) -> None:
    everybody = rows_of(client.post("/v1/score", json={}, headers={"Accept": ARROW}))
    assert everybody.num_rows == len(scorer.snapshot.columns["tier"])
    sector = rows_of(client.post("/v1/score", json={"sector": "drugs"}, headers={"Accept": PARQUET}))
    assert set(sector.to_pandas()["sector"]) == {"drugs"}
    page = client.post("/v1/score", json={"sector": "drugs", "limit": 3}, headers={"Accept": ARROW})
    assert (page.status_code, page.json()["code"]) == (400, "not_together")
    ids = client.post("/v1/score", json={"enterprise_ids": ["E0001"]}, headers={"Accept": ARROW})
    assert (ids.status_code, ids.json()["code"]) == (406, "not_acceptable")


@settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    limit=st.integers(1, 20),
    sector=st.sampled_from([district.SECTOR_MODEL, district.POINTS, district.INHERITED, "general"]),
    scope=st.sampled_from(list(SCOPES.values())),
)
def test_pages_of_a_sector_follow_each_other_without_gap_or_repeat(
    scorer: Scorer, limit: int, sector: str, scope: Scope
) -> None:
    client, headers = held(scorer, scope)
    found: list[dict[str, Any]] = []
    after = None
    if not scope.has_sector(sector):
        assert client.post("/v1/score", json={"sector": sector}, headers=headers).status_code == 404
        return
    while True:
        asked = {"sector": sector, "limit": limit, "after": after}
        page = client.post("/v1/score", json=asked, headers=headers).json()
        assert len(page["results"]) <= limit
        found += page["results"]
        after = page["next"]
        if after is None:
            break
        assert after == page["results"][-1]["enterprise_id"]
    ids = [one.decode() for one in scorer.snapshot.ids]
    assert found == known(scorer.score(ids, sector, scope))


@pytest.mark.parametrize(
    ("after", "first"),
    [("A", "E0001"), ("E0001", "E0002"), ("E0001x", "E0002"), ("E0001" + "x" * 59, "E0002"), ("龥" * 10, None)],
)
def test_a_page_begins_behind_an_id_whether_or_not_it_is_known(client: Client, after: str, first: str | None) -> None:
    asked = {"sector": district.SECTOR_MODEL, "after": after, "limit": 1}
    results = client.post("/v1/score", json=asked).json()["results"]
    assert [one["enterprise_id"] for one in results] == ([first] if first else [])


@pytest.mark.parametrize(
    ("body", "status", "code", "field"),
    [
        ({}, 400, "missing", "enterprise_ids"),
        ({"sector": None}, 400, "missing", "enterprise_ids"),
        ({"enterprise_ids": ["E0001"], "limit": 1}, 400, "not_together", "after"),
        ({"enterprise_ids": ["E0001"], "after": "E"}, 400, "not_together", "after"),
        ({"sector": "drugs", "limit": 0}, 400, "greater_than_equal", "limit"),
        ({"sector": "drugs", "limit": 10_001}, 400, "less_than_equal", "limit"),
        ({"sector": "drugs", "after": ""}, 400, "string_too_short", "after"),
        ({"sector": "nowhere"}, 400, "unknown_sector", "sector"),
        ({"sector": "drugs", "snapshot": "1"}, 400, "string_pattern_mismatch", "snapshot"),
        ({"sector": "drugs", "snapshot": "0" * 64}, 409, "snapshot_changed", "snapshot"),
        ({"enterprise_ids": ["E0001"], "snapshot": "0" * 64}, 409, "snapshot_changed", "snapshot"),
    ],
)
def test_a_wrong_question_is_refused(client: Client, body: Any, status: int, code: str, field: str) -> None:
    answer = client.post("/v1/score", json=body)
    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (status, code, field)


def test_the_snapshot_in_service_may_be_asked_for_by_name(client: Client, scorer: Scorer) -> None:
    asked = {"enterprise_ids": ["E0001"], "snapshot": scorer.snapshot.digest}
    assert client.post("/v1/score", json=asked).status_code == 200


@pytest.mark.parametrize("address", ["/v1/snapshot", "/v1/snapshot?sector=drugs", "/v1/release"])
def test_what_has_not_changed_costs_a_304_and_nothing_else(client: Client, address: str) -> None:
    first = client.get(address)
    assert first.status_code == 200
    for known in (first.headers["etag"], f'"other", {first.headers["etag"]}', "*"):
        again = client.get(address, headers={"If-None-Match": known})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == first.headers["etag"]
    assert client.get(address, headers={"If-None-Match": '"other"'}).status_code == 200


def test_the_tag_differs_by_snapshot_form_sector_and_scope(scorer: Scorer, client: Client, tmp_path: Path) -> None:
    tags = [client.get("/v1/snapshot", headers={"Accept": kind}).headers["etag"] for kind in ("*/*", ARROW, PARQUET)]
    tags.append(client.get("/v1/snapshot?sector=drugs").headers["etag"])
    for name in ("one sector", "one station"):
        scoped, headers = held(scorer, SCOPES[name])
        tags.append(scoped.get("/v1/snapshot", headers=headers).headers["etag"])
    other = district.save_snapshot(tmp_path, district.save_release(tmp_path))
    assert json.loads((other / "snapshot.json").read_text())["release"] == scorer.release.digest
    assert len(set(tags)) == len(tags)


def test_the_description_of_the_snapshot_counts_within_the_scope(scorer: Scorer) -> None:
    for scope in SCOPES.values():
        client, headers = held(scorer, scope)
        counted = client.get("/v1/snapshot", headers=headers).json()
        rows = pd.DataFrame(told(scorer, scope), columns=["enterprise_id", "sector", "tier"])
        assert counted["results"] == len(rows)
        assert counted["enterprises"] == rows["enterprise_id"].nunique()
        assert {one["sector"]: one["results"] for one in counted["sectors"]} == rows["sector"].value_counts().to_dict()
        tiers = sum(sum(one["tiers"].values()) for one in counted["sectors"])
        assert tiers == rows["tier"].notna().sum()


@pytest.mark.parametrize(
    ("accept", "answered"),
    [
        ("*/*", "application/json"),
        ("", "application/json"),
        (f"{ARROW}, */*;q=0.1", ARROW),
        (f"{ARROW};q=0.2, {PARQUET};q=0.8", PARQUET),
        ("application/*", "application/json"),
        (f"application/json;q=0, {PARQUET}", PARQUET),
        (f"application/*;q=0.5, {PARQUET};q=0", "application/json"),
        ("text/html", None),
        ("*/*;q=0", None),
        (f"{ARROW};q=nonsense", None),
    ],
)
def test_the_form_is_the_one_that_accept_likes_best(client: Client, accept: str, answered: str | None) -> None:
    answer = client.get("/v1/snapshot", headers={"Accept": accept})
    if answered is None:
        assert (answer.status_code, answer.json()["code"]) == (406, "not_acceptable")
    else:
        assert answer.headers["content-type"] == answered
        assert answer.headers["vary"] == "Accept, Authorization"


def test_the_release_tells_who_answers_and_what_is_promised(client: Client, scorer: Scorer) -> None:
    told = {one["sector"]: one for one in client.get("/v1/release").json()["sectors"]}
    assert {sector: one["level"] for sector, one in told.items()} == {
        "general": "general",
        district.SECTOR_MODEL: "sector",
        district.POINTS: "point_table",
        district.INHERITED: "general",
    }
    assert told[district.SECTOR_MODEL]["cuts"] == list(scorer.release.models[district.SECTOR_MODEL].standard.cuts)
