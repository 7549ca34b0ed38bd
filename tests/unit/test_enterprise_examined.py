"""One enterprise looked into: what-if, recourse, lawful steps, comparable ones, gaps, the letter without secrets."""

import tempfile
from datetime import date
from functools import cache
from itertools import combinations
from pathlib import Path

import numpy as np
import orjson
import pandas as pd
import pytest

from records.errors import RequestError
from serving.access.scope import Scope
from serving.review.enterprise.actions import Action
from serving.review.enterprise.examiner import Examiner, Found, examiner_of
from serving.review.enterprise.rebuild import rebuild
from serving.scorer import Scorer
from tests import examined_district as district
from tests.asked_app import Client
from tests.examined_district import LATER, MARKUP, OTHERS, PLAIN, PUNISHED, QUIET, REPORTED, SECRETS, SECTOR, examined
from tests.reviewer_visits import ReviewService, Visitor

EXACT = 1e-9


def examiner() -> Examiner:
    """The one that the pages ask, too: what takes a build is built once."""
    return examiner_of(examined()[1])


def found(enterprise_id: str) -> Found:
    return examiner().find(enterprise_id, SECTOR)


# What if.

UNDOING = (
    Action("repair", "penalties", "P1"),
    Action("repair", "penalties", "P3"),
    Action("withdraw", "penalties", "P2"),
    Action("withdraw", "listings", "L1"),
    Action("remove", "listings", "L1"),
    Action("pay", "penalties", "P1"),
)


def test_no_repair_removal_payment_or_withdrawal_of_a_penalty_raises_the_risk() -> None:
    sets = [(), *((one,) for one in UNDOING), *combinations(UNDOING, 2), UNDOING]
    built = rebuild(examined()[1], PUNISHED, SECTOR, found(PUNISHED).records.frames, sets)
    before, *after = (result["margin"] for result in built.results)
    assert all(margin <= before + EXACT for margin in after)
    assert min(after) < before - 0.1
    assert built.results[0] == found(PUNISHED).result, "the empty set is how things stand"


def test_a_what_if_is_what_the_same_records_sent_along_would_score() -> None:
    actions = [Action("withdraw", "penalties", "P1"), Action("remove", "listings", "L1")]
    answer = examiner().what_if(found(PUNISHED), actions)
    given = {name: [row for row in own if row["enterprise_id"] == PUNISHED] for name, own in district.rows().items()}
    given["penalties"] = [row for row in given["penalties"] if row["record_id"] != "P1"]
    given["listings"] = [row | {"removed_on": LATER} for row in given["listings"]]
    frames = {name: pd.DataFrame(own) for name, own in given.items() if own}
    sent = examined()[1].score_records(frames, LATER, SECTOR, "zh", 1)["results"][0]
    assert answer.after["margin"] == sent["margin"]
    assert answer.after["tier"] == sent["tier"]
    moved = {one.indicator.name: (one.before, one.after) for one in answer.moved}
    assert moved["penalties_count_1095d"] == (3, 2)
    assert moved["listings_abnormal_active"] == (1, 0)


# Recourse and lawful steps.


def test_lawful_steps_are_those_that_the_rules_open() -> None:
    steps = {str(step.action): step for step in examiner().steps(found(PUNISHED))}
    assert set(steps) == {
        "file:annual_reports:2022",
        "pay:penalties:P1",
        "remove:listings:L1",
        "repair:penalties:P1",
        "repair:penalties:P2",
        "repair:penalties:P3",
    }
    assert steps["repair:penalties:P1"].requires == {Action("pay", "penalties", "P1")}
    assert steps["repair:penalties:P2"].requires == frozenset(), "its fine was paid"
    assert steps["remove:listings:L1"].requires == {Action("file", "annual_reports", "2022")}
    assert steps["repair:penalties:P3"].possible_from > LATER, "imposed two months ago"
    assert steps["repair:penalties:P1"].possible_from <= LATER


def test_the_recourse_is_the_smallest_set_of_open_steps_that_lowers_the_tier() -> None:
    answer = examiner().recourse(found(PUNISHED))
    assert answer.before["tier"] == "high"
    assert answer.after["tier_rank"] < answer.before["tier_rank"]
    assert [str(step.action) for step in answer.later] == ["repair:penalties:P3"]
    # Every set there is, by another road.
    actions = [step.action for step in answer.open_steps]
    requires = {step.action: step.requires for step in answer.open_steps}
    sets = [
        chosen
        for size in range(len(actions) + 1)
        for chosen in combinations(actions, size)
        if all(requires[one] <= set(chosen) for one in chosen)
    ]
    built = rebuild(examined()[1], PUNISHED, SECTOR, found(PUNISHED).records.frames, sets)
    lower = [
        (len(chosen), result["tier_rank"], result["margin"])
        for chosen, result in zip(sets, built.results, strict=True)
        if result["tier_rank"] < answer.before["tier_rank"]
    ]
    assert answer.is_complete
    assert min(lower) == (len(answer.steps), answer.after["tier_rank"], answer.after["margin"])


def test_without_any_step_there_is_no_recourse_and_it_says_so() -> None:
    answer = examiner().recourse(found(PLAIN))
    assert (answer.steps, answer.open_steps) == ((), ())
    assert answer.after == answer.before == answer.at_best


# Comparable enterprises and gaps.


def test_comparable_enterprises_are_the_nearest_others_of_the_sector() -> None:
    near = examiner().comparable(found(QUIET))
    assert QUIET not in [one.enterprise_id for one in near]
    assert [one.distance for one in near] == sorted(one.distance for one in near)
    # OTHERS up to the second have the same records as QUIET but for the civil complaint.
    assert {one.enterprise_id for one in near[:3]} == set(OTHERS[:3])
    margins = examined()[1].snapshot.columns["margin"]
    assert all(one.distance >= abs(one.margin - margins[found(QUIET).row]) - EXACT for one in near)


def test_comparable_enterprises_lie_in_the_callers_stations() -> None:
    assert examiner().comparable(found(QUIET), Scope(stations=frozenset({"某所"}))) == ()


def test_a_gap_names_the_record_that_would_fill_it() -> None:
    (gap,) = examiner().gaps(found(PUNISHED))
    assert gap.indicator.name == "annual_reports_revenue_latest"
    assert "营业总收入" in gap.filled_by[0]
    assert examiner().gaps(found(QUIET)) == ()


def test_a_feed_from_which_nothing_came_for_long_is_silent() -> None:
    feeds = {feed.subject: feed for feed in examiner().feeds(found(PUNISHED))}
    assert (feeds["penalties"].own, feeds["penalties"].is_silent) == (3, False)
    assert feeds["annual_reports"].latest == date(2023, 7, 3)
    assert feeds["annual_reports"].is_silent
    assert feeds["samplings"].latest is None
    assert feeds["samplings"].is_silent


def test_reasons_lead_to_the_margin_and_name_their_records() -> None:
    picture = examiner().reasons(found(PUNISHED))
    assert picture is not None
    assert picture.groups[-1].bars[-1].end == pytest.approx(found(PUNISHED).result["margin"], abs=1e-6)
    behind = {record for group in picture.groups for bar in group.bars if bar.reason for record in bar.reason.records}
    assert {"P1", "P2", "P3", "L1"} <= behind


# The letter: nothing of reports and leads, not even by what adds up.


@cache
def service_of(scorer: Scorer) -> ReviewService:
    return ReviewService(scorer, Path(tempfile.mkdtemp(dir=examined()[0])))


def visitor() -> Visitor:
    return service_of(examined()[1]).visitor()


@cache
def without_reports() -> Scorer:
    """The same district, in which nobody ever reported anybody."""
    folder, scorer = examined()
    given = {name: [row for row in own if row.get("record_id") not in SECRETS] for name, own in district.rows().items()}
    assert scorer.release.directory is not None
    snapshot = district.save_snapshot(folder / "unreported", scorer.release.directory, LATER, given)
    return district.load(scorer.release.directory, snapshot)


def letter_to(scorer: Scorer, enterprise_id: str) -> str:
    answer = service_of(scorer).visitor().get(f"/review/letters/{enterprise_id}?sector={SECTOR}")
    assert answer.status_code == 200
    return answer.text


def test_the_letter_is_the_same_to_the_last_byte_whether_or_not_somebody_reported() -> None:
    scorer, unreported = examined()[1], without_reports()
    assert any(row.get("record_id") in SECRETS for own in district.rows().values() for row in own)
    own, other = (one.answers(REPORTED)[0][0] for one in (scorer, unreported))
    assert own["tier"] == other["tier"], "the tier itself is told, and rests on everything"
    assert own["margin"] != other["margin"], "the reports count"
    assert letter_to(scorer, REPORTED) == letter_to(unreported, REPORTED)


def test_no_secret_is_in_the_letter_and_each_is_on_the_reviewers_page() -> None:
    letter = letter_to(examined()[1], REPORTED)
    page = visitor().get(f"/review/enterprises/{REPORTED}").text
    for secret in (*SECRETS, "媒体", "举报次数"):
        assert secret not in letter
    assert all(secret in page for secret in SECRETS)
    result = found(REPORTED).result
    for number in (f"{result['margin']:.3f}".lstrip("-"), f"{result['probability']:.1%}"):
        assert number in page
        assert number not in letter


def test_the_letter_tells_reasons_records_repair_and_how_to_object() -> None:
    letter = letter_to(examined()[1], PUNISHED)
    for text in ("一般处罚", "申请修复", "apply for the repair of", "信用修复", "异议", "个工作日", "高 high"):
        assert text in letter


# The page.


ADDRESS = f"/review/enterprises/{PUNISHED}?sector={SECTOR}"


def test_markup_in_a_record_is_escaped() -> None:
    for address in (ADDRESS, ADDRESS.replace("enterprises", "letters")):
        page = visitor().get(address).text
        assert MARKUP not in page
        assert "&lt;script&gt;alert(&#39;玉&#39;)&lt;/script&gt;" in page
        assert "某局<i>" not in page


def test_the_page_shows_the_change_that_is_asked_for() -> None:
    then = examiner().history(found(PUNISHED))[1]
    page = visitor().get(f"{ADDRESS}&since={then.snapshot.digest}&lang=en").text
    for text in ("passing time", "another model", "another calibration", "new</b>", "新处罚"):
        assert text in page
    assert visitor().get(f"{ADDRESS}&since=nothing").status_code == 404


def test_the_form_answers_what_if_and_recourse_and_counts_once() -> None:
    someone = visitor()
    answer = someone.send(ADDRESS, ADDRESS, ask="what_if", **{"withdraw:penalties:P1": "on"})
    assert answer.status_code == 200
    assert "如果下列" not in answer.text
    assert 'value="on" checked' in answer.text
    assert "假设之后" in answer.text
    answer = someone.send(ADDRESS, ADDRESS, ask="recourse")
    assert "能降低类别的最少事项：" in answer.text
    assert someone.post(ADDRESS, {"ask": "recourse", "form_key": "forged"}).status_code == 403


def test_a_form_with_a_record_of_somebody_else_is_refused() -> None:
    answer = visitor().send(ADDRESS, ADDRESS, ask="what_if", **{f"repair:penalties:P-{QUIET}": "on"})
    assert answer.status_code == 400


@pytest.mark.parametrize("scope", [Scope(sectors=frozenset({"drugs"})), Scope(stations=frozenset({"某所"}))])
def test_outside_the_tokens_scope_there_is_no_page_and_no_letter(tmp_path: Path, scope: Scope) -> None:
    reviewer = ReviewService(examined()[1], tmp_path).visitor("reviewer", scope)
    for address in (ADDRESS, ADDRESS.replace("enterprises", "letters"), "/review/enterprises/nobody"):
        assert reviewer.get(address).status_code == 404


def test_an_override_stands_beside_the_models_own_tier(monkeypatch: pytest.MonkeyPatch) -> None:
    result, row = examined()[1].answers(PUNISHED)[0]
    override = {"model_tier": "high", "model_tier_rank": 4, "model_source": "sector", "decided_on": "2024-07-20"}
    laid_over = result | {"tier": "low", "tier_rank": 1, "source": "override", "confirmed": True}
    laid_over["override"] = override | {"expires_on": "2025-01-01"}
    monkeypatch.setattr(Scorer, "answers", lambda *_: [(laid_over, row)])
    page = visitor().get(f"{ADDRESS}&lang=en").text
    assert "the model&#39;s own tier is" in page or "the model's own tier is" in page
    assert "2025-01-01" in page


# How sure the tier is.


def test_a_borderline_tier_is_told_with_the_share_of_bootstrap_samples_for_each_tier() -> None:
    scorer = examined()[1]
    seen = [found(one) for one in (PUNISHED, REPORTED, QUIET, PLAIN, *OTHERS)]
    for one in seen:
        calibration = scorer.release.models[SECTOR].calibration
        margin = one.result["margin"]  # the district's slope is 1 and its offset 0, so that it is the raw one, too
        rates = [1 / (1 + np.exp(-(slope * margin + offset))) for slope, offset in calibration.replicates]
        cuts = scorer.release.models[SECTOR].standard.cuts
        ranks = [1 + sum(rate >= cut for cut in cuts) for rate in rates]
        shares = examiner().tier_shares(one)
        assert shares == pytest.approx([ranks.count(rank) / len(ranks) for rank in (1, 2, 3, 4)])
        assert shares[one.result["tier_rank"] - 1] > 0
    borderline = next(one for one in seen if one.result["borderline"])
    page = visitor().get(f"/review/enterprises/{borderline.enterprise_id}?sector={SECTOR}&lang=en").text
    share = max(examiner().tier_shares(borderline))
    assert f"<b>{share:.0%}</b>" in page


# As JSON.


def test_what_if_over_http_is_that_of_the_page_and_for_reviewers_alone(tmp_path: Path) -> None:
    service = ReviewService(examined()[1], tmp_path)
    client = Client(service.app)
    asked = {
        "enterprise_id": PUNISHED,
        "sector": SECTOR,
        "actions": [{"do": "withdraw", "subject": "penalties", "key": "P1"}],
        "lang": "en",
    }
    answer = client.post("/v1/what_if", json=asked)
    assert answer.status_code == 200
    body = answer.json()
    expected = examiner().what_if(found(PUNISHED), [Action("withdraw", "penalties", "P1")])
    assert body["after"] == orjson.loads(orjson.dumps(expected.after))
    assert body["snapshot"] == examined()[1].snapshot.digest
    assert len(body["moved"]) == len(expected.moved)
    assert body["recourse"] is None
    wrong = asked | {"actions": [{"do": "file", "subject": "penalties", "key": "P1"}]}
    assert client.post("/v1/what_if", json=wrong).json()["code"] == "unknown_action"
    token = service.book.make("sampler")
    service.clock.seconds += 10
    held = {"Authorization": f"Bearer {token}"}
    assert client.post("/v1/what_if", json=asked, headers=held).status_code == 403


def test_the_recourse_over_http_is_that_of_the_page(tmp_path: Path) -> None:
    client = Client(ReviewService(examined()[1], tmp_path).app)
    asked = {"enterprise_id": PUNISHED, "sector": SECTOR, "recourse": True, "lang": "en"}
    body = client.post("/v1/what_if", json=asked).json()
    expected = examiner().recourse(found(PUNISHED))
    told = [Action(one["do"], one["subject"], one["key"]) for one in body["recourse"]["steps"]]
    assert told == [step.action for step in expected.steps]
    assert body["recourse"]["steps"][0]["what"] == expected.steps[0].what[1]
    assert body["recourse"]["after"] == orjson.loads(orjson.dumps(expected.after))
    assert [one["possible_from"] for one in body["recourse"]["later"]] == [
        step.possible_from.isoformat() for step in expected.later
    ]
    assert (body["before"], body["moved"]) == (body["after"], []), "no action was named"
    steps = [{name: one[name] for name in ("do", "subject", "key")} for one in body["recourse"]["steps"]]
    done = client.post("/v1/what_if", json=asked | {"actions": steps, "recourse": False}).json()
    assert done["after"] == body["recourse"]["after"], "the steps can be sent back as actions"


@pytest.mark.parametrize("asked", [{}, {"actions": []}, {"recourse": False}])
def test_a_what_if_that_asks_nothing_is_refused(tmp_path: Path, asked: dict) -> None:
    client = Client(ReviewService(examined()[1], tmp_path).app)
    answer = client.post("/v1/what_if", json={"enterprise_id": PUNISHED, "sector": SECTOR} | asked)
    assert (answer.status_code, answer.json()["code"]) == (400, "nothing_asked")


def test_an_enterprise_that_nobody_knows_is_not_found() -> None:
    with pytest.raises(RequestError, match="must be known to the snapshot") as refused:
        examiner().find("nobody", None)
    assert refused.value.status == 404
    assert np.isfinite(found(PUNISHED).result["margin"])
