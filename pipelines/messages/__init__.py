"""The message catalogue: every finding, error and label, in Indonesian and English.

One YAML file per area beside this module; an entry per stable code. Parts of an entry, each
`{id: …, en: …}`: `title` (a few words), `message` (a template with `{name}` placeholders),
`explain` (for somebody who has never seen a schema), `next` (the reader's next move) and
`example`. A plain label has `title` alone. The key may narrow a code by a variant, written
`code.variant`; what the variant leaves out is taken from the code.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Literal, cast

import yaml

Lang = Literal["id", "en"]
LANGS: tuple[Lang, ...] = ("id", "en")
PARTS = ("title", "message", "explain", "next", "example")
Entry = Mapping[str, Mapping[str, str]]
#: An entry starts with its code at the beginning of a line.
_ENTRY_START = re.compile(r"^([a-zA-Z][\w.-]*):", re.MULTILINE)

_lang: ContextVar[Lang] = ContextVar("lang", default="id")


def set_lang(lang: Lang) -> None:
    """Choose the language of every text rendered from here on (in this context)."""
    _lang.set(lang)


def get_lang() -> Lang:
    """Return the language in force."""
    return _lang.get()


class Entries(Mapping[str, Entry]):
    """Code → part → language → text. An entry is parsed on first access.

    A command needs few of the 840 entries; to parse them all takes about 145 ms with libyaml, which
    more than doubles the start of `publish --version`.

    Raises `ValueError` when a code is defined twice.
    """

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._source: dict[str, str] = {}
        self._parsed: dict[str, Entry] = {}
        for area, text in texts.items():
            starts = list(_ENTRY_START.finditer(text))
            ends = [start.start() for start in starts[1:]] + [len(text)]
            for start, end in zip(starts, ends, strict=True):
                if start[1] in self._source:
                    raise ValueError(f"{area} defines again: {start[1]}")
                self._source[start[1]] = text[start.start() : end]

    def __getitem__(self, code: str) -> Entry:
        found = self._parsed.get(code)
        if found is None:
            loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
            found = yaml.load(self._source[code], Loader=loader)[code]  # noqa: S506
            self._parsed[code] = found
        return found

    def __contains__(self, code: object) -> bool:
        return code in self._source

    def __iter__(self) -> Iterator[str]:
        return iter(self._source)

    def __len__(self) -> int:
        return len(self._source)


@cache
def entries() -> Entries:
    """Return the entries of all areas."""
    areas = sorted(Path(__file__).parent.glob("*.yaml"))
    return Entries({area.name: area.read_text(encoding="utf-8") for area in areas})


def codes() -> list[str]:
    """Return every code, sorted."""
    return sorted(entries())


def known(code: str) -> bool:
    """Return whether the catalogue has this code."""
    return code in entries()


def text(code: str, part: str = "title", /, *, lang: Lang | None = None, **params: object) -> str:
    """Return one part of one entry in one language, placeholders filled.

    `code` may carry a variant (`constraint-error.minimum`). A part that the entry leaves out is
    the empty string. Raises `KeyError` for an unknown code. An example is returned as written: its
    braces are YAML, not placeholders.
    """
    words = template(code, part, lang=lang)
    return words if part == "example" else _fill(words, params, lang)


def template(code: str, part: str = "title", *, lang: Lang | None = None) -> str:
    """Return one part as it is written, placeholders and all. Raises `KeyError` as `text` does."""
    if part not in PARTS:
        raise KeyError(part)
    found = entries()
    base = code.split(".", 1)[0]
    if code not in found and base not in found:
        raise KeyError(code)
    for key in (code, base):
        words = found.get(key, {}).get(part)
        if words:
            return words[lang or get_lang()]
    return ""


def _fill(template: str, params: Mapping[str, object], lang: Lang | None) -> str:
    """Fill placeholders; a parameter that is bilingual text gives the language in force."""
    if "{" not in template:
        return template
    return template.format_map(_Values(params, lang)).strip()


class _Values(Mapping[str, object]):
    """The parameters, bilingual ones in one language."""

    def __init__(self, params: Mapping[str, object], lang: Lang | None) -> None:
        self._params = params
        self._lang = lang

    def __getitem__(self, name: str) -> object:
        return choose(self._params[name], self._lang)

    def __iter__(self) -> Iterator[str]:
        return iter(self._params)

    def __len__(self) -> int:
        return len(self._params)


def choose(value: object, lang: Lang | None = None) -> object:
    """Return one language of `{id: …, en: …}`; anything else as it is."""
    if isinstance(value, Mapping) and value.keys() & set(LANGS):
        texts = cast(Mapping[str, object], value)
        chosen = lang or get_lang()
        others = (texts[other] for other in LANGS if texts.get(other))
        return texts.get(chosen) or next(others, "")
    return value
