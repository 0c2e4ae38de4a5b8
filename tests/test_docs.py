"""What the documentation says is so: examples run, and every name it gives exists."""

from __future__ import annotations

import importlib
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from pipelines.cli import COMMANDS
from pipelines.project.dataset import dataset_names

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = sorted(
    [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), *ROOT.glob("pipelines/*/README.md")]
)
TEXTS = {str(page.relative_to(ROOT)): page.read_text(encoding="utf-8") for page in PAGES}
#: A changelog names what was, not what is.
CURRENT = [page for page in TEXTS if page != "CHANGELOG.md"]
SHOWN = re.findall(
    r"```console\n\$ publish ([^\n]*)\n(.*?)```", README + TEXTS["docs/plain-files.md"], re.DOTALL
)
#: What needs no portal; the others are run by the tests of the main job.
OFFLINE = [(command, output) for command, output in SHOWN if " plan " not in f" {command} "]
#: Commands shown on purpose with data that is refused.
REFUSED = ("invalid",)


@pytest.mark.parametrize(("command", "output"), OFFLINE, ids=[c for c, _ in OFFLINE])
def test_a_command_of_the_tour_gives_what_is_shown(command: str, output: str) -> None:
    done = subprocess.run(
        [sys.executable, "publish.py", *command.split()], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == (1 if any(word in command for word in REFUSED) else 0), done.stderr
    printed = [_plain(line) for line in done.stdout.strip().splitlines()]
    shown = [_plain(line) for line in output.strip().splitlines()]
    if shown[-1] == "…":
        shown.pop()
    assert len(shown) > 3
    assert printed[: len(shown)] == shown


def _plain(line: str) -> str:
    """A line without what differs from run to run: how long it took."""
    return re.sub(r"[0-9]+(\.[0-9]+)? s\b", "… s", line.rstrip())


def test_the_notebook_example_runs() -> None:
    (code,) = re.findall(r"```python\n(.*?)```", TEXTS["docs/python.md"], re.DOTALL)
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    lines = done.stdout.splitlines()
    assert len(lines) == 6
    assert lines[0].startswith("constraint-error 2 periode Cell A2: 'Semester I 2024'")


def test_the_tour_plans_every_shipped_dataset() -> None:
    (listed,) = [output for command, output in SHOWN if "plan --all" in command]
    assert [line.split()[0] for line in listed.splitlines()] == dataset_names(ROOT)


@pytest.mark.parametrize("command", [c for c in COMMANDS if c != "portal"])
def test_every_command_is_documented(command: str) -> None:
    assert f"`publish {command}" in TEXTS["docs/commands.md"]


def test_every_step_in_the_readme_exists() -> None:
    from pipelines.clean.registry import plan
    from pipelines.clean.steps import load_all

    load_all()

    blocks = re.findall(r"```yaml\n(.*?)```", README, re.DOTALL)
    steps = [
        step
        for block in blocks
        for table in yaml.safe_load(block).get("tables", {}).values()
        for step in table.get("clean", [])
    ]
    assert len(steps) >= 2
    assert len(plan(steps, "README.md")) == len(steps)


@pytest.mark.parametrize("page", CURRENT)
def test_make_targets_exist(page: str) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"(?:`|    )make ([a-z-]+)", TEXTS[page])) <= targets


@pytest.mark.parametrize("page", CURRENT)
def test_files_named_exist(page: str) -> None:
    named = set(re.findall(r"(?:pipelines|tests|datasets|schemas|docs)/[\w./-]*\w", TEXTS[page]))
    made_by_example = {
        name for name in named if "jumlah-penduduk" in name or "nama-dataset" in name
    }
    missing = {
        name
        for name in named - made_by_example
        if not any((ROOT / base / name).exists() for base in ("", "docs"))
        and not name.startswith("pipelines/readers/FORMAT")
        and not list(ROOT.glob(name.replace("X.Y.Z", "*") + "*"))
    }
    assert not missing


@pytest.mark.parametrize("page", CURRENT)
def test_names_of_code_exist(page: str) -> None:
    for name in set(re.findall(r"\bpipelines(?:\.\w+)+", TEXTS[page])):
        found: object = importlib.import_module("pipelines")
        for index, part in enumerate(parts := name.split(".")[1:]):
            try:
                found = getattr(found, part)
            except AttributeError:
                found = importlib.import_module(".".join(["pipelines", *parts[: index + 1]]))


@pytest.mark.parametrize("page", CURRENT)
def test_links_lead_somewhere(page: str) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)\)", TEXTS[page]):
        if "://" not in target:
            assert ((ROOT / page).parent / target).exists(), target


def test_the_checks_of_names_can_fail() -> None:
    with pytest.raises(ImportError):
        importlib.import_module("pipelines.nothing_of_this_name")
