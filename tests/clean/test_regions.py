"""Region codes and names: repaired with evidence, never guessed silently."""

from __future__ import annotations

import pytest
from clean.tables import cells, codes, run

from pipelines.clean.steps.region_names import by_name
from pipelines.domain.reference import regions

CODE = [{"regions": "kode"}]


def test_the_reference_is_whole() -> None:
    known = regions()
    assert len(known) == 33
    assert len({r.kode for r in known}) == len({r.kode_bps for r in known}) == 33
    assert sum(r.kode.replace(".", "") == r.kode_bps for r in known) == 13
    assert {r.jenis for r in known if int(r.kode[3:]) >= 70} == {"kota"}
    assert {r.jenis for r in known if int(r.kode[3:]) < 70} == {"kabupaten"}


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("TOBA SAMOSIR", "12.12"), ("Kab. Toba", "12.12"), ("LABUHAN BATU", "12.10"),
        ("TANJUNG BALAI", "12.74"), ("PEMATANG SIANTAR", "12.72"), ("Kota P. Siantar", "12.72"),
        ("PADANG SIDEMPUAN", "12.77"), ("PADANGSIDEMPUAN", "12.77"), ("GUNUNG SITOLI", "12.78"),
        ("BATUBARA", "12.19"), ("Kabupaten Batu Bara", "12.19"), ("KAB NIAS", "12.04"),
        ("Kabupaten  Labuhanbatu Selatan", "12.22"), ("Labusel", "12.22"), ("Kota Medan", "12.71"),
        ("K O T A  M E D A N", "12.71"), ("M E D A N", "12.71"), ("Kodya Medan", "12.71"),
        ("Padang Lawas", "12.21"), ("Padang Lawas Utara", "12.20"), ("Deli serdang", "12.07"),
        # slips
        ("Nias Utra", "12.24"), ("Simalngun", "12.08"), ("Mandaling Natal", "12.13"),
        ("Humbang Hasunduttan", "12.16"), ("Kota Bnjai", "12.75"),
        # unclear or foreign
        ("Tapanuli", None), ("Labuhanbatu Barat", None), ("Jakarta", None), ("Jumlah", None),
        ("Nias Timur", None), ("", None),
    ],
)  # fmt: skip
def test_name(name: str, code: str | None) -> None:
    found = by_name(name).region
    assert (found.kode if found else None) == code


@pytest.mark.parametrize(
    ("columns", "clean", "findings"),
    [
        # official already
        ({"kode": ["12.01", "12.71"]}, ["12.01", "12.71"], []),
        # names
        ({"kode": ["Kota Medan", "KAB. LABUHAN BATU"]}, ["12.71", "12.10"], []),
        ({"kode": ["Nias Utra"]}, ["12.24"], ["warning region-spelling"]),
        ({"kode": ["Kabupaten Medan"]}, ["12.71"], ["warning region-spelling.kind"]),
        ({"kode": ["Tapanuli"]}, ["Tapanuli"], ["error region-unknown"]),
        ({"kode": ["12.99"]}, ["12.99"], ["error region-unknown"]),
        ({"kode": ["Provinsi Sumatera Utara", "12.01"]}, ["12", "12.01"], []),
        # a lost zero, by the name beside it
        ({"kode": ["12.1", "12.1"], "nama": ["Labuhanbatu", "Tapanuli Tengah"]},
         ["12.10", "12.01"], ["info region-zero.name"] * 2),
        # a lost zero, by the other codes of the column
        ({"kode": ["12.01", "12.1"]}, ["12.01", "12.10"], ["info region-zero.column"]),
        ({"kode": ["12.10", "12.1"]}, ["12.10", "12.01"], ["info region-zero.column"]),
        # only one of both exists
        ({"kode": ["12.3"]}, ["12.03"], ["info region-zero.only"]),
        # not guessed
        ({"kode": ["12.1"]}, ["12.1"], ["error region-zero.unclear"]),
        ({"kode": ["12.1"], "nama": ["Nias"]}, ["12.1"], ["error region-mismatch"]),
        # undotted: the same in both systems (1216 Humbang Hasundutan is not)
        ({"kode": ["1218"]}, ["12.18"], []),
        ({"kode": ["1201"]}, ["1201"], ["error region-system"]),
        # by the names beside them
        ({"kode": ["1201", "1275"], "nama": ["Nias", "Medan"]}, ["12.04", "12.71"], []),
        ({"kode": ["1201", "1271"], "nama": ["Tapanuli Tengah", "Medan"]}, ["12.01", "12.71"], []),
        ({"kode": ["1", "75"], "nama": ["Nias", "Medan"]}, ["12.04", "12.71"], []),
        ({"kode": ["1201", "1275"], "nama": ["Nias", "Binjai"]}, ["12.04", "12.75"], []),
        ({"kode": ["1201", "1275", "1276"], "nama": ["Nias", "Medan", "Medan"]},
         ["12.04", "12.71", "1276"], ["error region-mismatch"]),
        # by the dotted codes of the column
        ({"kode": ["12.02", "12.03", "1201"]}, ["12.02", "12.03", "12.01"], []),
        # by the label
        ({"kode": ["1201"], "x": ["y"]}, ["1201"], ["error region-system"]),
        # code and name disagree
        ({"kode": ["12.01"], "nama": ["Nias"]}, ["12.01"], ["error region-mismatch"]),
        # other shapes
        ({"kode": ["12 . 07", "12,08", "120712", "12.07.12.2001"]},
         ["12.07", "12.08", "12.07.12", "12.07.12.2001"], []),
        ({"kode": ["12071"]}, ["12071"], ["error region-unknown"]),
        ({"kode": ["1207.0", "12.02", "12.03"]}, ["12.07", "12.02", "12.03"], []),
    ],
)  # fmt: skip
def test_column(columns: dict[str, list[str]], clean: list[str], findings: list[str]) -> None:
    found = run(columns, CODE)
    assert cells(found, "kode") == clean
    assert codes(found) == findings
    for finding in found.findings:
        assert finding.message
        assert finding.position is not None and finding.position.cell


def test_the_label_tells_the_system() -> None:
    found = run({"Kode BPS": ["1201", "1275"]}, [{"regions": {"fields": "Kode BPS"}}])
    assert cells(found, "Kode BPS") == ["12.04", "12.71"]
    assert codes(found) == []


@pytest.mark.parametrize(("system", "code"), [("bps", "12.04"), ("kemendagri", "12.01")])
def test_the_descriptor_tells_the_system(system: str, code: str) -> None:
    found = run({"kode": ["1201"]}, [{"regions": {"field": "kode", "system": system}}])
    assert cells(found, "kode") == [code]
    assert codes(found) == []


def test_names_become_official_and_give_codes() -> None:
    steps = [{"regions": {"field": "kode_wilayah", "source": "nama"}},
             {"regions": {"field": "kode_bps", "source": "nama", "to": "bps"}},
             {"regions": {"field": "nama", "to": "name"}}]  # fmt: skip
    found = run({"nama": ["KAB. TOBASA", "P. Siantar"]}, steps)
    assert cells(found, "nama") == ["Kabupaten Toba", "Kota Pematangsiantar"]
    assert cells(found, "kode_wilayah") == ["12.12", "12.72"]
    assert cells(found, "kode_bps") == ["1206", "1273"]
    assert codes(found) == []


def test_region_codes_are_repaired_by_default() -> None:
    fields = [{"name": "kode_wilayah", "type": "string"}, {"name": "nama", "type": "string"},
              {"name": "kode_bps", "type": "string"}]  # fmt: skip
    found = run({"kode_wilayah": ["12.1"], "nama": ["Labuhan Batu"], "kode_bps": ["1207"]},
                fields=fields)  # fmt: skip
    assert found.table.frame.iloc[0].tolist() == ["12.10", "Labuhan Batu", "1207"]
    assert codes(found) == ["info region-zero.name"]


def test_alternatives_are_shown() -> None:
    found = run({"kode": ["Nias Utra"]}, CODE)
    assert "Kabupaten Nias Barat" in found.findings[0].message


def test_a_number_before_a_name_and_a_mark_behind_it_do_not_matter() -> None:
    found = run({"kode": ["1. Nias", "2) Kota Medan", "Asahan r)", "Karo¹⁾"]}, CODE)
    assert cells(found, "kode") == ["12.04", "12.71", "12.09", "12.06"]
    assert codes(found) == []
