"""Large text: its records lie in a file, and what does not fit in memory is refused beforehand."""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from pipelines import messages
from pipelines.errors import PortalProblem, Refused
from pipelines.extract import assembly, extract
from pipelines.readers import open_source, source
from pipelines.readers.delimited import memory_needs
from pipelines.readers.delimited.arrow_reader import read_fast
from pipelines.text import memory

LINES = [f"{number},Kecamatan {number % 7},{number / 8},ya" for number in range(3000)]
REGULAR = ["no,nama,nilai,ada", *LINES]


def written(path: Path, lines: list[str], encoding: str = "utf-8") -> Path:
    path.write_text("\n".join(lines) + "\n", encoding=encoding)
    return path


@pytest.fixture
def stored(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Keep the records of any text in a file; the folder in which it is made."""
    folder = tmp_path / "sementara"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr("tempfile.tempdir", None)
    monkeypatch.setattr(memory_needs, "MOST_IN_MEMORY", 0)
    return folder


@pytest.mark.parametrize(
    ("lines", "encoding"),
    [
        pytest.param(REGULAR, "utf-8", id="regular"),
        pytest.param(["Tabel 1. Nilai", "", *REGULAR], "utf-8", id="title"),
        pytest.param([*REGULAR[:2000], "x,y", "", *REGULAR[2000:], "Sumber"], "utf-8", id="odd"),
        pytest.param([line.replace("ya", "é") for line in REGULAR], "cp1252", id="encoding"),
        pytest.param([line.replace("ya", '"a, b"') for line in REGULAR], "utf-8", id="quotes"),
    ],
)  # fmt: skip
def test_stored_records_are_the_same(
    lines: list[str], encoding: str, tmp_path: Path, stored: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path / "besar.csv", lines, encoding)
    found = read_fast(path)
    assert found is not None
    assert not list(stored.iterdir()), "the temporary file has no name any more"
    monkeypatch.setattr(memory_needs, "MOST_IN_MEMORY", 1 << 28)
    there = read_fast(path)
    assert there is not None
    assert [column.to_pylist() for column in found.columns] == [
        column.to_pylist() for column in there.columns
    ]
    assert found.lengths is not None and there.lengths is not None
    assert np.array_equal(found.lengths, there.lengths)
    assert found.detail == there.detail


def test_extracted_from_stored_records(
    tmp_path: Path, stored: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(source, "FAST", 0)
    monkeypatch.setattr(source, "MOST_BYTES", 100)
    found = extract(written(tmp_path / "besar.csv", REGULAR))
    assert len(found.table) == len(LINES)
    assert list(found.table.frame.columns) == REGULAR[0].split(",")


@pytest.mark.parametrize("most", [0, 1000])
def test_rows_left_out_between(
    most: int, tmp_path: Path, stored: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows are the same whether they are cut out in runs or one by one."""
    monkeypatch.setattr(source, "FAST", 0)
    monkeypatch.setattr(assembly, "MOST_RUNS", most)
    lines = [REGULAR[0], *LINES[:900], REGULAR[0], *LINES[900:2000], "", *LINES[2000:]]
    found = extract(written(tmp_path / "besar.csv", lines))
    assert [",".join(row) for row in found.table.frame.to_numpy()] == LINES
    assert [(one.position.row, one.rule) for one in found.left_out] == [
        (902, "left-repeated-header"),
        (2003, "left-blank"),
    ]


def test_large_and_irregular(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Text that must be cut in Python is refused before it is read."""
    monkeypatch.setattr(source, "FAST", 0)
    monkeypatch.setattr(source, "MOST_IRREGULAR", 1000)
    path = written(tmp_path / "besar.csv", ['"a\nb",c,d' for _ in range(500)])
    with pytest.raises(Refused) as caught:
        open_source(path)
    assert caught.value.code == "text-irregular"


@pytest.mark.parametrize(
    ("lines", "there", "code", "advice"),
    [
        (REGULAR, 50_000, "memory-short", "Split the file"),
        ([line.replace("ya", "é") for line in REGULAR], 200_000, "memory-short.encoding", "UTF-8"),
        (['"a\nb",c,d'] * 9000, 800_000, "memory-short.irregular", "clean export"),
    ],
    ids=["records", "encoding", "irregular"],
)
def test_needs_more_than_there_is(
    lines: list[str],
    there: int,
    code: str,
    advice: str,
    tmp_path: Path,
    stored: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(memory_needs, "CHECKED", 0)
    monkeypatch.setattr(memory_needs, "AT_LEAST", 0)
    monkeypatch.setattr(source, "FAST", 0)
    monkeypatch.setattr(memory, "available", lambda: there)
    with pytest.raises(PortalProblem) as caught:
        open_source(written(tmp_path / "besar.csv", lines, "cp1252"))
    error = caught.value
    assert (error.code, error.where, error.exit_code) == (code, "besar.csv", 3)
    for lang, point in (("id", ","), ("en", ".")):
        monkeypatch.setattr(messages, "get_lang", lambda lang=lang: lang)
        assert f"0{point}0 GB" in error.message
    assert advice in error.next


def test_enough_memory_is_no_refusal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory_needs, "CHECKED", 0)
    assert memory.available() > 1 << 20
    assert extract(written(tmp_path / "besar.csv", REGULAR)).table.frame.shape == (3000, 4)


@pytest.mark.parametrize(
    ("membership", "folder", "names", "left"),
    [
        ("0::/a/b", "a", memory.NAMES[0], [700]),
        ("0::/", "", memory.NAMES[0], [700]),
        ("9:name=systemd:/\n4:cpu,memory:/a/b", "memory/a/b", memory.NAMES[1], [700]),
        ("0::/other", "a", memory.NAMES[0], []),
    ],
)
def test_limit_of_a_container(
    membership: str,
    folder: str,
    names: tuple[str, str, str],
    left: list[int],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    group = tmp_path / folder
    group.mkdir(parents=True, exist_ok=True)
    limit, used, cache = names
    (group / limit).write_text("1000\n")
    (group / used).write_text("400\n")
    (group / "memory.stat").write_text(f"other 7\n{cache} 100\n")
    (tmp_path / "cgroup").write_text(membership + "\n")
    monkeypatch.setattr(memory, "CGROUP", tmp_path)
    monkeypatch.setattr(memory, "MEMBERSHIP", tmp_path / "cgroup")
    assert memory._left_in_container() == left
    assert memory.available() == (700 if left else memory.available())


def test_no_limit_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "memory.max").write_text("max\n")
    (tmp_path / "memory.current").write_text("400\n")
    (tmp_path / "memory.stat").write_text("inactive_file 100\n")
    (tmp_path / "cgroup").write_text("0::/\n")
    monkeypatch.setattr(memory, "CGROUP", tmp_path)
    monkeypatch.setattr(memory, "MEMBERSHIP", tmp_path / "cgroup")
    assert memory._left_in_container() == []


def test_address_space_counts_mapped_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "available", lambda: 9000)
    monkeypatch.setattr(memory, "address_space", lambda: 500)
    memory.require(400, where="a.csv", size=100, mapped=100)
    with pytest.raises(PortalProblem):
        memory.require(400, where="a.csv", size=100, mapped=101)
    monkeypatch.setattr(memory, "address_space", lambda: None)
    memory.require(400, where="a.csv", size=100, mapped=1 << 40)


PROGRAM = """
import resource, sys
import pandas, pyarrow.compute, pyarrow.csv, psutil
import pipelines.extract.extraction, pipelines.validate.dispatch, pipelines.text.csv_writer
from pipelines.cli import main
from pipelines.text import memory
memory.START = int(sys.argv.pop(1))
size = psutil.Process().memory_info().vms + (int(sys.argv[1]) << 20)
resource.setrlimit(resource.RLIMIT_AS, (size, size))
main(sys.argv[2:])
"""


@pytest.mark.parametrize("command", ["extract", "validate"])
def test_memory_that_runs_out_is_told(command: str, tmp_path: Path) -> None:
    """A file of 30 MB in a process that may take 20 MB more: words, and no traceback."""
    done = limited(tmp_path, command, start="0")
    assert "this machine does not have enough memory" in done.stderr


@pytest.mark.parametrize("command", ["extract", "validate"])
def test_too_little_to_start(command: str, tmp_path: Path) -> None:
    done = limited(tmp_path, command, start=str(memory.START))
    assert "the libraries that read files need 0.9 GB" in done.stderr


def limited(tmp_path: Path, command: str, *, start: str) -> subprocess.CompletedProcess[str]:
    """Run a command that ends with exit code 3 and words, in a process of little memory."""
    path = tmp_path / "besar.csv"
    path.write_text("no,nama,nilai,ada\n" + "".join(f"{line}\n" for line in LINES) * 400)
    assert path.stat().st_size > 30_000_000
    schema = tmp_path / "skema.yaml"
    schema.write_text(
        "fields:\n" + "".join(f"- {{name: '{n}', type: string}}\n" for n in REGULAR[0].split(","))
    )
    more = ["--out", str(tmp_path)] if command == "extract" else ["--schema", str(schema)]
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, start, "20", "--lang", "en", command, str(path), *more],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == PortalProblem.exit_code, done.stderr
    assert "Traceback" not in done.stderr
    return done


def test_limit_of_the_process() -> None:
    soft, _ = resource.getrlimit(resource.RLIMIT_AS)
    assert (memory.address_space() is None) == (soft == resource.RLIM_INFINITY)
