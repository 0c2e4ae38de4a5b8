"""`new` asks in a terminal, and never in a pipe."""

from __future__ import annotations

import os
import pty
import select
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from fixtures.writers import Sheet, write_xlsx

ROOT = Path(__file__).parents[2]
#: Longest wait for the program's next word, in seconds.
DEADLINE = 60


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "datasets").mkdir()
    for name in ("offices.yaml", "services.yaml"):
        shutil.copy(ROOT / "datasets" / name, tmp_path / "datasets" / name)
    regions = ["Nias", "Toba", "Dairi", "Karo", "Langkat"]
    lengths = ["1.250", "2.100", "3.075", "1.400", "2.220"]
    rows = [list(row) for row in zip(regions, lengths, strict=True)]
    write_xlsx(
        [Sheet([["Panjang Jalan Tahun 2024"], [], ["Kabupaten/Kota", "Panjang (Km)"], *rows])],
        tmp_path / "jalan.xlsx",
    )
    return tmp_path


def converse(project: Path, answers: list[tuple[str, str]]) -> tuple[int, str]:
    """Run `new` in a terminal; give each answer once its question has been shown."""
    command = [sys.executable, str(ROOT / "publish.py"), "--project", str(project), "--lang", "en",
               "new", "jalan", "--from", str(project / "jalan.xlsx")]  # fmt: skip
    master, slave = pty.openpty()
    process = subprocess.Popen(command, stdin=slave, stdout=slave, stderr=slave, close_fds=True)
    os.close(slave)
    shown = ""

    def read_until(word: str) -> str:
        nonlocal shown
        start = len(shown)
        while word not in shown[start:]:
            ready, _, _ = select.select([master], [], [], DEADLINE)
            assert ready, f"no '{word}' in: {shown[start:]}"
            try:
                shown += os.read(master, 4096).decode(errors="replace")
            except OSError:  # the program has ended
                break
        return shown

    for question, answer in answers:
        assert question in read_until(question), shown
        os.write(master, f"{answer}\n".encode())
    read_until("\0never")
    os.close(master)
    return process.wait(DEADLINE), shown


def test_asks_with_evidence_and_takes_the_answers(project: Path) -> None:
    code, shown = converse(
        project,
        [
            ("Sheet rows", ""),
            ("Producing office", "biro-organisas"),
            ("Producing office", "biro-organisasi"),
            ("Public services", "jalan-transportasi"),
            ("Licence", ""),
            ("How often", ""),
            ("Period", ""),
            ("Decimal sign", ","),
        ],
    )
    assert code == 0, shown
    assert "Kabupaten/Kota · Panjang (Km)" in shown
    assert "'1.250' = 1250 / 1,250" in shown
    written = yaml.safe_load((project / "datasets" / "jalan" / "dataset.yaml").read_text("utf-8"))
    assert written["organization"] == "biro-organisasi"
    assert written["groups"] == ["jalan-transportasi"]
    steps = written["tables"]["jalan"]["clean"]
    assert {"numbers": {"fields": ["panjang_km"], "decimal": ","}} in steps


def test_asks_nothing_in_a_pipe(project: Path) -> None:
    found = subprocess.run(
        [sys.executable, str(ROOT / "publish.py"), "--project", str(project), "new", "jalan",
         "--from", str(project / "jalan.xlsx")],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=DEADLINE, check=False,
    )  # fmt: skip
    assert found.returncode == 0, found.stderr
    written = yaml.safe_load((project / "datasets" / "jalan" / "dataset.yaml").read_text("utf-8"))
    assert written["organization"] == "kantor-penghasil-data"
