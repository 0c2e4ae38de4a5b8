"""The theme's own words exist in Indonesian, and what is compiled is what is written."""

from __future__ import annotations

import io
import re
import string

from babel.messages import pofile
from babel.messages.catalog import Catalog
from babel.messages.mofile import read_mo, write_mo

from pipelines.portal.paths import PACKAGE, plugin_sources

THEME = PACKAGE / "ckanext-opendata-theme" / "ckanext" / "opendata_theme"
WORDS = THEME / "i18n" / "id" / "LC_MESSAGES" / "ckanext-opendata_theme.po"
CALL = re.compile(
    r"""(?<![\w.])(?:toolkit\.)?_\(\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')\s*\)"""
)
PLURAL = re.compile(r"""ungettext\("([^"]*)", "([^"]*)",""")


def catalogue() -> Catalog:
    with WORDS.open("rb") as file:
        return pofile.read_po(file)


def said() -> list[tuple[str, str]]:
    """Every text that the theme asks a translation for, with the file that does."""
    found = []
    for path in sorted([*THEME.rglob("*.html"), *THEME.glob("*.py")]):
        text = path.read_text(encoding="utf-8")
        found += [(path.name, one or two) for one, two in CALL.findall(text)]
        found += [(path.name, one) for one, _ in PLURAL.findall(text)]
    return found


def test_every_text_of_the_theme_is_in_indonesian() -> None:
    found = catalogue()
    missing = [item for item in said() if not (found.get(item[1]) and found.get(item[1]).string)]
    assert len(said()) > 80
    assert missing == []


def names(text: str) -> set[str]:
    """The placeholders of both kinds that CKAN uses."""
    fields = {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}
    return fields | set(re.findall(r"%\((\w+)\)s", text))


def test_placeholders_survive() -> None:
    for message in catalogue():
        source, target = message.id, message.string
        if isinstance(source, tuple):
            source, target = source[1], target[0]
        if source:
            assert target, source
            assert names(source) == names(target), source
            assert source.count("<a ") == target.count("<a "), source


def words(found: Catalog) -> list[str]:
    return sorted(f"{message.id} -> {message.string}" for message in found if message.id)


def test_compiled_words_are_up_to_date() -> None:
    fresh = io.BytesIO()
    write_mo(fresh, catalogue())
    fresh.seek(0)
    with WORDS.with_suffix(".mo").open("rb") as file:
        compiled = read_mo(file)
    again = read_mo(fresh)
    assert words(compiled) == words(again)


def test_nothing_is_fetched_from_elsewhere() -> None:
    for path in [*THEME.rglob("*.html"), *THEME.rglob("*.css"), *THEME.rglob("*.js")]:
        assert not re.search(r"(src|href|url)\s*[=(]\s*[\"']?(https?:)?//", path.read_text()), path


def test_license_is_stated() -> None:
    for source in plugin_sources():
        assert "AGPL-3.0-or-later" in (source / "pyproject.toml").read_text()
        assert (source / "LICENSE").exists()
