"""The status page in a real browser: no request, no error, filters, languages, phone, print."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from browser.test_report import CONTRAST
from playwright.sync_api import Browser, Page, expect
from status.datasets import make

from pipelines.errors import PortalProblem
from pipelines.status.html import write_page

pytestmark = pytest.mark.browser
DESK, SMALL = {"width": 1200, "height": 900}, {"width": 360, "height": 740}


@dataclass
class Opened:
    """A page, with what its console said and what it asked the network for."""

    page: Page
    said: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)


def opened(chromium: Browser, tmp_path: Path, **how: Any) -> Opened:
    target = tmp_path / "status.html"
    write_page(make(problem=how.pop("problem", None)), target)
    how.setdefault("viewport", DESK)
    page = chromium.new_page(**how)
    result = Opened(page)
    page.on("console", lambda message: result.said.append(message.text))
    page.on("pageerror", lambda error: result.said.append(str(error)))
    page.on("request", lambda request: result.asked.append(request.url))
    page.goto(target.as_uri())
    return result


def test_opens_offline_without_a_sound(chromium: Browser, tmp_path: Path) -> None:
    found = opened(chromium, tmp_path)
    expect(found.page.locator("h1")).to_have_text("proyek")
    expect(found.page.locator(".dataset")).to_have_count(9)
    expect(found.page.locator(".office")).to_have_count(2)
    assert found.said == []
    assert found.asked == [(tmp_path / "status.html").as_uri()]


def test_hostile_words_stay_text(chromium: Browser, tmp_path: Path) -> None:
    page = opened(chromium, tmp_path).page
    expect(page.locator("h3", has_text="<b onmouseover=alert(1)>")).to_be_visible()
    assert page.locator("b[onmouseover]").count() == 0
    expect(page.locator("article", has_text="rusak").locator("a")).to_have_count(0)


def test_worst_first_with_its_command(chromium: Browser, tmp_path: Path) -> None:
    page = opened(chromium, tmp_path).page
    tasks = page.locator(".tasks li")
    expect(tasks).to_have_count(7)
    expect(tasks.first.locator("p").nth(1).locator("code:visible")).to_have_text(
        "publish validate salah"
    )


def test_the_line_of_time_is_in_order(chromium: Browser, tmp_path: Path) -> None:
    page = opened(chromium, tmp_path).page
    late = page.locator("article", has=page.locator("code", has_text="terlambat"))

    def left(part: str) -> float:
        box = late.locator(part).first.bounding_box()
        assert box is not None
        return box["x"]

    assert left(".cover") < left(".next") <= left(".late") + 6 < left(".now")
    expect(late.locator(".release")).to_have_count(2)
    fresh = page.locator("article", has=page.locator("code", has_text="segar"))
    expect(fresh.locator(".late")).to_have_count(0)
    local = page.locator("article", has=page.locator("code", has_text="belum"))
    expect(local.locator(".cover.local")).to_have_count(1)


def test_filter_by_state_and_text(chromium: Browser, tmp_path: Path) -> None:
    page = opened(chromium, tmp_path).page
    shown, datasets = page.locator("[data-shown]"), page.locator(".dataset:visible")
    page.select_option("select[name=state]", "overdue")
    expect(datasets).to_have_count(1)
    expect(shown).to_have_text("1")
    expect(page.locator(".office:visible")).to_have_count(1)
    page.select_option("select[name=state]", "*")
    page.fill("input[name=text]", "Dinas 2")
    expect(datasets).to_have_count(4)
    page.fill("input[name=text]", "tidak ada")
    expect(page.get_by_text("Tidak ada dataset yang cocok")).to_be_visible()


def test_language_switches(chromium: Browser, tmp_path: Path) -> None:
    page = opened(chromium, tmp_path).page
    expect(page.get_by_text("terlambat 38 hari").first).to_be_visible()
    page.get_by_role("button", name="English").click()
    expect(page.get_by_text("overdue by 38 days").first).to_be_visible()
    expect(page.get_by_text("terlambat 38 hari").first).to_be_hidden()
    expect(page.locator("select option").first).to_have_text("every state")


def test_without_a_portal_the_page_says_so(chromium: Browser, tmp_path: Path) -> None:
    page = opened(chromium, tmp_path, problem=PortalProblem("portal-not-running")).page
    expect(page.get_by_role("alert")).to_contain_text("Portal tidak dapat dihubungi")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_landmarks_names_and_contrast(chromium: Browser, tmp_path: Path, scheme: str) -> None:
    page = opened(chromium, tmp_path, color_scheme=scheme).page
    for role in ("banner", "main", "search", "contentinfo"):
        expect(page.get_by_role(role)).to_have_count(1)  # type: ignore[arg-type]
    expect(page.get_by_role("region")).to_have_count(3)
    expect(page.get_by_role("article", name="Judul segar")).to_have_count(1)
    pictures = page.get_by_role("img")
    expect(pictures).to_have_count(9)
    expect(pictures.nth(0)).to_have_accessible_name(re.compile(r"^Judul segar.*30 Jun 2024"))
    assert page.evaluate(CONTRAST) == []
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (ground == "rgb(255, 255, 255)") is (scheme == "light")


@pytest.mark.parametrize("lang", ["id", "en"])
def test_readable_on_a_small_phone(chromium: Browser, tmp_path: Path, lang: str) -> None:
    found = opened(chromium, tmp_path, viewport=SMALL)
    page = found.page
    if lang == "en":
        page.get_by_role("button", name="English").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= SMALL["width"]
    sizes = page.evaluate(
        """[...document.querySelectorAll("p, dd, dt, span, small, code")].filter(e =>
        e.offsetParent && e.textContent.trim())
        .map(e => parseFloat(getComputedStyle(e).fontSize))"""
    )
    assert min(sizes) >= 11.5
    assert found.said == []


def test_prints_on_white_without_controls(chromium: Browser, tmp_path: Path) -> None:
    page = opened(chromium, tmp_path, color_scheme="dark").page
    page.emulate_media(media="print", color_scheme="dark")
    expect(page.locator(".filters")).to_be_hidden()
    expect(page.locator(".langs")).to_be_hidden()
    expect(page.locator(".dataset").first).to_be_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate(CONTRAST) == []


def test_works_without_scripts(chromium: Browser, tmp_path: Path) -> None:
    page = opened(chromium, tmp_path, java_script_enabled=False).page
    expect(page.locator(".dataset:visible")).to_have_count(9)
    expect(page.locator("form.filters")).to_be_hidden()
