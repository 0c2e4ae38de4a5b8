"""Names of people are told from names of places, offices, positions and things."""

import pytest

from pipelines.domain.identifiers.names import find_names, name_shares, name_sign

PEOPLE = """Budi Santoso|SITI AMINAH|Dr. H. Ahmad Siregar, M.Si|Rotua br. Simanjuntak|drg. Nirmala
Yosafat Hutagalung|Ir. Soekarno Hatta|Maria Magdalena Sinaga, S.E.|Muhammad Rizky Pratama
Togar Marudut Panjaitan|Hj. Nurhayati Lubis|Andi Wijaya|Fatimah binti Abdullah"""
THINGS = """Kepala Dinas Kesehatan|Kabupaten Nias|Kota Medan|Tapanuli Utara|Deli Serdang|KTP-el
Padang Lawas Utara|Rawat Jalan|SD Negeri Budi Utomo|Jalan Ahmad Yani|Labuhanbatu Selatan
RSUD Dr. Pirngadi|Puskesmas Padang Bulan|Biro Organisasi|Kartu Keluarga|Kristen Protestan
Belum Kawin|Izin Usaha|Dinas Perindustrian dan Perdagangan|PT Budi Jaya|Camat Medan Johor
Unit 012|12.71|Semester I 2024|Tanjung Balai|Serdang Bedagai|Humbang Hasundutan"""


@pytest.mark.parametrize("text", PEOPLE.replace("\n", "|").split("|"))
def test_people_carry_a_sign(text: str) -> None:
    assert name_sign(text) == 2


@pytest.mark.parametrize("text", THINGS.replace("\n", "|").split("|"))
def test_things_carry_none(text: str) -> None:
    assert name_sign(text) < 2


def test_shares_of_a_column() -> None:
    assert name_shares(PEOPLE.replace("\n", "|").split("|")) == (1.0, 1.0)
    assert name_shares(THINGS.replace("\n", "|").split("|"))[1] == 0.0
    assert name_shares([]) == (0.0, 0.0)


@pytest.mark.parametrize(
    ("text", "near", "found"),
    [
        ("a.n. Budi Santoso NIK …", [(18, 40)], ["Budi Santoso"]),
        ("Kepala Dinas, dr. Alwi Hasibuan, M.Kes NIP 1986…", [(39, 48)], ["Alwi Hasibuan, M.Kes"]),
        ("Kepala Dinas Kesehatan Kota Medan", [(34, 50)], []),
        ("hubungi Ibu Siti Aminah di loket 3", [], ["Siti Aminah"]),
        ("Puskesmas Padang Bulan di Medan Baru", [], []),
        ("Yang mirip: Nama Komoditas. Judul yang belum dipakai: Nama Pasar.", [], []),
        ("hubungi Ibu St. Aminah Pane. Loket 3", [], ["St. Aminah Pane"]),
        ("hubungi Bapak Moch. Arifin Siregar. Loket 3", [], ["Moch. Arifin Siregar"]),
    ],
)
def test_names_in_running_text(text: str, near: list[tuple[int, int]], found: list[str]) -> None:
    assert [text[start:stop] for start, stop in find_names(text, near)] == found
