"""What the column says: is this number an identifier, or one that happens to look like it?

Of numbers that are something else a small, known share passes each test. A column is believed
when far more pass than chance explains, and when the dates inside its numbers spread over the
month as birthdays do and as budget codes or counters do not.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from pipelines.identifiers.kinds import Sense
from pipelines.identifiers.patterns import PATTERNS
from pipelines.identifiers.recognise import Candidates

#: Generous share of unlike numbers that pass a test by chance: (structure, weak).
CHANCE = {"nik": 0.01, "npwp": 0.13, "phone": 0.03, "account": 0.02, "nip": 1e-6, "plate": 0.12}
#: A share that chance would give less often than this is not chance.
DOUBT = 1e-3
#: Share of passing numbers from which a column holds the kind, for weak patterns.
MOST = 0.8
#: From this many distinct numbers on the dates inside them are looked at.
ENOUGH = 12
#: Birthdays fall after the 12th in 61 % of cases; the least share believed.
LATE_DAYS = 0.25


def tail(successes: int, trials: int, chance: float) -> float:
    """Probability of at least `successes` of `trials` by chance (Chernoff's bound above 50)."""
    if successes <= trials * chance:
        return 1.0
    if trials <= 50:
        return sum(
            math.comb(trials, k) * chance**k * (1 - chance) ** (trials - k)
            for k in range(successes, trials + 1)
        )
    share = successes / trials
    gain = share * math.log(share / chance)
    loss = (1 - share) * math.log((1 - share) / (1 - chance)) if share < 1 else 0.0
    return math.exp(-trials * (gain + loss))


def believed(found: Candidates, meaning: Sense) -> Any:
    """Return (c,) bool: which candidates are identifiers, given the column's label."""
    keep = np.zeros(len(found), dtype=bool)
    groups: dict[tuple[str, str], list[int]] = {}
    for index in range(len(found)):
        pattern = found.pattern[index]
        if pattern == -1:
            keep[index] = True
            continue
        strength: str = "plate" if pattern == -2 else PATTERNS[pattern].strength
        told = found.told[index]
        kind = found.kind[index]
        same = told.kind == kind or {told.kind, kind} <= {"nik", "kk", "npwp"}
        announced = bool(told.kind) and same
        if found.passed[index] and (announced or (strength == "sure" and not found.coded[index])):
            keep[index] = True
        elif not told.otherwise and not (found.coded[index] and strength != "structure"):
            groups.setdefault((kind, strength), []).append(index)
    for (kind, strength), members in groups.items():
        passed = [index for index in members if found.passed[index]]
        if passed and _share_convinces(found, kind, strength, members, passed, meaning):
            keep[passed] = True
    return keep


def _share_convinces(
    found: Candidates,
    kind: str,
    strength: str,
    members: Sequence[int],
    passed: Sequence[int],
    meaning: Sense,
) -> bool:
    if meaning.kind == kind or {meaning.kind, kind} == {"nik", "kk"}:
        return True
    share = len(passed) / len(members)
    by_chance = tail(len(passed), len(members), CHANCE[kind])
    if strength == "weak":
        enough = len(passed) >= 5 and share >= MOST and by_chance < DOUBT
        return enough and not meaning.otherwise
    if strength == "plate":
        return not meaning.otherwise and (len(members) < 5 or share >= 0.5)
    convincing = by_chance < DOUBT or share >= 0.5
    if meaning.otherwise and not (share >= 0.9 and len(passed) >= 5):
        return False
    return convincing and (kind != "nik" or _birthdays([found.digits[i] for i in passed]))


def _birthdays(numbers: Sequence[str]) -> bool:
    """Say whether the days inside these NIK or KK spread as days do."""
    distinct = set(numbers)
    if len(distinct) < ENOUGH:
        return True
    days = np.array([int(number[6:8]) % 40 for number in distinct])
    months = {number[8:10] for number in distinct}
    return bool((days > 12).mean() >= LATE_DAYS and len(months) >= 4)


def family_cards(numbers: Sequence[str]) -> bool:
    """Say whether these 16-digit numbers are KK rather than NIK.

    The date in a KK is the day of issue: never a woman's day, and never before the population
    register went electronic (2004).
    """
    distinct = set(numbers)
    if len(distinct) < 5:
        return False
    return all(int(n[6:8]) <= 31 and 4 <= int(n[10:12]) <= 40 for n in distinct)
