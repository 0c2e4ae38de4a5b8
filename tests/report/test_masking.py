"""Identifiers never reach a report as they are."""

from __future__ import annotations

from pipelines import report
from pipelines.model import Finding, LeftOut, Position, Report, TableReport

NIK = "1271015508900001"


def table(**more: object) -> TableReport:
    return TableReport("t", "a.xlsx", 3, 2, 0.1, **more)  # type: ignore[arg-type]


def only(found: Report) -> TableReport:
    return found.tables[0]


def test_values_and_parameters_are_masked() -> None:
    errors = (
        Finding("row-rule", field="nik", value=NIK, params={"values": f"nik = {NIK}", "more": 2}),
        Finding("row-rule", field="nik", value=NIK[:-2]),
        Finding("row-rule", field="no_hp", value="0812 3456 7890"),
        Finding("row-rule", field="jumlah", value="12", params={"rule": "jumlah > 100"}),
    )
    found = only(report.masked(Report("r", (table(errors=errors),))))
    assert [f.value for f in found.errors][3] == "12"
    assert found.errors[3] is errors[3]
    text = repr(found)
    assert NIK not in text and NIK[:-2] not in text and "3456" not in text
    assert found.errors[0].value == "12**************"
    assert found.errors[0].params["more"] == 2


def test_signatures_are_not_quoted_and_notes_are_masked() -> None:
    place = Position("a.xlsx", "Data", 9)
    rows = (
        LeftOut(place, "left-signature", "Drs. Budi Santoso, NIP. 197001011990031001"),
        LeftOut(place, "left-note", "Hubungi 0812 3456 7890"),
        LeftOut(place, "left-title", "JUMLAH PENDUDUK 2024"),
    )
    note = Finding("totals-agree", "info", params={"count": 2, "text": f"NIK {NIK}"})
    found = only(report.masked(Report("r", (table(left_out=rows, notes=(note,)),))))
    assert found.left_out[0].text == ""
    assert "3456" not in found.left_out[1].text
    assert found.left_out[2].text == "JUMLAH PENDUDUK 2024"
    assert NIK not in repr(found.notes)


def test_nothing_to_mask_changes_nothing() -> None:
    empty = Report("r", (table(),))
    assert report.masked(empty) == empty
