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

from pipelines.domain.identifiers.candidates import DECIDED, NO_KIND, PLATE, Candidates, kind_code
from pipelines.domain.identifiers.hits import CODES, NAMES
from pipelines.domain.identifiers.kinds import Sense
from pipelines.domain.identifiers.patterns import PATTERNS

#: Generous share of unlike numbers of the same length that pass the test by chance.
CHANCE = {"nik": 0.004, "npwp": 0.13, "phone": 0.1, "account": 0.02, "nip": 1e-6}
#: The same for numbers that begin as fixed lines do, or as mobile ones that have lost their 0.
CHANCE_BARE = 0.5
#: A share that chance would give less often than this is not chance. A missed NIK is worse than
#: a false alarm, which a line in the descriptor ends.
SIGNIFICANCE, SIGNIFICANCE_NIK = 1e-3, 0.02
#: Share of a column's like numbers from which it holds the kind: structural, and weak patterns.
HALF, MOST = 0.5, 0.8
#: Fewest passing numbers for a weak pattern to be believed.
FEWEST = 5
#: Birthdays fall after the 12th of the month with this probability.
LATE = 19 / 31
#: From this share of women's days (day + 40) on no budget code is meant.
WOMEN = 0.1

Mask = np.ndarray[Any, np.dtype[np.bool_]]


def tail(successes: int, trials: int, chance: float) -> float:
    """Probability of at least `successes` of `trials` by chance (Chernoff's bound above 50)."""
    if trials <= 50:
        return sum(
            math.comb(trials, k) * chance**k * (1 - chance) ** (trials - k)
            for k in range(successes, trials + 1)
        )
    if successes <= trials * chance:
        return 1.0
    share = successes / trials
    gain = share * math.log(share / chance)
    loss = (1 - share) * math.log((1 - share) / (1 - chance)) if share < 1 else 0.0
    return math.exp(-trials * (gain + loss))


def accepted(found: Candidates, meaning: Sense) -> Mask:
    """Return (c,) bool: which candidates are identifiers, given the column's label.

    Where two kept candidates overlap, the one of the stronger and earlier pattern stays.
    """
    pattern, kind = found.array("pattern"), found.array("kind")
    passed, announced = found.array("passed"), found.array("announced")
    coded, otherwise = found.array("coded"), found.array("otherwise")
    strength = np.array([_STRENGTH[p.strength] for p in PATTERNS] + [_SURE + 1, _SURE + 1])
    strength = strength[pattern]  # DECIDED and PLATE index the two at the end
    same = (announced == kind) | (np.isin(announced, _PERSON) & np.isin(kind, _PERSON))
    keep = (pattern == DECIDED) | (passed & (announced != NO_KIND) & same)
    keep |= passed & (strength == _SURE) & ~coded & (pattern >= 0)
    like = _unexplained(found, keep)
    # Words before speak against telephones and accounts; of other numbers too few pass as a NIK.
    otherwise &= (kind != CODES["nik"]) | np.array([budget_like(n) for n in found.digits], bool)
    open_ = ~keep & (pattern >= 0) & ~otherwise & ~(coded & (strength == _WEAK))
    for code in np.unique(kind[open_]):
        for level in (_STRUCTURE, _WEAK):
            members = np.flatnonzero(open_ & passed & (kind == code) & (strength == level))
            if len(members) and _accepts_kind(found, like, NAMES[code], level, members, meaning):
                keep[members] = True
    keep |= _plates(pattern, passed, meaning)
    return _without_overlaps(found, keep, strength)


_WEAK, _STRUCTURE, _SURE = 0, 1, 2
_STRENGTH = {"weak": _WEAK, "structure": _STRUCTURE, "sure": _SURE}
#: Kinds that share one form: a person's NPWP is the NIK, a KK looks like one.
_PERSON = [CODES["nik"], CODES["kk"], CODES["npwp"]]


def _unexplained(found: Candidates, keep: Mask) -> Any:
    """Return (64,) counts of the column's numbers by digits, less those known to be identifiers."""
    known = [len(found.digits[i]) for i in np.flatnonzero(keep) if found.digits[i]]
    return found.lengths - np.bincount(np.array(known, dtype=np.int64), minlength=64)


def _accepts_kind(
    found: Candidates, counts: Any, kind: str, level: int, members: Any, meaning: Sense
) -> bool:
    """Say whether the passing candidates of one kind and strength are believed."""
    if meaning.kind == kind or (kind == "nik" and meaning.kind in ("kk", "npwp")):
        return True
    numbers = [found.digits[i] for i in members]
    lengths = range(9, 15) if kind == "phone" else {len(number) for number in numbers}
    like = max(sum(int(counts[length]) for length in lengths), len(members))
    share = len(members) / like
    chance = CHANCE_BARE if kind == "phone" and level == _WEAK else CHANCE[kind]
    not_chance = tail(len(members), like, chance) < (
        SIGNIFICANCE_NIK if kind == "nik" else SIGNIFICANCE
    )
    if level == _WEAK:
        enough = len(members) >= FEWEST and share >= MOST
        return enough and not_chance and not meaning.otherwise
    if meaning.otherwise and not (share >= 0.9 and (len(members) >= FEWEST or kind == "nik")):
        return False
    return (share >= HALF or not_chance) and (kind != "nik" or _birthdays(numbers))


def budget_like(number: str) -> bool:
    """Say whether a number begins as an account of the budget does: 4, 5, 6, then 1–3."""
    return number[:1] in "456" and number[1:2] in "123"


def _birthdays(numbers: Sequence[str]) -> bool:
    """Say whether the days inside these NIK or KK spread as days do.

    Budget codes (Permendagri 90/2019) that begin with 51–53 or 61–63 look like NIK of provinces
    of these numbers, and their later parts are small: never a late day, never a woman's.
    """
    distinct = sorted(set(numbers))
    if sum(int(number[6:8]) > 40 for number in distinct) >= WOMEN * len(distinct):
        return True
    late = sum(int(number[6:8]) % 40 > 12 for number in distinct)
    if not late and all(budget_like(number) for number in distinct):
        return False
    # Probability that so few days are late among real ones.
    few = 1 - tail(late + 1, len(distinct), LATE) if len(distinct) <= 50 else None
    return few >= SIGNIFICANCE / 2 if few is not None else late / len(distinct) >= 0.3


def _plates(pattern: Any, passed: Mask, meaning: Sense) -> Mask:
    """Plates: those of clear form, unless most of the column's look-alikes are something else."""
    members = pattern == PLATE
    count = int(members.sum())
    if not count or meaning.otherwise:
        return np.zeros(len(pattern), dtype=bool)
    share = int((members & passed).sum()) / count
    if share >= MOST and count >= FEWEST:
        return np.asarray(members)
    return np.asarray(members & passed & (share >= HALF))


def _without_overlaps(found: Candidates, keep: Mask, strength: np.ndarray[Any, Any]) -> Mask:
    """Of overlapping candidates in one text keep the strongest, the earliest pattern on a tie."""
    kept = np.flatnonzero(keep)
    if len(kept) < 2:
        return keep
    text, start, stop = found.array("text"), found.array("start"), found.array("stop")
    order = kept[np.lexsort((start[kept], text[kept]))]
    clash = (text[order][1:] == text[order][:-1]) & (start[order][1:] < stop[order][:-1])
    if not clash.any():
        return keep
    result = keep.copy()
    taken: dict[int, list[tuple[int, int]]] = {}
    for index in sorted(order.tolist(), key=lambda i: (-strength[i], i)):
        spans = taken.setdefault(int(text[index]), [])
        if any(start[index] < b and a < stop[index] for a, b in spans):
            result[index] = False
        else:
            spans.append((int(start[index]), int(stop[index])))
    return result


def announced_instead(found: Candidates, keep: Mask, meaning: Sense) -> Mask:
    """Return (c,) bool: kept candidates that are what the label says, whatever they look like.

    A bank account or a student number may have the digits of a telephone number or pass NPWP's
    check digit; under its own label it is what the label says. A NIK stays a NIK.
    """
    if meaning.kind not in ("account", "other"):
        return np.zeros(len(found), dtype=bool)
    doubtful = np.isin(found.array("kind"), [CODES["phone"], CODES["npwp"], CODES["account"]])
    unannounced = found.array("announced") == NO_KIND
    return np.asarray(keep & doubtful & unannounced & (found.array("kind") != kind_code(meaning)))


def family_cards(numbers: Sequence[str]) -> bool:
    """Say whether these 16-digit numbers are KK rather than NIK.

    The date in a KK is the day of issue: never a woman's day, and never before the population
    register went electronic (2004).
    """
    distinct = set(numbers)
    if len(distinct) < FEWEST:
        return False
    return all(int(n[6:8]) <= 31 and 4 <= int(n[10:12]) <= 40 for n in distinct)
