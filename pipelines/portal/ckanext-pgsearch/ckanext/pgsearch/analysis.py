"""Words out of text: the same steps at index and at query time.

Solr's chain for CKAN's text fields is whitespace tokenizer, word delimiter, lower case, stemmer,
ASCII folding. Here it is the same, with two differences that find more: a word is kept as written
beside its stems, and stems are taken in several languages.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import snowballstemmer

# Letters (with combining marks) or digits; everything else delimits
_PARTS = re.compile(r"(?:[^\W\d_][\u0300-\u036f]*)+|\d+")
_CASE_CHANGE = re.compile(r"(?<=[^\W\d_])(?=[^\W\d_])")
_POSSESSIVE = re.compile(r"['\u2019]s(?=$|\W)", re.IGNORECASE)
_UNFOLDED = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "þ": "th", "ı": "i"}
)
#: Longer words are cut: PostgreSQL's lexemes end at 2,046 bytes, prefix included.
MAX_WORD = 200


@dataclass(frozen=True)
class Word:
    """A part of a text: where it stands (1-based) and the forms it is found by."""

    position: int
    forms: tuple[str, ...]


@lru_cache(maxsize=50_000)
def fold(word: str) -> str:
    """Lower case without the marks that Latin letters carry; other scripts stay as they are."""
    word = unicodedata.normalize("NFC", word).lower()
    if word.isascii():
        return word
    folded = []
    for char in word.translate(_UNFOLDED):
        plain = unicodedata.normalize("NFKD", char)
        base = "".join(c for c in plain if not unicodedata.combining(c)).lower()
        folded.append(base if base.isascii() else char)
    return "".join(folded)


def _split_case(part: str) -> list[str]:
    """``PowerShot`` to ``Power``, ``Shot``: a border where lower case meets upper case."""
    pieces, start = [], 0
    for match in _CASE_CHANGE.finditer(part):
        at = match.start()
        if part[at - 1].islower() and part[at].isupper():
            pieces.append(part[start:at])
            start = at
    return [*pieces, part[start:]]


def _parts(token: str, case_split: bool) -> list[str]:
    found: list[str] = _PARTS.findall(_POSSESSIVE.sub("", token))
    if case_split:
        found = [piece for part in found for piece in _split_case(part)]
    return [part[:MAX_WORD] for part in found]


class Analyzer:
    """Cuts text into words.

    :param languages: names of Snowball stemmers, applied to fields that the schema stems
    :raises ValueError: for a language that Snowball does not have
    """

    def __init__(self, languages: Sequence[str] = ("english",)) -> None:
        known = snowballstemmer.algorithms()
        for language in languages:
            if language not in known:
                raise ValueError(f"no stemmer for {language!r}; known: {', '.join(sorted(known))}")
        self.languages = tuple(languages)

    def forms(self, word: str, stemmed: bool) -> tuple[str, ...]:
        """The word as written and, for a stemmed field, its stems; all folded, none twice."""
        return _forms(word, self.languages if stemmed else ())

    def words(self, text: str, *, stemmed: bool = True, case_split: bool = True) -> Iterator[Word]:
        """The words of a text for the index, joined runs (``wi-fi``: ``wifi``) included."""
        position = 0
        for token in unicodedata.normalize("NFC", text).split():
            parts = _parts(token, case_split)
            for offset, part in enumerate(parts, start=1):
                yield Word(position + offset, self.forms(part, stemmed))
            for first, joined in _runs(parts):
                yield Word(position + first + 1, self.forms(joined, stemmed))
            position += len(parts)

    def token(
        self, token: str, *, stemmed: bool = True, case_split: bool = True
    ) -> tuple[list[tuple[str, ...]], tuple[str, ...]]:
        """A word of a query: the forms of its parts, and of all parts written as one.

        The second is empty unless there are several parts of one kind (letters or digits).
        """
        parts = _parts(unicodedata.normalize("NFC", token), case_split)
        runs = _runs(parts)
        whole = runs[0][1] if len(runs) == 1 and len(runs[0][1]) == sum(map(len, parts)) else ""
        return (
            [self.forms(part, stemmed) for part in parts],
            self.forms(whole, stemmed) if whole else (),
        )


@lru_cache(maxsize=50_000)
def _forms(word: str, languages: tuple[str, ...]) -> tuple[str, ...]:
    lower = word.lower()
    # a stemmer object keeps state while it works, so threads must not share one
    stems = [snowballstemmer.stemmer(language).stemWord(lower) for language in languages]
    return tuple(dict.fromkeys(fold(form) for form in (lower, *stems) if form))


def _runs(parts: Sequence[str]) -> list[tuple[int, str]]:
    """Neighbouring parts of one kind, joined: index of the first and the joined text."""
    runs, start = [], 0
    for end in range(1, len(parts) + 1):
        if end == len(parts) or parts[end][0].isdigit() != parts[start][0].isdigit():
            if end - start > 1:
                runs.append((start, "".join(parts[start:end])[:MAX_WORD]))
            start = end
    return runs


def suffixes(value: str, longest: int) -> Iterator[str]:
    """Every end of a value, cut to ``longest``: a prefix of one of them is a piece of the value."""
    lower = value.lower()
    for at in range(len(lower)):
        yield lower[at : at + longest]
