"""The page of one enterprise and the letter in a real browser: both widths, by keyboard, on paper, in English."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.examined_district import MARKUP, PUNISHED, REPORTED, SECRETS, SECTOR, examined
from tests.review_browser import NARROW, SCREENSHOTS, WIDE, Watched, chromium, served, tab
from tests.reviewer_visits import ReviewService
from tests.running_service import Address

PAGE = f"/review/enterprises/{PUNISHED}?sector={SECTOR}"
LETTER = PAGE.replace("enterprises", "letters")
TABS_AT_MOST = 60
PATIENCE_MS = 60_000


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Address]:
    with served(ReviewService(examined()[1], tmp_path_factory.mktemp("database")).app) as address:
        yield address


def opened(browser: Browser, address: Address, path: str, width: int = WIDE) -> Watched:
    watched = tab(browser, address, width)
    watched.page.set_default_timeout(PATIENCE_MS)
    watched.open(path)
    return watched


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize(("name", "path"), [("enterprise", PAGE), ("letter", LETTER)])
def test_nothing_overflows_or_goes_wrong(browser: Browser, address: Address, name: str, path: str, width: int) -> None:
    watched = opened(browser, address, path, width)
    watched.keep(f"{name}-{width}")
    assert watched.overflow() <= 0
    assert watched.wrong == []
    # What a record says is text: no script of it has run, and it is there to be read.
    assert MARKUP in (watched.page.locator("main").text_content() or "")


def test_what_if_and_recourse_by_keyboard_alone(browser: Browser, address: Address) -> None:
    watched = opened(browser, address, PAGE)
    page = watched.page

    def tab_to(name: str, value: str | None = None) -> None:
        for _ in range(TABS_AT_MOST):
            page.keyboard.press("Tab")
            focused = page.evaluate("[document.activeElement.name, document.activeElement.value]")
            if focused[0] == name and value in (None, focused[1]):
                assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
                return
        raise AssertionError(f"{name} cannot be reached by the tabulator")

    tab_to("pay:penalties:P1")
    page.keyboard.press("Space")
    tab_to("repair:penalties:P1")
    page.keyboard.press("Space")
    tab_to("ask", "what_if")
    page.keyboard.press("Enter")
    page.wait_for_selector("#answer:focus")
    assert "假设之后" in page.locator("#answer").inner_text()
    assert page.locator("input:checked").count() == 2
    watched.keep("what-if")
    tab_to("ask", "recourse")
    page.keyboard.press("Enter")
    page.locator("#answer").get_by_text("能降低类别的最少事项：").wait_for()
    watched.keep("recourse")
    assert watched.wrong == []


def test_why_it_changed_is_one_link_away_and_in_english(browser: Browser, address: Address) -> None:
    watched = opened(browser, address, f"{PAGE}&lang=en")
    watched.page.get_by_role("link", name="What changed since").click()
    part = watched.page.get_by_role("rowheader", name="passing time, the records unchanged")
    part.wait_for()
    watched.keep("change-en")
    assert watched.wrong == []


def test_on_paper_every_record_is_told_once_and_forms_are_gone(browser: Browser, address: Address) -> None:
    watched = opened(browser, address, PAGE)
    page = watched.page
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("details[data-print]:not([open])").count() == 0
    assert not page.locator("form.what-if").is_visible()
    assert page.locator("details[data-print]").get_by_text("某所&某队").first.is_visible()
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.pdf(path=SCREENSHOTS / "enterprise.pdf", prefer_css_page_size=True)
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator("details[open]").count() == 0


def test_the_printed_letter_names_no_report(browser: Browser, address: Address) -> None:
    watched = opened(browser, address, LETTER.replace(PUNISHED, REPORTED))
    text = watched.page.locator("body").inner_text()
    assert "企业信用风险类别告知书" in text
    assert all(secret not in text for secret in SECRETS)
    watched.page.pdf(path=SCREENSHOTS / "letter.pdf", prefer_css_page_size=True)
