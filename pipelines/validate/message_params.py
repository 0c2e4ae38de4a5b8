"""What a finding says of a column's rules, as people write it: choices, samples, forms.

Parameters that differ by language are `{id: …, en: …}`, as the catalogue takes them.
"""

from __future__ import annotations

import datetime
import difflib
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pipelines import messages
from pipelines.validate.regex_tree import CATEGORIES, ops, parse

#: choices listed in full
MAX_CHOICES = 12
#: different cells of a column for which the nearest choice is looked up
MAX_SUGGESTIONS = 1000
#: a moment whose parts can't be taken for one another
MOMENT = datetime.datetime(2024, 4, 25, 13, 45)
DEFAULTS = {"date": "%Y-%m-%d", "time": "%H:%M:%S", "datetime": "%Y-%m-%dT%H:%M:%S"}
DIRECTIVE = re.compile(r"%([YmdHMS])")
#: characters of a sample at most: counts in a pattern multiply
LONGEST = 200
#: characters that a sample shows where a pattern leaves the choice
PREFERRED = "1Aa"

Params = dict[str, Any]


def translations(code: str, **params: object) -> dict[str, str]:
    """Return a text of the catalogue in all languages."""
    return {lang: messages.text(code, lang=lang, **params) for lang in messages.LANGS}


def shown(cell: Any) -> str:
    """Write a cell or a value as its reader knows it, not as Python does."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, datetime.datetime) and cell.time() == datetime.time():
        return cell.date().isoformat()
    return str(cell)


def type_params(kind: str, descriptor: Mapping[str, Any]) -> Params:
    """Return what the message on a value of the wrong kind says of its column."""
    form = str(descriptor.get("format") or "default")
    if kind in DEFAULTS:
        pattern = DEFAULTS[kind] if form in ("default", "any") else form
        return {"form": _parts(pattern), "sample": MOMENT.strftime(pattern)}
    if kind == "boolean":
        yes, no = descriptor.get("trueValues"), descriptor.get("falseValues")
        return {"yes": shown((yes or ["true"])[0]), "no": shown((no or ["false"])[0])}
    if kind == "number":
        point = str(descriptor.get("decimalChar") or ".")
        return {"point": point, "sample": f"1234{point}5"}
    if kind == "string":
        known = f"form-{form}"
        return {"form": translations(known) if messages.known(known) else form}
    return {}


def _parts(pattern: str) -> Any:
    """Name the parts of a strptime format: day/month/year."""
    left = DIRECTIVE.sub("", pattern)
    if "%" in left:
        return pattern
    names = {letter: translations(f"form-part-{letter}") for letter in "YmdHMS"}

    def spelt(lang: str) -> str:
        return DIRECTIVE.sub(lambda found: names[found[1]][lang], pattern)

    return {lang: spelt(lang) for lang in messages.LANGS}


def constraint_params(name: str, limit: Any) -> Params:
    """Return what the message on a broken constraint says of it."""
    if name == "enum" and isinstance(limit, Sequence) and not isinstance(limit, str):
        return {"limit": _choices([shown(value) for value in limit])}
    if name == "pattern":
        found = sample(str(limit))
        return {
            "limit": str(limit),
            "like": translations("form-such-as", sample=found) if found else "",
        }
    return {"limit": shown(limit)}


def _choices(values: Sequence[str]) -> dict[str, str]:
    quoted = [f"'{value}'" for value in values]
    if len(quoted) > MAX_CHOICES:
        rest = len(quoted) - MAX_CHOICES + 1
        return translations(
            "form-choices-more", some=", ".join(quoted[: MAX_CHOICES - 1]), count=rest
        )
    if len(quoted) < 2:
        return translations("form-choice", only="".join(quoted))
    return translations("form-choices", some=", ".join(quoted[:-1]), last=quoted[-1])


def choice_suggester(values: Sequence[Any]) -> Callable[[str], Any]:
    """Return a function that names the choice a cell is most like, if any."""
    params = [word for word in map(shown, values) if not re.search("[0-9]", word)]
    choices = {word.casefold(): word for word in reversed(params)}
    known: dict[str, Any] = {}

    def suggest(cell: str) -> Any:
        if cell not in known and len(known) < MAX_SUGGESTIONS:
            near = difflib.get_close_matches(cell.strip().casefold(), list(choices), n=1)
            known[cell] = translations("form-perhaps", value=choices[near[0]]) if near else ""
        return known.get(cell, "")

    return suggest


def sample(pattern: str) -> str:
    """Return a short text that a regular expression takes, or the empty string."""
    try:
        found: str = _sequence(parse(pattern))
        fits = found.isprintable() and re.fullmatch(pattern, found)
        return found if fits else ""
    except (KeyError, re.error, OverflowError, RecursionError):
        return ""


def _sequence(tree: Any) -> str:
    found = "".join(str(_SAMPLES[op](value)) for op, value in tree)
    if len(found) > LONGEST:
        raise OverflowError
    return found


def _repeated(value: Any) -> str:
    least, most, inner = value
    times = int(least or min(1, most))
    if times > LONGEST:
        raise OverflowError
    return _sequence(inner) * times


def _one_of(items: Any) -> str:
    test = re.compile(_class(items))
    return next((char for char in (*PREFERRED, *map(chr, range(33, 127))) if test.match(char)), "")


def _class(items: Any) -> str:
    parts = []
    for op, value in items:
        if op is ops.RANGE:
            parts.append(f"{re.escape(chr(value[0]))}-{re.escape(chr(value[1]))}")
        elif op is ops.CATEGORY:
            parts.append(CATEGORIES[value])
        elif op is not ops.NEGATE:
            parts.append(re.escape(chr(value)))
    return f"[{'^' if items[0][0] is ops.NEGATE else ''}{''.join(parts)}]"


#: part of a parsed expression → a text that it takes
_SAMPLES: dict[Any, Callable[[Any], str]] = {
    ops.LITERAL: chr,
    ops.NOT_LITERAL: lambda value: _one_of([(ops.NEGATE, None), (ops.LITERAL, value)]),
    ops.ANY: lambda value: PREFERRED[-1],
    ops.IN: _one_of,
    ops.AT: lambda value: "",
    ops.BRANCH: lambda value: _sequence(value[1][0]),
    ops.SUBPATTERN: lambda value: _sequence(value[3]),
    ops.MAX_REPEAT: _repeated,
    ops.MIN_REPEAT: _repeated,
}
