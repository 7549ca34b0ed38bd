"""A running service of two workers against its own description: thousands of generated requests, logs and metrics."""

from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis import checks

from serving.app import create_app
from serving.lists.current import write_current_lists
from tests.approvals import save_extract
from tests.held_tokens import without_tokens
from tests.live_service import Live, live
from tests.simulated_district import simulated_district

LEAST_CASES = 2_000
EXAMPLES, EXAMPLES_OF_RECORDS = 250, 40
"""Cases to make up for each address; fewer of records, whose many columns take long to make up."""

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

schema = schemathesis.openapi.from_dict(create_app(*without_tokens()).openapi())
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
    case.call_and_validate(service.url, headers=service.headers(role), checks=list(CHECKS))


def _made_up(examples: int) -> settings:
    return settings(max_examples=examples, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


@schema.exclude(path="/v1/score_records").parametrize()
@_made_up(EXAMPLES)
def test_whatever_is_sent_is_answered_as_described(case: schemathesis.Case, service: Live) -> None:
    _send(case, service)


@schema.include(path="/v1/score_records").parametrize()
@_made_up(EXAMPLES_OF_RECORDS)
def test_whatever_records_are_sent_they_are_answered_as_described(case: schemathesis.Case, service: Live) -> None:
    _send(case, service)


def test_thousands_of_cases_were_sent_to_every_address() -> None:
    assert set(_sent) == {operation.ok().label for operation in schema.get_all_operations()}
    assert sum(_sent.values()) >= LEAST_CASES, _sent


def test_the_running_service_describes_itself_like_this(service: Live) -> None:
    assert service.get("/openapi.json").json() == orjson.loads(orjson.dumps(schema.raw_schema))
