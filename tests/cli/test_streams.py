"""Standard output closed, full, read by nobody, or in an encoding without our signs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
VALID = ["validate", "schemas/samples/ikm.valid.csv", "--schema", "schemas/ikm.yaml"]
INVALID = ["validate", "schemas/samples/ikm.invalid.csv", "--schema", "schemas/ikm.yaml"]


def call(args: list[str], **options: object) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(  # type: ignore[call-overload, no-any-return]
        [sys.executable, "publish.py", *args],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        check=False,
        **options,
    )


@pytest.mark.parametrize("flags", [[], ["--json"]], ids=["words", "json"])
@pytest.mark.parametrize(
    ("args", "code"),
    [(VALID, 0), (INVALID, 1), (["--help"], 0), (["--version"], 0)],
    ids=["valid", "invalid", "help", "version"],
)
def test_the_verdict_stands_when_nobody_reads(args: list[str], code: int, flags: list[str]) -> None:
    read, write = os.pipe()
    os.close(read)
    try:
        done = call([*flags, *args], stdout=write)
    finally:
        os.close(write)
    assert (done.returncode, b"Traceback" in done.stderr) == (code, False)


@pytest.mark.parametrize("flags", [[], ["--json"]], ids=["words", "json"])
@pytest.mark.parametrize("args", [VALID, ["--help"], ["explain", "type-error"]])
def test_a_full_disk_is_told(args: list[str], flags: list[str]) -> None:
    with Path("/dev/full").open("wb") as full:
        done = call([*flags, *args], stdout=full)
    assert done.returncode == 3, done.stderr
    assert b"disk-full" in done.stderr
    assert b"Traceback" not in done.stderr and b"Exception ignored" not in done.stderr


@pytest.mark.parametrize("flags", [[], ["--json"]], ids=["words", "json"])
def test_a_closed_output_is_no_fault(flags: list[str]) -> None:
    line = 'exec "$@" >&-'
    command = ["sh", "-c", line, "sh", sys.executable, "publish.py", *flags, *INVALID]
    done = subprocess.run(command, cwd=ROOT, stderr=subprocess.PIPE, check=False)
    assert done.returncode == 1, done.stderr
    assert b"unforeseen" not in done.stderr


def test_signs_that_a_terminal_lacks() -> None:
    env = os.environ | {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0", "LC_ALL": "C"}
    done = call(INVALID, stdout=subprocess.PIPE, env=env)
    assert done.returncode == 1, done.stderr
    assert b"ikm.invalid.csv" in done.stdout
    done = call(["--json", "--lang", "id", *INVALID], stdout=subprocess.PIPE, env=env)
    assert done.returncode == 1, done.stderr
    assert json.loads(done.stdout.decode("utf-8"))
