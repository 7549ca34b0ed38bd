"""A real browser in front of the review pages: Debian's Chromium over an HTTP server on the loopback."""

import os
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, sync_playwright

from serving.guard import Guard
from tests.running_service import Address, free_address

SCREENSHOTS = Path(__file__).parents[1] / "var" / "screenshots"
WIDE, NARROW = 1280, 390
HEIGHT = 900


@contextmanager
def chromium() -> Iterator[Browser]:
    """A headless Chromium; without one the test is skipped, and fails where CI is set."""
    found = shutil.which("chromium")
    if found is None:
        if os.environ.get("CI"):
            pytest.fail("Chromium must be installed where CI is set; install Debian's chromium.")
        pytest.skip("Chromium is not installed; install Debian's chromium to run this test.")
    with sync_playwright() as playwright:
        # The sandbox needs rights that a container has not; what is opened is our own page alone.
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield browser
        browser.close()


@contextmanager
def served(app: Any) -> Iterator[Address]:
    """The app behind the guard, over HTTP, in a thread of this process."""
    address = free_address()
    settings = uvicorn.Config(Guard(app), port=address.port, log_level="critical", lifespan="off")
    server = uvicorn.Server(settings)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.02)
    yield address
    server.should_exit = True
    thread.join(10)


@dataclass
class Watched:
    """One tab, and what went wrong in it: words on the console, errors of scripts, requests to other hosts."""

    page: Page
    address: Address
    wrong: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.page.on("request", self._note)

    def _hear(self, said: Any) -> None:
        if said.type in ("error", "warning"):
            self.wrong.append(said.text)

    def _note(self, request: Any) -> None:
        if not request.url.startswith(self.address.url):
            self.wrong.append(f"asked for {request.url}")

    def open(self, path: str) -> Page:
        self.page.goto(f"{self.address.url}{path}")
        return self.page

    def log_in(self, token: str) -> Page:
        self.open("/review/login")
        self.page.get_by_label("令牌").fill(token)
        self.page.keyboard.press("Enter")
        self.page.wait_for_url("**/review/")
        return self.page

    def keep(self, name: str) -> None:
        """Keep a screenshot of the whole page."""
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=True)

    def overflow(self) -> int:
        """By how many pixels the page is wider than its window."""
        return int(self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def tab(browser: Browser, address: Address, width: int = WIDE, **settings: Any) -> Watched:
    """A tab of a browser profile of its own."""
    context = browser.new_context(viewport={"width": width, "height": HEIGHT}, locale="zh-CN", **settings)
    # A machine that does much else at the time is slow, not wrong.
    context.set_default_timeout(60_000)
    return Watched(context.new_page(), address)
