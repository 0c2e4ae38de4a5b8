"""Descriptors from anybody: no key is lost, no name is a path, no file paints the terminal."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from cli.conftest import Call, call, project  # noqa: F401 (fixtures)

from pipelines import messages
from pipelines.errors import UsageProblem
from pipelines.project import yaml_reader
from pipelines.project.dataset import edition_order, load_dataset

NAME = "kode-wilayah"


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    before = messages.get_lang()
    messages.set_lang("en")
    yield
    messages.set_lang(before)


def spoil(project: Path, old: str, new: str) -> None:  # noqa: F811
    path = project / "datasets" / NAME / "dataset.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def refused(project: Path) -> UsageProblem:  # noqa: F811
    with pytest.raises(UsageProblem) as found:
        load_dataset(NAME, project)
    return found.value


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("tables:\n  kode-wilayah:", "tables:\n  ../../luar:", "'../../luar' is not a name"),
        ("schema: kode-wilayah", "schema: ../../etc/x", "'../../etc/x' is not a name"),
        ("organization:", "organisasi:", "the key 'organisasi' is unknown; closest: organization"),
        ("frequency: ", "frequency: kadang-", "take one of: 'harian', 'mingguan'"),
        ("groups: [kewilayahan]", "groups: []", "it must not be empty"),
    ],
)
def test_what_a_descriptor_may_not_say(
    old: str,
    new: str,
    says: str,
    project: Path,  # noqa: F811
) -> None:
    spoil(project, old, new)
    assert says in refused(project).message


def test_only_what_readers_must_know_leaves_the_notes(project: Path) -> None:  # noqa: F811
    path = project / "datasets" / NAME / "NOTES.md"
    path.write_text(
        "# For the office\n\nAsk again in May.\n\n# Yang perlu diketahui pembaca\n\n- Batas.\n\n"
        "## Rinci\n\nisi\n\n# What a reader must know  \n\n- A limit.\n\n# To do\n\n- nothing\n",
        encoding="utf-8",
    )
    said = {"id": "- Batas.\n\n## Rinci\n\nisi", "en": "- A limit."}
    assert load_dataset(NAME, project).caveats == said
    path.write_text("# What a reader must know\n\nmark before the text", encoding="utf-8-sig")
    assert load_dataset(NAME, project).caveats["en"] == "mark before the text"
    path.write_bytes("# Café".encode("utf-16"))
    with pytest.raises(UsageProblem) as caught:
        _ = load_dataset(NAME, project).caveats
    assert caught.value.code == "notes-encoding"
    path.unlink()
    assert load_dataset(NAME, project).caveats == {"id": "", "en": ""}


def test_a_key_written_twice_is_refused(project: Path) -> None:  # noqa: F811
    spoil(project, "organization:", "license: CC-BY-4.0\nlicense: CC0-1.0\norganization:")
    found = refused(project)
    assert found.code == "yaml-twice"
    assert found.params["key"] == "license"
    assert found.params["second"] > found.params["first"]


def test_aliases_that_multiply_are_refused(tmp_path: Path) -> None:
    lines = ["a: &a [x, x, x, x, x, x, x, x, x, x]"]
    for before, name in zip("abcdefg", "bcdefgh", strict=True):
        lines.append(f"{name}: &{name} [{', '.join([f'*{before}'] * 10)}]")
    (tmp_path / "laughs.yaml").write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(UsageProblem) as found:
        yaml_reader.read(tmp_path / "laughs.yaml", "laughs.yaml")
    assert found.value.code == "yaml-aliases"
    (tmp_path / "self.yaml").write_text("a: &a [*a]", encoding="utf-8")
    with pytest.raises(UsageProblem, match="aliases"):
        yaml_reader.read(tmp_path / "self.yaml", "self.yaml")


def test_a_few_aliases_and_merges_are_fine(tmp_path: Path) -> None:
    text = "a: &a {x: 1, y: 2}\nb: {<<: *a, y: 3}\nc: [*a, *a]\n"
    (tmp_path / "few.yaml").write_text(text, encoding="utf-8")
    assert yaml_reader.read(tmp_path / "few.yaml", "few.yaml")["b"] == {"x": 1, "y": 3}


def test_a_file_in_source_that_nothing_reads_is_told(
    call: Call,  # noqa: F811
    project: Path,  # noqa: F811
) -> None:
    folder = project / "datasets" / NAME / "source"
    (original,) = folder.iterdir()
    for name in ("edisi baru.xlsx", "~$edisi baru.xlsx", "catatan.txt"):
        shutil.copy(original, folder / name)
    done = call("--project", project, "--json", "validate", NAME)
    assert done.code == 0
    (table,) = done.json["tables"]
    told = [(item["type"], item["value"]) for item in table["warnings"]]
    assert told == [("source-unused", "edisi baru.xlsx")]


def test_a_file_in_source_is_read_by_its_path_and_not_by_a_word_like_it(
    project: Path,  # noqa: F811
) -> None:
    folder = project / "datasets" / NAME / "source"
    for name in ("padanan.csv", "lama.csv"):
        (folder / name).write_text("salah,benar\n", encoding="utf-8")
    steps = "clean:\n    - map: {field: nama_wilayah, lookup: source/padanan.csv}\n"
    spoil(project, "clean:\n", steps)
    spoil(project, "nomor urut baris", "tidak ada di lama.csv")
    assert load_dataset(NAME, project).unused_sources() == ["lama.csv"]


def test_an_office_that_is_not_listed_is_told_with_the_verdict(
    call: Call,  # noqa: F811
    project: Path,  # noqa: F811
) -> None:
    spoil(project, "organization: biro-pemerintahan", "organization: biro-pemerintah")
    done = call("--project", project, "validate", NAME)
    assert done.code == 2
    assert "Passed" in done.out
    assert "add it to datasets/offices.yaml" in " ".join(done.err.split())
    (project / "datasets" / "offices.yaml").unlink()
    done = call("--project", project, "validate", NAME)
    assert done.code == 2
    assert "dinas-kesehatan: {title:" in " ".join(done.err.split())


def test_a_broken_descriptor_does_not_hide_the_other_datasets(
    call: Call,  # noqa: F811
    project: Path,  # noqa: F811
) -> None:
    spoil(project, "organization:", "organisasi:")
    done = call("--project", project, "--json", "validate")
    assert done.code == 2
    # what refers to the broken dataset has no report either, and the fault is told once
    assert [table["name"] for table in done.json["tables"]] == ["ikm"]
    assert " ".join(done.err.split()).count(f"datasets/{NAME}/dataset.yaml: the key") == 1
    assert call("--project", project, "validate", NAME).code == 2


@pytest.mark.skipif(os.name == "nt", reason="Windows takes no such file name")
def test_a_file_name_cannot_act_on_the_terminal(
    call: Call,  # noqa: F811
    project: Path,  # noqa: F811
) -> None:
    folder = project / "datasets" / NAME / "source"
    (original,) = folder.iterdir()
    shutil.move(original, folder / "a \u202eslx.exe'\"; $(x) `id`\x1b[31m.xlsx")
    spoil(project, "source/kode-wilayah-*.xlsx", "source/*.xlsx")
    done = call("--project", project, "validate", NAME)
    assert done.code == 0
    assert "slx.exe'\"; $(x) `id`" in done.out
    assert "\x1b" not in done.out + done.err
    assert "\u202e" not in done.out + done.err


def test_a_correction_comes_after_what_it_corrects() -> None:
    names = ["data-10.xlsx", "data-9.xlsx", "data-9-ralat.xlsx", "data-9 ralat.xlsx", "data.xlsx",
             "data-ralat.xlsx"]  # fmt: skip
    ordered = sorted(map(Path, names), key=edition_order)
    assert [path.name for path in ordered] == [
        "data.xlsx", "data-9.xlsx", "data-9 ralat.xlsx", "data-9-ralat.xlsx", "data-10.xlsx",
        "data-ralat.xlsx",
    ]  # fmt: skip
