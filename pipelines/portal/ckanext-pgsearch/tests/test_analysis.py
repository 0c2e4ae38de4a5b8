"""Words out of text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.pgsearch.analysis import Analyzer, fold, suffixes


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Indeks Kepuasan", ["indeks", "kepuasan"]),
        ("country-sweden", ["country", "sweden", "countrysweden"]),
        ("PowerShot", ["power", "shot", "powershot"]),
        ("12.01", ["12", "01", "1201"]),
        ("v2beta", ["v", "2", "beta"]),
        ("Bupati's", ["bupati"]),
        ("Ciência ŁÓDŹ", ["ciencia", "lodz"]),
        ("http://a.b/c?d=1", ["http", "a", "b", "c", "d", "1", "httpabcd"]),
        ("… — &", []),
        ("数据 ァ", ["数据", "ァ"]),
    ],
)
def test_words(text: str, words: list[str]) -> None:
    found = Analyzer([]).words(text)
    assert [word.forms[0] for word in found] == words


def test_positions_count_parts_so_that_phrases_can_be_found() -> None:
    words = [(w.forms[0], w.position) for w in Analyzer([]).words("a wi-fi b")]
    assert words == [("a", 1), ("wi", 2), ("fi", 3), ("wifi", 2), ("b", 4)]


@pytest.mark.parametrize(
    ("one", "other"),
    [("pelayanan", "layanan"), ("datasets", "dataset"), ("perizinan", "izin")],
)
def test_a_stem_in_either_language_joins_words(one: str, other: str) -> None:
    analyzer = Analyzer(["english", "indonesian"])
    assert set(analyzer.forms(one, True)) & set(analyzer.forms(other, True))
    assert not set(analyzer.forms(one, False)) & set(analyzer.forms(other, False))


def test_unknown_language_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match=r"klingon.*indonesian"):
        Analyzer(["klingon"])


def test_suffixes_have_every_piece_as_prefix() -> None:
    assert list(suffixes("Medan", 3)) == ["med", "eda", "dan", "an", "n"]


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_what_is_indexed_is_found_by_its_own_text(text: str) -> None:
    analyzer = Analyzer(["english", "indonesian"])
    indexed = {form for word in analyzer.words(text) for form in word.forms}
    for token in text.split():
        parts, _ = analyzer.token(token)
        assert all(set(forms) <= indexed for forms in parts)
