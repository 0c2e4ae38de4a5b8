"""What the screen accuses, what it lets pass, and what its findings say."""

import random

import pytest
import yaml
from privacy.toys import keys, people, toy

from bench.labelled import account, email, nik, nip, plate
from pipelines.clean.registry import plan
from pipelines.clean.steps import load_all
from pipelines.messages import LANGS
from pipelines.model import Finding, Position

PLACE = Position("datasets/x/dataset.yaml")


def test_a_list_of_people_is_refused_column_by_column() -> None:
    assert keys(toy(people())) == {
        ("personal-identifier.nik", "nik"),
        ("personal-identifier.phone", "no_hp"),
        ("personal-name.name", "nama"),
        ("personal-attribute.birth-date", "tanggal_lahir"),
        ("personal-attribute.religion", "agama"),
        ("personal-attribute.address", "alamat"),
        ("personal-combination.k", None),
    }


@pytest.mark.parametrize(
    ("kind", "make"),
    [("nip", nip), ("email", email), ("account", account), ("plate", plate)],
)
def test_each_kind_is_named(kind: str, make: object) -> None:
    r = random.Random(2)
    label = {"account": "no_rekening"}.get(kind, "kolom_3")
    cells = [make(r) for _ in range(20)]  # type: ignore[operator]
    assert keys(toy({label: cells})) == {(f"personal-identifier.{kind}", label)}


def test_a_finding_says_where_how_many_which_law_and_what_to_do() -> None:
    data = {"pemohon": [f"a.n. {nik(random.Random(i))}" if i in (3, 5) else "–" for i in range(8)]}
    (finding,) = toy(data)
    assert finding.severity == "error"
    assert (finding.row, finding.position.cell, finding.value) == (5, "A5", "12**************")
    assert "di 2 dari 8 baris (A5, A7)" in finding.message
    assert "UU PDP 27/2022 pasal 4 ayat 3" in finding.message
    assert 'personal_data: {allow: {pemohon: "alasan …"}}' in finding.text("next")
    assert "- mask: {fields: pemohon, within: true}" in finding.text("next")


def test_bank_accounts_are_specific_personal_data() -> None:
    r = random.Random(1)
    (finding,) = toy({"no_rekening": [account(r) for _ in range(9)]})
    assert "pasal 4 ayat 2" in finding.message


@pytest.mark.parametrize("column", [*people()])
def test_the_printed_yaml_with_a_reason_allows_the_column(column: str) -> None:
    data = {column: people()[column], "satuan": ["x"] * 40}
    for finding in toy(data):
        printed = finding.params["allow"].replace("alasan …", "diumumkan dengan SK 12/2024")
        policy = yaml.safe_load(printed)["personal_data"]
        (allowed,) = [f for f in toy(data, policy) if f.params["column"] == finding.field]
        assert (allowed.code, allowed.severity) == ("personal-allowed", "info")
        assert "diumumkan dengan SK 12/2024" in allowed.message


def test_every_printed_remedy_is_a_step_that_cleaning_knows() -> None:
    load_all()
    counts = {"jumlah": ["1", "40"]}
    findings = [
        *toy(people()),
        *toy(counts, fields={"jumlah": {"type": "integer", "unit": "jiwa"}}),
    ]
    seen = set()
    for finding in findings:
        for step in finding.params["remedies"].strip("'").split("', '"):
            (planned,) = plan(yaml.safe_load(step), "toy")
            seen.add(planned.step.name)
    assert seen == {"drop", "hash", "mask", "generalise", "suppress"}


def test_the_exact_allowance_for_a_combination_works_in_any_order() -> None:
    columns = people()
    data = {name: columns[name] for name in ("tanggal_lahir", "jenis_kelamin", "desa")}
    both = {"tanggal_lahir": "data sejarah 1900-an", "desa+tanggal_lahir+jenis_kelamin": "sama"}
    assert (
        keys(toy(data, {"allow": {**both, "desa+tanggal_lahir+jenis_kelamin": "arsip lama"}}))
        == set()
    )


def test_texts_are_screened() -> None:
    texts = [
        (PLACE, "Hubungi Budi Santoso di 0812-3456-7890 atau budi@gmail.com"),
        (
            Position("datasets/x/NOTES.md"),
            "Kepala Dinas, dr. Alwi Hasibuan, NIP 198609262015051001",
        ),
    ]
    found = toy({"a": ["1"]}, texts=texts)
    assert keys(found) == {
        ("personal-text.phone", None),
        ("personal-text.email", None),
        ("personal-text.nip", None),
        ("personal-text.name", None),
    }
    assert (
        keys(toy({"a": ["1"]}, {"allow": {"texts": "pejabat penandatangan"}}, texts=texts)) == set()
    )


@pytest.mark.parametrize("text", ["Indeks 2024", "", "Kepmendagri 300.2.2-2430 Tahun 2025"])
def test_plain_texts_pass(text: str) -> None:
    assert toy({"a": ["1"]}, texts=[(PLACE, text)]) == ()


AGGREGATES = [
    {"kode_wilayah": ["12.01", "12.71"], "nama": ["Kabupaten Tapanuli Tengah", "Kota Medan"]},
    {"nama_kabupaten": ["Nias", "Samosir"], "agama": ["Islam", "Kristen"], "n": ["40", "50"]},
    {"kelompok_umur": ["0-4", "5-9"], "jenis_kelamin": ["L", "P"], "jumlah": ["3000", "2"]},
    {"nama_unit": ["RSUD Dr. Pirngadi", "SD Budi Utomo"], "alamat": ["Jl. A No. 1", "Jl. B No. 2"]},
    {"kode_rekening": ["5.1.02.01.01.0024", "4.1.01"], "uraian": ["Belanja Pegawai", "Pajak"],
     "pagu": ["1234567890123456", "12345"]},
    {"lintang": ["3.5951956", "3.1"], "bujur": ["98.6722227", "98.7"], "tahun": ["2023", "2024"]},
    {"nama": ["Kepala Dinas Kesehatan", "Sekretaris Daerah"], "eselon": ["II.b", "I.b"]},
    {"kecamatan": ["Medan Johor", "Tanjung Morawa"], "umur": ["34", "40"]},
    {"nama_jalan": ["Jalan Sisingamangaraja", "Jalan Ahmad Yani"], "panjang_km": ["1.2", "3.4"]},
    {"periode": ["2023-S1", "2023-S2"], "responden": ["150", "160"]},
]  # fmt: skip


@pytest.mark.parametrize("data", AGGREGATES)
def test_aggregates_offices_places_and_budgets_pass(data: dict[str, list[str]]) -> None:
    rows = {name: values * 10 for name, values in data.items()}
    assert toy(rows) == ()


def test_names_alone_under_a_label_of_people_are_refused() -> None:
    rare = ["Zorobabel Hk.", "Wx Qlmn Tru", "Aplonia Ndu", "Ilse Kraemer"] * 3
    assert keys(toy({"nama_pemohon": rare})) == {("personal-name.name", "nama_pemohon")}
    assert keys(toy({"nama": rare})) == set()
    assert keys(toy({"nama": people()["nama"]})) == {("personal-name.name", "nama")}
    offices = ["Dinas Kesehatan", "PT Maju Jaya", "Yayasan Kasih"] * 5
    assert keys(toy({"nama_penerima": offices})) == set()


def test_names_beside_identifiers_need_no_label() -> None:
    columns = people()
    found = keys(toy({"kolom_1": columns["nama"], "nomor": columns["nik"]}))
    assert ("personal-name.name", "kolom_1") in found
    assert keys(toy({"kolom_1": columns["nama"]})) == set()


def test_attributes_without_identification_pass() -> None:
    columns = people(200)
    data = {"agama": columns["agama"], "jenis_kelamin": columns["jenis_kelamin"]}
    assert keys(toy(data)) == set()
    assert keys(toy(data, {"persons": True})) == set()


@pytest.mark.parametrize(("k", "refused"), [(2, False), (3, True), (5, True)])
def test_combinations_need_k_equal_rows(k: int, refused: bool) -> None:
    data = {
        "umur": ["34", "34", "40", "40"],
        "jenis_kelamin": ["L", "L", "P", "P"],
        "desa": ["A", "A", "B", "B"],
    }
    found = keys(toy(data, {"combinations": {"k": k}}))
    assert (("personal-combination.k", None) in found) == refused
    assert keys(toy(data, {"combinations": {"k": k}, "persons": False})) == set()


@pytest.mark.parametrize(
    ("field", "accused"),
    [
        ({"type": "integer", "unit": "jiwa"}, True),
        ({"type": "integer", "unit": "Orang"}, True),
        ({"type": "integer", "title": "Jumlah penderita kusta"}, True),
        ({"type": "integer", "title": "Laki-laki"}, True),
        ({"type": "number", "unit": "pemohon"}, True),
        ({"type": "integer", "unit": "dokumen"}, False),
        ({"type": "integer", "unit": "pegawai"}, False),
        ({"type": "number", "title": "Persentase penduduk miskin", "unit": "%"}, False),
        ({"type": "number", "title": "Jumlah penduduk per km2"}, False),
        ({"type": "string", "title": "Jumlah penduduk"}, False),
        ({"type": "integer"}, False),
    ],
)
def test_small_counts_of_people(field: dict[str, str], accused: bool) -> None:
    found = toy({"n": ["0", "3", "5", "120", None, "x"]}, fields={"n": field})
    assert (keys(found) == {("personal-small-count.count", "n")}) == accused
    if accused:
        assert (found[0].params["count"], found[0].row) == (1, 3)


def test_the_threshold_and_the_fields_are_the_policys() -> None:
    fields = {"n": {"type": "integer", "unit": "jiwa"}, "m": {"type": "integer"}}
    data = {"n": ["3", "9"], "m": ["1", "9"]}
    assert keys(toy(data, {"small_counts": {"threshold": 3}}, fields)) == set()
    chosen = toy(data, {"small_counts": {"fields": ["m"]}}, fields)
    assert keys(chosen) == {("personal-small-count.count", "m")}


def test_all_words_exist_in_both_languages() -> None:
    findings = list(toy(people(), {"allow": {"nik": "uji coba saja", "x": "tidak ada"}}))
    findings += toy({"a": ["1"]}, texts=[(PLACE, "HP 081234567890")])
    assert {f.code for f in findings} >= {"personal-allowed", "personal-allow-unused"}
    for finding in findings:
        for lang in LANGS:
            for part in ("title", "message", "explain", "next"):
                assert finding.text(part, lang), (finding.key, part)


def test_findings_are_findings() -> None:
    assert all(isinstance(finding, Finding) for finding in toy(people()))


def test_an_empty_table_passes() -> None:
    assert toy({"nik": [], "nama": []}) == ()
    assert toy({"nik": [None, None], "nama": [None, None]}) == ()


def test_what_the_schema_says_is_screened() -> None:
    number = nik(random.Random(4))
    for said in ({"example": number}, {"constraints": {"enum": ["a", number]}},
                 {"description": f"misalnya {number}"}):  # fmt: skip
        assert keys(toy({"kode": ["a"]}, fields={"kode": said})) == {("personal-text.nik", None)}
