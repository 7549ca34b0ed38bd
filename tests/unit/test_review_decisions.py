"""Decisions and objections through the pages: what is kept, what is refused beside its field, and who may do what."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pytest

from serving.access.scope import Scope
from serving.database.audit import AuditStore
from serving.decisions.decision import LONGEST_DAYS
from serving.scorer import Scorer
from tests import reviewed_district
from tests import served_district as district
from tests.held_tokens import NOW
from tests.reviewer_visits import ReviewService, Visitor, form_key

TODAY = NOW.date()
NASTY = "<script>alert('x')</script>&\"<img src=x onerror=y>"


@pytest.fixture(scope="module")
def scorer(tmp_path_factory: pytest.TempPathFactory) -> Scorer:
    return reviewed_district.scorer(tmp_path_factory.mktemp("served"))


@pytest.fixture
def service(scorer: Scorer, tmp_path: Path) -> Iterator[ReviewService]:
    yield ReviewService(scorer, tmp_path)
    scorer.rulings = dict


@pytest.fixture(scope="module")
def high(scorer: Scorer) -> dict:
    """An enterprise that the model puts into the high tier."""
    everyone = [district.enterprise_id(number) for number in range(district.ENTERPRISES)]
    results = scorer.score(everyone, None)["results"]
    return next(one for one in results if one["tier"] == "high" and one["source"] != "hard_rule")


def page_of(result: dict) -> str:
    return "/review/decision?" + urlencode({"enterprise": result["enterprise_id"], "sector": result["sector"]})


def decide(visitor: Visitor, result: dict, **fields: str) -> httpx.Response:
    """Fill in the form of a tier's page, with what it hides, and send it."""
    page = visitor.get(page_of(result))
    return visitor.post(page_of(result), hidden(page.text) | fields)


def hidden(page: str) -> dict[str, str]:
    form = page[page.index('name="seen_snapshot"') - 500 :]
    fields = dict(re.findall(r'<input type="hidden" name="([a-z_]+)" value="([^"]*)">', form))
    return {name: fields[name] for name in ("form_key", "seen_snapshot", "seen_decision")}


def answer_of(service: ReviewService, result: dict) -> dict:
    body = {"enterprise_ids": [result["enterprise_id"]], "sector": result["sector"]}
    token = service.book.make("sampler")
    service.clock.seconds += 10
    answer = Visitor(service.app)._client.post("/v1/score", json=body, headers={"Authorization": f"Bearer {token}"})
    return answer.json()["results"][0]


def in_days(days: int) -> str:
    return (TODAY + timedelta(days=days)).isoformat()


def test_agreeing_confirms_a_high_tier_in_every_answer(service: ReviewService, high: dict) -> None:
    visitor = service.visitor("reviewer")
    assert answer_of(service, high)["confirmed"] is False
    assert decide(visitor, high, verdict="agree").headers["location"].endswith("done=decided")
    answered = answer_of(service, high)
    assert (answered["confirmed"], answered["tier"], answered["override"]) == (True, "high", None)
    assert "已确认" in visitor.get(page_of(high)).text


def test_an_override_is_answered_until_it_expires(service: ReviewService, high: dict) -> None:
    fields = {"verdict": "model_wrong", "tier": "medium", "expires_on": in_days(30), "reason": "已整改"}
    assert decide(service.visitor("reviewer"), high, **fields).status_code == 303
    answered = answer_of(service, high)
    assert (answered["tier"], answered["source"], answered["override"]["model_tier"]) == ("medium", "override", "high")
    for days, source in ((29, "override"), (30, high["source"])):
        service.app.state.now = lambda days=days: NOW + timedelta(days=days)
        assert answer_of(service, high)["source"] == source


def test_an_override_to_low_counts_once_another_token_agreed(service: ReviewService, high: dict) -> None:
    first, other, scientist = (service.visitor(role) for role in ("reviewer", "reviewer", "scientist"))
    fields = {"verdict": "data_wrong", "tier": "low", "expires_on": in_days(10), "reason": "记录属于他人"}
    assert decide(first, high, **fields).headers["location"].endswith("done=waits")
    assert answer_of(service, high)["tier"] == "high"
    number = service.app.state.desk.decisions().of_enterprise(high["enterprise_id"], high["sector"])[0].number
    seconding = {"decision": str(number), "granted": "yes"}
    for visitor in (first, scientist):
        assert "同意调整为低" not in visitor.get(page_of(high)).text
        assert visitor.send(page_of(high), "/review/second", **seconding).status_code == 403
    assert high["enterprise_id"] in other.get("/review/decisions").text
    assert "同意调整为低" in other.get(page_of(high)).text
    assert other.send(page_of(high), "/review/second", **seconding).headers["location"].endswith("done=seconded")
    assert answer_of(service, high)["tier"] == "low"
    assert other.send(page_of(high), "/review/second", **seconding).status_code == 409
    assert high["enterprise_id"] not in other.get("/review/decisions").text
    with AuditStore(service.address) as audit:
        kinds = [entry.kind for entry in audit.entries()]
        assert [kind for kind in kinds if kind.startswith("tier_")] == ["tier_decided", "tier_seconded"]
        assert list(audit.faults()) == []


GOOD = {"verdict": "model_wrong", "tier": "medium", "expires_on": in_days(30), "reason": NASTY}


@pytest.mark.parametrize(
    ("change", "field", "told"),
    [
        ({"verdict": ""}, "verdict", "此项必填"),
        ({"verdict": "maybe"}, "verdict", "填写不符合要求"),
        ({"verdict": "agree"}, "tier", "同意就是保留原类别"),
        ({"tier": "high"}, "tier", "与原类别相同"),
        ({"tier": "nowhere"}, "tier", "填写不符合要求"),
        ({"expires_on": ""}, "expires_on", "调整必须有到期日"),
        ({"expires_on": in_days(0)}, "expires_on", "调整必须有到期日"),
        ({"expires_on": in_days(LONGEST_DAYS + 1)}, "expires_on", "调整必须有到期日"),
        ({"expires_on": "soon"}, "expires_on", "日期应写作"),
        ({"reason": ""}, "reason", "必须写明理由"),
        ({"reason": "x" * 1001}, "reason", "内容过长"),
        ({"seen_snapshot": "0" * 64}, "", "快照已更新"),
        ({"seen_decision": "99"}, "", "快照已更新"),
    ],
)
def test_what_breaks_a_rule_is_told_beside_its_field_and_nothing_written_is_lost(
    service: ReviewService, high: dict, change: dict[str, str], field: str, told: str
) -> None:
    visitor = service.visitor("reviewer")
    page = visitor.get(page_of(high)).text
    answer = visitor.post(page_of(high), hidden(page) | GOOD | change)
    assert answer.status_code == (400 if field else 409)
    assert told in answer.text
    if field and field != "verdict":
        assert f'id="fault-{field}"' in answer.text
    if "reason" not in change:
        assert "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;" in answer.text
    assert "<script>alert" not in answer.text
    assert list(service.app.state.desk.decisions().news(0)) == []


@pytest.mark.parametrize("days", [1, LONGEST_DAYS])
def test_an_override_may_expire_tomorrow_at_the_earliest_and_in_a_year_at_the_latest(
    service: ReviewService, high: dict, days: int
) -> None:
    assert decide(service.visitor("reviewer"), high, **(GOOD | {"expires_on": in_days(days)})).status_code == 303


def test_html_in_a_reason_is_shown_as_it_was_written(service: ReviewService, high: dict) -> None:
    visitor = service.visitor("reviewer")
    decide(visitor, high, **(GOOD | {"tier": "low"}))
    for address in (page_of(high), "/review/decisions"):
        page = visitor.get(address).text
        assert "&lt;script&gt;" in page
        assert "<script>alert" not in page
        assert "<img" not in page


def test_a_hard_rule_is_not_overridden_and_an_enterprise_without_a_tier_not_decided_about(
    service: ReviewService, scorer: Scorer
) -> None:
    visitor = service.visitor("reviewer")
    listed = next(one for one in scorer.score([reviewed_district.LISTED], None)["results"])
    assert listed["source"] == "hard_rule"
    answer = decide(visitor, listed, **GOOD)
    assert (answer.status_code, "直接判定规则" in answer.text) == (400, True)
    assert decide(visitor, listed, verdict="data_wrong", reason="误列").status_code == 303
    out = scorer.score([district.enterprise_id(district.OUT_OF_SCOPE)], None)["results"][0]
    assert 'name="verdict"' not in visitor.get(page_of(out)).text
    key = {"form_key": last_key(visitor, page_of(out))}
    assert visitor.post(page_of(out), key | {"verdict": "agree"}).status_code == 404


def last_key(visitor: Visitor, address: str) -> str:
    return form_key(visitor.get(address))


@pytest.mark.parametrize("role", ["scientist", "auditor"])
def test_whoever_may_only_look_decides_nothing(service: ReviewService, high: dict, role: str) -> None:
    visitor = service.visitor(role)
    page = visitor.get(page_of(high))
    assert (page.status_code, 'name="verdict"' in page.text) == (200, False)
    for address in (page_of(high), "/review/second", page_of(high).replace("decision", "objection", 1)):
        answer = visitor.send(page_of(high), address, verdict="agree")
        assert answer.status_code == 403
    assert list(service.app.state.desk.decisions().news(0)) == []


def test_outside_the_scope_there_is_nothing(service: ReviewService, high: dict) -> None:
    inside = service.visitor("reviewer", Scope(frozenset({high["sector"]})))
    assert decide(inside, high, **(GOOD | {"tier": "low"})).status_code == 303
    other_sector = next(name for name in ("drugs", "food_production") if name != high["sector"])
    number = service.app.state.desk.decisions().of_enterprise(high["enterprise_id"], high["sector"])[0].number
    for scope in (Scope(frozenset({other_sector})), Scope(stations=frozenset({"另一所"}))):
        outside = service.visitor("reviewer", scope)
        assert outside.get(page_of(high)).status_code == 404
        assert outside.send("/review/", page_of(high), verdict="agree").status_code == 404
        assert outside.send("/review/", "/review/second", decision=str(number), granted="yes").status_code == 404
        assert high["enterprise_id"] not in outside.get("/review/decisions").text


def test_without_tokens_an_override_to_low_waits_for_ever(service: ReviewService, high: dict) -> None:
    visitor = service.visitor()
    assert decide(visitor, high, **(GOOD | {"tier": "low"})).headers["location"].endswith("done=waits")
    number = service.app.state.desk.decisions().of_enterprise(high["enterprise_id"], high["sector"])[0].number
    answer = visitor.send(page_of(high), "/review/second", decision=str(number), granted="yes")
    assert (answer.status_code, "两人" in answer.text) == (403, True)


def test_an_objection_is_due_in_fifteen_working_days_and_answered_once(service: ReviewService, high: dict) -> None:
    visitor = service.visitor("reviewer")
    receive = page_of(high).replace("decision", "objection", 1)
    answer_address = receive.replace("objection", "objection/answer", 1)
    sent = visitor.send(page_of(high), receive, received_on="2026-02-27", grounds=NASTY)
    assert sent.headers["location"].endswith("done=received")
    found = service.app.state.desk.objections().open()[0]
    # 28 February is worked in exchange for a day of the spring festival.
    assert (found.grounds, found.due_on.isoformat()) == (NASTY, "2026-03-19")
    listed = visitor.get("/review/objections").text
    assert high["enterprise_id"] in listed
    assert "<script>alert" not in listed + visitor.get(page_of(high)).text
    for days, word in ((17, "待答复"), (18, "已逾期")):
        service.app.state.now = lambda days=days: NOW.replace(hour=1) + timedelta(days=days)
        late = service.visitor("reviewer")
        assert word in late.get("/review/objections").text
    service.app.state.now = lambda: NOW
    fields = {"objection": str(found.number), "outcome": "upheld", "text": "记录已更正"}
    assert visitor.send(page_of(high), answer_address, **fields).headers["location"].endswith("done=answered")
    again = visitor.send(page_of(high), answer_address, **fields)
    assert (again.status_code, "只答复一次" in again.text) == (409, True)
    assert high["enterprise_id"] not in visitor.get("/review/objections").text
    assert "记录已更正" in visitor.get(page_of(high)).text


@pytest.mark.parametrize(
    ("received_on", "status"),
    [(in_days(1), 400), (in_days(0), 303), (in_days(-366), 303), (in_days(-367), 400), ("", 400)],
)
def test_an_objection_was_received_within_a_year(
    service: ReviewService, high: dict, received_on: str, status: int
) -> None:
    receive = page_of(high).replace("decision", "objection", 1)
    visitor = service.visitor("reviewer")
    assert visitor.send(page_of(high), receive, received_on=received_on, grounds="x").status_code == status


def test_an_objection_of_another_enterprise_is_not_answered_here(service: ReviewService, high: dict) -> None:
    visitor = service.visitor("reviewer")
    receive = page_of(high).replace("decision", "objection", 1)
    visitor.send(page_of(high), receive, received_on=in_days(0), grounds="x")
    number = service.app.state.desk.objections().open()[0].number
    listed = {"enterprise_id": reviewed_district.LISTED, "sector": "food_operation"}
    address = page_of(listed).replace("decision", "objection/answer", 1)
    fields = {"objection": str(number), "outcome": "upheld", "text": "x"}
    assert visitor.send(page_of(listed), address, **fields).status_code == 404
