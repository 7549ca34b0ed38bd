"""The running service over HTTP, on a small simulated district: the three calls, parity, readiness, quiet logs."""

import json
import os
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import pandas as pd
import pytest

from features.catalogue.everything import BY_NAME
from records.errors import RequestError
from serving.access.scope import Scope
from serving.current import read_current
from serving.places import CURRENT_VARIABLE
from serving.serve import PROJECT, start, stop, wait_until_ready
from tests.simulated_district import AS_OF, simulated_district

# Ibis asks pandas for an option that is deprecated.
pytestmark = pytest.mark.filterwarnings("ignore:The 'future.infer_string' option is deprecated")

SECRET = "SECRET-VALUE-4711"

Rows = dict[str, list[dict[str, Any]]]
"""Rows by subject."""


@dataclass(frozen=True)
class Service:
    """A running service, the accepted records that it scored, and its log."""

    address: str
    records: Rows
    log: Path

    def post(self, path: str, body: Any) -> tuple[int, dict[str, Any]]:
        content = body if isinstance(body, bytes) else orjson.dumps(body)
        request = urllib.request.Request(
            f"{self.address}{path}", content, {"Content-Type": "application/json"}, method="POST"
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as refused:
            return refused.code, json.load(refused)

    def everyone(self) -> list[str]:
        return sorted({row["enterprise_id"] for row in self.records["enterprises"]})


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("service")
    made = simulated_district(folder)
    rows = {name: table.to_pyarrow().to_pylist() for name, table in made.records.tables.items()}
    with pytest.MonkeyPatch.context() as patch, (folder / "log").open("wb") as log:
        patch.setenv(CURRENT_VARIABLE, str(folder / "current.json"))
        patch.setenv("BENTOML_HOME", str(folder / "bentoml"))
        address, port = _free_address()
        process = start(port, "127.0.0.1", log=log)
        try:
            wait_until_ready(process, address)
            yield Service(address, rows, folder / "log")
        finally:
            stop(process)


def _free_address() -> tuple[str, int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    return f"http://127.0.0.1:{port}", port


def _sent(records: Rows, ids: list[str]) -> Rows:
    """The rows of some enterprises as a caller would send them; dates become text in JSON."""
    own = {name: [dict(row) for row in rows if row["enterprise_id"] in ids] for name, rows in records.items()}
    return {name: rows for name, rows in own.items() if rows}


def test_every_enterprise_known_at_the_date_is_answered(service: Service) -> None:
    status, answer = service.post("/v1/score", {"enterprise_ids": service.everyone()})
    assert status == 200
    found = {result["status"] for result in answer["results"]}
    assert "scored" in found
    assert {result["enterprise_id"] for result in answer["results"]} == set(service.everyone())


def test_reasons_sum_to_the_margin_and_name_records_of_the_enterprise(service: Service) -> None:
    status, answer = service.post("/v1/explain", {"enterprise_ids": service.everyone()[:100], "lang": "en"})
    assert status == 200
    named = 0
    for result in answer["results"]:
        if result["margin"] is None:
            continue
        parts = sum(reason["contribution"] for reason in result["reasons"])
        assert result["baseline"] + parts == pytest.approx(result["total"], abs=1e-6)
        assert result["total"] == result["margin"]
        for reason in result["reasons"]:
            named += len(reason["records"])
            own = {
                row.get("record_id")
                for row in service.records[BY_NAME[reason["indicator"]].subject]
                if row["enterprise_id"] == result["enterprise_id"]
            }
            assert set(reason["records"]) <= own
    assert named > 0


def test_records_sent_along_are_answered_like_the_snapshot(service: Service) -> None:
    known = service.post("/v1/score", {"enterprise_ids": service.everyone()})[1]["results"]
    ids = sorted({result["enterprise_id"] for result in known if result["status"] == "scored"})[::6]
    expected = service.post("/v1/explain", {"enterprise_ids": ids})[1]
    status, answer = service.post(
        "/v1/score_records", {"as_of": AS_OF.isoformat(), "records": _sent(service.records, ids)}
    )
    assert status == 200, answer
    assert answer == expected


def test_another_date_is_refused(service: Service) -> None:
    rows = _sent(service.records, service.everyone()[:1])
    status, body = service.post("/v1/score_records", {"as_of": "2024-06-30", "records": rows})
    assert (status, body["code"]) == (400, "wrong_date")


def test_a_row_that_breaks_the_contract_is_refused_with_rule_and_place(service: Service) -> None:
    rows = _sent(service.records, service.everyone()[:1])
    rows["enterprises"][0]["state"] = SECRET
    status, body = service.post("/v1/score_records", {"as_of": AS_OF.isoformat(), "records": rows})
    assert (status, body["code"], body["field"]) == (400, "broken_contract", "records.enterprises.0")
    assert "bad_code:state" in body["message"]
    assert SECRET not in body["message"]


def test_an_amount_that_cannot_occur_is_refused_and_never_a_500(service: Service) -> None:
    ids = sorted({row["enterprise_id"] for row in service.records["penalties"]})[:1]
    rows = _sent(service.records, ids)
    rows["penalties"] = [row | {"fine_yuan": 1e308} for row in rows["penalties"]]
    status, body = service.post("/v1/score_records", {"as_of": AS_OF.isoformat(), "records": rows})
    assert status == 400
    assert body["code"] in ("out_of_range", "broken_contract")


def test_an_enterprise_sent_along_but_known_only_later_is_unknown(service: Service) -> None:
    rows = _sent(service.records, service.everyone()[:1])
    enterprises = [row | {"known_at": "2024-07-01T00:00:00"} for row in rows["enterprises"][:1]]
    body = {"as_of": AS_OF.isoformat(), "records": {"enterprises": enterprises}}
    status, answer = service.post("/v1/score_records", body)
    assert status == 200, answer
    assert [result["status"] for result in answer["results"]] == ["unknown"]


def test_records_sent_along_are_answered_within_the_scope_of_a_token(service: Service) -> None:
    scorer = read_current(service.log.with_name("current.json")).load()
    ids = service.everyone()[:40]
    frames = {name: pd.DataFrame(rows) for name, rows in _sent(service.records, ids).items()}
    everything = scorer.score_records(frames, AS_OF, None, "zh")["results"]
    station_of = {row["enterprise_id"]: row["station"] for row in service.records["enterprises"]}
    scope = Scope(frozenset({"food_operation"}), frozenset({next(name for name in station_of.values() if name)}))
    within = scorer.score_records(frames, AS_OF, None, "zh", scope=scope)["results"]
    expected = [
        one
        for one in everything
        if one["sector"] == "food_operation" and scope.has_station(station_of[one["enterprise_id"]])
    ]
    assert [one for one in within if one["status"] != "unknown"] == expected != []
    assert {one["enterprise_id"] for one in within} == set(ids)
    with pytest.raises(RequestError, match=r"must be in the token's scope") as refusal:
        scorer.score_records(frames, AS_OF, "general", "zh", scope=scope)
    assert refusal.value.status == 404


def test_nothing_sent_reaches_the_log(service: Service) -> None:
    known = service.everyone()[0]
    service.post("/v1/score", {"enterprise_ids": [SECRET, known], "sector": None})
    service.post("/v1/score", {"enterprise_ids": [SECRET, 1]})
    service.post("/v1/score", {SECRET: 1})
    service.post("/v1/explain", {"enterprise_ids": [SECRET], "lang": SECRET})
    service.post("/v1/score", SECRET.encode())
    written = service.log.read_text(encoding="utf-8")
    assert "/v1/score" in written
    assert SECRET not in written
    assert known not in written


def test_an_address_that_nobody_has_is_refused_in_json(service: Service) -> None:
    for path in ("/nothing", "/v1/nothing", "/livez"):
        status, body = service.post(path, {})
        assert status in (404, 405)
        assert set(body) == {"code", "field", "message"}


def test_without_a_fitting_snapshot_the_service_is_up_but_not_ready(tmp_path: Path) -> None:
    code = "from serving.service import Fenji; print(Fenji().__is_ready__())"
    environment = {**os.environ, CURRENT_VARIABLE: str(tmp_path / "current.json"), "PYTHONPATH": str(PROJECT)}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment, cwd=tmp_path
    )
    assert done.stdout.strip() == "False"
    assert "not taken into service: A current file needs current.json" in done.stderr
