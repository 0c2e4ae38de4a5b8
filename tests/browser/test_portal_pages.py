"""The portal's pages as readers see them: both languages, desk and phone, no error anywhere."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable

import pytest
from browser.sample_catalogue import FIELDS, NAME, OFFICES, ROWS, SERVICES, TITLE, fill
from ckan_api import Api
from playwright.sync_api import Page, ViewportSize, expect

from pipelines.portal import PortalInfo

pytestmark = [pytest.mark.portal, pytest.mark.browser]

PHONE: ViewportSize = {"width": 390, "height": 844}
Visit = Callable[..., Page]
#: Words that no dataset of another test holds: the portal may be full by now.
WORDS = "penduduk terdaftar"


@pytest.fixture(scope="module")
def table(api: Api) -> str:
    """The id of the sample catalogue's table."""
    return fill(api)


PAGES = {
    "front": ("/", "Temukan data menurut layanan", "Find data by the service"),
    "datasets": (f"/dataset/?q={WORDS}", f'1 dataset untuk "{WORDS}"', "1 dataset found"),
    "dataset": (f"/dataset/{NAME}", TITLE["id"], TITLE["en"]),
    "groups": ("/group/", "Layanan Publik", "Public services"),
    "group": ("/group/kependudukan-uji-halaman", "Administrasi Kependudukan", "Civil Reg"),
    "organizations": ("/organization/", "Perangkat Daerah", "Offices"),
    "organization": (
        "/organization/dinas-kependudukan",
        OFFICES["dinas-kependudukan"][0],
        OFFICES["dinas-kependudukan"][1],
    ),
    "about": ("/about", "Tentang portal ini", "About this portal"),
    "login": ("/user/login", "Kata sandi", "Password"),
}


@pytest.mark.parametrize("lang", ["id", "en"])
@pytest.mark.parametrize("name", PAGES)
def test_page(portal: PortalInfo, table: str, visit: Visit, name: str, lang: str) -> None:
    path, indonesian, english = PAGES[name]
    page = visit(portal.url + ("/en" if lang == "en" else "") + path)
    expect(page.locator("html")).to_have_attribute("lang", lang)
    expect(page.locator("#content")).to_contain_text(english if lang == "en" else indonesian)
    assert page.locator("h1").count() >= 1
    notice = "Portal contoh." if lang == "id" else "Demonstration portal."
    expect(page.get_by_text(notice)).to_be_visible()


@pytest.mark.parametrize("name", PAGES)
def test_page_fits_a_phone(portal: PortalInfo, table: str, visit: Visit, name: str) -> None:
    page = visit(portal.url + PAGES[name][0], size=PHONE)
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wide <= 0


def test_the_language_is_switched(portal: PortalInfo, table: str, visit: Visit) -> None:
    page = visit(f"{portal.url}/dataset/{NAME}")
    page.get_by_role("link", name="English").first.click()
    expect(page.locator(".primary h1")).to_have_text(TITLE["en"])
    assert page.url == f"{portal.url}/en/dataset/{NAME}"
    page.get_by_role("link", name="Bahasa Indonesia").first.click()
    expect(page.locator(".primary h1")).to_have_text(TITLE["id"])


def test_front_leads_by_service(portal: PortalInfo, table: str, visit: Visit) -> None:
    page = visit(portal.url)
    for name, (title, _) in SERVICES.items():
        service = page.locator(f".od-services a[href$='/group/{name}']")
        expect(service.get_by_text(title, exact=True)).to_be_visible()
    page.get_by_role("searchbox").fill(WORDS)
    page.get_by_role("button", name="Cari").click()
    expect(page.locator(".dataset-heading")).to_have_text(TITLE["id"])


@pytest.mark.parametrize("lang", ["id", "en"])
def test_table_and_dictionary(portal: PortalInfo, table: str, visit: Visit, lang: str) -> None:
    prefix = "/en" if lang == "en" else ""
    page = visit(f"{portal.url}{prefix}/dataset/{NAME}/resource/{table}")
    key = "label_en" if lang == "en" else "label"
    dictionary = page.locator("#dictionary")
    for field in FIELDS:
        info = field["info"]
        assert isinstance(info, dict)
        row = dictionary.get_by_role("row").filter(
            has=page.locator("code", has_text=str(field["id"]))
        )
        expect(row).to_contain_text(info[key])
        expect(row).to_contain_text(info["notes_en" if lang == "en" else "notes"])
    expect(dictionary).to_contain_text("jiwa")
    view = page.frame_locator("iframe").locator("body")
    expect(view).to_contain_text(str(ROWS[0]["nama"]))
    expect(view).to_contain_text(str(FIELDS[2]["info"][key]))  # type: ignore[index]


def test_use_cite_and_ask(portal: PortalInfo, table: str, visit: Visit) -> None:
    page = visit(f"{portal.url}/dataset/{NAME}")
    use = page.locator("section#api")
    use.get_by_role("tab", name="Python").click()
    snippet = use.locator("#od-code-python")
    expect(snippet).to_be_visible()
    # What readers paste must run.
    ran = subprocess.run(
        [sys.executable, "-c", snippet.inner_text()], capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    assert str(ROWS[0]["nama"]) in ran.stdout
    for tab, shell in (("curl", ["bash", "-c"]), ("pandas", [sys.executable, "-c"])):
        use.get_by_role("tab", name=tab, exact=True).click()
        code = use.locator(f"#od-code-{tab}").inner_text()
        ran = subprocess.run([*shell, code], capture_output=True, text=True, check=False)
        assert ran.returncode == 0, ran.stderr
        assert str(ROWS[0]["nama"]) in ran.stdout
    # A code keeps its zeros: 12.10 is not 12.1.
    assert '"kode_wilayah", "nama"' in use.locator("#od-code-pandas").inner_text()
    use.get_by_role("tab", name="R", exact=True).click()
    expect(use.locator("#od-code-r")).to_contain_text('text <- c("kode_wilayah", "nama")')
    use.get_by_role("tab", name="JavaScript").click()
    code = use.locator("#od-code-javascript").inner_text()
    rows = page.evaluate(f"(async () => {{ {code}\nreturn result.records.length; }})()")
    assert rows == len(ROWS)
    cite = page.locator("#od-cite-text")
    expect(cite).to_contain_text(TITLE["id"])
    expect(cite).to_contain_text(f"{portal.url}/dataset/{NAME}")
    mail = page.locator("#contact a[href^='mailto:']")
    expect(mail).to_have_attribute("href", re.compile(r"mailto:data@contoh\.sumutprov\.go\.id\?"))


def test_further_metadata_in_words_and_order(portal: PortalInfo, table: str, visit: Visit) -> None:
    page = visit(f"{portal.url}/dataset/{NAME}")
    labels = page.locator("section.additional-info th.dataset-label").all_inner_texts()
    own = ["Cakupan wilayah", "Dari", "Sampai", "Data ilustratif"]
    assert [label for label in labels if label in own] == own


@pytest.mark.parametrize(
    ("lang", "values"),
    [
        (
            "id",
            {
                "Diterbitkan": "1 Februari 2024",
                "Bahasa": "Indonesia, Inggris",
                "Data ilustratif": "ya",
            },
        ),
        (
            "en",
            {
                "Issued": "February 1, 2024",
                "Language": "Indonesian, English",
                "Illustrative data": "yes",
            },
        ),
    ],
)
def test_values_are_written_as_the_reader_writes_them(
    portal: PortalInfo, table: str, visit: Visit, lang: str, values: dict[str, str]
) -> None:
    prefix = "/en" if lang == "en" else ""
    rows = visit(f"{portal.url}{prefix}/dataset/{NAME}").locator("section.additional-info tr")
    for label, value in values.items():
        row = rows.filter(has=rows.page.get_by_role("rowheader", name=label, exact=True))
        expect(row.locator("td")).to_have_text(value)


@pytest.mark.parametrize("typed", ["penduduk mars", "pendudduk", "enduduk"])
def test_a_search_in_vain_shows_what_is_near(
    portal: PortalInfo, table: str, visit: Visit, typed: str
) -> None:
    page = visit(f"{portal.url}/dataset/?q={typed}")
    expect(page.locator("p.extra")).to_have_text("Coba kata lain, atau lebih sedikit kata.")
    near = page.locator("#near")
    expect(near.get_by_role("link", name="penduduk", exact=True)).to_be_visible()
    expect(near).to_contain_text(TITLE["id"])


def test_a_search_like_nothing_shows_nothing(portal: PortalInfo, table: str, visit: Visit) -> None:
    page = visit(f"{portal.url}/dataset/?q=xqzzvw")
    expect(page.locator("#content")).to_contain_text('Tidak ada dataset untuk "xqzzvw"')
    expect(page.locator("#near")).to_have_count(0)


def test_names_are_whole_where_readers_choose(portal: PortalInfo, table: str, visit: Visit) -> None:
    office = OFFICES["dinas-kependudukan"][0]
    page = visit(f"{portal.url}/dataset/?q={WORDS}")
    expect(page.locator(".nav-facet").get_by_text(office, exact=True)).to_be_visible()
    page = visit(f"{portal.url}/en/dataset/{NAME}/resource/{table}")
    listed = page.locator(".resources .nav-item")
    expect(listed.get_by_text("Population per regency and city", exact=True)).to_be_visible()
    expect(page.locator("a.nav-link[data-id]")).to_contain_text("Table")


def test_missing_page(portal: PortalInfo, visit: Visit) -> None:
    page = visit(f"{portal.url}/dataset/tidak-ada", status=404)
    expect(page.locator("#content")).to_contain_text("404")
