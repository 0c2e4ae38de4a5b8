"""Findings grouped by rule and column, errors and the most frequent first."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from pipelines import messages
from pipelines.model import Finding, Report, Severity, TableReport

#: Codes that depend on the cell's value alone: the same value means the same fault.
ABOUT_A_VALUE = frozenset(("type-error", "constraint-error", "unique-error"))


@dataclass(frozen=True)
class Group:
    """The findings of one rule in one column.

    key: catalogue key. rule: the descriptor's name or text of a check, empty for schema rules.
    unlisted: number of further findings that were counted but not listed.
    """

    key: str
    field: str | None
    rule: str
    severity: Severity
    findings: tuple[Finding, ...]
    unlisted: int = 0

    @property
    def count(self) -> int:
        """How many findings the group stands for."""
        return len(self.findings) + self.unlisted

    @property
    def code(self) -> str:
        """The code without its variant."""
        return self.key.split(".", 1)[0]

    @property
    def frequent(self) -> list[tuple[str, int]]:
        """The values found more than once, most frequent first; empty below five findings."""
        if len(self.findings) < 5:
            return []
        values = Counter(f.value for f in self.findings if f.value is not None)
        return [(value, n) for value, n in values.most_common(5) if n > 1]

    def examples(self, most: int) -> list[list[Finding]]:
        """Return up to `most` findings, each followed by those that say the same of the same value
        in other cells of its sheet: three examples should show three things."""
        alike: dict[object, list[Finding]] = {}
        for number, finding in enumerate(self.findings):
            place, value = finding.position, finding.value
            # a masked value (`12****`) may represent different values
            by_value = self.code in ABOUT_A_VALUE and value is not None and "*" not in value
            key = (value, place.file, place.sheet) if by_value and place and place.cell else number
            alike.setdefault(key, []).append(finding)
        return list(alike.values())[:most]

    def text(self, part: str, lang: messages.Lang | None = None) -> str:
        """Return a part of the catalogue's entry, from the first finding where there is one."""
        if not self.findings:
            return blank(messages.template(self.key, part, lang=lang))
        first = self.findings[0]
        own = first.params.get({"next": "fix", "explain": "because"}.get(part, ""))
        text = str(messages.choose(own, lang)) if own else ""
        if part == "explain" and text:
            return f"{text} {first.text(part, lang)}"
        return text or first.text(part, lang)


def blank(template: str) -> str:
    """Return a template with its placeholders shown as a gap to fill."""
    return re.sub(r"\{(\w+)\}", "…", template)


def grouped(table: TableReport) -> list[Group]:
    """Return the groups of a table: errors before warnings, then the larger first."""
    found: dict[tuple[str, str, str, str | None], list[Finding]] = {}
    for finding in (*table.errors, *table.warnings):
        rule = str(finding.params.get("rule") or "")
        # a short row lacks cells in many columns, but needs one correction
        field = None if finding.code == "missing-cell" else finding.field
        found.setdefault((finding.severity, finding.key, rule, field), []).append(finding)
    left = Counter(table.more)
    groups = []
    for (severity, key, rule, field), findings in found.items():
        unlisted = sum(int(f.params.get("more") or 0) for f in findings) + left.pop(key, 0)
        groups.append(
            Group(key, field, rule, "error" if severity == "error" else "warning",
                  tuple(findings), unlisted)
        )  # fmt: skip
    groups += [Group(key, None, "", "error", (), count) for key, count in left.items() if count]
    return sorted(groups, key=lambda g: (g.severity != "error", -g.count))


def title(report: Report) -> str:
    """Return what a report is about: its dataset, or the plain files that were judged."""
    if any(table.read is not None for table in report.tables) or not report.tables:
        return report.name
    files = list(dict.fromkeys(table.source for table in report.tables))
    return ", ".join(files[:3]) + (f" (+{len(files) - 3})" if len(files) > 3 else "")


def counts(table: TableReport) -> tuple[int, int]:
    """Return how many errors and warnings a table has, those not listed included."""
    groups = grouped(table)
    return (
        sum(g.count for g in groups if g.severity == "error"),
        sum(g.count for g in groups if g.severity != "error"),
    )


def left_out(table: TableReport) -> dict[str, int]:
    """Count the rows left out by the rule that says why (a catalogue code), most first."""
    return dict(Counter(row.rule for row in table.left_out).most_common())


def changes(table: TableReport) -> dict[str, int]:
    """Count the cells cleaning changed by step, most first."""
    steps: Counter[str] = Counter()
    for field in table.changes.values():
        steps.update(field)
    return dict(steps.most_common())


def step_title(step: str, lang: messages.Lang | None = None) -> str:
    """Return what a cleaning step is called."""
    code = f"step-{step.replace('_', '-')}"
    return messages.text(code, lang=lang) if messages.known(code) else step


def rule_title(rule: str, lang: messages.Lang | None = None) -> str:
    """Return what a rule that leaves rows out is called."""
    return messages.text(rule, lang=lang) if messages.known(rule) else rule


def total_changes(changes: Mapping[str, int]) -> int:
    """Sum the counts of `changes`."""
    return sum(changes.values())
