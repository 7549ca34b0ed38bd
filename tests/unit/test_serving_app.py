"""The HTTP contract: what is refused, with which body, and that nothing sent is logged."""

import json
import logging
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from serving.app import create_app
from serving.current import Current
from serving.reading import MAX_BODY_BYTES
from tests import served_district as district
from tests.asked_app import Client
from tests.held_tokens import without_tokens

SECRET = "SECRET-VALUE-4711"
ADDRESSES = ("/v1/score", "/v1/explain", "/v1/score_records")


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Client:
    folder = tmp_path_factory.mktemp("served")
    district.save_snapshot(folder, district.save_release(folder))
    app = create_app(*without_tokens())
    app.state.scorer = Current(folder / "release", folder / "snapshot").load()
    return Client(app)


def _refused(answer: httpx.Response, status: int) -> dict[str, str]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/json"
    body = answer.json()
    assert set(body) == {"code", "field", "message"}
    assert SECRET not in body["message"]
    return body


def test_a_score_is_answered(client: Client) -> None:
    answer = client.post("/v1/score", json={"enterprise_ids": ["E0001", "企业0011"], "sector": None})
    assert answer.status_code == 200
    assert [one["enterprise_id"] for one in answer.json()["results"]] == ["E0001", "企业0011"]


def test_ten_thousand_ids_are_answered_and_one_more_is_refused(client: Client) -> None:
    many = ["E0001"] * 10_000
    assert len(client.post("/v1/score", json={"enterprise_ids": many}).json()["results"]) == 10_000
    body = _refused(client.post("/v1/score", json={"enterprise_ids": [*many, "E0001"]}), 400)
    assert (body["code"], body["field"]) == ("too_long", "enterprise_ids")


@pytest.mark.parametrize(
    ("content", "code", "field"),
    [
        ('{"enterprise_ids": []}', "too_short", "enterprise_ids"),
        ("{}", "missing", "enterprise_ids"),
        ("", "json_invalid", ""),
        ("[" * 100_000, "json_invalid", ""),
        ('{"enterprise_ids": ["a"], "sector": NaN}', "string_type", "sector"),
        ('{"enterprise_ids": [Infinity]}', "string_type", "enterprise_ids.0"),
        ('{"enterprise_ids": ["a"], "x": 1}', "extra_forbidden", "x"),
        ('{"enterprise_ids": "a"}', "list_type", "enterprise_ids"),
        ('{"enterprise_ids": [1]}', "string_type", "enterprise_ids.0"),
        ('{"enterprise_ids": ["a", ""]}', "string_too_short", "enterprise_ids.1"),
        ('{"enterprise_ids": ["a\\u0000"]}', "string_pattern_mismatch", "enterprise_ids.0"),
        (f'{{"enterprise_ids": ["{SECRET * 9}"]}}', "string_too_long", "enterprise_ids.0"),
        ('{"enterprise_ids": ["\\ud800"]}', "json_invalid", ""),
        ('{"enterprise_ids": ["a"], "sector": "nowhere"}', "unknown_sector", "sector"),
        (f"{SECRET}", "json_invalid", ""),
        ("[]", "model_type", ""),
        ("null", "model_type", ""),
    ],
)
def test_a_wrong_score_request_is_refused_with_field_and_rule(
    client: Client, content: str, code: str, field: str
) -> None:
    body = _refused(client.post("/v1/score", content=content, headers={"content-type": "application/json"}), 400)
    assert (body["code"], body["field"]) == (code, field)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"lang": "fr"}, "lang"),
        ({"limit": 0}, "limit"),
        ({"limit": 2.0}, "limit"),
        ({"enterprise_ids": ["a"] * 101}, "enterprise_ids"),
    ],
)
def test_a_wrong_explain_request_is_refused(client: Client, change: dict, field: str) -> None:
    body = _refused(client.post("/v1/explain", json={"enterprise_ids": ["a"]} | change), 400)
    assert body["field"] == field


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_body_that_is_not_declared_as_json_is_refused(client: Client, address: str) -> None:
    for kind in ("text/plain", "application/vnd.bentoml+pickle", ""):
        _refused(client.post(address, content=b"{}", headers={"content-type": kind}), 415)


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_body_over_the_limit_is_refused_whether_its_size_is_stated_or_not(client: Client, address: str) -> None:
    piece = b" " * (1024 * 1024)
    whole = piece * (MAX_BODY_BYTES // len(piece) + 1)
    headers = {"content-type": "application/json"}
    _refused(client.post(address, content=whole, headers=headers), 413)

    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(MAX_BODY_BYTES // len(piece) + 1):
            yield piece

    _refused(client.post(address, content=pieces(), headers=headers), 413)


def test_a_wrong_method_is_refused_and_says_which_is_right(client: Client) -> None:
    answer = client.get("/v1/score")
    _refused(answer, 405)
    assert answer.headers["allow"] == "POST"


def test_an_unknown_address_is_refused(client: Client) -> None:
    assert _refused(client.post("/v1/nothing", json={}), 404)["code"] == "http_404"


@pytest.mark.parametrize(
    ("records", "field"),
    [
        ({}, "records.enterprises"),
        ({"enterprises": []}, "records.enterprises"),
        ({"enterprises": [{}]}, "records.enterprises.0.enterprise_id"),
        ({"unheard": [], "enterprises": [{}]}, None),
    ],
)
def test_records_that_are_not_those_of_the_contract_are_refused(
    client: Client, records: dict, field: str | None
) -> None:
    body = _refused(client.post("/v1/score_records", json={"as_of": "2024-07-01", "records": records}), 400)
    assert field is None or body["field"] == field


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("established_on", 20150101),
        ("established_on", SECRET),
        ("known_at", "2015-01-01 at noon"),
        ("registered_capital_yuan", "12"),
        ("sectors", "food_operation"),
        ("enterprise_id", None),
        ("colour", SECRET),
    ],
)
def test_a_row_of_wrong_types_is_refused_with_its_place(client: Client, column: str, value: object) -> None:
    row = {
        "enterprise_id": "E0001",
        "ent_type": "1130",
        "state": "active",
        "established_on": "2015-01-01",
        "sectors": ["food_operation"],
        "valid_from": "2015-01-01",
        "known_at": "2015-01-02T00:00:00",
        column: value,
    }
    body = _refused(
        client.post("/v1/score_records", json={"as_of": "2024-07-01", "records": {"enterprises": [row]}}), 400
    )
    assert body["field"] == f"records.enterprises.0.{column}"


def test_another_date_is_refused(client: Client) -> None:
    row = {
        "enterprise_id": "E0001",
        "ent_type": "1130",
        "state": "active",
        "established_on": "2015-01-01",
        "sectors": [],
        "valid_from": "2015-01-01",
        "known_at": "2015-01-02T00:00:00",
    }
    body = _refused(
        client.post("/v1/score_records", json={"as_of": "2024-07-02", "records": {"enterprises": [row]}}), 400
    )
    assert (body["code"], body["field"]) == ("wrong_date", "as_of")


def test_without_a_release_every_address_says_so() -> None:
    client = Client(create_app(*without_tokens()))
    assert _refused(client.post("/v1/score", json={"enterprise_ids": ["a"]}), 503)["code"] == "not_ready"
    _refused(client.get("/"), 503)


def test_the_page_names_release_date_and_tiers_in_both_languages(client: Client) -> None:
    page = client.get("/")
    assert page.status_code == 200
    for text in ("2024-07-01", "低 low", "食品经营", "/v1/score"):
        assert text in page.text
    assert "http" not in page.text.replace("http://127.0.0.1/", "")


def test_the_description_holds_every_body_and_no_dangling_reference(client: Client) -> None:
    described = client.get("/openapi.json").json()
    for address in ADDRESSES:
        assert "requestBody" in described["paths"][address]["post"]
    references = set(json.dumps(described).split('"#/components/schemas/')[1:])
    names = {reference.split('"')[0] for reference in references}
    assert names <= set(described["components"]["schemas"])


def test_an_unforeseen_fault_is_one_500_without_its_message(
    client: Client, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*arguments: object) -> None:
        raise RuntimeError(SECRET)

    monkeypatch.setattr("serving.scorer.Scorer.score", fail)
    with caplog.at_level(logging.DEBUG):
        body = _refused(client.post("/v1/score", json={"enterprise_ids": ["a"]}), 500)
    assert body["code"] == "http_500"
    assert SECRET not in caplog.text
    assert "RuntimeError" in caplog.text


def test_refusals_write_no_value_into_any_log(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        for content in (SECRET, f'{{"enterprise_ids": ["{SECRET}", 1], "{SECRET}": 1}}'):
            client.post("/v1/score", content=content, headers={"content-type": "application/json"})
        client.post("/v1/score", json={"enterprise_ids": [SECRET], "sector": SECRET})
    assert SECRET not in caplog.text


def test_serving_imports_neither_mlflow_nor_shap_nor_scikit_learn_by_itself() -> None:
    # LightGBM imports scikit-learn wherever it is installed; a bento does not install it.
    code = (
        "import sys; sys.modules['sklearn'] = None; import serving.service; "
        "heavy = ('mlflow', 'shap', 'matplotlib', 'openpyxl', 'sqlalchemy', 'training'); "
        "print([name for name in heavy if name in sys.modules])"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=root,
        env={"PYTHONPATH": str(root), "HOME": "/nonexistent", "PATH": ""},
    )
    assert done.stdout.strip() == "[]"


def test_what_serving_installs_has_none_of_the_training_libraries() -> None:
    lock = (Path(__file__).parents[2] / "serving.lock").read_text(encoding="utf-8")
    installed = {line.split("==")[0] for line in lock.splitlines() if "==" in line and not line.startswith(" ")}
    assert "lightgbm" in installed
    assert installed.isdisjoint({"mlflow", "scikit-learn", "shap", "matplotlib", "psycopg"})
