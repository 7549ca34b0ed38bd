"""Who comes in to the review pages, how long, and what is refused: forged sessions, forms sent twice, other roles."""

import re
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest

from records.errors import ConfigError
from serving.access.token import Role
from serving.database.audit import AuditStore
from serving.remembered import MAX_AGE_SECONDS
from serving.review.seal import SESSION_HOURS, Seal, new_session
from serving.scorer import Scorer
from tests import reviewed_district
from tests.held_tokens import NOW
from tests.reviewer_visits import ReviewService, form_key

READ_ONLY: tuple[Role, ...] = ("scientist", "auditor")


@pytest.fixture(scope="module")
def scorer(tmp_path_factory: pytest.TempPathFactory) -> Scorer:
    return reviewed_district.scorer(tmp_path_factory.mktemp("served"))


@pytest.fixture
def service(scorer: Scorer, tmp_path: Path) -> ReviewService:
    return ReviewService(scorer, tmp_path)


def refused(answer: httpx.Response, status: int) -> str:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"].startswith("text/html")
    return answer.text


def asks_for_a_token(answer: httpx.Response) -> bool:
    return answer.status_code == 303 and answer.headers["location"].startswith("/review/login")


def test_without_any_token_callers_of_this_machine_see_the_pages(service: ReviewService) -> None:
    visitor = service.visitor()
    assert "各领域风险类别" in visitor.get("/review/").text
    assert visitor.get("/review/login").headers["location"] == "/review"


def test_without_any_token_other_machines_are_asked_for_one(service: ReviewService) -> None:
    assert asks_for_a_token(service.visitor(host="10.0.0.9").get("/review/"))


@pytest.mark.parametrize("role", ["reviewer", *READ_ONLY])
def test_whoever_may_look_logs_in_from_anywhere(service: ReviewService, role: Role) -> None:
    visitor = service.visitor(role, host="10.0.0.9")
    page = visitor.get("/review/")
    assert page.status_code == 200
    assert role in visitor.get("/review/?lang=en").text


@pytest.mark.parametrize("role", ["sampler", "approver"])
def test_other_roles_are_refused_with_403(service: ReviewService, role: Role) -> None:
    token = service.book.make(role)
    visitor = service.visitor()
    refused(visitor.log_in(token), 403)
    assert asks_for_a_token(visitor.get("/review/"))


@pytest.mark.parametrize("text", ["", "x1y2", "fenji_abcdefghjkmn_" + "a" * 43, "<script>alert(1)</script>"])
def test_a_token_that_does_not_count_is_refused_and_never_shown_again(service: ReviewService, text: str) -> None:
    service.book.make("reviewer")
    page = refused(service.visitor().log_in(text), 401)
    assert "令牌无效" in page
    assert not text or text not in page


def test_the_session_cookie_is_for_these_pages_alone_and_out_of_reach_of_scripts(service: ReviewService) -> None:
    token = service.book.make("reviewer")
    answer = service.visitor().log_in(token)
    cookie = next(one for one in answer.headers.get_list("set-cookie") if one.startswith("fenji_review="))
    assert {"HttpOnly", "SameSite=strict", "Path=/review"} <= {part.strip() for part in cookie.split(";")}
    assert "Max-Age" not in cookie
    assert token.split("_", 2)[2] not in cookie


def test_forged_and_changed_sessions_are_nobodys(service: ReviewService) -> None:
    visitor = service.visitor("reviewer")
    honest = visitor.cookies["fenji_review"]
    token_id = service.book.kept[0].id
    stolen_from_another_key = Seal(b"x" * 32).sealed(new_session(token_id, NOW))
    # Not the last character: some of its bits stand for nothing.
    changed = honest[:-2] + ("A" if honest[-2] != "A" else "B") + honest[-1]
    for forged in (changed, stolen_from_another_key, "x", honest[1:], ""):
        visitor.cookies["fenji_review"] = forged
        assert asks_for_a_token(visitor.get("/review/"))
    visitor.cookies["fenji_review"] = honest
    assert visitor.get("/review/").status_code == 200


def test_a_session_ends_after_its_hours_exclusive(service: ReviewService) -> None:
    visitor = service.visitor("reviewer")
    end = NOW + timedelta(hours=SESSION_HOURS)
    for moment, is_in in ((end - timedelta(seconds=1), True), (end, False), (end + timedelta(seconds=1), False)):
        service.app.state.now = lambda moment=moment: moment
        assert asks_for_a_token(visitor.get("/review/")) != is_in


def test_a_revoked_token_ends_its_sessions_within_two_seconds(service: ReviewService) -> None:
    token = service.book.make("reviewer")
    visitor = service.visitor()
    visitor.log_in(token)
    service.book.revoke(token)
    service.clock.seconds += MAX_AGE_SECONDS
    assert asks_for_a_token(visitor.get("/review/"))


def test_whoever_logs_out_is_out_even_with_the_old_cookie(service: ReviewService) -> None:
    visitor = service.visitor("reviewer")
    kept = visitor.cookies["fenji_review"]
    assert asks_for_a_token(visitor.send("/review/", "/review/logout"))
    assert "fenji_review" not in visitor.cookies
    visitor.cookies["fenji_review"] = kept
    assert asks_for_a_token(visitor.get("/review/"))


def test_each_login_and_logout_is_an_entry_of_the_audit_log_that_names_the_token_alone(service: ReviewService) -> None:
    token = service.book.make("reviewer")
    visitor = service.visitor()
    visitor.log_in(token[:-1])
    visitor.log_in(token)
    cookie = visitor.cookies["fenji_review"]
    visitor.send("/review/", "/review/logout")
    entries = AuditStore(service.address).entries()
    told = [(one.kind, one.actor, one.detail) for one in entries]
    who = f"token:{service.book.kept[0].id}"
    assert told == [("session_begun", who, "{}"), ("session_ended", who, "{}")]
    assert not any(secret in repr(entries) for secret in (token.split("_", 2)[2], cookie))
    assert list(AuditStore(service.address).faults()) == []


def test_a_session_is_left_once_and_one_without_a_token_never_began(service: ReviewService) -> None:
    sessions = service.app.state.desk.sessions()
    until = NOW + timedelta(hours=1)
    for key, token_id in (("a", "abcdefghjkmn"), ("a", "abcdefghjkmn"), ("b", None)):
        sessions.end(key, token_id, until, NOW)
    assert [one.kind for one in AuditStore(service.address).entries()] == ["session_ended"]


def test_nobody_comes_in_whose_login_cannot_be_written_down(
    service: ReviewService, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(token_id: str, now: datetime) -> None:
        raise ConfigError("The database at nowhere must be usable, got nothing; start it.")

    token = service.book.make("reviewer")
    visitor = service.visitor()
    monkeypatch.setattr(service.app.state.desk.sessions(), "begin", away)
    assert "数据库暂时没有响应" in refused(visitor.log_in(token), 503)
    assert "fenji_review" not in visitor.cookies


def test_a_login_gives_a_session_of_another_id_than_the_visit_before(service: ReviewService) -> None:
    token = service.book.make("reviewer")
    visitor = service.visitor()
    visitor.get("/review/login")
    before = visitor.cookies["fenji_visit"]
    visitor.log_in(token)
    assert visitor.cookies["fenji_review"] != before
    visitor.cookies = {"fenji_review": before}
    assert asks_for_a_token(visitor.get("/review/"))


def test_a_form_counts_once_and_only_in_its_session(service: ReviewService) -> None:
    first, second = service.visitor("reviewer"), service.visitor("reviewer")
    key = form_key(first.get("/review/"))
    for wrong in ("", "x", form_key(second.get("/review/"))):
        assert "表单只能提交一次" in refused(first.post("/review/logout", {"form_key": wrong}), 403)
    assert first.get("/review/").status_code == 200
    cookie = first.cookies["fenji_review"]
    assert asks_for_a_token(first.post("/review/logout", {"form_key": key}))
    first.cookies["fenji_review"] = cookie
    assert asks_for_a_token(first.post("/review/logout", {"form_key": key}))


def test_a_login_form_that_is_replayed_is_refused(service: ReviewService) -> None:
    token = service.book.make("reviewer")
    visitor = service.visitor()
    fields = {"form_key": form_key(visitor.get("/review/login")), "token": token}
    assert visitor.post("/review/login", fields).status_code == 303
    refused(visitor.post("/review/login", fields), 403)


@pytest.mark.parametrize(
    ("kind", "body", "status"),
    [
        ("application/json", {}, 415),
        ("multipart/form-data; boundary=x", {}, 415),
        ("application/x-www-form-urlencoded", {"token": "x" * 70_000}, 413),
        ("application/x-www-form-urlencoded", {f"f{number}": "" for number in range(101)}, 400),
        ("application/x-www-form-urlencoded", {"token": "x"}, 403),
    ],
)
def test_what_is_not_a_form_of_ours_is_refused(
    service: ReviewService, kind: str, body: dict[str, str], status: int
) -> None:
    service.book.make("reviewer")
    refused(service.visitor().post("/review/login", body, kind), status)


@pytest.mark.parametrize(
    ("asked", "back"),
    [
        ("/review/?lang=en", "/review/?lang=en"),
        ("https://elsewhere.example/review", "/review"),
        ("//elsewhere.example/review", "/review"),
        ("/\\elsewhere.example", "/review"),
        ("/reviewed", "/review"),
        ("javascript:alert(1)", "/review"),
        ("/review\r\nX: y", "/review"),
    ],
)
def test_a_login_leads_back_to_a_page_of_ours_alone(service: ReviewService, asked: str, back: str) -> None:
    token = service.book.make("reviewer")
    visitor = service.visitor()
    address = str(httpx.URL("/review/login", params={"next": asked}))
    assert visitor.send(address, address, token=token).headers["location"] == back


def test_every_answer_forbids_what_is_not_ours(service: ReviewService) -> None:
    visitor = service.visitor()
    for address in ("/review/", "/review/login", "/review/nowhere", "/review/static/style.css"):
        headers = visitor.get(address).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert (headers["x-frame-options"], headers["x-content-type-options"]) == ("DENY", "nosniff")
        assert headers["cache-control"] == (
            "public, max-age=31536000, immutable" if "static" in address else "no-store"
        )


def test_pages_have_no_inline_script_or_style_and_load_from_here_alone(service: ReviewService) -> None:
    page = service.visitor("reviewer").get("/review/").text
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=", page)
    assert all(link.startswith("/review") for link in re.findall(r'(?:src|href|action)="([^"#]+)"', page))


@pytest.mark.parametrize(
    "path", ["../pages.py", "..%2Fpages.py", "%2e%2e/pages.py", "style.css/../../pages.py", "nothing.js", ""]
)
def test_nothing_but_our_own_files_is_static(service: ReviewService, path: str) -> None:
    answer = service.visitor().get(f"/review/static/{path}")
    assert "import" not in refused(answer, 404)


def test_the_language_is_kept_and_can_be_changed_back(service: ReviewService) -> None:
    visitor = service.visitor("reviewer")
    assert '<html lang="zh-CN">' in visitor.get("/review/").text
    assert '<html lang="en">' in visitor.get("/review/?lang=en").text
    assert '<html lang="en">' in visitor.get("/review/").text
    assert '<html lang="zh-CN">' in visitor.get("/review/?lang=zh").text
    assert '<html lang="zh-CN">' in visitor.get("/review/?lang=xx").text


def test_without_a_release_the_page_says_so(tmp_path: Path) -> None:
    assert "fenji release" in refused(ReviewService(None, tmp_path).visitor().get("/review/"), 503)


def test_a_database_that_is_away_is_told_apart_from_a_wrong_session(
    scorer: Scorer, service: ReviewService, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor = service.visitor("reviewer")

    def away(key: str) -> bool:
        raise ConfigError("The database at nowhere must be usable, got nothing; start it.")

    monkeypatch.setattr(service.app.state.desk.sessions(), "is_spent", away)
    assert "数据库暂时没有响应" in refused(visitor.get("/review/"), 503)
