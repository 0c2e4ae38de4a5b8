"""The screen for personal data: precision and recall on the labelled set, and its speed.

usage: python -m bench.privacy [--full]     (quick: 200,000 rows; full: 1,000,000)
"""

from __future__ import annotations

import collections
import sys
from typing import NamedTuple

import pyarrow as pa
import pyarrow.csv

from bench.labelled import Column
from bench.labelled_families import columns
from pipelines.identifiers import find

#: A NIK, a KK and a person's 16-digit NPWP are one form; under a silent label either name is right.
ALIKE = {"kk": "nik"}


class Score(NamedTuple):
    """Cells × kinds: found and there, found and not there, there and not found."""

    right: int
    wrong: int
    missed: int

    @property
    def precision(self) -> float:
        """Share of accusations that are true."""
        return self.right / max(self.right + self.wrong, 1)

    @property
    def recall(self) -> float:
        """Share of identifiers that are found."""
        return self.right / max(self.right + self.missed, 1)


def score(made: list[Column]) -> tuple[Score, dict[str, Score]]:
    """Judge every column by its cells; the total and the score by family."""
    families: dict[str, list[int]] = collections.defaultdict(lambda: [0, 0, 0])
    for column in made:
        found: list[set[str]] = [set() for _ in column.cells]
        for hit in find(pa.array(column.cells), label=column.label):
            found[hit.row].add(ALIKE.get(hit.kind, hit.kind))
        tally = families[column.family]
        for kinds, truth in zip(found, column.truth, strict=True):
            true = {ALIKE.get(kind, kind) for kind in truth}
            tally[0] += len(kinds & true)
            tally[1] += len(kinds - true)
            tally[2] += len(true - kinds)
    scores = {family: Score(*tally) for family, tally in families.items()}
    return Score(*map(sum, zip(*scores.values(), strict=True))), scores


def main(full: bool = False) -> None:
    """Print quality and speed."""
    made = columns(seed=2024, repeats=60 if full else 20)
    total, families = score(made)
    cells = sum(len(column.cells) for column in made)
    print(f"screen quality    {cells:,} cells in {len(made):,} columns of {len(families)} families")
    print(f"  precision {total.precision:.4f}  recall {total.recall:.4f}   (aim ≥ 0.99, ≥ 0.99)")
    for family, one in families.items():
        if one.wrong or one.missed:
            print(f"    {family}: right {one.right}, wrong {one.wrong}, missed {one.missed}")


if __name__ == "__main__":
    main("--full" in sys.argv[1:])
