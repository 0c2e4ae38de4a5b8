"""What `new` asks in a terminal: each question with its evidence and a default."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from pipelines.project.dataset import offices, services
from pipelines.project.descriptor import FREQUENCIES, TableSpec
from pipelines.project.layout import Layout
from pipelines.project.naming import LICENSES
from pipelines.scaffold.answers import Answers
from pipelines.scaffold.descriptor import (
    describe_frequency,
    load_if_present,
    named_office,
    named_services,
    office_in_titles,
    table_spec,
    titles_of,
)
from pipelines.scaffold.periods.stated import stated_periods
from pipelines.scaffold.refinement import refine
from pipelines.scaffold.survey import Survey, survey_source


@dataclass(frozen=True)
class Question:
    """One question (`ask-KEY` in the catalogue): what the source says about it, the answer that
    follows from that (empty for none), and the answers there are (empty for any).
    """

    key: str
    evidence: str = ""
    default: str = ""
    choices: tuple[str, ...] = ()


#: Asks a question, gives the answer; empty leaves it open.
Ask = Callable[[Question], str]


def ask_all(
    name: str,
    source: Path | str,
    project: Path,
    layout: Layout,
    answers: Answers,
    ask: Ask,
    *,
    allow_private: bool = False,
) -> tuple[Layout, Answers]:
    """Ask for every answer that is not given yet; return the layout and the answers.

    `ask` asks again until an answer is one (`Answers.check`).
    """

    def look(layout: Layout, answers: Answers) -> Survey:
        return survey_source(name, source, layout, answers, allow_private=allow_private)

    seen = look(layout, replace(answers, period=answers.period or "none"))
    if layout.header is None:
        rows = seen.found.layout.get("header") or []
        labels = " · ".join(str(label) or "–" for label in seen.found.table.frame.columns)
        shown = ",".join(map(str, rows)) or "0"
        said = ask(Question("header", labels, shown))
        if said and said != shown:
            layout = replace(layout, header=[int(row) for row in said.split(",") if int(row)])
            seen = look(layout, replace(answers, period=answers.period or "none"))
    for question in _about_dataset(seen, project, answers):
        value: object = ask(question)
        if question.key == "services":
            value = tuple(part.strip() for part in str(value).split(",") if part.strip())
        answers = replace(answers, **{question.key: value})  # type: ignore[arg-type]
    if not answers.decimal:
        doubt = _ambiguous(name, look(layout, answers))
        if doubt:
            answers = replace(answers, decimal=ask(Question("decimal", doubt, "", (",", "."))))
    return layout, answers


def _about_dataset(seen: Survey, project: Path, answers: Answers) -> Iterator[Question]:
    text = " ".join(titles_of(seen.found))
    if not answers.office:
        known = load_if_present(offices, project)
        line = office_in_titles(seen.found)
        yield Question("office", line, named_office(line, known), tuple(sorted(known)))
    if not answers.services:
        known = load_if_present(services, project)
        yield Question("services", text, ",".join(named_services(text, known)), tuple(known))
    if not answers.license:
        yield Question("license", "", "CC-BY-4.0", tuple(LICENSES))
    if not answers.frequency:
        yield Question("frequency", text, describe_frequency(seen.found), FREQUENCIES)
    if not answers.period:
        stated = list(stated_periods(seen.found))
        evidence = "; ".join(f"{one.where}: {', '.join(one.stated[:3])}" for one in stated)
        agree = len({tuple(one.years) for one in stated}) == 1
        yield Question("period", evidence, stated[0].where if agree else "")


def _ambiguous(name: str, seen: Survey) -> str:
    """Return the readings of cells that nothing settles; empty where there are none."""
    spec = TableSpec.model_validate(table_spec(name, "x", seen.layout, seen.draft))
    with TemporaryDirectory() as folder:
        _, cleaned = refine(seen.found, spec, seen.draft, Path(folder), name)
    doubts = (f for f in cleaned.findings if f.code == "number-ambiguous")
    return "; ".join(f"{f.field}: {f.params['readings']}" for f in doubts)
