"""Whatever a descriptor, a schema or a list beside it says, the answer is a verdict or a clear
error with a next step, in the language asked for, and never a fault of the program's own.
"""

from __future__ import annotations

import copy
import datetime as dt
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from cli.conftest import Call, call  # noqa: F401 (fixtures)

Where = tuple[str | int, ...]

CSV = """\
kode,nama,jumlah,laki,tanggal,ya,teks
12.01,Tapanuli Tengah,10,4,2024-01-02,ya,a - b
12.02,Tapanuli Utara,20,5,2024-01-03,tidak,c - d
12.03,Tapanuli Selatan,30,6,2024-01-04,ya,e - f
"""
FILES = yaml.safe_load(r"""
datasets/uji/dataset.yaml:
  name: uji
  title: {id: Uji, en: Test}
  description: contoh
  organization: kantor
  groups: [layanan]
  contact: {name: Kantor, email: a@contoh.example}
  frequency: tahunan
  coverage: {region: "12", from: 2024-01-01, to: 2024-12-31}
  keywords: [a]
  tables:
    tabel:
      schema: uji
      source: [source/a.csv]
      layout: {range: "A1:G4", header: [1], skip: [9], encoding: utf-8, delimiter: ","}
      columns: {kode: kode}
      clean:
      - drop: {columns: [teks], why: contoh}
      checks:
      - jumlah >= laki
      expect: {rows: 1..9}
      personal_data: {allow: {}, small_counts: {threshold: 5, fields: [jumlah]}, persons: false}
schemas/uji.yaml:
  primaryKey: [kode]
  uniqueKeys: [[nama, jumlah]]
  missingValues: ["", "-"]
  fields:
  - {name: kode, type: string, constraints: {required: true, pattern: '\d\d\.\d\d', maxLength: 9}}
  - {name: nama, type: string, constraints: {enum: [Tapanuli Tengah, Nias]}, missingValues: [""]}
  - {name: jumlah, type: integer, groupChar: ".", constraints: {minimum: 1}}
  - {name: laki, type: number, decimalChar: ","}
  - {name: tanggal, type: date, format: "%Y-%m-%d", constraints: {minimum: "2024-01-01"}}
  - {name: ya, type: boolean, trueValues: [ya], falseValues: [tidak]}
datasets/offices.yaml: {kantor: {title: {id: K, en: O}, aliases: [{name: x, from: 2020-01-01}]}}
datasets/services.yaml: {layanan: {title: Layanan}}
datasets/uji/corrections.yaml:
- {where: {kode: "12.01"}, field: nama, set: X, expect: Tapanuli Tengah, why: salah ketik}
datasets/uji/padanan.yaml: {good: [a], fix: {a: [b, c]}, ignore: [x]}
""")
STEPS = yaml.safe_load(r"""
- units: {fields: jumlah, to: m, factors: {km: 1000}, bare: m}
- rename: {nama: nama2}
- dates: {fields: [tanggal], order: day-month, pivot: 50}
- map: {field: nama, lookup: padanan.yaml, unknown: keep}
- derive: {field: baru, expression: "number(jumlah) + 1"}
- constant: {tahun: 2024}
- from_source: {field: tahun, pattern: "(a)", where: file}
- split: {field: teks, into: [x, y], separator: " - "}
- split: {field: teks, into: [x, y], pattern: "(.) - (.)"}
- numbers: {fields: [jumlah], decimal: ","}
- periods: {fields: tanggal, to: month, year: 2024}
- generalise: {fields: jumlah, width: 10}
- unpivot: {pattern: "^(jumlah|laki)", names: [jenis], value: nilai, remove: "x"}
- pivot: {names: ya, value: jumlah, index: [kode]}
- deduplicate: {key: [nama], keep: most, by: jumlah}
- suppress: {fields: [jumlah, laki], below: 5, within: [ya]}
- replace: {pattern: "a", to: "b", fields: [nama], regex: true}
""")
CHECKS = yaml.safe_load("""
- {row: jumlah >= laki, when: laki > 1, error_above: 5%, next: x}
- {grid: [kode, tanggal], values: {tanggal: 2024-01..2024-02}}
- {filled: nama, at_least: 90%}
- {hierarchy: kode, value: jumlah, separator: "."}
- {recompute: jumlah, from: laki + 1, tolerance: 1}
- {outliers: jumlah, by: [ya], threshold: 6, least: 8}
""")
VALUES: list[Any] = [
    None, True, -1, 0, 10**30, 1.5, float("nan"), float("inf"), "", " ", "\0", "x" * 5000, "(", "[",
    "(a+)+$", "a{1,99999}", "(a)(b)", "../../etc/passwd", "/etc/passwd", "**.csv", "..", "~",
    "\x1b[31m\u202e", "http://127.0.0.1/x.csv", "http://[", "http://a:99999/x", "file:///etc/passwd",
    "`", "1/0", "{x}", "{0}", "nan%", "9..1", "1..9999", "jumlah", [], [None], [[[]]], [1], ["x"],
    ["nama", "nama"], {}, {"a": {"b": []}}, {1: 2}, {"nama": None}, {"id": 3},
    dt.date(2024, 1, 1), b"\xff",
]  # fmt: skip


def places(value: Any, at: Where = ()) -> Iterator[Where]:
    """Yield where anything stands in what YAML holds, the whole first."""
    yield at
    if isinstance(value, dict | list):
        inner = value.items() if isinstance(value, dict) else enumerate(value)
        for key, item in inner:
            yield from places(item, (*at, key))


def changed(files: dict[str, Any], at: Where, value: Any) -> dict[str, Any]:
    files = copy.deepcopy(files)
    held: Any = files
    for key in at[:-1]:
        held = held[key]
    held[at[-1]] = value
    return files


def cases(seed: int, count: int) -> Iterator[tuple[Where, Any, dict[str, Any]]]:
    """Yield projects with one value changed: half of them in a step or a check."""
    r = random.Random(seed)
    table: Where = ("datasets/uji/dataset.yaml", "tables", "tabel")
    plain = changed(FILES, (*table, "corrections"), "corrections.yaml")
    for number in range(count):
        files, begin = plain, 0
        at: Where = ()
        if number % 2:
            key, known = r.choice([("clean", STEPS), ("checks", CHECKS)])
            files = changed(FILES, (*table, key), [r.choice(known)])
            begin = len(table) + 1
        while len(at) <= begin:
            at = r.choice([p for p in places(files) if number % 2 == 0 or p[:4] == (*table, key)])
        value = r.choice(VALUES)
        yield at, value, changed(files, at, value)


def test_whatever_stands_in_a_schema_for_a_plain_file(
    tmp_path: Path,
    call: Call,  # noqa: F811
) -> None:
    data, schema = tmp_path / "a.csv", tmp_path / "s.yaml"
    data.write_text(CSV, encoding="utf-8")
    plain = {"s": FILES["schemas/uji.yaml"]}
    for value in VALUES:
        for at in (("s", "primaryKey"), ("s", "primaryKey", 0), ("s", "uniqueKeys", 0)):
            content = changed(plain, at, value)["s"]
            schema.write_text(yaml.dump(content, allow_unicode=True), encoding="utf-8")
            done = call("validate", data, "--schema", schema)
            assert done.code in (0, 1, 2), f"{at} = {value!r:.80}: {done.err[-600:]}"


@pytest.mark.parametrize("seed", range(2))
def test_whatever_stands_in_yaml_the_answer_is_clear(
    seed: int,
    tmp_path: Path,
    call: Call,  # noqa: F811
) -> None:
    (tmp_path / "datasets/uji/source").mkdir(parents=True)
    (tmp_path / "schemas").mkdir()
    (tmp_path / "datasets/uji/source/a.csv").write_text(CSV, encoding="utf-8")
    for number, (at, value, files) in enumerate(cases(seed, 150)):
        for name, content in files.items():
            (tmp_path / name).write_text(yaml.dump(content, allow_unicode=True), encoding="utf-8")
        lang = ("id", "en")[number % 2]
        done = call("--project", tmp_path, "--lang", lang, "validate")
        told, said = f"{at} = {value!r:.80}: {done.err[-600:]}", done.out + done.err
        # 3: an address that is private
        assert done.code in (0, 1, 2, 3), told
        assert "unforeseen" not in said, told
        assert done.code == 0 or "→" in said, told
        assert not {"\x1b", "\u202e", "\0"} & set(said), told
        # pydantic's words and its names of kinds are nobody's language
        assert not any(word in done.err for word in ("Input should", "dict[", "list[")), told
