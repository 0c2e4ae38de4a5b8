"""The HTML report in a real browser: no request, no error, filters, languages, phone, print."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from report.findings import make, valid

from pipelines import report
from pipelines.model import MaskedReport

pytestmark = pytest.mark.browser
DESK, PHONE = {"width": 1200, "height": 900}, {"width": 390, "height": 844}


@dataclass
class Opened:
    """A page, with what its console said and what it asked the network for."""

    page: Page
    said: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)


def opened(
    chromium: Browser, tmp_path: Path, found: MaskedReport, size: dict[str, int] = DESK
) -> Opened:
    target = tmp_path / "temuan.html"
    report.write_html(found, target)
    page = chromium.new_page(viewport=size)  # type: ignore[arg-type]
    result = Opened(page)
    page.on("console", lambda message: result.said.append(message.text))
    page.on("pageerror", lambda error: result.said.append(str(error)))
    page.on("request", lambda request: result.asked.append(request.url))
    page.goto(target.as_uri())
    return result


def test_opens_offline_without_a_sound(chromium: Browser, tmp_path: Path) -> None:
    found = opened(chromium, tmp_path, make(1000))
    expect(found.page.locator("h1")).to_have_text("layanan")
    assert found.said == []
    assert found.asked == [(tmp_path / "temuan.html").as_uri()]


def test_hostile_cells_stay_text(chromium: Browser, tmp_path: Path) -> None:
    found = opened(chromium, tmp_path, make())
    expect(found.page.locator("q", has_text="<b>9</b>")).to_be_visible()
    assert found.page.locator("td b").count() == 0


def test_filter_by_column_severity_and_text(chromium: Browser, tmp_path: Path) -> None:
    page = opened(chromium, tmp_path, make(40)).page
    shown, groups = page.locator("[data-shown]"), page.locator("article.group:visible")
    expect(shown).to_have_text("43")
    expect(groups).to_have_count(4)
    page.select_option("select[name=column]", "kode_wilayah")
    expect(groups).to_have_count(1)
    expect(shown).to_have_text("1")
    page.select_option("select[name=column]", "*")
    page.select_option("select[name=severity]", "warning")
    expect(groups).to_have_count(2)
    page.get_by_role("button", name="Bersihkan").click()
    expect(groups).to_have_count(4)
    page.fill("input[name=text]", "D33")
    expect(page.locator("tr[data-line]:visible")).to_have_count(1)
    expect(page.locator("tr[data-line]:visible .cell")).to_have_text("D33")
    page.fill("input[name=text]", "tidak ada yang begini")
    expect(page.get_by_text("Tidak ada temuan yang cocok")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_be_visible()


def test_picture_filters_too(chromium: Browser, tmp_path: Path) -> None:
    page = opened(chromium, tmp_path, make(40)).page
    assert page.locator(".heat rect").count() > 3
    button = page.get_by_role("button", name="kode_wilayah")
    button.click()
    expect(page.locator("article.group:visible")).to_have_count(1)
    button.click()
    expect(page.locator("article.group:visible")).to_have_count(4)


def test_long_groups_unfold(chromium: Browser, tmp_path: Path) -> None:
    page = opened(chromium, tmp_path, make(1000)).page
    first = page.locator("article.group").first
    expect(first.locator("tr[data-line]:visible")).to_have_count(8)
    assert page.evaluate("document.documentElement.scrollHeight") < 4000
    page.get_by_role("button", name="Tampilkan semua (1.000)").click()
    expect(first.locator("tr[data-line]:visible")).to_have_count(1000)


def test_language_switches(chromium: Browser, tmp_path: Path) -> None:
    page = opened(chromium, tmp_path, make(1000)).page
    expect(page.get_by_text("Isi baris saling bertentangan")).to_be_visible()
    page.get_by_role("button", name="English").click()
    expect(page.get_by_text("Cells of a row contradict each other").first).to_be_visible()
    expect(page.get_by_text("Isi baris saling bertentangan")).to_be_hidden()
    expect(page.locator("[data-shown]")).to_have_text("1,003")
    expect(page.locator("select[name=column] option").first).to_have_text("all columns")
    assert page.evaluate("document.documentElement.lang") == "en"


def test_keyboard_reaches_everything(chromium: Browser, tmp_path: Path) -> None:
    page = opened(chromium, tmp_path, make()).page
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    third = page.locator("article.group").nth(2)
    third.locator("summary").first.focus()
    expect(third.locator("table")).to_be_hidden()
    page.keyboard.press("Enter")
    expect(third.locator("table")).to_be_visible()


def test_landmarks_names_and_contrast(chromium: Browser, tmp_path: Path) -> None:
    page = opened(chromium, tmp_path, make()).page
    for role in ("banner", "main", "search", "contentinfo"):
        expect(page.get_by_role(role)).to_have_count(1)  # type: ignore[arg-type]
    expect(page.get_by_role("region", name="dokumen")).to_have_count(1)
    unnamed = page.evaluate(
        """[...document.querySelectorAll("button, input, select, svg[role=img]")]
        .filter(e => !(e.textContent.trim() || e.getAttribute("aria-label") || e.labels?.length))
        .length"""
    )
    assert unnamed == 0
    assert page.evaluate(CONTRAST) == []


@pytest.mark.parametrize("found", [make(60), valid()], ids=["findings", "valid"])
def test_readable_at_phone_width(chromium: Browser, tmp_path: Path, found: MaskedReport) -> None:
    result = opened(chromium, tmp_path, found, PHONE)
    page = result.page
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    sizes = page.evaluate(
        """[...document.querySelectorAll("p, td, dd, span, small")].filter(e => e.offsetParent)
        .map(e => parseFloat(getComputedStyle(e).fontSize))"""
    )
    assert min(sizes) >= 11.5
    assert result.said == []


def test_prints_every_group(chromium: Browser, tmp_path: Path) -> None:
    page = opened(chromium, tmp_path, make(1000)).page
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    expect(page.locator("article.group > details:not([open])")).to_have_count(0)
    expect(page.locator(".filters")).to_be_hidden()
    expect(page.locator(".langs")).to_be_hidden()


def test_works_without_scripts(chromium: Browser, tmp_path: Path) -> None:
    target = tmp_path / "temuan.html"
    report.write_html(make(50), target)
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(target.as_uri())
    expect(page.get_by_text("Isi baris saling bertentangan")).to_be_visible()
    expect(page.locator("article.group").first.locator("tr[data-line]:visible")).to_have_count(50)
    expect(page.locator("form.filters")).to_be_hidden()
    context.close()


#: Texts whose contrast with their ground is below WCAG 2 AA (4.5, large text 3).
CONTRAST = """() => {
  const parse = (c) => (c.match(/[\\d.]+/g) || []).map(Number);
  const lum = ([r, g, b]) => [r, g, b].map(v => v / 255)
    .map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((s, v, i) => s + v * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = (e) => {
    for (; e; e = e.parentElement) {
      const c = parse(getComputedStyle(e).backgroundColor);
      if (c.length === 3 || c[3] > 0.9) return c;
    }
    return [255, 255, 255];
  };
  const bad = [];
  for (const e of document.querySelectorAll("body *")) {
    const own = [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim());
    if (!own || !e.offsetParent) continue;
    const style = getComputedStyle(e);
    const [a, b] = [lum(parse(style.color)), lum(ground(e))].sort((x, y) => y - x);
    const large = parseFloat(style.fontSize) >= 24;
    if ((a + 0.05) / (b + 0.05) < (large ? 3 : 4.5)) bad.push(e.className + ": " + e.textContent);
  }
  return bad;
}"""
