"""A real Chromium for tests of pages; what its console says against a page fails the test."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
DESK: ViewportSize = {"width": 1280, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}

Open = Callable[..., Page]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The machine's Chromium, headless. Missing: a skip, but never in CI."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None and os.environ.get("CI") != "true":
        pytest.skip("no Chromium browser on this machine")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium: Browser) -> Iterator[Open]:
    """Open addresses: `visit(url, size=PHONE)`.

    At its end the test fails when a page wrote an error or a warning to the console, threw, got
    an answer of 400 or more (but for the page itself, with `status`), or asked another host.
    """
    complaints: list[str] = []
    contexts = []

    def go(url: str, *, size: ViewportSize = DESK, status: int = 200) -> Page:
        context = chromium.new_context(viewport=size, locale="id-ID")
        contexts.append(context)
        page = context.new_page()
        host = url.split("/", 3)[2]

        def listen(kind: str, text: str) -> None:
            if kind in ("error", "warning") and not (status >= 400 and f" {status} " in text):
                complaints.append(f"{url}: {kind}: {text}")

        page.on("console", lambda message: listen(message.type, message.text))
        page.on("pageerror", lambda error: listen("error", str(error)))
        page.on("requestfailed", lambda request: listen("error", f"failed: {request.url}"))

        def answered(answer_url: str, answer_status: int) -> None:
            if answer_status >= 400 and answer_url != url:
                listen("error", f"{answer_status}: {answer_url}")
            if (
                not answer_url.startswith(("data:", "blob:"))
                and answer_url.split("/", 3)[2] != host
            ):
                listen("error", f"another host: {answer_url}")

        page.on("response", lambda answer: answered(answer.url, answer.status))
        answer = page.goto(url, wait_until="networkidle")
        assert answer is not None
        assert answer.status == status, f"{url}: {answer.status}"
        return page

    yield go
    for context in contexts:
        context.close()
    assert complaints == []
