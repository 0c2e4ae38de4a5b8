"""Random tables with their schemas, nasty on purpose: the same seed gives the same case.

A case is a schema descriptor, labels and rows of text, and how they are written to a file.
"""

from __future__ import annotations

import csv
import io
import random
from dataclasses import dataclass
from typing import Any

TEXTS = [
    "", " ", "a", "b", "ab", "abc", "A", "é", "ñandú", "日本", "x" * 30, "None", "nan", "NaN",
    "inf",
    "-inf", "Infinity", "null", "NA", "-", "n/a", "0", "00", "-0", "+0", "1", "01", "-1", "+1",
    "1.0", "1.", ".5", "-.5", "1.50", "1.5", "1e3", "1E-3", "1e400", "1_000", "1,234", "1.234,50",
    "1 234", "1\u00a0234", " 7", "7 ", "\t7", "٣", "１２", "۴٫۵", "²", "12345678901234567890",
    "9223372036854775807", "9223372036854775808", "999999999999999999", "1000000000000000000",
    "123456789012345678", "0.1", "0.10", "0.30000000000000004", "100", "100.0", "99.99", "1e2",
    "true", "True", "TRUE", "false", "t", "yes", "Ya", "12%", "Rp 5.000", "5 jiwa", "-5-", "--5",
    "5-", "2024-01-01", "2024-1-1", "2024-02-29", "2023-02-29", "2024-02-30", "2024-04-31",
    "2024-12-31", "0000-01-01", "0001-01-01", "9999-12-31", "10000-01-01", "20240101", "01/02/2024",
    "31/12/2024", "29/02/2023", "1/2/2024", "2024-01-01 ", " 2024-01-01", "２０２４-01-01",
    "2024-01",
    "2024-13", "2024-00", "2024-1", "24-01", "-24-01", "2024", "0999", "999", "99999", "２０２４",
    "20 4", "+204", "2024-01-01T10:00:00", "2024-01-01T10:00:00Z", "2024-01-01T10:00:00+07:00",
    "2024-01-01 10:00:00", "2024-01-01T24:00:00", "2024-01-01T10:00:60", "2024-01-01T10:00",
    "2024-02-29T23:59:59.123456", "2023-02-29T00:00:00", "10:00:00", "10:00", "24:00:00",
    "23:59:59", "10:00:00Z", "10:00:00+07:00", "10:00:60", "1:00:00", "10:00:00.5", "T10:00:00",
    "P1D", "PT5M", "P1Y2M3DT4H5M6S", "P1W", "P", "PT", "1 day", "P-1D", "-P1D", "1,2", "106.8,-6.2",
    "181,0", "0,91", "a,b", "1,2,3", "[1, 2]", "[1]", "[]", '{"lon": 1, "lat": 2}', "{}",
    '{"a": 1}', "[", "{", '"x"', "[NaN]", '{"type": "Point", "coordinates": [1, 2]}',
    '{"type": "Feature"}', "POINT (1 2)", "POINT(1 2)", "LINESTRING (1 2, 3 4)", "POINT", "a@b.co",
    "a.b@example.com", "A@B.CO", "a@b", "@", "a@@b.co", "a..b@c.co", "http://example.com",
    "https://a.id/b?c=d", "example.com", "http://", "mailto:a@b.c", "HTTP://X.ID/%zz",
    "f81d4fae-7dec-11d0-a765-00a0c91e6bf6", "F81D4FAE7DEC11D0A76500A0C91E6BF6", "f81d4fae-7dec",
    "aGVsbG8=", "aGVsbG8", "aGV sbG8=", "====", "a\nb", "a\r\nb", 'say "hi"', '"', '""', "'", "a;b",
    "a|b", "a\tb", "\ufeff", "a\u2028b", "a\x85b", "a\x0bb", "a\x0c", "a\x1cb", "\u200b", "loket",
    "online", "L00000001", "L0000001", "L00000001\n", "12.01", "1299", "12.1", "abc1", "ABC",
]  # fmt: skip
WORDS = ["a", "b", "c", "ab", "loket", "online", "x y", "12.01", "12.71", "L00000001", "L00000002"]
PATTERNS = [
    "[a-z]+", r"\d+", r"L[0-9]{8}", r"12\.[0-9]{2}", "a|b", ".*", r"\w+", r"\S+", r"[^\d]+",
    "(?i:abc)", "^a.*", "a$", r"\bab\b", "(a|b)*c?", r"(?=a)a.*", r"[\w.]+", "[^,]+", "x{3,}",
    "(ab){1,2}", "", r"\W", "[é-ñ]+", r"\s*\d\s*", "a?b?", "(.)\\1", r"[\x41-\x5a]+",
    "(?:loket|online)", "a*?b",
]  # fmt: skip
TYPES = [
    "any", "array", "boolean", "date", "datetime", "duration", "geojson", "geopoint", "integer",
    "list", "number", "object", "string", "time", "year", "yearmonth",
]  # fmt: skip
#: Frictionless breaks down on these in a key
UNHASHABLE = ("array", "geojson", "list", "object")
FORMATS = {
    "string": ["default", "default", "default", "email", "uri", "binary", "uuid", "wkt"],
    "date": ["default", "default", "any", "%d/%m/%Y", "%Y-%m-%d", "%Y%m%d", "%Y/%m", "%d %B %Y"],
    "datetime": [
        "default", "default", "any", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M",
    ],
    "time": ["default", "default", "any", "%H:%M", "%H:%M:%S"],
    "geopoint": ["default", "array", "object"],
    "geojson": ["default", "topojson"],
}  # fmt: skip
BOUNDS: dict[str, list[Any]] = {
    "integer": [0, 1, -1, 100, "5", 3.0, 10**20],
    "number": [0, 1, 0.1, 1.5, "0.30", 100, -1.5, 10**20],
    "date": ["2024-01-01", "2024-02-29", "0001-01-01", "2024-12-31"],
    "datetime": ["2024-01-01T10:00:00", "2023-01-01T00:00:00"],
    "time": ["10:00:00", "00:00:00", "23:59:59"],
    "year": [2024, 999, "2024", 0],
    "yearmonth": ["2024-01", "2024-12", "0001-01"],
}
LIKELY = {
    "integer": ["1", "2", "3", "10", "100", "-1", "0", "007", "12"],
    "number": ["1", "1.5", "2.50", "0.1", "100", "-3", "0", "1.50", "99.99", "1234567.25"],
    "boolean": ["true", "false", "1", "0", "True"],
    "date": ["2024-01-01", "2024-02-29", "2024-03-31", "2023-12-01", "2024-1-1", "01/02/2024"],
    "datetime": ["2024-01-01T10:00:00", "2023-05-31T00:00:00", "2024-01-01T10:00:00Z"],
    "time": ["10:00:00", "23:59:59", "00:00:00", "10:00"],
    "year": ["2024", "1999", "0999", "2023"],
    "yearmonth": ["2024-01", "2024-12", "2024-1", "1999-06"],
    "string": [*WORDS, "a@b.co", "https://a.id/b", "aGVsbG8="],
    "any": WORDS,
    "array": ["[1]", "[1, 2]", "[]"],
    "list": ["a,b", "1,2", "a"],
    "object": ["{}", '{"a": 1}'],
    "geopoint": ["1,2", "106.8, -6.2", "[1, 2]", '{"lon": 1, "lat": 2}'],
    "geojson": ['{"type": "Point", "coordinates": [1, 2]}'],
    "duration": ["P1D", "PT5M", "P1Y", "P1W"],
}


@dataclass(frozen=True)
class Case:
    """A schema and a table: labels and ragged rows of text."""

    schema: dict[str, Any]
    labels: list[str]
    rows: list[list[str]]


def make_case(r: random.Random) -> Case:
    """Make a case; most rows are valid-looking, some cells are nasty, some rows are ragged."""
    fields = [_field(r, f"f{number}") for number in range(r.choice([1, 1, 2, 2, 3, 4, 5]))]
    schema: dict[str, Any] = {"fields": fields}
    if "exclusive" in str(fields) and r.random() < 0.9:
        schema["$schema"] = "https://datapackage.org/profiles/2.0/tableschema.json"
    if r.random() < 0.3:
        schema["missingValues"] = r.choice([["", "-"], ["NA", "n/a"], ["-"], [], ["", "0", "1"]])
    names = [field["name"] for field in fields]
    keys = [field["name"] for field in fields if field["type"] not in UNHASHABLE]
    if keys and r.random() < 0.3:
        schema["primaryKey"] = r.choice([keys[0], keys[:1], keys[:2], keys[-2:]])
    if keys and r.random() < 0.12 and "exclusive" not in str(fields):
        reference = {"resource": "", "fields": r.choice(keys)}
        schema["foreignKeys"] = [{"fields": r.choice(keys), "reference": reference}]
        if len(keys) > 1 and r.random() < 0.4:
            schema["foreignKeys"].append(
                {"fields": keys[:2], "reference": {"resource": "", "fields": keys[-2:]}}
            )
    if r.random() < 0.2:
        schema["fieldsMatch"] = r.choice(["exact", "equal", "subset", "superset", "partial"])
    labels = _labels(r, names)
    rows = [_row(r, fields, len(labels)) for _ in range(r.choice([0, 1, 3, 5, 8, 20, 40]))]
    if rows and r.random() < 0.4:
        rows.extend(list(r.choice(rows)) for _ in range(r.randrange(1, 4)))
    return Case(schema, labels, rows)


def make_long_numbers(r: random.Random) -> Case:
    """Make keys of many digits that a double, or the default decimal context, can't tell apart."""
    kinds = [r.choice(["number", "integer"]) for _ in range(r.choice([1, 2]))]
    names = [f"f{number}" for number in range(len(kinds))]
    fields: list[dict[str, Any]] = [
        {"name": n, "type": k} for n, k in zip(names, kinds, strict=True)
    ]
    schema: dict[str, Any] = {"fields": fields}
    if r.random() < 0.5:
        schema["primaryKey"] = names
    for item in fields:
        if "primaryKey" not in schema or r.random() < 0.3:
            item["constraints"] = {"unique": True}
        if item["type"] == "number" and r.random() < 0.2:
            item.update(
                r.choice([{"floatNumber": True}, {"groupChar": "_"}, {"bareNumber": False}])
            )
    stems = ["".join(r.choices("123456789", k=r.randrange(15, 60))) for _ in range(3)]
    rows = [[_long_number(r, stems, kind) for kind in kinds] for _ in range(r.randrange(5, 25))]
    return Case(schema, names, rows)


def _long_number(r: random.Random, stems: list[str], kind: str) -> str:
    text = r.choice(stems)
    text = text[:-1] + r.choice("12") if r.random() < 0.5 else text
    if kind == "number" and r.random() < 0.5:
        place = len(text) // 3
        text = f"{text[:place]}.{text[place:]}" + r.choice(["", "0", "0" * 25])
    elif kind == "number" and r.random() < 0.3:
        text += r.choice([".0", ".", "E0", "." + "0" * 25])
    return r.choice(["", "", "", "", "+", "-", "0", " "]) + text


def _field(r: random.Random, name: str) -> dict[str, Any]:
    kind = r.choice([*TYPES, "string", "integer", "number", "date", "string", "integer"])
    field: dict[str, Any] = {"name": name, "type": kind}
    if kind in FORMATS and r.random() < 0.6:
        field["format"] = r.choice(FORMATS[kind])
    if r.random() < 0.12:
        field["missingValues"] = r.choice([["-"], ["", "NA"], [], ["1", "a"], ["0"], [""]])
    if kind == "number":
        if r.random() < 0.3:
            field["decimalChar"] = r.choice([",", ".", "٫"])
        if r.random() < 0.3:
            field["groupChar"] = r.choice([".", ",", " ", "_"])
        if r.random() < 0.2:
            field["floatNumber"] = r.random() < 0.7
    if kind in ("number", "integer") and r.random() < 0.2:
        field["bareNumber"] = r.random() < 0.4
    if kind == "boolean" and r.random() < 0.4:
        field["trueValues"] = r.choice([["yes", "Ya"], ["1"], ["t", ""], ["true"]])
        field["falseValues"] = r.choice([["no"], ["0"], ["false", "1"]])
    if kind == "list":
        field["itemType"] = r.choice(["string", "integer", "date", "number"])
        if r.random() < 0.3:
            field["delimiter"] = r.choice([";", "|"])
    if kind == "array" and r.random() < 0.3:
        field["arrayItem"] = {"type": "integer", "constraints": {"minimum": 2}}
    constraints = _constraints(r, kind, field.get("format", "default"))
    if constraints:
        field["constraints"] = constraints
    return field


def _constraints(r: random.Random, kind: str, form: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if r.random() < 0.3:
        found["required"] = r.random() < 0.9
    if r.random() < 0.2 and kind not in ("array", "object", "geojson", "list"):
        found["unique"] = True
    if kind in BOUNDS and form in ("default", "any"):
        for name in ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"):
            if r.random() < 0.2:
                found[name] = r.choice(BOUNDS[kind])
    if kind in ("string", "array", "object", "list"):
        if r.random() < 0.2:
            found["minLength"] = r.choice([0, 1, 2, 5])
        if r.random() < 0.2:
            found["maxLength"] = r.choice([0, 1, 2, 5, 30])
    if kind == "string" and r.random() < 0.35:
        found["pattern"] = r.choice(PATTERNS)
    if kind not in ("list", "array", "object", "geojson") and r.random() < 0.12:
        found["enum"] = r.sample([*LIKELY[kind], *r.sample(TEXTS, 3)], 4)
    return found


def _labels(r: random.Random, names: list[str]) -> list[str]:
    labels = list(names)
    if r.random() < 0.75:
        return labels
    for _ in range(r.choice([1, 1, 2])):
        action = r.randrange(6)
        at = r.randrange(len(labels)) if labels else 0
        if action == 0:
            labels.insert(at, r.choice(["extra", "", "f0", "F0", "x y"]))
        elif action == 1 and len(labels) > 1:
            labels.pop(at)
        elif action == 2 and labels:
            labels[at] = r.choice(["", "other", " f0 ", names[0], names[0].upper()])
        elif action == 3:
            r.shuffle(labels)
        elif action == 4:
            labels.append(r.choice([names[0], "more", ""]))
        elif labels:
            labels[at] = f" {labels[at]} "
    return labels


def _row(r: random.Random, fields: list[dict[str, Any]], width: int) -> list[str]:
    if r.random() < 0.05:
        return r.choice([[], [""] * width, [""], ["-"] * width, ["", "", "", "", "", ""]])
    row = []
    for index in range(width):
        kind = fields[index % len(fields)]["type"]
        if r.random() < 0.75:
            row.append(r.choice(LIKELY[kind]))
        elif r.random() < 0.3:
            row.append("")
        else:
            row.append(r.choice(TEXTS))
    if r.random() < 0.06:
        row = row[: r.randrange(len(row) + 1)]
    elif r.random() < 0.06:
        row.extend(r.choice(["", "x", "1"]) for _ in range(r.randrange(1, 3)))
    return row


def csv_bytes(r: random.Random, case: Case, delimiters: str = ",,,;\t|") -> bytes:
    """Write a case as CSV in one of many ways: delimiter, quotes, line ends, encoding, damage."""
    text = io.StringIO()
    writer = csv.writer(
        text,
        delimiter=r.choice(delimiters),
        lineterminator=r.choice(["\n", "\n", "\r\n", "\r\n", "\r"]),
        quoting=r.choice([csv.QUOTE_MINIMAL, csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    )
    if r.random() < 0.05:
        writer.writerow(["Judul laporan"])
    writer.writerow(case.labels)
    writer.writerows(case.rows)
    body = text.getvalue()
    if r.random() < 0.15:
        body = _damage(r, body)
    if r.random() < 0.1:
        body = body.rstrip("\r\n")
    encoding = r.choice(["utf-8"] * 12 + ["utf-8-sig", "utf-16", "cp1252", "utf-16-le"])
    try:
        return body.encode(encoding)
    except UnicodeEncodeError:
        return body.encode("utf-8")


def _damage(r: random.Random, body: str) -> str:
    for _ in range(r.choice([1, 2])):
        at = r.randrange(len(body) + 1)
        piece = r.choice(
            ['"', '""', "\r", "\n", "\n\n", "\x00", " ", ',"', '",', "\\", "\ufeff", "\r\n"]
        )
        body = body[:at] + piece + body[at:]
    return body
