"""`new` over a folder: a dataset for each kind of table, and what is open in each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pipelines.errors import PublishError, UsageProblem
from pipelines.extract import extract
from pipelines.project.dataset import DATA_FILES
from pipelines.scaffold import Answers, scaffold, slug
from pipelines.workflow.prepare import Run


@dataclass(frozen=True)
class Doubt:
    """What stands open about a file: a code that `explain` knows, and the words for it."""

    code: str
    message: str


@dataclass(frozen=True)
class Work:
    """One file of the folder: the dataset made of it (empty: none), or the one whose edition it
    seems to be; and its doubts.
    """

    file: str
    dataset: str = ""
    edition_of: str = ""
    doubts: tuple[Doubt, ...] = ()


def make_worklist(folder: Path, project: Path, answers: Answers | None = None) -> Iterator[Work]:
    """Scaffold a dataset from each file that is no edition of an earlier one, and say what is open.

    A file with the labels of an earlier file is left for `add`. Raises `UsageProblem` when the
    folder holds no data file.
    """
    files = sorted(
        path for path in folder.iterdir()
        if path.suffix.lower() in DATA_FILES and not path.name.startswith(("~$", "."))
    )  # fmt: skip
    if not files:
        raise UsageProblem("new-folder", value=str(folder))
    known: dict[tuple[str, ...], str] = {}
    for path in files:
        name = _free(slug(path.stem, "-") or "data", project)
        try:
            labels = tuple(str(label).casefold() for label in extract(path).table.frame.columns)
            if labels in known:
                yield Work(path.name, edition_of=known[labels])
                continue
            scaffold(name, path, project, answers=answers)
            known[labels] = name
            yield Work(path.name, name, doubts=tuple(_doubts(name, project)))
        except PublishError as error:
            yield Work(path.name, doubts=(Doubt(error.code, error.message),))


def _free(name: str, project: Path) -> str:
    """Return the name, numbered where a dataset or schema has it."""
    number, free = 1, name
    while (project / "datasets" / free).exists() or (project / f"schemas/{free}.yaml").exists():
        number += 1
        free = f"{name}-{number}"
    return free


def _doubts(name: str, project: Path) -> Iterator[Doubt]:
    """Each error of the dataset once per kind and column, and the guesses that stand."""
    report = Run(project).prepare(name).report
    for table in report.tables:
        told = set()
        for finding in [*table.errors, *table.warnings]:
            kind = (finding.key, finding.field)
            open_question = finding.severity == "error" or finding.code == "guess-unchecked"
            if open_question and kind not in told:
                told.add(kind)
                yield Doubt(finding.code, finding.message)
