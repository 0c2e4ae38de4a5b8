"""What is written like an identifier, before anybody has decided whether it is one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from pipelines.domain.identifiers.hits import CODES
from pipelines.domain.identifiers.kinds import NOTHING, Sense

#: In place of an index into PATTERNS: decided by its own form or by the words before it; a plate
#: that the column must confirm.
DECIDED, PLATE = -1, -2
#: Code for no kind.
NO_KIND = -1


def kind_code(sense: Sense) -> int:
    """Return the code of the kind that a label or words announce, `NO_KIND` for none."""
    return CODES[sense.kind] if sense.kind else NO_KIND


@dataclass(frozen=True)
class Candidate:
    """One candidate. text: index of the distinct text. pattern: index into PATTERNS, or DECIDED or
    PLATE. place: [start, stop) characters of the text. passed: whether the digits pass the test.
    announced: what the words before speak of. coded: letters are joined to it. digits: the number
    itself.
    """

    text: int
    pattern: int
    kind: str
    place: tuple[int, int]
    passed: bool = True
    announced: Sense = NOTHING
    coded: bool = False
    digits: str = ""


@dataclass
class Candidates:
    """c candidates, as columns that grow; `array` gives one of them as numpy.

    The columns are those of `Candidate`; kind and announced: codes of kinds; start, stop: its
    place; otherwise: the words before speak of another sort of number.
    lengths: digit count → how many numbers of that many digits the column holds, of any sort.
    """

    text: list[int] = field(default_factory=list)
    pattern: list[int] = field(default_factory=list)
    kind: list[int] = field(default_factory=list)
    start: list[int] = field(default_factory=list)
    stop: list[int] = field(default_factory=list)
    passed: list[bool] = field(default_factory=list)
    announced: list[int] = field(default_factory=list)
    otherwise: list[bool] = field(default_factory=list)
    coded: list[bool] = field(default_factory=list)
    digits: list[str] = field(default_factory=list)
    lengths: np.ndarray[Any, Any] = field(default_factory=lambda: np.zeros(64, dtype=np.int64))

    def __len__(self) -> int:
        return len(self.text)

    def array(self, name: str) -> np.ndarray[Any, Any]:
        """Return a column as (c,) numpy."""
        return np.asarray(getattr(self, name), dtype=bool if name in _FLAGS else np.int64)

    def add(self, one: Candidate) -> None:
        """Append one candidate."""
        self.text.append(one.text)
        self.pattern.append(one.pattern)
        self.kind.append(CODES[one.kind])
        self.start.append(one.place[0])
        self.stop.append(one.place[1])
        self.passed.append(one.passed)
        self.announced.append(kind_code(one.announced))
        self.otherwise.append(one.announced.otherwise)
        self.coded.append(one.coded)
        self.digits.append(one.digits)

    def add_whole(
        self, text: Sequence[int], pattern: int, kind: str, stop: Sequence[int],
        passed: Sequence[bool], digits: Sequence[str],
    ) -> None:  # fmt: skip
        """Append candidates that are all that their cells hold, with no words around them."""
        count = len(text)
        self.text.extend(text)
        self.pattern.extend([pattern] * count)
        self.kind.extend([CODES[kind]] * count)
        self.start.extend([0] * count)
        self.stop.extend(stop)
        self.passed.extend(passed)
        self.announced.extend([NO_KIND] * count)
        self.otherwise.extend([False] * count)
        self.coded.extend([False] * count)
        self.digits.extend(digits)

    def count_lengths(self, lengths: Any) -> None:
        """Count numbers by how many digits they have."""
        counts = np.bincount(np.minimum(np.asarray(lengths, dtype=np.int64), 63), minlength=64)
        self.lengths += counts


_FLAGS = ("passed", "otherwise", "coded")
