"""A running service against its own description: thousands of generated requests, two workers, logs and metrics."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis import checks

from serving.lists.current import write_current_lists
from tests.approvals import save_extract
from tests.live_service import Live, live
from tests.simulated_district import simulated_district

LEAST_CASES = 2_000
CASES_PER_ADDRESS = 240
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

_sent: dict[str, int] = {}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    folder = tmp_path_factory.mktemp("live")
    simulated_district(folder)
    write_current_lists(folder / "lists.json", save_extract(folder).directory)
    with live(folder, workers=2) as running:
        yield running


@pytest.fixture(scope="module")
def api(service: Live) -> schemathesis.BaseSchema:
    return schemathesis.openapi.from_url(f"{service.url}/openapi.json")


schema = schemathesis.pytest.from_fixture("api")


@schema.parametrize()
@settings(
    max_examples=CASES_PER_ADDRESS,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
def test_whatever_is_sent_is_answered_as_described(case: schemathesis.Case, service: Live) -> None:
    roles = case.operation.definition.raw["x-roles"]
    _sent[case.operation.label] = _sent.get(case.operation.label, 0) + 1
    case.call_and_validate(headers=service.headers(roles[0]), checks=list(CHECKS))


def test_thousands_of_cases_were_sent_to_every_address(api: schemathesis.BaseSchema) -> None:
    described = {operation.ok().label for operation in api.get_all_operations()}
    assert set(_sent) == described
    assert sum(_sent.values()) >= LEAST_CASES, _sent
