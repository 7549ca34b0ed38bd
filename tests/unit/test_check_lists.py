"""Automatic comparison and interception over HTTP: what is answered, to whom, and what is written down of it."""

import logging
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from records.contract import TIMEZONE
from records.list_purposes import shipped_purposes
from serving.access.scope import Scope
from serving.lists.bodies import EXAMPLE_REQUEST, MAX_SUBJECTS
from serving.lists.check import STALE_AFTER_DAYS
from serving.lists.extract import ListExtract
from tests.approvals import ABNORMAL, AS_OF, BOTH, CLEAN, SERIOUS, UNKNOWN, Approvals, refused, save_extract


@pytest.fixture(scope="module")
def extract(tmp_path_factory: pytest.TempPathFactory) -> ListExtract:
    return save_extract(tmp_path_factory.mktemp("lists"))


@pytest.fixture
def approvals(extract: ListExtract) -> Approvals:
    return Approvals(extract)


def test_each_subject_is_listed_not_listed_or_unknown(approvals: Approvals) -> None:
    results = approvals.results("procurement", SERIOUS, ABNORMAL, BOTH, CLEAN, UNKNOWN)
    assert {name: (one["status"], one["intercept"], len(one["hits"])) for name, one in results.items()} == {
        SERIOUS: ("listed", True, 1),
        ABNORMAL: ("listed", True, 1),
        BOTH: ("listed", True, 2),
        CLEAN: ("not_listed", False, 0),
        UNKNOWN: ("unknown", None, 0),
    }


def test_a_hit_names_the_entry_its_end_its_legal_basis_and_its_office(approvals: Approvals) -> None:
    assert approvals.results("permit", SERIOUS)[SERIOUS]["hits"] == [
        {
            "list": "serious",
            "list_zh": "严重违法失信名单",
            "cause": "serious_violation",
            "cause_zh": None,
            "record_id": "L1",
            "decision_no": "〔2025〕1号",
            "listed_on": "2025-03-10",
            "listed_until": "2028-03-10",
            "ends_by": "list_rules",
            "legal_basis": "《市场监督管理严重违法失信名单管理办法》（2021，总局令第44号）",
            "responsible": "信用风险监管股",
            "intercept": True,
        }
    ]
    (hit,) = approvals.results("permit", ABNORMAL)[ABNORMAL]["hits"]
    assert (hit["cause_zh"], hit["listed_until"], hit["ends_by"]) == (
        "通过登记的住所或经营场所无法联系",
        None,
        None,
    )


@pytest.mark.parametrize("purpose", shipped_purposes().purposes)
def test_a_purpose_is_stopped_by_its_own_lists_and_told_of_the_others(approvals: Approvals, purpose: str) -> None:
    stops = shipped_purposes().purposes[purpose].stops
    results = approvals.results(purpose, SERIOUS, ABNORMAL, BOTH)
    assert results[SERIOUS]["intercept"] is ("serious" in stops)
    assert results[ABNORMAL]["intercept"] is ("abnormal" in stops)
    assert results[ABNORMAL]["status"] == "listed"
    assert [hit["intercept"] for hit in results[BOTH]["hits"]] == ["abnormal" in stops, "serious" in stops]


def test_the_answer_names_extract_date_purpose_and_that_its_reading_is_to_be_checked(
    approvals: Approvals, extract: ListExtract
) -> None:
    answer = approvals.ask("award", CLEAN).json()
    assert (answer["extract"], answer["as_of"], answer["checked_on"]) == (extract.digest, "2026-03-02", "2026-03-02")
    assert (answer["purpose"]["zh"], answer["purpose"]["is_checked"]) == ("授予荣誉称号、评优评先", False)
    assert "第十五条" in answer["purpose"]["legal_basis"]


def test_an_entry_whose_end_has_come_since_the_extract_hits_no_more(approvals: Approvals) -> None:
    for day, expected in ((date(2026, 3, 4), 2), (date(2026, 3, 5), 1), (date(2026, 3, 6), 1)):
        assert len(approvals.on(day).results("procurement", BOTH)[BOTH]["hits"]) == expected
    assert approvals.on(date(2028, 3, 10)).results("procurement", SERIOUS)[SERIOUS]["status"] == "not_listed"


def test_the_day_of_a_request_is_the_one_in_shanghai(approvals: Approvals) -> None:
    # 16:30 of the 4th in London is 00:30 of the 5th in Shanghai, the day of the end.
    moment = datetime(2026, 3, 4, 16, 30, tzinfo=ZoneInfo("UTC"))
    approvals.now = moment.astimezone(ZoneInfo(TIMEZONE))
    assert len(approvals.results("procurement", BOTH)[BOTH]["hits"]) == 1


def test_an_extract_is_stale_once_it_is_older_than_the_stated_days(approvals: Approvals) -> None:
    for days in (-1, 0, 1):
        answer = approvals.on(AS_OF + timedelta(days=STALE_AFTER_DAYS + days)).ask("permit", CLEAN).json()
        assert (answer["stale"], answer["stale_after_days"]) == (days > 0, STALE_AFTER_DAYS)


def test_a_thousand_subjects_are_answered_in_their_order(approvals: Approvals) -> None:
    subjects = [f"X{number:04}" for number in range(MAX_SUBJECTS - 1)] + [SERIOUS]
    results = approvals.results("permit", *subjects)
    assert [one["status"] for one in results.values()] == ["unknown"] * (MAX_SUBJECTS - 1) + ["listed"]


def test_an_id_that_only_begins_like_a_known_one_is_unknown(approvals: Approvals) -> None:
    results = approvals.results("permit", SERIOUS + "9" * 40, SERIOUS[:-1], SERIOUS.lower())
    assert [one["status"] for one in results.values()] == ["unknown"] * 3


def test_the_scope_of_a_token_hides_no_entry(approvals: Approvals) -> None:
    narrow = approvals.book.make("approver", Scope(frozenset({"drugs"}), frozenset({"某所"})))
    wide, approvals.token = approvals.ask("permit", SERIOUS), narrow
    assert approvals.ask("permit", SERIOUS).content == wide.content


def test_a_token_is_wanted_even_on_this_machine_and_where_none_was_ever_made(extract: ListExtract) -> None:
    approvals = Approvals(extract)
    approvals.book.kept.clear()
    body = refused(approvals.post("no token", json=EXAMPLE_REQUEST), 401)
    assert body["code"] == "unauthorized"


@pytest.mark.parametrize("role", ["sampler", "reviewer", "scientist", "auditor"])
def test_any_other_role_is_refused(approvals: Approvals, role: Any) -> None:
    body = refused(approvals.post(approvals.book.make(role), json=EXAMPLE_REQUEST), 403)
    assert (body["code"], approvals.book.events) == ("forbidden", [])


def test_each_answer_is_written_down_before_it_leaves_without_naming_a_subject(
    approvals: Approvals, extract: ListExtract, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        answer = approvals.ask("permit", SERIOUS, ABNORMAL, CLEAN)
    (event,) = approvals.book.events
    assert (event.kind, event.at) == ("lists_checked", approvals.now)
    assert event.actor == f"token:{approvals.book.kept[0].id}"
    assert event.detail == {
        "request_id": answer.headers["x-request-id"],
        "purpose": "permit",
        "subjects": 3,
        "hits": 2,
        "intercepted": 1,
        "extract": extract.digest,
    }
    for subject in (SERIOUS, ABNORMAL, CLEAN):
        assert subject not in repr(event)
        assert subject not in caplog.text


def test_what_cannot_be_written_down_is_not_answered(approvals: Approvals, monkeypatch: pytest.MonkeyPatch) -> None:
    approvals.ask("permit", CLEAN)
    approvals.book.is_down = True
    body = refused(approvals.ask("permit", SERIOUS), 503)
    assert body["code"] == "store_unavailable"


def test_without_an_extract_the_remedy_is_named() -> None:
    approvals = Approvals(None)
    body = refused(approvals.ask("permit", SERIOUS), 503)
    assert (body["code"], approvals.book.events) == ("no_lists", [])
    assert "fenji lists DIR --as-of DATE" in body["message"]


def test_a_new_extract_is_answered_from_at_once(approvals: Approvals, tmp_path: Path) -> None:
    newer = save_extract(tmp_path, AS_OF - timedelta(days=1))
    approvals.app.state.lists = newer
    assert approvals.ask("permit", CLEAN).json()["extract"] == newer.digest
