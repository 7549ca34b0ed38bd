"""Worklists over HTTP: the rows of the records that the snapshot keeps, in pages, and what is refused."""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

import httpx
import pandas as pd
import pytest

from features.build import Frame
from model.tiers import HIGH_RANK
from records.source import Records, records_from_frames
from serving.access.keyring import Keyring
from serving.access.scope import EVERYTHING, Scope
from serving.answers import answers_for_worklists
from serving.app import create_app
from serving.current import Current
from serving.release import load_release
from serving.scorer import Scorer
from serving.scoring.population import write_snapshot
from supervision.worklists.as_json import json_rows
from supervision.worklists.draw_up import draw_up
from supervision.worklists.everything import WORKLISTS
from supervision.worklists.ledger import ledger_of
from supervision.worklists.rules import shipped_rules
from tests import served_district as district
from tests.asked_app import Client
from tests.held_tokens import NOW, Clock, MemoryBook, without_tokens

LISTED = (1, 2, 6)
OWNERS = {"producer": "局", "provider": "局", "responsible": "食品股", "source": "系统"}


def _events(prefix: str, numbers: list[int], **cells: object) -> pd.DataFrame:
    ids = {"record_id": [f"{prefix}{number}" for number in numbers]}
    whose = {"enterprise_id": [district.enterprise_id(number) for number in numbers]}
    when = {"occurred_on": "2024-03-01", "known_at": "2024-03-02"}
    return pd.DataFrame({**ids, **whose}).assign(**when, **OWNERS, **cells)


def records() -> Records:
    """The district's enterprises, at two stations, with some commitments, penalties and reports."""
    enterprises = district.records().tables["enterprises"].to_pandas()
    enterprises["station"] = ["东所" if at % 2 else "西所" for at in range(len(enterprises))]
    return records_from_frames(
        {
            "enterprises": enterprises.dropna(axis="columns", how="all"),
            "commitments": _events("M", [0, 1, 2, 3, 6, 8], kind="voluntary"),
            "penalties": _events("P", [1, 7, 8], kind="fine", severity="general"),
            "complaints": _events("C", list(range(district.ENTERPRISES)), kind="report"),
            "annual_reports": _events("A", [0], year=2023, state="on_time"),
        }
    )


def frame() -> Frame:
    """The district's frame, in which three more enterprises are on the serious list, as a hard rule asks."""
    built = district.frame()
    listed = built.keys["enterprise_id"].isin([district.enterprise_id(number) for number in LISTED]).to_numpy()
    built.values[listed, district.NAMES.index("listings_serious_active")] = 1
    return built


@dataclass(frozen=True)
class Served:
    client: Client
    scorer: Scorer
    snapshot: Path


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Served:
    folder = tmp_path_factory.mktemp("served")
    release = district.save_release(folder)
    write_snapshot(frame(), records(), load_release(release), folder / "snapshot")
    app = create_app(*without_tokens())
    app.state.scorer = Current(release, folder / "snapshot").load()
    return Served(Client(app), app.state.scorer, folder / "snapshot")


def answered(answer: httpx.Response) -> dict:
    assert answer.status_code == 200, answer.text
    return answer.json()


def refused(answer: httpx.Response, status: int) -> tuple[str, str]:
    assert answer.status_code == status, answer.text
    body = answer.json()
    assert set(body) == {"code", "field", "message"}
    return body["code"], body["field"]


def test_every_list_is_named_with_release_snapshot_and_date(served: Served) -> None:
    names = answered(served.client.get("/v1/worklists"))
    score = answered(served.client.post("/v1/score", json={"enterprise_ids": ["E0001"]}))
    assert [one["name"] for one in names["worklists"]] == list(WORKLISTS)
    header = ("release", "snapshot", "as_of")
    assert [names[name] for name in header] == [score[name] for name in header]
    assert names["worklists"][0]["title"] == {"zh": "年报应报未报", "en": "Annual reports due and not filed"}


@pytest.mark.parametrize("name", WORKLISTS)
def test_every_list_says_the_same_over_http_as_over_the_records(served: Served, name: str) -> None:
    standards = {key: model.standard for key, model in load_release(served.snapshot.parent / "release").models.items()}
    _, answers = answers_for_worklists(served.snapshot, standards)
    ledger = ledger_of(records(), district.AS_OF, shipped_rules(), standards, answers)
    expected = draw_up(WORKLISTS[name], ledger)
    answer = answered(served.client.get(f"/v1/worklists/{name}?limit=1000"))
    assert answer["rows"] == json_rows(expected.told())
    assert answer["total"] == len(expected) == sum(one["rows"] for one in answer["stations"])


def test_high_tiers_are_all_there_and_marked_where_they_rest_on_a_report(served: Served) -> None:
    rows = answered(served.client.get("/v1/worklists/high_tier_confirmations"))["rows"]
    _, answers = answers_for_worklists(served.snapshot, {})
    high = answers[answers["tier_rank"] == HIGH_RANK]
    assert {(row["enterprise_id"], row["sector"]) for row in rows} == set(
        zip(high["enterprise_id"], high["sector"], strict=True)
    )
    for row in rows:
        names_a_report = any(one["subject"] == "complaints" for one in row["records"])
        assert row["internal_only"] == names_a_report
    listed = [row for row in rows if row["enterprise_id"] in map(district.enterprise_id, LISTED)]
    assert len(listed) >= len(LISTED)
    assert all("严重违法" in row["reasons_zh"] for row in listed)


def test_pages_follow_each_other_without_gap_or_repeat(served: Served) -> None:
    address = "/v1/worklists/annual_report_due"
    whole = answered(served.client.get(f"{address}?limit=1000"))
    pages = [answered(served.client.get(f"{address}?offset={at}&limit=7")) for at in range(0, whole["total"] + 7, 7)]
    assert [row for page in pages for row in page["rows"]] == whole["rows"]
    assert pages[-1]["rows"] == []
    assert {page["total"] for page in pages} == {whole["total"]}


def test_a_list_may_be_cut_to_a_station_and_a_sector(served: Served) -> None:
    address = "/v1/worklists/commitment_makers"
    whole = answered(served.client.get(address))
    east = answered(served.client.get(f"{address}?station=东所"))
    assert {row["station"] for row in east["rows"]} == {"东所"}
    assert east["stations"] == [one for one in whole["stations"] if one["station"] == "东所"]
    drugs = answered(served.client.get(f"{address}?sector={district.INHERITED}"))
    assert {row["enterprise_id"] for row in drugs["rows"]} == {"E0008"}
    assert answered(served.client.get(f"{address}?station=北所"))["rows"] == []


@pytest.mark.parametrize(
    ("query", "code", "field"),
    [
        ("limit=0", "greater_than_equal", "limit"),
        ("limit=1001", "less_than_equal", "limit"),
        ("limit=ten", "int_parsing", "limit"),
        ("limit=1.5", "int_parsing", "limit"),
        ("offset=-1", "greater_than_equal", "offset"),
        ("offset=1e30", "int_parsing", "offset"),
        ("station=", "string_too_short", "station"),
        ("sector=nonsense", "unknown_sector", "sector"),
        ("nonsense=1", "extra_forbidden", "nonsense"),
        ("limit=1&limit=2", "repeated", ""),
    ],
)
def test_a_wrong_question_is_refused(served: Served, query: str, code: str, field: str) -> None:
    assert refused(served.client.get(f"/v1/worklists/commitment_makers?{query}"), 400) == (code, field)


def test_an_unknown_list_is_not_found_and_the_known_ones_are_named(served: Served) -> None:
    answer = served.client.get("/v1/worklists/nonsense")
    assert refused(answer, 404) == ("unknown_worklist", "name")
    assert all(name in answer.json()["message"] for name in WORKLISTS)
    assert "nonsense" not in answer.text


def test_lists_can_only_be_read(served: Served) -> None:
    assert refused(served.client.post("/v1/worklists/commitment_makers", json={}), 405) == ("http_405", "")


def test_nothing_is_served_before_a_snapshot_is() -> None:
    client = Client(create_app(*without_tokens()))
    for address in ("/v1/worklists", "/v1/worklists/commitment_makers"):
        assert refused(client.get(address), 503) == ("not_ready", "")


def test_records_are_read_when_a_list_is_first_asked_for_and_not_again(served: Served, tmp_path: Path) -> None:
    snapshot = tmp_path / "snapshot"
    shutil.copytree(served.snapshot, snapshot)
    app = create_app(*without_tokens())
    app.state.scorer = Current(served.snapshot.parent / "release", snapshot).load()
    client = Client(app)
    address = "/v1/worklists/commitment_makers"
    first = answered(client.get(address))
    shutil.rmtree(snapshot / "records")
    assert answered(client.get(address)) == first
    answered(client.post("/v1/score", json={"enterprise_ids": ["E0001"]}))
    assert client.get("/v1/worklists/repair_eligible").status_code == 500


def guarded(served: Served, book: MemoryBook) -> Client:
    """The same lists for a caller of another machine, who needs a token."""
    app = create_app(Keyring(book, Clock()), book)
    app.state.scorer, app.state.now = served.scorer, lambda: NOW
    return Client(app, host="10.0.0.9")


def test_a_token_sees_the_rows_of_its_scope_alone(served: Served) -> None:
    address = "/v1/worklists/commitment_makers"
    everybody = answered(served.client.get(address))["rows"]
    east, drugs = Scope(stations=frozenset({"东所"})), Scope(sectors=frozenset({district.INHERITED}))
    seen = []
    for scope in (EVERYTHING, east, drugs):
        book = MemoryBook()
        headers = {"Authorization": f"Bearer {book.make('reviewer', scope)}"}
        seen.append(answered(guarded(served, book).get(address, headers=headers))["rows"])
    assert seen[0] == everybody
    assert seen[1] == [row for row in everybody if row["station"] == "东所"]
    assert {row["enterprise_id"] for row in seen[2]} == {"E0008"}


def test_the_sampling_module_reads_the_lists_that_are_for_sampling_and_no_other(served: Served) -> None:
    book = MemoryBook()
    headers = {"Authorization": f"Bearer {book.make('sampler')}"}
    client = guarded(served, book)
    named = answered(client.get("/v1/worklists", headers=headers))["worklists"]
    assert [one["name"] for one in named] == ["commitment_makers"]
    for name, worklist in WORKLISTS.items():
        answer = client.get(f"/v1/worklists/{name}", headers=headers)
        if worklist.is_for_sampling:
            assert answered(answer)["worklist"]["name"] == name
        else:
            assert refused(answer, 403) == ("forbidden", "name")
    assert refused(client.get("/v1/worklists/nonsense", headers=headers), 404)[0] == "unknown_worklist"


@pytest.mark.parametrize("address", ["/v1/worklists", "/v1/worklists/commitment_makers"])
def test_without_a_token_of_the_right_role_nothing_is_read(served: Served, address: str) -> None:
    book = MemoryBook()
    tokens = [book.make(role) for role in ("approver", "scientist", "auditor")]
    client = guarded(served, book)
    assert refused(client.get(address), 401)[0] == "unauthorized"
    for token in tokens:
        headers = {"Authorization": f"Bearer {token}"}
        assert refused(client.get(address, headers=headers), 403)[0] == "forbidden"


def test_the_description_lists_addresses_fields_and_refusals(served: Served) -> None:
    described = answered(served.client.get("/openapi.json"))
    one = described["paths"]["/v1/worklists/{name}"]["get"]
    assert {part["name"]: part["in"] for part in one["parameters"]} == {
        "name": "path",
        "station": "query",
        "sector": "query",
        "offset": "query",
        "limit": "query",
    }
    assert set(one["responses"]) == {"200", "400", "401", "403", "404", "429", "503"}
    assert "/v1/worklists" in described["paths"]
    json.dumps(described)
