"""The pages of draws: what was registered, where each stands, and who was drawn, for whoever may see it."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from serving.access.scope import Scope
from serving.draws.draw import Draw, Plan
from serving.review.draws.shown import UNITS_PER_PAGE, state_of, units_of
from serving.scorer import Scorer
from tests import served_district as district
from tests.held_tokens import NOW
from tests.kept_draws import DRAWN, FILES_HASH, WAITS, keep_draws
from tests.reviewer_visits import ReviewService
from tests.sampling_module import a_draw, a_plan, served

PAGE = f"/review/draws/{DRAWN}"


@pytest.fixture(scope="module")
def scorer(tmp_path_factory: pytest.TempPathFactory) -> Scorer:
    return served(tmp_path_factory.mktemp("served"))


@pytest.fixture(scope="module")
def service(scorer: Scorer, tmp_path_factory: pytest.TempPathFactory) -> ReviewService:
    """One draw that was drawn, and one that waits for its seed."""
    made = ReviewService(scorer, tmp_path_factory.mktemp("database"))
    keep_draws(made.address, scorer)
    return made


def test_the_list_names_draws_the_newest_first_with_their_state(service: ReviewService) -> None:
    text = service.visitor("reviewer").get("/review/draws").text
    assert 0 < text.index(WAITS) < text.index(DRAWN)
    assert 0 < text.index("等待种子") < text.index("已抽取")
    assert "体彩排列五第26055期" in text


def test_a_page_shows_strata_and_who_was_drawn(service: ReviewService) -> None:
    text = service.visitor("auditor").get(PAGE).text
    for shown in ("50.00%", "100.00%", "3 1 4 1 5", "low-0", "high-4", "JC01、JC02", "9a0c" + "0" * 60):
        assert shown in text
    assert "/review/enterprises/low-0?sector=food_operation" in text


def test_a_draw_that_waits_says_what_to_run(service: ReviewService) -> None:
    text = service.visitor("scientist").get(f"/review/draws/{WAITS}").text
    assert "fenji draw run" in text
    assert "JC01" not in text
    assert "必查" in text
    assert FILES_HASH in text


def test_the_pages_are_in_english_as_well(service: ReviewService) -> None:
    visitor = service.visitor("reviewer")
    assert "Strata and chances" in visitor.get(f"{PAGE}?lang=en").text
    assert "waits for its seed" in visitor.get("/review/draws").text


@pytest.mark.parametrize(
    "scope", [Scope(sectors=frozenset({"drugs"})), Scope(stations=frozenset({"别所"})), Scope(frozenset())]
)
def test_a_draw_outside_the_scope_is_not_there(service: ReviewService, scope: Scope) -> None:
    visitor = service.visitor("reviewer", scope)
    assert DRAWN not in visitor.get("/review/draws").text
    assert visitor.get(PAGE).status_code == 404


def test_a_draw_of_the_own_scope_is_there(service: ReviewService) -> None:
    own = Scope(frozenset({district.SECTOR_MODEL}), frozenset({district.STATION}))
    assert service.visitor("reviewer", own).get(PAGE).status_code == 200


def test_what_is_not_there_is_a_page_of_its_own(service: ReviewService) -> None:
    visitor = service.visitor("reviewer")
    for address, status in (("/review/draws/none", 404), (f"{PAGE}?page=0", 400), (f"{PAGE}?page=99", 200)):
        answer = visitor.get(address)
        assert (answer.status_code, answer.headers["content-type"]) == (status, "text/html; charset=utf-8")


def test_without_a_session_the_visitor_shows_a_token_first(service: ReviewService) -> None:
    service.book.make("sampler")
    service.clock.seconds += 10
    for address in ("/review/draws", PAGE):
        answer = service.visitor(host="10.0.0.9").get(address)
        assert (answer.status_code, answer.headers["location"].split("?")[0]) == (303, "/review/login")


def test_without_any_draw_the_list_says_so(scorer: Scorer, tmp_path: Path) -> None:
    assert "没有登记过的抽取" in ReviewService(scorer, tmp_path).visitor("reviewer").get("/review/draws").text


def test_a_draw_waits_until_its_seed_exists(scorer: Scorer) -> None:
    body = a_draw(scorer)
    draw = Draw(body["draw_id"], body["sector"], json.dumps(body), "machine", NOW, 1, "0" * 64)
    just_before = draw.seed_at - timedelta(microseconds=1)
    assert [state_of(draw, False, at) for at in (just_before, draw.seed_at)] == ["waiting", "due"]
    assert state_of(draw, True, draw.seed_at) == "drawn"


@pytest.mark.parametrize(
    ("count", "page", "expected"),
    [(1, 1, (1, 1, 1)), (UNITS_PER_PAGE, 2, (UNITS_PER_PAGE, 1, 1)), (UNITS_PER_PAGE + 1, 2, (1, 2, 2))],
)
def test_units_are_shown_page_by_page(count: int, page: int, expected: tuple[int, int, int]) -> None:
    unit: dict[str, Any] = a_plan()["units"][0]
    content = json.dumps({"seed": "1", "units": [unit | {"enterprise_id": f"E{at}"} for at in range(count)]})
    shown = units_of(Plan("d", content, "machine", NOW, 1, "0" * 64), page)
    assert (len(shown.units), shown.page, shown.pages) == expected
    assert shown.visits == {"JC01": count, "JC02": count}
