"""What a request for a comparison with the lists may not be, and how the address is described."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from records.list_purposes import shipped_purposes
from serving.lists.bodies import EXAMPLE_ANSWER, EXAMPLE_REQUEST, CheckListsAnswer, CheckListsRequest
from serving.lists.extract import ListExtract
from tests.approvals import ABNORMAL, ADDRESS, BOTH, CLEAN, SERIOUS, UNKNOWN, Approvals, refused, save_extract


@pytest.fixture(scope="module")
def extract(tmp_path_factory: pytest.TempPathFactory) -> ListExtract:
    return save_extract(tmp_path_factory.mktemp("lists"))


@pytest.fixture
def approvals(extract: ListExtract) -> Approvals:
    return Approvals(extract)


JSON = {"content-type": "application/json"}


@pytest.mark.parametrize(
    ("content", "code", "field"),
    [
        ("", "json_invalid", ""),
        ("{", "json_invalid", ""),
        ("[" * 100_000, "json_invalid", ""),
        (b'{"purpose": "permit", "subjects": ["\xff\xfe"]}', "json_invalid", ""),
        ('{"purpose": "permit", "subjects": ["甲"]}'.encode("gb18030"), "json_invalid", ""),
        ('{"purpose": "permit", "subjects": ["a"]}'.encode("utf-16"), "json_invalid", ""),
        (b'{"purpose": "permit", "subjects": ["a\x00"]}', "json_invalid", ""),
        ('{"purpose": "permit", "subjects": ["a\\u0000"]}', "string_pattern_mismatch", "subjects.0"),
        ('{"purpose": "permit", "subjects": ["\\ud800"]}', "json_invalid", ""),
        ("null", "model_type", ""),
        ("[]", "model_type", ""),
        ('"permit"', "model_type", ""),
        ("{}", "missing", "purpose"),
        ('{"purpose": "permit"}', "missing", "subjects"),
        ('{"subjects": ["a"]}', "missing", "purpose"),
        ('{"purpose": null, "subjects": ["a"]}', "string_type", "purpose"),
        ('{"purpose": 1, "subjects": ["a"]}', "string_type", "purpose"),
        ('{"purpose": ["permit"], "subjects": ["a"]}', "string_type", "purpose"),
        ('{"purpose": "PERMIT", "subjects": ["a"]}', "unknown_purpose", "purpose"),
        ('{"purpose": "", "subjects": ["a"]}', "unknown_purpose", "purpose"),
        ('{"purpose": "permit", "subjects": []}', "too_short", "subjects"),
        ('{"purpose": "permit", "subjects": "a"}', "list_type", "subjects"),
        ('{"purpose": "permit", "subjects": {"a": 1}}', "list_type", "subjects"),
        ('{"purpose": "permit", "subjects": null}', "list_type", "subjects"),
        ('{"purpose": "permit", "subjects": [null]}', "string_type", "subjects.0"),
        ('{"purpose": "permit", "subjects": ["a", 1]}', "string_type", "subjects.1"),
        ('{"purpose": "permit", "subjects": ["a", ["b"]]}', "string_type", "subjects.1"),
        ('{"purpose": "permit", "subjects": [NaN]}', "string_type", "subjects.0"),
        ('{"purpose": "permit", "subjects": ["a", ""]}', "string_too_short", "subjects.1"),
        (f'{{"purpose": "permit", "subjects": ["{"9" * 65}"]}}', "string_too_long", "subjects.0"),
        ('{"purpose": "permit", "subjects": ["a", "b", "a"]}', "repeated", "subjects"),
        ('{"purpose": "permit", "subjects": ["a"], "tier": 4}', "extra_forbidden", "tier"),
        (json.dumps({"purpose": "permit", "subjects": [f"X{n}" for n in range(1001)]}), "too_long", "subjects"),
        (json.dumps({"purpose": "permit", "subjects": ["X"] * 1001}), "too_long", "subjects"),
    ],
)
def test_a_wrong_request_is_refused_with_field_and_rule(
    approvals: Approvals, content: str | bytes, code: str, field: str
) -> None:
    body = refused(approvals.post(content=content, headers=JSON), 400)
    assert (body["code"], body["field"]) == (code, field)
    assert approvals.book.events == []


_ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=70),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
_NEAR = st.fixed_dictionaries(
    {"purpose": st.sampled_from(sorted(shipped_purposes().purposes)) | _ANYTHING, "subjects": st.lists(_ANYTHING)},
    optional={"tier": _ANYTHING},
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=_NEAR | _ANYTHING, raw=st.none() | st.binary(max_size=40))
def test_whatever_is_sent_is_answered_or_refused_in_one_form(approvals: Approvals, body: object, raw: bytes) -> None:
    content = json.dumps(body).encode() if raw is None else raw
    answer = approvals.post(content=content, headers=JSON)
    if answer.status_code == 200:
        assert [one["status"] for one in answer.json()["results"]] == ["unknown"] * len(json.loads(content)["subjects"])
    else:
        refused(answer, 400)


def test_a_body_that_is_not_declared_as_json_is_refused(approvals: Approvals) -> None:
    refused(approvals.post(content=b"{}", headers={"content-type": "text/plain"}), 415)


def test_a_body_without_an_end_is_refused(approvals: Approvals) -> None:
    refused(approvals.post(content=b" " * (16 * 1024 * 1024 + 1), headers=JSON), 413)


def test_the_description_holds_examples_that_are_true_and_every_refusal(approvals: Approvals) -> None:
    described = approvals.description()
    route = described["paths"][ADDRESS]["post"]
    assert set(route["responses"]) == {"200", "400", "401", "403", "413", "415", "429", "503"}
    assert route["requestBody"]["content"]["application/json"]["example"] == EXAMPLE_REQUEST
    CheckListsRequest.model_validate_json(json.dumps(EXAMPLE_REQUEST))
    CheckListsAnswer.model_validate(EXAMPLE_ANSWER)
    schemas = described["components"]["schemas"]
    assert schemas["CheckListsRequest"]["properties"]["purpose"]["enum"] == list(shipped_purposes().purposes)
    assert {"CheckListsAnswer", "ListResult", "ListHit", "ListPurpose"} <= set(schemas)
    for status in ("400", "401", "403", "413", "415", "503"):
        schema = route["responses"][status]["content"]["application/json"]["schema"]
        assert schema["required"] == ["code", "field", "message"]


def test_an_answer_is_as_it_is_described(approvals: Approvals) -> None:
    answer = approvals.ask("procurement", SERIOUS, ABNORMAL, BOTH, CLEAN, UNKNOWN).json()
    shown = CheckListsAnswer.model_validate(answer).model_dump(mode="json")
    assert shown == answer
