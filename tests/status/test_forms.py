"""How datasets stand, told in a terminal of 80 columns and in a file."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console
from status.datasets import HOSTILE, make, published, standing

from pipelines import messages
from pipelines.errors import PortalProblem
from pipelines.report.report_files import replace_text
from pipelines.status import URGENCY, Difference, ProjectStatus, Quality
from pipelines.status.html import write_page
from pipelines.status.terminal import print_status


def printed(overview: ProjectStatus, lang: messages.Lang, *, terminal: bool = False) -> str:
    before = messages.get_lang()
    messages.set_lang(lang)
    try:
        stream = io.StringIO()
        console = Console(file=stream, width=80, force_terminal=terminal, highlight=False)
        print_status(overview, console)
        return stream.getvalue()
    finally:
        messages.set_lang(before)


@pytest.mark.parametrize("lang", messages.LANGS)
def test_fits_80_columns_and_names_every_dataset(lang: messages.Lang) -> None:
    lines = printed(make(), lang).splitlines()
    assert max(map(len, lines)) <= 80
    for one in make().datasets:
        assert any(one.name in line.split() for line in lines)


@pytest.mark.parametrize(
    "words",
    [
        "overdue by", "38 days", "due soon", "never published", "no schedule", "unknown", "fresh",
        "3 ✗ 14 !", "99% filled", "2 personal", "unreadable", "30 Jun 2024", "(+3)",
        "Office 1 of the Province", "9 datasets", "Next step:", "1 changed on the portal",
    ],
)  # fmt: skip
def test_says(words: str) -> None:
    assert words in " ".join(printed(make(), "en").split())


def test_verbose_tells_every_next_step() -> None:
    stream = io.StringIO()
    print_status(make(), Console(file=stream, width=80), verbose=True)
    text = " ".join(stream.getvalue().split())
    for one in make().datasets:
        for concern in one.concerns:
            assert concern.text("next").split("`")[0].strip()[:60] in text
    assert "https://data.contoh.example/dataset/x" in text


def test_data_that_lie_here_are_not_asked_for_again() -> None:
    rows = Difference("rows", "tabel", "10", "12")
    there = published("overdue", -38, unpublished=(rows,))
    first = standing("terlambat", on_portal=there).concerns[0]
    assert first.code == "status-overdue"
    assert "publish publish terlambat" in first.text("next")
    assert "data@contoh.example" not in first.text("next")


@pytest.mark.parametrize("terminal", [False, True])
def test_what_others_typed_does_not_act(terminal: bool) -> None:
    text = printed(make(), "id", terminal=terminal)
    assert "\x1b[31mX" not in text
    assert "\x07" not in text
    assert "\u202e" not in text
    assert ("\x1b[" in text) is terminal


def test_the_most_urgent_comes_first() -> None:
    assert [found.code for found in make().urgent] == [
        "status-personal", "status-source", "status-edited", "status-overdue", "status-never",
        "status-unpublished", "status-soon",
    ]  # fmt: skip
    assert make().next("en").startswith("salah: `publish validate salah`")


def test_every_concern_is_explained() -> None:
    for code in URGENCY:
        for part in messages.PARTS:
            assert messages.template(code, part)


def test_nothing_to_do_names_the_next_day() -> None:
    calm = replace(make(), datasets=(standing("segar", on_portal=published("fresh", 90)),))
    assert calm.next("en") == "Nothing to do. Next due: segar, 8 Jun 2025."
    assert calm.offices[0].level == "good"


def test_without_a_portal_it_says_so() -> None:
    text = printed(make(problem=PortalProblem("portal-not-running")), "en")
    assert "The portal could not be reached" in text
    assert "publish portal up" in text.splitlines()[-1]


@pytest.mark.parametrize(
    ("cells", "filled", "percent"), [(0, 0, "–"), (10_000, 9_999, "99%"), (3, 3, "100%")]
)
def test_a_full_hundred_means_no_empty_cell(cells: int, filled: int, percent: str) -> None:
    assert Quality(cells=cells, filled=filled).percent == percent


def test_page_escapes_and_links_only_to_the_web(tmp_path: Path) -> None:
    (path,) = write_page(make(), tmp_path / "status.html")
    text = path.read_text(encoding="utf-8")
    assert HOSTILE not in text
    assert "<b onmouseover" not in text
    assert "javascript:" not in text
    assert not {"\x1b", "\x07", "\u202e"} & set(text)
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "status.html"
    path.write_text("yesterday")
    with pytest.raises(UnicodeEncodeError):
        replace_text(path, "today \udc80")
    assert path.read_text() == "yesterday"
    assert list(tmp_path.iterdir()) == [path]
