"""A running service of two workers against its own description: thousands of generated requests, logs and metrics."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import orjson
import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from prometheus_client.parser import text_string_to_metric_families
from schemathesis import checks

from serving.app import create_app
from serving.lists.current import write_current_lists
from tests.approvals import save_extract
from tests.held_tokens import without_tokens
from tests.live_service import Live, live
from tests.simulated_district import simulated_district

SECRET = "SECRET-VALUE-4711"
LEAST_CASES = 2_000
EXAMPLES, EXAMPLES_THAT_TAKE_LONG = 180, 40
"""Cases to make up for each address; fewer where one takes long to make up or to answer."""
TAKES_LONG = ("/v1/explain", "/v1/score_records")
"""The many columns of records take long to make up, and reasons rest on indicators that are built for the answer."""

DASHBOARD = Path(__file__).parents[2] / "docs" / "grafana.json"
CHECKS = (
    checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
    checks.unsupported_method,
    checks.negative_data_rejection,
)
"""Not whether all that fits the schema is taken: which sectors and dates there are is known to the release alone."""

DESCRIPTION = orjson.dumps(create_app(*without_tokens()).openapi())
"""Kept as text: what tests of this process do to the objects that it is made of must not change it."""
schema = schemathesis.openapi.from_dict(orjson.loads(DESCRIPTION))
_sent: dict[str, int] = {}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    folder = tmp_path_factory.mktemp("live")
    simulated_district(folder)
    write_current_lists(folder / "lists.json", save_extract(folder).directory)
    with live(folder, workers=2) as running:
        yield running


def _send(case: schemathesis.Case, service: Live) -> None:
    role = case.operation.definition.raw["x-roles"][0]
    _sent[case.operation.label] = _sent.get(case.operation.label, 0) + 1
    # A row that is wrong is refused in the answer, not by its status: it must not keep the others from being accepted.
    left_out = [checks.negative_data_rejection] if case.operation.path == "/v1/feedback" else []
    headers = service.headers(role)
    # A machine that does much else at the time is slow, not wrong.
    case.call_and_validate(service.url, headers=headers, checks=list(CHECKS), excluded_checks=left_out, timeout=60)


def _made_up(examples: int) -> settings:
    return settings(max_examples=examples, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


@schema.exclude(path=list(TAKES_LONG)).parametrize()
@_made_up(EXAMPLES)
def test_whatever_is_sent_is_answered_as_described(case: schemathesis.Case, service: Live) -> None:
    _send(case, service)


@schema.include(path=list(TAKES_LONG)).parametrize()
@_made_up(EXAMPLES_THAT_TAKE_LONG)
def test_whatever_is_sent_where_an_answer_takes_long_is_answered_as_described(
    case: schemathesis.Case, service: Live
) -> None:
    _send(case, service)


def test_thousands_of_cases_were_sent_to_every_address() -> None:
    assert set(_sent) == {operation.ok().label for operation in schema.get_all_operations()}
    assert sum(_sent.values()) >= LEAST_CASES, _sent


def test_the_running_service_describes_itself_like_this(service: Live) -> None:
    assert service.get("/openapi.json").json() == orjson.loads(DESCRIPTION)


def _samples(service: Live) -> dict[tuple[str, str], float]:
    """Every sample of the service by name and its labels as text."""
    families = text_string_to_metric_families(service.get("/metrics").text)
    return {(one.name, json.dumps(one.labels)): one.value for family in families for one in family.samples}


def test_every_metric_that_the_dashboard_asks_for_is_there(service: Live) -> None:
    service.get("/v1/release", "sampler")
    asked = set(re.findall(r"\b(?:fenji|bentoml)_\w+", DASHBOARD.read_text(encoding="utf-8")))
    assert len(asked) >= 10
    assert asked <= {name for name, _ in _samples(service)}


def test_the_figures_of_two_workers_add_up(service: Live) -> None:
    def unknown() -> float:
        return sum(value for (name, _), value in _samples(service).items() if name == "fenji_unknown_ids_total")

    before = unknown()
    for _ in range(30):
        # Each on a connection of its own, which one worker or the other takes.
        httpx.post(
            f"{service.url}/v1/score",
            json={"enterprise_ids": ["nobody", "no one"]},
            headers=service.headers("sampler"),
            timeout=60,
        )
    assert unknown() - before == 60


def test_a_path_that_somebody_makes_up_is_in_no_metric_and_no_log(service: Live) -> None:
    for path in (f"/{SECRET}", f"/v1/worklists/{SECRET}", f"/v1/{SECRET}?x={SECRET}"):
        assert service.get(path, "reviewer").status_code == 404
    assert SECRET not in service.get("/metrics").text
    assert SECRET not in service.log
    endpoints = {json.loads(labels).get("endpoint") for _, labels in _samples(service)} - {None}
    assert {"other", "/v1/worklists/{name}"} <= endpoints
    assert all(one in (*schema.raw_schema["paths"], "other", "/readyz", "/openapi.json") for one in endpoints)


def test_the_log_of_the_workers_is_json_and_tells_who_was_answered_from_what(service: Live) -> None:
    answer = service.get("/v1/snapshot", "sampler")
    own = service.line_of(answer.headers["x-request-id"])
    assert (own["address"], own["status"], own["snapshot"]) == ("/v1/snapshot", 200, answer.json()["snapshot"])
    assert own["token"] == service.tokens["sampler"].split("_")[1]
    other = [line for line in service.log.splitlines() if not line.startswith("{")]
    # What BentoML says before it starts the workers is its own.
    assert all("[cli]" in line for line in other if line.strip())
    assert not any(text.split("_", 2)[2] in service.log for text in service.tokens.values())
