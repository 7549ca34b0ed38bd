"""Results of inspections come back: each row accepted, superseded or refused, and kept once."""

import copy
import json
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from records.finding_subjects import INSPECTIONS
from serving.access.scope import Scope
from serving.database.address import Address
from serving.database.audit import AuditStore
from serving.database.feedback import FeedbackStore
from serving.feedback.bodies import EXAMPLE_ROW, MAX_ROWS
from serving.feedback.judging import FAST_CLOCK
from serving.feedback.result import KeptResult, Placed, Result, place
from serving.scorer import Scorer
from tests import served_district as district
from tests.approvals import refused
from tests.sampling_module import NOW, SamplingModule, a_draw, a_result, served

LATER = (NOW + timedelta(minutes=1)).isoformat()
EARLIER = (NOW - timedelta(minutes=1)).isoformat()
DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def scorer(tmp_path_factory: pytest.TempPathFactory) -> Scorer:
    return served(tmp_path_factory.mktemp("served"))


@pytest.fixture
def module(scorer: Scorer, address: Address) -> SamplingModule:
    return SamplingModule(scorer, address)


@pytest.fixture(scope="module")
def local(scorer: Scorer, tmp_path_factory: pytest.TempPathFactory) -> SamplingModule:
    """One for many tests, over SQLite alone: for what does not depend on what was kept before."""
    return SamplingModule(scorer, SamplingModule.sqlite(tmp_path_factory.mktemp("local")))


def statuses(answer: dict[str, Any]) -> list[tuple[str, bool]]:
    return [(one["status"], one["known"]) for one in answer["results"]]


def versions(module: SamplingModule) -> list[tuple[str, int]]:
    with FeedbackStore(module.address) as store:
        return [(one.id, one.version) for one in store.results()]


def test_rows_are_accepted_and_kept_with_one_entry_of_the_audit_log(module: SamplingModule) -> None:
    answer = module.send(*(a_result(number) for number in range(3)))
    assert statuses(answer) == [("accepted", False)] * 3
    assert (answer["accepted"], answer["superseded"], answer["refused"]) == (3, 0, 0)
    assert [one["id"] for one in answer["results"]] == ["JC-000000", "JC-000001", "JC-000002"]
    assert len(versions(module)) == 3
    with AuditStore(module.address) as audit:
        (entry,) = audit.entries()
        assert (entry.number, entry.kind, entry.actor) == (
            answer["entry"],
            "feedback_accepted",
            f"token:{module.book.kept[0].id}",
        )
        assert entry.detail == '{"accepted":3,"known":0,"refused":0,"superseded":0}'


def test_the_same_again_is_known_and_kept_once(module: SamplingModule) -> None:
    module.send(a_result(1), a_result(2))
    again = module.send(a_result(1), a_result(2), a_result(3))
    assert statuses(again) == [("accepted", True), ("accepted", True), ("accepted", False)]
    assert versions(module) == [("JC-000001", 1), ("JC-000002", 1), ("JC-000003", 1)]
    assert module.send(a_result(1))["entry"] is None


def test_a_newer_row_supersedes_an_older_one_is_refused_and_what_was_sent_before_stays_known(
    module: SamplingModule,
) -> None:
    first, corrected = a_result(1), a_result(1, severity="serious", reported_at=LATER)
    module.send(first)
    assert statuses(module.send(corrected)) == [("superseded", False)]
    assert statuses(module.send(first)) == [("accepted", True)]
    for stamp in (LATER, EARLIER):
        late = module.send(a_result(1, severity="none", reported_at=stamp))
        assert (late["results"][0]["status"], late["results"][0]["reason"]["code"]) == ("refused", "not_newer")
    assert versions(module) == [("JC-000001", 1), ("JC-000001", 2)]


def test_the_same_result_with_a_new_stamp_says_nothing_new(module: SamplingModule) -> None:
    module.send(a_result(1))
    assert statuses(module.send(a_result(1, reported_at=LATER))) == [("accepted", True)]


def test_rows_of_one_id_in_one_call_are_taken_in_turn(module: SamplingModule) -> None:
    answer = module.send(a_result(1), a_result(1), a_result(1, severity="none", reported_at=LATER), a_result(1))
    assert statuses(answer) == [("accepted", False), ("accepted", True), ("superseded", False), ("accepted", True)]
    assert versions(module) == [("JC-000001", 1), ("JC-000001", 2)]


@pytest.mark.parametrize(
    ("changed", "code", "field"),
    [
        ({"enterprise_id": "E9999"}, "unknown_enterprise", "enterprise_id"),
        ({"sector": "nowhere"}, "unknown_sector", "sector"),
        ({"basis": "whim"}, "literal_error", "basis"),
        ({"severity": "terrible"}, "literal_error", "severity"),
        ({"findings_minor": -1}, "greater_than_equal", "findings_minor"),
        ({"findings_minor": 10_000_001}, "less_than_equal", "findings_minor"),
        ({"findings_minor": None}, "int_type", "findings_minor"),
        ({"findings_minor": 2**70}, "less_than_equal", "findings_minor"),
        ({"inclusion_probability": 0}, "greater_than_equal", "inclusion_probability"),
        ({"inclusion_probability": 1.5}, "less_than_equal", "inclusion_probability"),
        ({"inspected_on": (NOW + DAY).date().isoformat()}, "in_the_future", "inspected_on"),
        ({"inspected_on": "1949-09-30"}, "impossible_date", "inspected_on"),
        ({"inspected_on": "2026-02-29"}, "date_parsing", "inspected_on"),
        ({"reported_at": (NOW + FAST_CLOCK + timedelta(seconds=1)).isoformat()}, "in_the_future", "reported_at"),
        ({"reported_at": (NOW - DAY).isoformat()}, "reported_too_early", "reported_at"),
        ({"reported_at": "2026-03-02T09:30:00"}, "timezone_aware", "reported_at"),
        ({"draw_id": "none"}, "unknown_draw", "draw_id"),
        ({"responsible": ""}, "string_too_short", "responsible"),
        ({"producer": None}, "string_type", "producer"),
        ({"id": ""}, "string_too_short", "id"),
        ({"id": None}, "string_type", "id"),
        ({"id": "x" * 65}, "string_too_long", "id"),
        ({"tier": 4}, "extra_forbidden", "tier"),
    ],
)
def test_a_row_that_breaks_a_rule_is_refused_with_it_and_keeps_no_other_from_being_kept(
    local: SamplingModule, changed: dict[str, Any], code: str, field: str
) -> None:
    answer = local.send(a_result(1), a_result(902, **changed), a_result(3))
    assert [status for status, _ in statuses(answer)] == ["accepted", "refused", "accepted"]
    reason = answer["results"][1]["reason"]
    assert (reason["code"], reason["field"]) == (code, field)
    assert reason["message"].endswith(".")
    assert ("JC-000902", 1) not in versions(local)


def test_the_message_of_a_refusal_repeats_no_value(local: SamplingModule) -> None:
    answer = local.post("/v1/feedback", {"rows": [a_result(1, severity="SECRET-4711", enterprise_id="SECRET-4711")]})
    assert "SECRET-4711" not in answer.text


@pytest.mark.parametrize(
    "changed",
    [
        {"inspected_on": "1949-10-01"},
        {"inspected_on": NOW.date().isoformat()},
        {"reported_at": (NOW + FAST_CLOCK).isoformat()},
        {"inclusion_probability": 1},
        {"inclusion_probability": None, "basis": "complaint"},
        {"findings_minor": 10_000_000},
        {"findings_minor": 3.0},
        {"id": "检查〔2026〕1号"},
        {"native_score": -1.5},
    ],
)
def test_a_row_at_the_border_of_a_rule_is_accepted(local: SamplingModule, changed: dict[str, Any]) -> None:
    row = a_result(1) | {"id": f"at-the-border-{changed}"[:64]} | changed
    assert statuses(local.send(row)) == [("accepted", False)]


def test_optional_fields_may_be_left_out(local: SamplingModule) -> None:
    row = a_result(1, id="few")
    for name in ("draw_id", "inclusion_probability", "native_score", "task_code"):
        del row[name]
    assert statuses(local.send(row)) == [("accepted", False)]


def test_a_result_of_a_draw_is_of_its_sector_after_its_seed_and_with_a_probability_of_its_strata(
    module: SamplingModule, scorer: Scorer
) -> None:
    module.post("/v1/draws", a_draw(scorer))
    drawn_on = (NOW + 3 * DAY).date()
    module.now = NOW + 10 * DAY
    row = a_result(1, draw_id="2026-03-food-01", reported_at=(NOW + 9 * DAY).isoformat())

    def code(**changed: Any) -> str | None:
        reason = module.send(row | changed)["results"][0]["reason"]
        return reason and reason["code"]

    assert code(inspected_on=(drawn_on - DAY).isoformat()) == "before_draw"
    assert code(inspected_on=drawn_on.isoformat(), inclusion_probability=0.4) == "probability_mismatch"
    assert code(inspected_on=drawn_on.isoformat(), inclusion_probability=None) == "probability_mismatch"
    assert code(inspected_on=drawn_on.isoformat(), sector="drugs") == "unknown_draw"
    assert code(inspected_on=drawn_on.isoformat()) is None
    with FeedbackStore(module.address) as store:
        assert [one.draw_id for one in store.results()] == ["2026-03-food-01"]


def test_a_token_sends_results_of_its_sectors_and_stations_alone(local: SamplingModule) -> None:
    sector = local.make("sampler", Scope(frozenset({"drugs"}), None))
    assert local.send(a_result(1), token=sector)["results"][0]["reason"]["code"] == "outside_scope"
    station = local.make("sampler", Scope(None, frozenset({district.STATION})))
    rows = local.send(a_result(1), a_result(2, enterprise_id="E0001"), token=station)["results"]
    assert [one["status"] for one in rows] == ["accepted", "refused"]
    # As for an enterprise that nobody knows: a token learns nothing of what it may not see.
    unknown = local.send(a_result(3, enterprise_id="E9999"), token=station)["results"][0]
    assert rows[1]["reason"] == unknown["reason"]


@pytest.mark.parametrize("role", ["reviewer", "approver", "scientist", "auditor"])
def test_only_a_sampler_sends_results(local: SamplingModule, role: Any) -> None:
    assert refused(local.post("/v1/feedback", {"rows": [a_result()]}, local.make(role)), 403)["code"] == "forbidden"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"rows": []}, "too_short"),
        ({"rows": [{}] * (MAX_ROWS + 1)}, "too_long"),
        ({"rows": ["row"]}, "dict_type"),
        ({}, "missing"),
        ({"rows": [{}], "more": 1}, "extra_forbidden"),
        ([], "model_type"),
    ],
)
def test_a_call_that_is_none_is_refused_whole(local: SamplingModule, body: Any, code: str) -> None:
    assert refused(local.post("/v1/feedback", body), 400)["code"] == code


def test_without_a_release_nothing_is_judged(address: Address) -> None:
    assert (
        refused(SamplingModule(None, address).post("/v1/feedback", {"rows": [a_result()]}), 503)["code"] == "not_ready"
    )


_ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=70),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changed=st.dictionaries(st.sampled_from(sorted(EXAMPLE_ROW)), _ANYTHING, max_size=3))
def test_whatever_a_row_holds_it_is_accepted_superseded_or_refused(local: SamplingModule, changed: dict) -> None:
    (one,) = local.send(a_result(1) | changed)["results"]
    assert (one["reason"] is None) == (one["status"] != "refused")


_ROWS = st.lists(
    st.builds(
        lambda number, content, second: Result(f"r{number}", NOW + timedelta(seconds=second), None, content),
        st.integers(0, 2),
        st.sampled_from("abc"),
        st.integers(0, 4),
    ),
    max_size=8,
)


class _Store:
    """The versions of results in memory."""

    def __init__(self) -> None:
        self.versions: dict[str, list[KeptResult]] = {}

    def send(self, rows: list[Result]) -> Placed:
        placed = place(rows, self.versions, NOW, 1)
        for one in (*placed.confirmed, *placed.new):
            own = self.versions.setdefault(one.id, [])
            own[one.version - 1 :] = [one]
        return placed


@given(calls=st.lists(_ROWS, max_size=4), again=st.randoms())
def test_calls_that_are_sent_again_in_any_order_keep_nothing_new(calls: list[list[Result]], again: Any) -> None:
    store = _Store()
    for rows in calls:
        store.send(rows)
    kept = copy.deepcopy(store.versions)
    again.shuffle(calls)
    for rows in calls:
        again.shuffle(rows)
        placed = store.send(rows)
        assert placed.new == placed.confirmed == []
    assert store.versions == kept


@given(rows=_ROWS)
def test_what_counts_was_told_last(rows: list[Result]) -> None:
    store = _Store()
    store.send(rows)
    for own in store.versions.values():
        stamps = [one.reported_at for one in own]
        assert stamps == sorted(set(stamps))
        moments = [one.accepted_at for one in own]
        assert moments == sorted(set(moments))
        assert own[-1].confirmed_at == max(row.reported_at for row in rows if row.id == own[-1].id)
        assert all(one.content != after.content for one, after in pairwise(own))


@given(rows=_ROWS, at=st.integers(0, 8))
def test_one_call_or_two_make_no_difference(rows: list[Result], at: int) -> None:
    whole, parts = _Store(), _Store()
    whole.send(rows)
    parts.send(rows[:at])
    parts.send(rows[at:])
    assert parts.versions == whole.versions


def test_a_number_that_is_none_is_refused_like_any_other_wrong_value(local: SamplingModule) -> None:
    answer = local.post_text("/v1/feedback", json.dumps({"rows": [a_result(1, inclusion_probability=float("nan"))]}))
    assert answer.json()["results"][0]["reason"]["code"] == "finite_number"


def test_codes_and_bounds_are_those_of_the_contract() -> None:
    row = {name for name in EXAMPLE_ROW if name in INSPECTIONS.column_names}
    assert {"sector", "basis", "inclusion_probability", "severity", "native_score", "task_code", "producer"} <= row
