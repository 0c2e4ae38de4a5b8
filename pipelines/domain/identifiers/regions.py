"""Which region codes an Indonesian identity number can begin with.

Kepmendagri 300.2.2-2430/2025: province PP, kabupaten from 01, kota from 71. An identity number
keeps the code of the day it was issued, so the codes of provinces before they were split
(Banten in 32, the Papuan provinces in 91, Timor Timur 54) are known here as well; a gap inside
a province's range is a regency that moved and counts as known for the same reason.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

#: Province → (highest kabupaten number, highest kota number − 70), today's and earlier ones.
REGENCIES = {
    11: (18, 5), 12: (25, 8), 13: (12, 7), 14: (12, 3), 15: (9, 2), 16: (13, 5), 17: (9, 1),
    18: (13, 2), 19: (6, 1), 21: (5, 2), 31: (1, 5), 32: (22, 9), 33: (29, 6), 34: (4, 1),
    35: (29, 9), 36: (4, 4), 51: (8, 1), 52: (8, 2), 53: (21, 1), 54: (13, 0), 61: (12, 2),
    62: (13, 1), 63: (11, 2), 64: (13, 5), 65: (4, 1), 71: (11, 4), 72: (12, 1), 73: (26, 3),
    74: (15, 2), 75: (5, 1), 76: (6, 0), 81: (9, 2), 82: (8, 2), 91: (29, 2), 92: (12, 1),
    93: (4, 0), 94: (8, 0), 95: (8, 0), 96: (5, 1),
}  # fmt: skip

#: No regency has more districts (kecamatan) than Yahukimo's 51.
DISTRICTS = 60


@cache
def regency_table() -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Return (10000,) bool: whether the four digits PPRR name a regency or city."""
    table = np.zeros(10_000, dtype=bool)
    for province, (kabupaten, kota) in REGENCIES.items():
        table[province * 100 + 1 : province * 100 + kabupaten + 1] = True
        table[province * 100 + 71 : province * 100 + 71 + kota] = True
    return table
