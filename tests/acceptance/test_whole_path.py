"""From a district's records to answers over HTTP, by the `fenji` command alone."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as parquet
import pytest

from features.catalogue.everything import BY_NAME
from records.subjects import SUBJECTS
from serving.current import read_current
from serving.places import CURRENT_VARIABLE
from serving.serve import PROJECT
from serving.snapshot import load_snapshot
from serving.welcome import telling_ids
from tests.running_service import Address, free_address

pytestmark = pytest.mark.long

AS_OF = "2025-01-01"
ENTERPRISES, YEARS = 1_500, 5
"""Fewer enterprises or years and the general model may fail a blocking check for want of problems."""
READY_WITHIN_SECONDS = 90
SWITCH_WITHIN_SECONDS = 15

Result = dict[str, Any]


@dataclass(frozen=True)
class District:
    """A folder in which every verb was run, and the service over it."""

    folder: Path
    environment: dict[str, str]
    address: Address

    @property
    def log(self) -> str:
        return (self.folder / "log").read_text(encoding="utf-8")

    def fenji(self, *arguments: object) -> None:
        command = [sys.executable, "-m", "fenji", *map(str, arguments)]
        done = subprocess.run(command, cwd=self.folder, env=self.environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr

    def rows(self, subject: str) -> pd.DataFrame:
        return parquet.read_table(self.folder / "records" / f"{subject}.parquet").to_pandas()

    def ids(self) -> list[str]:
        """Every enterprise of the district, in scope or not, known at the date or not."""
        return sorted(self.rows("enterprises")["enterprise_id"].unique())

    def results(self, ids: list[str], path: str = "/v1/score", **more: object) -> list[Result]:
        status, answer = self.address.post(path, {"enterprise_ids": ids, **more})
        assert status == 200, answer
        return answer["results"]


@pytest.fixture(scope="module")
def district(tmp_path_factory: pytest.TempPathFactory) -> Iterator[District]:
    folder = tmp_path_factory.mktemp("district")
    environment = {
        **os.environ,
        CURRENT_VARIABLE: str(folder / "current.json"),
        "BENTOML_HOME": str(folder / "bentoml"),
        "BENTOML_DO_NOT_TRACK": "True",
        "PYTHONPATH": str(PROJECT),
        # So few rows are fitted faster by one thread than by several that wait for each other.
        "OMP_NUM_THREADS": "1",
    }
    made = District(folder, environment, free_address())
    made.fenji("simulate", "--out", "records", "--enterprises", ENTERPRISES, "--years", YEARS)
    made.fenji("train", "records", "--as-of", AS_OF)
    made.fenji("release")
    made.fenji("score", "records", "--as-of", AS_OF, "--out", "snapshot")
    with (folder / "log").open("wb") as log:
        command = [sys.executable, "-m", "fenji", "serve", "--port", str(made.address.port)]
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log)
    try:
        _wait_until_ready(made, process)
        yield made
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)
    assert made.address.status_of("/livez") is None, "the service ends with the command that started it"


def _wait_until_ready(district: District, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + READY_WITHIN_SECONDS
    while district.address.status_of("/readyz") != 200:
        assert process.poll() is None, district.log
        assert time.monotonic() < deadline, district.log
        time.sleep(0.1)


def test_most_enterprises_in_scope_are_tiered_and_every_tier_occurs(district: District) -> None:
    results = district.results(district.ids())
    assert len({result["enterprise_id"] for result in results}) == ENTERPRISES
    scored = [result for result in results if result["status"] == "scored"]
    assert len(scored) > len(results) / 2
    assert {result["tier"] for result in scored} == {"low", "medium", "medium_high", "high"}
    assert all(result["tier"] is None for result in results if result["status"] != "scored")


def test_order_is_kept_with_one_result_per_id_and_sector(district: District) -> None:
    ids = [*district.ids()[40::-1], "nobody", district.ids()[3]]
    results = district.results(ids)
    seen = [result["enterprise_id"] for result in results]
    assert list(dict.fromkeys(seen)) == list(dict.fromkeys(ids))
    assert seen[-1] == ids[-1]
    once = [(result["enterprise_id"], result["sector"]) for result in district.results(district.ids())]
    assert len(once) == len(set(once))
    assert max(seen.count(one) for one in ids[:41]) > 1, "some enterprise has several sectors"


def test_an_unknown_id_and_a_type_out_of_scope_get_no_tier(district: District) -> None:
    assert district.results(["nobody"])[0]["status"] == "unknown"
    enterprises = district.rows("enterprises")
    household = enterprises.loc[enterprises["ent_type"].str.startswith("95"), "enterprise_id"].iloc[0]
    for result in district.results([household]):
        assert (result["status"], result["tier"], result["sampling"]) == ("out_of_scope", None, None)


def test_a_hard_rule_outranks_the_model_and_names_its_source(district: District) -> None:
    listed = [result for result in district.results(district.ids()) if result["source"] == "hard_rule"]
    assert listed, "the district has enterprises on the list of serious violations"
    for result in listed:
        assert (result["tier"], result["tier_rank"], result["confirmed"]) == ("high", 4, False)
        assert all(rule["zh"] and rule["en"] and rule["source"] for rule in result["rules"])


@pytest.mark.parametrize("language", ["zh", "en"])
def test_reasons_sum_to_the_margin_and_rest_on_the_enterprises_own_records(district: District, language: str) -> None:
    records = {name: district.rows(name) for name in SUBJECTS if name != "enterprises"}
    results = district.results(district.ids()[:60], "/v1/explain", lang=language)
    explained = [result for result in results if result["margin"] is not None]
    assert explained
    named = 0
    for result in explained:
        parts = sum(reason["contribution"] for reason in result["reasons"])
        assert result["baseline"] + parts == pytest.approx(result["margin"], abs=1e-6)
        assert result["total"] == pytest.approx(result["margin"], abs=1e-6)
        for reason in result["reasons"]:
            assert _is_chinese(reason["label"]) == (language == "zh"), reason["label"]
            if not reason["records"]:
                continue
            table = records[BY_NAME[reason["indicator"]].subject]
            own = table.loc[table["enterprise_id"] == result["enterprise_id"], "record_id"]
            assert set(reason["records"]) <= set(own)
            named += len(reason["records"])
    assert named > 0


def _is_chinese(text: str) -> bool:
    return any("一" <= character <= "鿿" for character in text)


def test_records_read_from_the_files_and_sent_along_are_answered_like_the_snapshot(district: District) -> None:
    scored = [result for result in district.results(district.ids()) if result["status"] == "scored"]
    ids = sorted({result["enterprise_id"] for result in scored})[::30]
    assert len(ids) > 20
    status, answer = district.address.post("/v1/score_records", {"as_of": AS_OF, "records": _sent(district, ids)})
    assert status == 200, answer
    expected = district.results(ids, "/v1/explain")
    answered = ("enterprise_id", "sector", "status", "tier", "margin", "probability", "interval", "source", "total")
    assert [[one[name] for name in answered] for one in answer["results"]] == [
        [one[name] for name in answered] for one in expected
    ]


def test_records_of_another_date_are_refused(district: District) -> None:
    body = {"as_of": "2024-12-31", "records": _sent(district, district.ids()[:1])}
    status, answer = district.address.post("/v1/score_records", body)
    assert (status, answer["code"], answer["field"]) == (400, "wrong_date", "as_of")


def _sent(district: District, ids: list[str]) -> dict[str, list[dict[str, Any]]]:
    """What a caller sends: the rows of some enterprises as the Parquet files hold them, dates as text."""
    sent = {}
    for name, subject in SUBJECTS.items():
        own = [("enterprise_id", "in", ids)]
        rows = parquet.read_table(district.folder / "records" / f"{name}.parquet", filters=own).to_pylist()
        sent[name] = [{column: row[column] for column in subject.column_names if column in row} for row in rows]
    return {name: rows for name, rows in sent.items() if rows}


def test_a_second_score_is_followed_without_a_restart(district: District) -> None:
    before = district.address.post("/v1/score", {"enterprise_ids": ["nobody"]})[1]
    district.fenji("score", "records", "--as-of", "2024-10-01", "--out", "snapshot-2")
    deadline = time.monotonic() + SWITCH_WITHIN_SECONDS
    while (after := district.address.post("/v1/score", {"enterprise_ids": ["nobody"]})[1]) == before:
        assert time.monotonic() < deadline, "the service follows the current file"
        time.sleep(0.2)
    assert (before["as_of"], after["as_of"]) == (AS_OF, "2024-10-01")
    assert after["release"] == before["release"]
    current = read_current(district.folder / "current.json")
    assert current.snapshot_digest == after["snapshot"] == load_snapshot(district.folder / "snapshot-2").digest
    assert before["snapshot"] == load_snapshot(district.folder / "snapshot").digest, "the first one stays as it was"


def test_no_enterprise_that_was_asked_for_stands_in_the_log(district: District) -> None:
    district.results(district.ids()[:5])
    log = district.log
    assert "/v1/score" in log
    welcomed = telling_ids(load_snapshot(district.folder / "snapshot"))
    assert {one for one in district.ids() if one in log} <= set(welcomed), "the welcome's request names two"
