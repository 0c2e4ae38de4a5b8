"""A clean table put among titles, notes, merges, offsets, dialects and encodings is found again."""

from __future__ import annotations

import csv
import datetime as dt
import tempfile
from pathlib import Path
from typing import Any

from fixtures.writers import Sheet, shown, write_csv, write_ods, write_xls, write_xlsx
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.extract import extract
from pipelines.model import Extraction
from pipelines.project.layout import Layout

WORDS = (
    "Kabupaten Kecamatan Desa Unit Layanan Program Kegiatan Sasaran Indikator Sekolah Pasar Jalan "
    "Jembatan Rumah Sumur Sawah Kebun Ternak Perahu Nelayan Petani Guru Murid Kader Posko"
).split()
PLACES = (
    "Nias|Langkat|Karo|Deli Serdang|Asahan|Dairi|Toba|Samosir|Medan|Binjai|Sibolga|São Tomé|"
    "Tapanuli Utara|Batu Bara, Lama|Pulau “Satu”|Gunung; Dua|Kota 'Tua'|Café Baru"
).split("|")
TITLES = (
    "PEMERINTAH PROVINSI SUMATERA UTARA|DINAS KESEHATAN|LAPORAN BULANAN|Data per 31 Desember 2024|"
    "Tahun 2024|REKAPITULASI, SEMENTARA"
).split("|")
NOTES = (
    "Sumber: Dinas Kesehatan|Catatan: angka sementara|*) belum final|Sumber: BPS, diolah|"
    "Keterangan: data per Desember"
).split("|")
RUNS = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@st.composite
def tables(draw: st.DrawFn) -> list[list[Any]]:
    """Labels, then 3 to 14 rows: words first, at least one column of numbers."""
    width = draw(st.integers(2, 6))
    height = draw(st.integers(3, 14))
    labels = draw(st.lists(st.sampled_from(WORDS), min_size=width, max_size=width, unique=True))
    kinds = ["words", "number"]
    kinds += draw(
        st.lists(
            st.sampled_from(["words", "number", "decimal", "code", "date"]),
            min_size=width - 2,
            max_size=width - 2,
        )
    )
    columns: list[list[Any]] = []
    for kind in kinds:
        columns.append([_cell(draw, kind) for _ in range(height)])
    rows = [list(row) for row in zip(*columns, strict=True)]
    if width > 3 and draw(st.booleans()):
        rows[draw(st.integers(1, height - 1))][draw(st.integers(2, width - 1))] = None
    return [labels, *rows]


def _cell(draw: st.DrawFn, kind: str) -> Any:
    if kind == "words":
        return draw(st.sampled_from(PLACES))
    if kind == "number":
        return draw(st.integers(3000, 999_999))
    if kind == "decimal":
        return draw(st.integers(1, 99_999)) / 100
    if kind == "code":
        return f"{draw(st.integers(1, 99)):02d}.{draw(st.integers(1, 99)):02d}"
    return dt.date(2020, 1, 1) + dt.timedelta(draw(st.integers(0, 1500)))


def texts(rows: list[list[Any]]) -> list[list[str]]:
    return [[shown(value) for value in row] for row in rows]


def as_rows(found: Extraction) -> list[list[str]]:
    frame = found.table.frame
    body = [["" if v != v else v for v in row] for row in frame.itertuples(index=False, name=None)]
    return [[str(label) for label in frame.columns], *body]


def accounted(found: Extraction) -> None:
    rows = found.evidence["rows"]
    assert rows["sheet"] == rows["header"] + rows["data"] + sum(rows["left"].values())
    assert len(found.left_out) == sum(rows["left"].values())
    assert len(found.table) == rows["data"]


surroundings = st.tuples(
    st.lists(st.sampled_from(TITLES), max_size=3, unique=True),
    st.integers(0, 2),
    st.integers(0, 1),
    st.lists(st.sampled_from(NOTES), max_size=2, unique=True),
)


@RUNS
@given(
    tables(),
    surroundings,
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]),
)
def test_in_text(
    table: list[list[Any]],
    around: tuple[list[str], int, int, list[str]],
    delimiter: str,
    encoding: str,
    line: str,
    quoting: int,
) -> None:
    titles, gap, tail, notes = around
    rows: list[list[Any]] = [[title] for title in titles]
    rows += [[]] * (gap if titles else 0)
    rows += table
    rows += [[]] * (tail if notes else 0)
    rows += [[note] for note in notes]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "data.csv"
        write_csv(
            Sheet(rows), path, delimiter=delimiter, encoding=encoding, line=line, quoting=quoting
        )
        found = extract(path)
    assert as_rows(found) == [table[0], *texts(table[1:])]
    accounted(found)


@RUNS
@given(
    tables(),
    surroundings,
    st.integers(0, 4),
    st.integers(0, 3),
    st.booleans(),
    st.booleans(),
    st.sampled_from([("xlsx", write_xlsx), ("xls", write_xls), ("ods", write_ods)]),
)
def test_in_sheets(
    table: list[list[Any]],
    around: tuple[list[str], int, int, list[str]],
    down: int,
    right: int,
    merged: bool,
    grouped: bool,
    form: tuple[str, Any],
) -> None:
    titles, gap, tail, notes = around
    width = len(table[0])
    head: list[list[Any]] = [list(table[0])]
    labels = list(table[0])
    merges: list[tuple[int, int, int, int]] = []
    rows: list[list[Any]] = [[title] for title in titles]
    if merged:
        merges += [(row, 0, row, width - 1) for row in range(len(rows))]
    rows += [[]] * (gap if titles else 0)
    top = len(rows)
    if grouped and width > 3:
        upper = [*table[0][:-2], "Rincian", None]
        head = [upper, [*[None] * (width - 2), *table[0][-2:]]]
        labels[-2:] = [f"Rincian / {label}" for label in table[0][-2:]]
        merges += [(top, column, top + 1, column) for column in range(width - 2)]
        merges.append((top, width - 2, top, width - 1))
    rows += [*head, *table[1:]]
    rows += [[]] * (tail if notes else 0)
    rows += [[note] for note in notes]
    placed = [[]] * down + [[None] * right + row for row in rows]
    shifted = [(a + down, b + right, c + down, d + right) for a, b, c, d in merges]
    kind, write = form
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"data.{kind}"
        write([Sheet(placed, shifted)], path)
        found = extract(path)
        again = extract(path, Layout(**found.layout))
    assert as_rows(found) == [labels, *texts(table[1:])]
    assert as_rows(again) == as_rows(found)
    accounted(found)
    accounted(again)
    for index in range(len(found.table)):
        assert found.table.position(index).row == down + top + len(head) + index + 1
    assert found.table.position(0, str(labels[0])).column == right + 1


def numbered(table: list[list[Any]]) -> list[list[Any]]:
    return [["No", *table[0]], *[[n, *row] for n, row in enumerate(table[1:], start=1)]]


@RUNS
@given(
    tables(),
    tables(),
    st.integers(1, 3),
    st.integers(0, 3),
    st.booleans(),
    st.sampled_from([("xlsx", write_xlsx), ("ods", write_ods), ("csv", write_csv)]),
)
def test_side_by_side(
    one: list[list[Any]],
    other: list[list[Any]],
    gap: int,
    down: int,
    titled: bool,
    form: tuple[str, Any],
) -> None:
    one, other = numbered(one), numbered(other)
    gap = gap if titled else max(gap, 2)
    left, right = ([["Tabel 1"], *one], [["Tabel 2"], *other]) if titled else (one, other)
    right = [*[[]] * (down if titled else 0), *right]
    width = len(one[0])
    rows: list[list[Any]] = [["DINAS KESEHATAN"], []]
    for n in range(max(len(left), len(right))):
        first = left[n] if n < len(left) else []
        second = right[n] if n < len(right) else []
        rows.append([*first, *[None] * (width - len(first) + gap), *second])
    kind, write = form
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"data.{kind}"
        write(Sheet(rows) if kind == "csv" else [Sheet(rows)], path)
        found = [extract(path, Layout(table=number)) for number in (1, 2)]
        again = [extract(path, Layout(**item.layout)) for item in found]
    for item, table in zip(found, (one, other), strict=True):
        assert as_rows(item) == [table[0], *texts(table[1:])]
        accounted(item)
        columns = item.evidence["columns"]
        assert columns["sheet"] == columns["taken"] + sum(columns["left"].values())
        assert columns["left"]["left-other-table"] == width + len(other[0]) - len(table[0])
    assert [as_rows(item) for item in again] == [as_rows(item) for item in found]
    assert found[1].table.position(0, "No").column == width + gap + 1


@RUNS
@given(tables(), st.lists(st.integers(1, 5), min_size=1, max_size=2, unique=True), st.booleans())
def test_spacer_columns(table: list[list[Any]], places: list[int], titled: bool) -> None:
    rows: list[list[Any]] = [["DINAS KESEHATAN"], []] if titled else []
    for row in table:
        cells: list[Any] = []
        for index, cell in enumerate(row):
            cells += [None, cell] if index in places else [cell]
        rows.append(cells)
    with tempfile.TemporaryDirectory() as folder:
        write_xlsx([Sheet(rows)], Path(folder) / "data.xlsx")
        found = extract(Path(folder) / "data.xlsx")
    assert as_rows(found) == [table[0], *texts(table[1:])]
    accounted(found)


@RUNS
@given(st.lists(st.lists(st.text(alphabet='ab1 ,;"\n.-|', max_size=8), max_size=5), max_size=12))
def test_any_rows_are_accounted_for(rows: list[list[str]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "data.csv"
        with path.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows(rows)
        from pipelines.errors import Refused

        try:
            found = extract(path)
        except Refused as error:
            assert error.code in (
                "file-empty", "file-blank", "table-missing", "delimiter-unclear",
            )  # fmt: skip
            return
    accounted(found)
