"""The labelled set of the benchmark, in small: the aims hold, and hold on another seed."""

import pytest

from bench.labelled_families import columns
from bench.privacy import score


@pytest.mark.parametrize("seed", [2024, 7])
def test_precision_and_recall(seed: int) -> None:
    total, families = score(columns(seed, repeats=4))
    assert total.precision >= 0.99, {f: s for f, s in families.items() if s.wrong}
    assert total.recall >= 0.99, {f: s for f, s in families.items() if s.missed}
