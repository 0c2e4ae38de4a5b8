"""The audit is exact: replayed on the raw table it gives the clean one, and it shows nothing that a
remedy took away.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.csv
import pyarrow.parquet
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.clean import as_table, changes, cleaned_frame, replay, same, write_audit
from pipelines.clean.table.trail import REDACTED
from pipelines.model import AUDIT_COLUMNS

CELLS = st.one_of(
    st.none(),
    st.sampled_from(
        ["1.234", "12,5", " 7 ", "Rp 1.000", "(5)", "12*", "-", "n/a", "", "  ", "1.234.567", "0,5",
         "17/08/2024", "5 Agt 2024", "45323", "2024-01-31", "Agustus 2024", "Triwulan I 2024",
         "12.1", "12.10", "1201", "Kab. Labuhan Batu", "Nias Utra", "Kota Medan", "Ya", "tidak",
         "a  b", "ﬁ é", "x\u00a0y", "KTP", "e-KTP"]
    ),
    st.text(max_size=6),
)  # fmt: skip
NAMES = ("a", "b", "c", "d")
FIELD = st.sampled_from(NAMES)
STEPS: list[st.SearchStrategy[Any]] = [
    st.just("trim"),
    st.just("missing"),
    st.builds(lambda f: {"numbers": f}, FIELD),
    st.builds(lambda f, p: {"numbers": {"field": f, "decimal": p, "scale": "ribu"}}, FIELD,
              st.sampled_from([",", "."])),
    st.builds(lambda f: {"dates": f}, FIELD),
    st.builds(lambda f, t: {"periods": {"field": f, "to": t}}, FIELD,
              st.sampled_from(["year", "month", "quarter", "semester", "last_day"])),
    st.builds(lambda f: {"booleans": f}, FIELD),
    st.builds(lambda f, t: {"regions": {"field": f, "to": t}}, FIELD,
              st.sampled_from(["code", "name", "bps"])),
    st.builds(lambda f: {"letter_case": f}, FIELD),
    st.builds(lambda f: {"fill_down": f}, FIELD),
    st.builds(lambda f: {"budget_codes": f}, FIELD),
    st.builds(lambda f: {"units": {"field": f, "to": "m"}}, FIELD),
    st.builds(lambda f: {"map": {"field": f, "fix": {"KTP-el": ["KTP", "e-KTP"]},
                                 "ignore": ["7"], "unknown": "keep"}}, FIELD),
    st.builds(lambda f, p: {"replace": {"field": f, "pattern": p, "to": "z"}}, FIELD,
              st.sampled_from(["1", ".", "a"])),
    st.builds(lambda f: {"drop_rows": f"text({f}) == '7'"}, FIELD),
    st.builds(lambda f: {"keep_rows": f"{f} is not None"}, FIELD),
    st.builds(lambda f, k: {"deduplicate": {"key": f, "keep": k}}, FIELD,
              st.sampled_from(["first", "last", "most", "equal"])),
    st.builds(lambda f, d: {"sort": {"by": f, "descending": d}}, FIELD, st.booleans()),
    st.builds(lambda f: {"derive": {"field": f, "expression": "text(a) + '/' + text(b)"}}, FIELD),
    st.builds(lambda f: {"constant": {f: 2024}}, FIELD),
    st.builds(lambda f: {"mask": f}, FIELD),
    st.builds(lambda f: {"hash": f}, FIELD),
    st.builds(lambda f: {"generalise": {"field": f, "to": "year"}}, FIELD),
    st.builds(lambda f, g: {"suppress": {"field": f, "within": g}}, FIELD, FIELD),
]  # fmt: skip
#: Steps that change the columns come last: what they leave is not `a` … `d` any more.
SHAPES: list[Any] = [
    [],
    [{"split": {"field": "a", "into": ["e", "f"], "separator": "/"}}, {"drop": "a"}],
    [{"join": {"fields": ["a", "b"], "into": "e"}}],
    [{"rename": {"a": "b", "b": "a"}}, {"rename": {"b": "z", "a": "b"}}, {"numbers": "z"}],
    [{"unpivot": {"columns": ["c", "d"], "names": "n", "value": "v"}}, {"numbers": "v"},
     {"fill_down": "v"}, {"drop_rows": "text(v) == '7'"}],
    [{"unpivot": {"keep": [], "names": "n", "value": "v"}}, "missing", {"sort": ["v"]}],
    [{"deduplicate": {"key": ["a", "b"], "keep": "first"}}, {"fill_down": "c"},
     {"drop_rows": "c is None"}, {"pivot": {"names": "c", "value": "d", "index": ["a", "b"]}}],
    [{"drop": ["a", "b"]}, {"constant": {"e": "x"}}],
]  # fmt: skip

TABLES = st.lists(st.tuples(*[CELLS] * len(NAMES)), max_size=8)


def frame_of(rows: list[tuple[Any, ...]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(NAMES), dtype="str")


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(TABLES, st.lists(st.one_of(STEPS), max_size=5), st.sampled_from(SHAPES))
def test_replaying_the_audit_gives_the_clean_table(
    rows: list[tuple[Any, ...]], steps: list[Any], shape: list[Any]
) -> None:
    raw = frame_of(rows)
    found = cleaned_frame(raw, [*steps, *shape], secret="rahasia")
    assert same(replay(as_table(raw), found.audit), found.table.frame)
    assert list(found.audit.columns) == list(AUDIT_COLUMNS)
    assert len(found.table) == len(found.table.frame)


SECRETS = st.lists(st.integers(10**11, 10**12 - 1), min_size=1, max_size=6)


@settings(max_examples=30, deadline=None)
@given(
    SECRETS,
    st.sampled_from(["mask", "hash", "drop", "generalise"]),
    st.sampled_from([[], ["trim"], [{"replace": {"pattern": "x", "field": "nama"}}],
                     [{"join": {"fields": ["nama", "b"], "into": "c"}}, {"drop": "c"}],
                     [{"drop_rows": "b == '1'"}],
                     [{"rename": {"nama": "d"}}, {"rename": {"d": "nama"}}]]),
)  # fmt: skip
def test_a_remedy_leaves_no_trace(numbers: list[int], remedy: str, before: list[Any]) -> None:
    raw = pd.DataFrame(
        {"nama": [f" x{number} " for number in numbers], "b": ["1", "2", "3"] * 2}
        if len(numbers) == 6
        else {"nama": [f" x{number} " for number in numbers], "b": ["1"] * len(numbers)},
        dtype="str",
    )
    step: Any = {"generalise": {"field": "nama", "to": "year"}}
    found = cleaned_frame(raw, [*before, step if remedy == "generalise" else {remedy: "nama"}],
                          secret="rahasia")  # fmt: skip
    text = found.audit.to_csv() + found.table.frame.to_csv()
    text += "".join(f"{f.value} {dict(f.params)}" for f in found.findings)
    for number in numbers:
        assert str(number) not in text
    assert same(replay(as_table(raw), found.audit), found.table.frame)


def test_identifiers_are_masked_in_the_audit() -> None:
    nik = "1271014508900001"
    raw = pd.DataFrame(
        {"catatan": [f" {nik} ", f"NIK {nik}  hilang"], "n": ["1", "2"]}, dtype="str"
    )
    steps: list[Any] = [{"replace": {"field": "catatan", "pattern": nik, "to": ""}}]
    found = cleaned_frame(raw, [*steps, {"drop_rows": "n == '2'"}])
    assert nik not in found.audit.to_csv()
    dropped = found.audit[found.audit["action"] == "drop"]
    assert dropped["before"].tolist() == ["catatan=NIK hilang; n=2"] or nik not in str(dropped)


def test_entries_point_to_the_source() -> None:
    raw = pd.DataFrame({"nama": [" A", "B"], "jumlah": ["1.234", "7"]}, dtype="str")
    found = cleaned_frame(raw, [{"numbers": {"field": "jumlah", "decimal": ","}}])
    first = found.audit.iloc[0]
    assert (first["row"], first["column"], first["field"]) == (2, 1, "nama")
    assert (first["action"], first["before"], first["after"]) == ("change", " A", "A")
    second = found.audit.iloc[1]
    assert (second["row"], second["column"], second["after"]) == (2, 2, "1234")
    assert changes(found.audit) == {"nama": {"trim": 1}, "jumlah": {"numbers": 1}}


def test_redacted_entries_say_so() -> None:
    raw = pd.DataFrame({"nik": [" 1234567890 "]}, dtype="str")
    found = cleaned_frame(raw, [{"mask": {"field": "nik", "kind": "nik"}}])
    assert found.audit["before"].tolist() == [REDACTED, REDACTED]
    assert found.audit["after"].tolist() == [REDACTED, "12********"]


def test_audit_is_written_as_parquet_and_csv(tmp_path: Path) -> None:
    raw = pd.DataFrame({"nama": [" A", 'B "x", y  z']}, dtype="str")
    found = cleaned_frame(raw)
    parquet, csv = write_audit(found.audit, tmp_path, "tabel")
    table = pyarrow.parquet.read_table(parquet)
    assert table.column_names == list(AUDIT_COLUMNS)
    assert table["after"].to_pylist() == ["A", 'B "x", y z']
    written = pyarrow.csv.read_csv(csv)
    assert written["before"].to_pylist() == [" A", 'B "x", y  z']
    assert written.num_rows == len(found.audit)
