"""The review pages in a real browser: by keyboard, in two languages and widths, on paper, and for two persons."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from pypdf import PdfReader

from serving.app import put_into_service
from serving.scorer import Scorer
from tests import reviewed_district
from tests.held_tokens import NOW
from tests.kept_draws import DRAWN, keep_draws
from tests.review_browser import NARROW, SCREENSHOTS, WIDE, Watched, chromium, served, tab
from tests.reviewer_visits import ReviewService
from tests.running_service import Address

TABS_AT_MOST = 80


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="module")
def scorer(tmp_path_factory: pytest.TempPathFactory) -> Scorer:
    """With an earlier snapshot beside it, so that there is a migration to show."""
    return reviewed_district.scorer_with_a_past(tmp_path_factory.mktemp("served"))


@pytest.fixture(scope="module")
def service(scorer: Scorer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReviewService]:
    service = ReviewService(None, tmp_path_factory.mktemp("database"))
    put_into_service(service.app, scorer)
    keep_draws(service.address, scorer)
    yield service
    scorer.rulings = dict


@pytest.fixture(scope="module")
def address(service: ReviewService) -> Iterator[Address]:
    with served(service.app) as address:
        yield address


def visit(service: ReviewService, browser: Browser, address: Address, width: int = WIDE) -> Watched:
    """A tab in which a reviewer with a new token has logged in."""
    token = service.book.make("reviewer")
    service.clock.seconds += 10
    watched = tab(browser, address, width)
    watched.log_in(token)
    return watched


def focused(page: Page) -> str:
    """What has the focus: its text, or its label or name; empty for a table that is focused to be scrolled."""
    named = "e => e.tagName === 'DIV' ? '' : (e.innerText || e.ariaLabel || e.name || '').trim()"
    return str(page.evaluate(f"({named})(document.activeElement)"))


def tab_to(page: Page, words: str) -> None:
    """Press the tabulator until something that ends with these words has the focus, which must show it."""
    for _ in range(TABS_AT_MOST):
        page.keyboard.press("Tab")
        if focused(page).endswith(words):
            outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            assert outline != "none", words
            return
    raise AssertionError(f"{words} cannot be reached by the tabulator")


def test_a_whole_decision_by_keyboard_alone(service: ReviewService, browser: Browser, address: Address) -> None:
    watched = visit(service, browser, address)
    page = watched.page
    page.keyboard.press("Tab")
    assert focused(page) == "跳到正文"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    tab_to(page, "高风险待确认")
    page.keyboard.press("Enter")
    page.wait_for_url("**state=unconfirmed")
    found = page.get_by_role("status").inner_text()
    tab_to(page, "待确认")
    page.keyboard.press("Enter")
    page.wait_for_url("**/review/decision?**")
    for _ in range(TABS_AT_MOST):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == "verdict":
            break
    page.keyboard.press("Space")
    tab_to(page, "保存决定")
    page.keyboard.press("Enter")
    page.wait_for_url("**done=decided")
    assert "决定已保存" in page.get_by_role("status").inner_text()
    page.goto(f"{address.url}/review/enterprises?state=unconfirmed")
    assert page.get_by_role("status").inner_text() != found
    assert watched.wrong == []


def first_open(watched: Watched) -> str:
    """The address of a decision page of a high tier of a model that waits to be confirmed."""
    page = watched.open("/review/enterprises?state=unconfirmed&source=sector")
    return str(page.locator("tbody tr td:last-child a").first.get_attribute("href"))


def test_two_persons_put_an_enterprise_into_the_low_tier(
    service: ReviewService, browser: Browser, address: Address
) -> None:
    first, second = (visit(service, browser, address) for _ in range(2))
    where = first_open(first)
    page = first.open(where)
    page.get_by_label("数据有误").check()
    page.get_by_label("调整为").select_option("low")
    page.get_by_label("理由").fill("处罚记录属于同名企业 <b>误录</b>")
    page.get_by_role("button", name="保存决定").click()
    assert "调整必须有到期日" in page.get_by_role("alert").inner_text()
    assert page.get_by_label("理由").input_value() == "处罚记录属于同名企业 <b>误录</b>"
    first.keep("review-decision-fault")
    page.get_by_label("到期日").fill((NOW.date() + timedelta(days=60)).isoformat())
    page.get_by_role("button", name="保存决定").click()
    page.wait_for_url("**done=waits")
    assert page.get_by_role("button", name="同意调整为低").count() == 0
    other = second.open("/review/decisions")
    second.keep("review-second-person")
    other.locator("tbody a").first.click()
    assert "处罚记录属于同名企业 <b>误录</b>" in other.get_by_role("blockquote").first.inner_text()
    other.get_by_label("说明").fill("已核对")
    other.get_by_role("button", name="同意调整为低").click()
    other.wait_for_url("**done=seconded")
    assert other.locator(".facts dd").first.inner_text() == "低"
    second.keep("review-decision-seconded")
    assert second.wrong == []
    # What the server refused is the one thing on the console.
    assert [said for said in first.wrong if "400" not in said] == []


def test_the_language_switch_stays(service: ReviewService, browser: Browser, address: Address) -> None:
    watched = visit(service, browser, address)
    page = watched.page
    page.get_by_role("link", name="English").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Overview"
    page.get_by_role("link", name="Enterprises", exact=True).click()
    assert page.get_by_role("heading", level=1).inner_text() == "Enterprises"
    watched.keep("review-table-english")
    page.get_by_role("link", name="中文").click()
    assert page.get_by_role("heading", level=1).inner_text() == "企业"
    assert watched.wrong == []


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_every_page_fits_its_window(service: ReviewService, browser: Browser, address: Address, width: int) -> None:
    watched = visit(service, browser, address, width=width)
    pages = {
        "overview": "/review/",
        "table": "/review/enterprises",
        "decision": first_open(watched),
        "objections": "/review/objections",
        "draws": "/review/draws",
        "draw": f"/review/draws/{DRAWN}",
    }
    for name, path in pages.items():
        watched.open(path)
        watched.keep(f"review-{name}-{width}")
        assert watched.overflow() <= 0, name
        cut = watched.page.evaluate(
            "[...document.querySelectorAll('button, input, select, h1, h2')].filter(e => e.checkVisibility()"
            " && e.getBoundingClientRect().right > innerWidth + 1).map(e => e.outerHTML)"
        )
        assert cut == [], name
    assert watched.wrong == []


def test_the_search_finds_by_a_part_of_the_id(service: ReviewService, browser: Browser, address: Address) -> None:
    watched = visit(service, browser, address)
    page = watched.open("/review/enterprises")
    page.get_by_label("代码含").fill("e0001")
    page.keyboard.press("Enter")
    page.wait_for_url("**id=e0001**")
    assert page.locator("tbody th").all_inner_texts() == ["E0001"]
    page.get_by_label("代码含").fill("nobody")
    page.keyboard.press("Enter")
    page.wait_for_url("**id=nobody**")
    assert "没有符合条件的企业" in page.locator("main").inner_text()


def test_on_paper_there_is_the_content_and_no_control(
    service: ReviewService, browser: Browser, address: Address
) -> None:
    watched = visit(service, browser, address)
    page = watched.open("/review/")
    page.emulate_media(media="print")
    for hidden in ("header.top", "button[data-print]", ".skip"):
        assert not page.locator(hidden).first.is_visible()
    assert page.locator("svg.bar-of-tiers").first.is_visible()
    colour = page.locator("rect.fill4").first.evaluate("e => getComputedStyle(e).fill")
    assert colour == "rgb(194, 65, 12)"
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    printed = SCREENSHOTS / "review-overview.pdf"
    page.pdf(path=printed, format="A4", print_background=True)
    text = "".join(one.extract_text() for one in PdfReader(printed).pages)
    for words in ("总览", "食品经营", "等级迁移", "快照新旧"):
        assert words in text
    assert "退出" not in text.split("等级迁移")[0]
    page = watched.open(first_open(watched))
    page.emulate_media(media="print")
    assert not page.get_by_role("button", name="保存决定").is_visible()


def test_chinese_is_set_in_a_font_that_has_its_glyphs(
    service: ReviewService, browser: Browser, address: Address
) -> None:
    watched = visit(service, browser, address)
    session = watched.page.context.new_cdp_session(watched.page)
    session.send("DOM.enable")
    session.send("CSS.enable")
    root = session.send("DOM.getDocument")["root"]["nodeId"]
    heading = session.send("DOM.querySelector", {"nodeId": root, "selector": "h1"})["nodeId"]
    fonts = session.send("CSS.getPlatformFontsForNode", {"nodeId": heading})["fonts"]
    assert fonts
    assert not any("Last Resort" in one["familyName"] or "DejaVu" in one["familyName"] for one in fonts), fonts


def test_without_scripts_the_pages_work_as_well(service: ReviewService, browser: Browser, address: Address) -> None:
    token = service.book.make("reviewer")
    service.clock.seconds += 10
    watched = tab(browser, address, java_script_enabled=False)
    watched.log_in(token)
    page = watched.open(first_open(watched))
    page.get_by_label("模型有误").check()
    page.get_by_label("理由").fill("现场已核实")
    page.get_by_role("button", name="保存决定").click()
    page.wait_for_url("**done=decided")


def test_a_double_press_keeps_one_decision(service: ReviewService, browser: Browser, address: Address) -> None:
    watched = visit(service, browser, address)
    page = watched.open(first_open(watched))
    before = page.locator("table tbody tr").count()
    page.get_by_label("模型有误").check()
    page.get_by_label("理由").fill("两次")
    page.get_by_role("button", name="保存决定").dblclick()
    page.wait_for_url("**done=decided")
    assert page.locator("table tbody tr").count() == before + 1
    assert watched.wrong == []


def test_a_logout_shows_nothing_when_going_back(service: ReviewService, browser: Browser, address: Address) -> None:
    watched = visit(service, browser, address)
    page = watched.page
    page.get_by_role("button", name="退出").click()
    page.wait_for_url("**/review/login**")
    page.go_back()
    page.wait_for_url("**/review/login**")
    assert page.get_by_label("令牌").is_visible()
    watched.keep("review-login")


def test_the_dossier_is_saved_as_pdf_with_its_glyphs(
    service: ReviewService, browser: Browser, address: Address, scorer: Scorer, tmp_path: Path
) -> None:
    watched = visit(service, browser, address)
    page = watched.open(first_open(watched))
    enterprise = page.locator("h1 code").inner_text()
    # The first one loads what sets it.
    with page.expect_download() as download:
        page.get_by_role("link", name="卷宗 PDF").click(no_wait_after=True)
    file = tmp_path / "dossier.pdf"
    download.value.save_as(file)
    reader = PdfReader(file)
    # pypdf leaves the upper byte of each two-byte character in what it extracts.
    text = "".join(one.extract_text() for one in reader.pages).replace("\x00", "")
    for words in (enterprise, "现行类别", "理由", "记录：市场主体", "决定", "企业异议", f"1 / {len(reader.pages)}"):
        assert words in text
    for digest in (scorer.release.digest, scorer.snapshot.digest):
        assert digest in text
    fonts = [one.get_object() for one in reader.pages[0]["/Resources"]["/Font"].values()]
    inner = [one["/DescendantFonts"][0].get_object()["/FontDescriptor"] for one in fonts]
    assert all({"/FontFile2", "/FontFile3"} & set(one.get_object()) for one in inner)
    assert date.fromisoformat(text.split("基准日")[1].strip()[:10]) == scorer.snapshot.as_of
