"""What is found in a text and in a column, and what is left in peace."""

import random
import unicodedata

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.labelled import BUDGET, digits, mobile, nik, nip, shape
from pipelines.domain.identifiers import find, redact

NIK = "1271015508900001"


def kinds(text: str, label: str = "") -> list[tuple[str, str]]:
    return [(hit.kind, text[hit.start : hit.stop]) for hit in find(text, label=label)]


WRITTEN = [
    NIK, f"'{NIK}", f"{NIK}.0", f"{NIK},00", "12 71 01 550890 0001", "12.71.01.550890.0001",
    "1271 0155 0890 0001", "1271-0155-0890-0001", "1 2 7 1 0 1 5 5 0 8 9 0 0 0 0 1",
    "1.271.015.508.900.001", "1,271,015,508,900,001", "127101 550890 0001",
    "１２７１０１５５０８９００００１", "١٢٧١٠١٥٥٠٨٩٠٠٠٠١", "𝟙𝟚𝟟𝟙𝟘𝟙𝟝𝟝𝟘𝟠𝟡𝟘𝟘𝟘𝟘𝟙",
    "1271\u200b0155\u200b0890\ufeff0001", "1271\u00a00155\u00a00890\u00a00001",
    "1271–0155–0890–0001", "1271\u20110155\u20110890\u20110001", "1271\u00ad01550890\u20600001",
]  # fmt: skip


@pytest.mark.parametrize("text", WRITTEN)
def test_a_nik_however_it_is_written(text: str) -> None:
    assert [kind for kind, _ in kinds(text)] == ["nik"]
    inside = f"pemohon ({text}) datang"
    assert [kind for kind, _ in kinds(inside)] == ["nik"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f"NIK {NIK} HP 0812-3456-7890", [("nik", NIK), ("phone", "0812-3456-7890")]),
        (f"{NIK}/081234567890", [("nik", NIK), ("phone", "081234567890")]),
        (f"{NIK} 1271014508900002", [("nik", NIK), ("nik", "1271014508900002")]),
        (f"NIK{NIK}", [("nik", NIK)]),
        (f"no.KTP:{NIK};", [("nik", NIK)]),
        (f"No. KK {NIK[:6]}150815{NIK[12:]}", [("kk", "1271011508150001")]),
        (f"NIK an. Budi Santoso: {NIK}", [("nik", NIK)]),
        ("NIK: 127101550890001", [("nik", "127101550890001")]),  # a digit lost
        ("NIP. 19860926 201505 1 001", [("nip", "19860926 201505 1 001")]),
        ("19860926 201505 1 001", [("nip", "19860926 201505 1 001")]),
        ("NPWP 01.312.166.0-091.000", [("npwp", "01.312.166.0-091.000")]),
        ("npwp 013121660091000", [("npwp", "013121660091000")]),
        ("081234567890", [("phone", "081234567890")]),
        ("+62 812 3456 7890", [("phone", "+62 812 3456 7890")]),
        ("0062-812-3456-7890", [("phone", "0062-812-3456-7890")]),
        ("(+62) 812 3456 7890", [("phone", "(+62) 812 3456 7890")]),
        ("(061) 4512345", [("phone", "(061) 4512345")]),
        ("0812 3456 7890, a@b.id", [("phone", "0812 3456 7890"), ("email", "a@b.id")]),
        ("rek BRI 0123-01-012345-50-9", [("account", "0123-01-012345-50-9")]),
        ("No. Rekening Bank Sumut: 100.01.04.012345-6", [("account", "100.01.04.012345-6")]),
        ("mobil BK 1234 AB rusak", [("plate", "BK 1234 AB")]),
        ("nopol B 9 A", [("plate", "B 9 A")]),
        ("NISN 0012345678", [("other", "0012345678")]),
    ],
)  # fmt: skip
def test_found_in_text(text: str, found: list[tuple[str, str]]) -> None:
    assert kinds(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "", "-", "Dinas Kesehatan", "5.1.02.01.01.0024", "kode rekening 5102030201210001",
        "5102010100010001", "3.595196, 98.672223", "3.5951956 98.6722227", "0.1271015508900001",
        "98.67222271550890", "20240405123045", "2024040512304512", "12-01-2024 12-02-2024",
        "08/12/2024 - 09/12/2024", "1201 1202 1203 1204", "tahun 2020 2021 2022 2023",
        "1.234.567.890.123", "Rp 3.621.313.700.000.000", "VA 8877081234567890",
        "SPK-2025-8382864794", "800/1234/BKD/2024", "12.71.01.1003", "1271011003",
        "Jl. Gatot Subroto No. 12 RT 03/RW 05", "BB 15 KG", "Blok B 12 A", "KM 12 TA",
        "Tipe B 36 M2", "@dinkes_sumut", "3 @ Rp 5.000", "8999999012345", "192.168.100.200",
        "a3f1271015508900001bc4d5e6f708192", "Perda No. 5 Tahun 2019", "1271012902030001",
        "9971015508900001", "nomor order 0812202400017", "L00000001", "TA 2024 2025",
    ],
)  # fmt: skip
def test_left_in_peace(text: str) -> None:
    assert kinds(text) == []


def made(make: object, count: int = 40) -> list[str]:
    source = random.Random(5)
    return [make(source) for _ in range(count)]  # type: ignore[operator]


@pytest.mark.parametrize(
    ("cells", "label", "found"),
    [
        (made(nik), "kolom_3", ("nik",)),
        (made(lambda r: nik(r, card=True)), "kolom_3", ("kk",)),
        (made(lambda r: nik(r, card=True)), "no_kk", ("kk",)),
        (made(nip), "kolom_3", ("nip",)),
        (made(lambda r: "0" + mobile(r)), "kolom_3", ("phone",)),
        (made(mobile), "kolom_3", ("phone",)),  # Excel has taken the zero
        (made(mobile), "no_hp", ("phone",)),
        (made(lambda r: nik(r)[:15] + "0"), "nik", ("nik",)),  # rounded by Excel
        (made(lambda r: f"1.2{r.randint(1000, 9999)}E+15"), "NIK Pemohon", ("nik",)),
        (made(digits(10)), "nisn", ("other",)),
        (made(digits(10)), "no_rekening", ("account",)),
        (made(digits(16)), "kolom_3", ()),
        (made(digits(16)), "nomor_va", ()),
        (made(digits(12)), "kode_barang", ()),
        (made(digits(11, "0")), "kode", ()),
        (made(shape(BUDGET)), "kolom_3", ()),
        (made(shape(BUDGET)), "kode_rekening", ()),
        (made(lambda r: str(r.randint(0, 250_000))), "jumlah_kk", ()),
        (made(lambda r: str(r.randint(0, 99))), "penduduk ber-NIK", ()),
        (made(lambda r: f"{r.getrandbits(64):016x}"), "nik", ()),  # hashed
        (["12**************"] * 9, "nik", ()),  # masked
        (["BK **** **"] * 9, "nopol", ()),
        (["b***@gmail.com"] * 9, "email", ()),
    ],
)
def test_columns(cells: list[str], label: str, found: tuple[str, ...]) -> None:
    hits = find(pa.array(cells), label=label)
    assert hits.kinds == found
    if found:
        assert len(hits.rows()) >= 0.95 * len(cells)


def test_one_nik_among_other_numbers_is_found() -> None:
    cells = [*made(digits(10, "4"), 200), NIK]
    assert list(find(pa.array(cells)).rows()) == [200]


def test_a_few_nik_hidden_among_account_numbers_are_found() -> None:
    cells = [*made(digits(16, "00"), 200), *made(nik, 20)]
    assert set(find(pa.array(cells)).rows()) == set(range(200, 220))


def test_every_container_gives_the_same_hits() -> None:
    cells = [NIK, None, "telp 061-4512345", "", NIK]
    expected = [(hit.kind, hit.row) for hit in find(pd.Series(cells, dtype="str"))]
    assert expected == [("nik", 0), ("phone", 2), ("nik", 4)]
    for values in (
        pa.array(cells),
        pa.array(cells, pa.large_string()),
        pa.array(cells).dictionary_encode(),
        pa.chunked_array([cells[:2], cells[2:]]),
        pa.array(["x", *cells]).slice(1),
        cells,
    ):
        assert [(hit.kind, hit.row) for hit in find(values)] == expected


def test_redact_hides_the_identifier_and_keeps_the_rest() -> None:
    column = pd.Series([f"NIK {NIK}, Medan", None, "baik", "HP 0812-3456-7890"], dtype="str")
    shown = redact(column, find(column))
    assert shown.tolist()[0] == "NIK 12**************, Medan"
    assert shown.isna().tolist() == [False, True, False, False]
    assert shown.tolist()[2:] == ["baik", "HP 08**********"]


words = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=20)


@given(st.lists(st.one_of(st.none(), words, st.sampled_from(WRITTEN)), max_size=8))
def test_hits_lie_within_their_cells_and_redacting_leaves_none(cells: list[str | None]) -> None:
    column = pd.Series(cells, dtype="str")
    hits = find(column)
    for hit in hits:
        cell = cells[hit.row]
        assert cell is not None
        assert 0 <= hit.start < hit.stop <= len(cell)
    assert not len(find(redact(column, hits)).only("nik"))


def no_digits(text: str) -> bool:
    """Say that nothing in a text is read as a digit, as `½` and `②` are: that would be a longer
    number."""
    return not any(c.isdecimal() for c in unicodedata.normalize("NFKC", text))


@given(st.sampled_from(WRITTEN), words.filter(no_digits))
def test_words_around_do_not_hide_a_nik(written: str, around: str) -> None:
    text = f"{around} {written} {around}"
    assert {"nik", "kk"} & {kind for kind, _ in kinds(text)}
