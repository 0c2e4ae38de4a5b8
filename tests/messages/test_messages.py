"""The catalogue of words is whole: every code used is there, every part in both languages."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import click
import pytest
import yaml

from pipelines import messages
from pipelines.cli import main_group

ROOT = Path(__file__).parents[2]
#: What raises or finds something: the code is the first argument, or the keyword `code`.
CARRIERS = ("Refused", "UsageProblem", "PortalProblem", "Finding", "note", "problem", "finding")
#: What `explain CODE` shows of an error or a finding. Plain labels have a title alone.
FULL = ("title", "message", "explain", "next", "example")


@cache
def calls() -> list[tuple[str, ast.Call]]:
    """Every call in the source, with its file."""
    return [
        (str(path.relative_to(ROOT)), node)
        for path in sorted((ROOT / "pipelines").rglob("*.py"))
        if "ckanext-" not in str(path) and "inside" not in path.parts
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
    ]


def literals(node: ast.expr | None) -> Iterator[str]:
    """The strings an argument may be: a literal, or either side of a conditional."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from literals(node.body)
        yield from literals(node.orelse)


@cache
def used() -> dict[str, set[str]]:
    """Code → the files that raise or find it, over all of the source."""
    found: dict[str, set[str]] = {}
    for file, node in calls():
        name = getattr(node.func, "id", None) or getattr(node.func, "attr", None)
        if name in CARRIERS:
            keyword = next((k.value for k in node.keywords if k.arg == "code"), None)
            for code in literals(node.args[0] if node.args else keyword):
                if " " not in code:
                    found.setdefault(code, set()).add(file)
    return found


def texts() -> dict[str, set[str]]:
    """Code → the files that ask for its words with a literal."""
    found: dict[str, set[str]] = {}
    for file, node in calls():
        if ast.unparse(node.func) in ("messages.text", "messages.template"):
            for code in literals(node.args[0] if node.args else None):
                found.setdefault(code, set()).add(file)
    return found


def test_source_uses_codes() -> None:
    assert len(used()) > 40


def test_every_code_in_the_source_has_words() -> None:
    missing = {
        code: sorted(files)
        for code, files in {**used(), **texts()}.items()
        if not messages.known(code) and not messages.known(code.split(".")[0])
    }
    assert missing == {}


def test_every_error_and_finding_is_complete() -> None:
    lacking = {
        code: [part for part in FULL if not messages.template(code, part)]
        for code in used()
        if messages.known(code)
    }
    assert {code: parts for code, parts in lacking.items() if parts} == {}


def test_entries_are_the_files() -> None:
    whole: dict[str, messages.Entry] = {}
    for area in sorted((ROOT / "pipelines" / "messages").glob("*.yaml")):
        whole |= yaml.safe_load(area.read_text(encoding="utf-8"))
    assert dict(messages.entries()) == whole


def test_a_code_stands_once() -> None:
    with pytest.raises(ValueError, match=r"b\.yaml defines again: x"):
        messages.Entries({"a.yaml": "x: {title: {id: a, en: a}}", "b.yaml": "y:\nx:\n"})


@pytest.mark.parametrize("code", messages.codes())
def test_entry_is_bilingual_and_well_formed(code: str) -> None:
    entry = messages.entries()[code]
    assert set(entry) <= set(messages.PARTS)
    base = messages.entries().get(code.split(".")[0])
    assert "." not in code or base is not None, "a variant without its code"
    assert "title" in entry or "." in code
    for part, words in entry.items():
        assert set(words) == set(messages.LANGS), part
        assert all(isinstance(text, str) and text.strip() for text in words.values()), part
        if part != "example":
            fields = {lang: placeholders(text) for lang, text in words.items()}
            assert fields["id"] == fields["en"], f"{part}: placeholders differ"
            assert all(name.isidentifier() for name in fields["id"]), part


def options(command: click.Command) -> Iterator[str]:
    for param in command.params:
        yield from (name for name in param.opts if name.startswith("--"))
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            assert inner is not None
            yield from options(inner)


def test_options_named_in_messages_exist() -> None:
    known = {*options(main_group), "--help"}
    named = {
        (code, option)
        for code, entry in messages.entries().items()
        for part, words in entry.items()
        if part != "example" and not code.startswith("usage-")
        for text in words.values()
        for option in re.findall(r"--[a-z][a-z-]*", text)
    }
    assert len(named) > 20
    assert {(code, option) for code, option in named if option not in known} == set()


def placeholders(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}


def test_errors_bring_what_their_words_need() -> None:
    lacking, looked_at = {}, 0
    for file, node in calls():
        name = getattr(node.func, "id", None)
        if name not in ("Refused", "UsageProblem", "PortalProblem") or not node.args:
            continue
        given = {keyword.arg for keyword in node.keywords}
        if None in given:  # **params: only running it tells
            continue
        for code in literals(node.args[0]):
            entry = messages.entries().get(code, {})
            needed = {
                field
                for part in ("title", "message", "next")
                for words in entry.get(part, {}).values()
                for field in placeholders(words)
            }
            looked_at += 1
            if not needed <= {*given, "where"}:
                lacking[file, node.lineno, code] = needed - {*given, "where"}
    assert looked_at > 100
    assert lacking == {}
