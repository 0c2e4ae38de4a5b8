"""A trial read of a workbook in a process of its own with limited memory and time.

A reader allocates whatever extent a file declares, and a process that runs out of memory is killed
without an error. Files whose extent cannot be checked beforehand are read here first.
"""

from __future__ import annotations

import subprocess
import sys

from pipelines.errors import Refused

#: Bytes of address space and seconds that reading a workbook may take.
MOST_MEMORY = 4 << 30
MOST_SECONDS = 300
#: Exits with 0 when the file was read, or refused by the reader itself.
_SCRIPT = """
import io, sys
try:
    import resource
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
except ImportError:
    pass
import python_calamine as calamine
try:
    book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read()))
    for name in book.sheet_names:
        sheet = book.get_sheet_by_name(name)
        if sheet.height * sheet.width > CELLS:
            print(sheet.height, sheet.width)
            break
except (calamine.CalamineError, OSError, ValueError):
    pass
"""


def trial_read(data: bytes, name: str, cells: int) -> None:
    """Raise `Refused` when a workbook's sheets span more than `cells` cells, or too much memory."""
    script = _SCRIPT.replace("MEMORY", str(MOST_MEMORY)).replace("CELLS", str(cells))
    try:
        done = subprocess.run(
            [sys.executable, "-I", "-c", script],
            input=data,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=MOST_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise Refused("range-too-large.unknown", where=name) from error
    size = done.stdout.split()
    if len(size) == 2:
        raise Refused("range-too-large", where=name, rows=int(size[0]), columns=int(size[1]))
    if done.returncode:
        raise Refused("range-too-large.unknown", where=name)
