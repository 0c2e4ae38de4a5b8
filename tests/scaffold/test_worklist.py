"""`new` over a folder: datasets, editions and what is open in each."""

from __future__ import annotations

from pathlib import Path

import pytest
from fixtures.writers import Sheet, write_csv, write_xlsx

from pipelines.errors import UsageProblem
from pipelines.scaffold.worklist import make_worklist

REGIONS = ["Nias", "Toba", "Dairi", "Karo", "Langkat"]


def test_a_folder_becomes_a_list_of_doubts(project: Path, tmp_path: Path) -> None:
    folder = tmp_path / "kiriman"
    folder.mkdir()
    head = ["Kabupaten/Kota", "Jumlah Guru"]
    for year in (2023, 2024):
        rows = [[name, year + n] for n, name in enumerate(REGIONS)]
        write_xlsx([Sheet([[f"Guru Tahun {year}"], head, *rows])], folder / f"guru {year}.xlsx")
    lengths = ["1.250", "2.100", "3.075", "1.400", "2.220"]
    rows = [list(row) for row in zip(REGIONS, lengths, strict=True)]
    write_csv(Sheet([["Kabupaten/Kota", "Panjang (Km)"], *rows]), folder / "jalan.csv")
    (folder / "kosong.csv").write_text("", encoding="utf-8")
    (folder / "catatan.txt").write_text("bukan data", encoding="utf-8")
    first, second, third, fourth = make_worklist(folder, project)
    assert (first.file, first.dataset) == ("guru 2023.xlsx", "guru-2023")
    assert [doubt.code for doubt in first.doubts] == ["guess-unchecked"]
    assert (second.file, second.edition_of, second.dataset) == ("guru 2024.xlsx", "guru-2023", "")
    assert [doubt.code for doubt in third.doubts] == ["number-ambiguous", "guess-unchecked"]
    assert (fourth.dataset, [doubt.code for doubt in fourth.doubts]) == ("", ["file-empty"])
    assert sorted(p.name for p in (project / "datasets").iterdir() if p.is_dir()) == [
        "guru-2023", "jalan",
    ]  # fmt: skip


def test_a_folder_without_data_is_refused(project: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageProblem) as caught:
        list(make_worklist(tmp_path / "proyek" / "datasets", project))
    assert caught.value.code == "new-folder"
