"""From a verdict to the portal: what would change, and carrying it out.

Every dataset of a call is prepared before anything is sent; one that was refused is left out and
the call ends with exit code 1.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from pipelines import ckan, package, publish
from pipelines.errors import PortalProblem, PublishError, Refused
from pipelines.model import Finding
from pipelines.project.dataset import load_dataset
from pipelines.workflow.prepare import Prepared, Progress, Run
from pipelines.workflow.rollback import screen_again
from pipelines.workflow.verdict import DATASET_WARNINGS, veto


@dataclass
class PublishRun:
    """The datasets of one call on their way to one portal."""

    run: Run
    portal: ckan.Portal
    allow: Collection[str] = ()
    refused: list[tuple[str, PublishError, Prepared | None]] = field(default_factory=list)
    warnings: list[tuple[str, Finding]] = field(default_factory=list)

    @classmethod
    def over(
        cls,
        project: Path,
        portal: ckan.Portal,
        *,
        allow: Collection[str] = (),
        allow_private: bool = False,
        progress: Progress | None = None,
    ) -> PublishRun:
        """Return a run over a project whose checks compare with what the portal holds."""
        run = Run(
            project,
            allow_private=allow_private,
            progress=progress,
            published=partial(publish.published_rows, portal),
        )
        return cls(run, portal, allow)

    def plans(self, names: Sequence[str]) -> list[publish.Plan]:
        """Prepare every dataset, then plan those that passed; the others go to `refused`."""
        ready: list[Prepared] = []
        for name in names:
            prepared = None
            try:
                prepared = self.run.prepare(name)
                veto(prepared.report)
            except PublishError as error:
                if error.exit_code == PortalProblem.exit_code:
                    raise
                self.refused.append((name, error, prepared))
            else:
                ready.append(prepared)
                # as the report has them: masked, since a file's name may hold an identifier
                self.warnings += [
                    (name, found)
                    for table in prepared.report.tables
                    for found in table.warnings
                    if found.code in DATASET_WARNINGS
                ]
        return [self.plan(one) for one in ready]

    def plan(self, ready: Prepared) -> publish.Plan:
        """Plan one dataset; a guess that nobody has confirmed stands in the way of applying it."""
        dataset = ready.dataset
        plan = publish.compute_plan(dataset, ready.tables, self.portal, allow=self.allow)
        guessed = dataset.unreviewed_keys()
        if not guessed:
            return plan
        guard = Refused("guess-unchecked", file=dataset.where, keys=", ".join(guessed))
        return replace(plan, guards=[*plan.guards, guard])

    def rollback(self, name: str, *, to: str) -> list[publish.Plan]:
        """Plan an older version of one dataset again, unless it holds personal data.

        Then no plan is returned, and the dataset is in `refused` with what was found.
        Raises `UsageProblem` for a dataset, table or version that is not there.
        """
        dataset = load_dataset(name, self.run.project)
        plan = publish.rollback(dataset, self.portal, to=to, allow=self.allow)
        report = screen_again(plan)
        if report.valid:
            return [plan]
        count = sum(len(table.errors) for table in report.tables)
        error = Refused("rollback-personal", where=name, name=name, version=to, count=count)
        self.refused.append((name, error, Prepared(dataset, report, {})))
        return []

    def apply(
        self,
        plans: Sequence[publish.Plan],
        progress: Callable[[publish.PublishProgress], None],
        **how: Any,
    ) -> Iterator[publish.Outcome]:
        """Carry out the plans one after another, yielding each outcome when it is verified."""
        for plan in plans:
            yield publish.apply_plan(
                plan,
                self.portal,
                build=package.build,
                allow=self.allow,
                progress=progress,
                **how,
            )
