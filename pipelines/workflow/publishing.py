"""From a verdict to the portal: which portal, what would change, and carrying it out.

Every dataset of a call is prepared before anything is sent; one that was refused is left out and
the call ends with exit code 1.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import keyring
from keyring.errors import KeyringError

from pipelines import ckan, package, portal, publish
from pipelines.errors import PortalProblem, PublishError
from pipelines.model import Finding
from pipelines.workflow.prepare import Prepared, Progress, Run, dataset_warnings, veto

#: The keyring's service name; the user name is the portal's address.
KEYRING = "publish-open-data"


def find_portal(url: str | None, *, patience: float = 60.0) -> ckan.Portal:
    """Return the portal to work with: the one named, `CKAN_URL`, or the embedded one.

    patience: seconds for which a failing call is repeated.
    The token comes from `CKAN_API_TOKEN` or the keyring. Raises `PortalProblem` when no portal is
    named and the embedded one is not running.
    """
    url = url or os.environ.get("CKAN_URL")
    if url:
        return ckan.connect(
            url, os.environ.get("CKAN_API_TOKEN") or _kept_token(url), patience=patience
        )
    info = portal.current()
    if info is None:
        raise PortalProblem("portal-not-running")
    return ckan.connect(info.url, info.api_token, patience=patience)


def _kept_token(url: str) -> str | None:
    try:
        return keyring.get_password(KEYRING, url.rstrip("/"))
    except KeyringError:
        return None  # no keyring on this machine: the portal will say that a token is needed


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
                veto(prepared)
            except PublishError as error:
                if error.exit_code == PortalProblem.exit_code:
                    raise
                self.refused.append((name, error, prepared))
            else:
                ready.append(prepared)
                self.warnings += [(name, found) for found in dataset_warnings(prepared.dataset)]
        return [
            publish.compute_plan(one.dataset, one.tables, self.portal, allow=self.allow)
            for one in ready
        ]

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
