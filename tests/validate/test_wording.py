"""Messages write values and rules as people do."""

from __future__ import annotations

import datetime
import re
from pathlib import Path
from typing import Any

import pytest

from pipelines import messages
from pipelines.project.schema import parse_schema
from pipelines.validate import validate_file
from pipelines.validate.message_params import sample, shown

#: what no message shows: Python's spelling of lists, of nothing, of truth and of classes
PYTHON = re.compile(r"\['|\bNone\b|\bTrue\b|\bFalse\b|Decimal\(|datetime\.|Error:|\{[a-z]+\}")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (True, "true"),
        (12.0, "12"),
        (0.5, "0.5"),
        (datetime.datetime(2024, 4, 5), "2024-04-05"),
        (datetime.datetime(2024, 4, 5, 13, 45), "2024-04-05 13:45:00"),
        ("None", "None"),
    ],
)
def test_shown(value: Any, text: str) -> None:
    assert shown(value) == text


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("L[0-9]{8}", "L11111111"),
        (r"12\.[0-9]{2}", "12.11"),
        ("20[0-9]{2}-S[12]", "2011-S1"),
        (r"^(?:\d{3}|x)(-[A-Z]+)?$", "111-A"),
        (r"[^0-9]{2}", "AA"),
        (r"(a)\1", ""),
        ("(?=x)x", ""),
        ("(12", ""),
        ("", ""),
    ],
)
def test_sample_of_a_pattern(pattern: str, text: str) -> None:
    assert sample(pattern) == text


@pytest.mark.parametrize("pattern", ["a{100000}", "((a{99}){99}){99}", "(((a{9}){9}){9}){9}"])
def test_no_sample_without_end(pattern: str) -> None:
    """Counts in a pattern multiply: a short one may ask for gigabytes."""
    assert sample(pattern) == ""


def message(folder: Path, field: dict[str, Any], cell: str, lang: messages.Lang) -> str:
    path = folder / "x.csv"
    path.write_text(f'v,w\n"{cell}",1\n', encoding="utf-8")
    fields = [{"name": "v", **field}, {"name": "w", "type": "any"}]
    report = validate_file(path, parse_schema({"fields": fields}, name="x", where="x"))
    (finding,) = report.errors
    params = [finding.text(part, lang) for part in ("title", "message", "next")]
    assert not any(PYTHON.search(text) for text in params), params
    return params[1]


ENUM = {"type": "string", "constraints": {"enum": ["loket", "online", "keliling"]}}
MANY = {"type": "string", "constraints": {"enum": [f"K{n}" for n in range(20)]}}


@pytest.mark.parametrize(
    ("field", "cell", "says"),
    [
        (ENUM, "Onlin", "'loket', 'online' or 'keliling'. Did you mean 'online'?"),
        (ENUM, "xyz", "of column 'v': 'loket', 'online' or 'keliling'."),
        (MANY, "K99", "'K9', 'K10' or 9 others."),
        ({"type": "boolean", "constraints": {"enum": [True]}}, "false", "of column 'v': 'true'."),
        (
            {"type": "date", "format": "%d/%m/%Y"},
            "2024-01-01",
            "day/month/year, for example 25/04/",
        ),
        ({"type": "date"}, "x", "Write year-month-day, for example 2024-04-25."),
        ({"type": "date", "constraints": {"minimum": "2020-01-01"}}, "2019-01-01", "the earliest"),
        ({"type": "datetime", "format": "%Y-%m-%d %H:%M"}, "x", "for example 2024-04-25 13:45."),
        (
            {"type": "number", "decimalChar": ","},
            "1.5x",
            "decimals with ','; write for example 1234,5",
        ),
        ({"type": "number", "constraints": {"maximum": 10.0}}, "11", "the maximum is 10."),
        ({"type": "boolean", "trueValues": ["ya"], "falseValues": ["tidak"]}, "x", "ya or tidak."),
        ({"type": "string", "format": "email"}, "x", "(an e-mail address)."),
        (
            {"type": "string", "constraints": {"pattern": "L[0-9]{2}"}},
            "x",
            ", such as L11 (pattern",
        ),
        ({"type": "string", "constraints": {"pattern": "(?!L).+"}}, "L1", "column 'v' (pattern"),
    ],
)
def test_message(tmp_path: Path, field: dict[str, Any], cell: str, says: str) -> None:
    assert says in message(tmp_path, field, cell, "en")
    assert message(tmp_path, field, cell, "id")


def test_a_reference_says_where_it_looked(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("id,up,on\n1,9,\n", encoding="utf-8")
    key = {"fields": ["up", "on"], "reference": {"resource": "", "fields": ["id", "on"]}}
    fields = [{"name": name, "type": "string"} for name in ("id", "up", "on")]
    schema = parse_schema({"fields": fields, "foreignKeys": [key]}, name="x", where="x")
    (finding,) = validate_file(path, schema).errors
    assert (
        finding.text("message", "en")
        == "Row 2: '9, –' in column up, on is not in this table itself."
    )


def test_an_empty_file_is_called_empty(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(b"")
    schema = parse_schema({"fields": [{"name": "v", "type": "any"}]}, name="x", where="x")
    (finding,) = validate_file(path, schema).errors
    assert finding.text("message", "en") == "The file does not hold a single row."
