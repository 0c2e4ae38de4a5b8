"""A workbook read once in a process of its own, where it can take no more than its share.

Whatever a file claims, the reader makes room for it, and a process that gets no room is ended
without a word. Files whose reach cannot be told beforehand are tried here.
"""

from __future__ import annotations

import subprocess
import sys

from pipelines.errors import Refused

#: Bytes of address space and seconds that reading a workbook may take.
MOST_MEMORY = 4 << 30
MOST_SECONDS = 300
#: The process ends well when the file is read, or refused by the reader itself.
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


def try_out(data: bytes, name: str, cells: int) -> None:
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
    told = done.stdout.split()
    if len(told) == 2:
        raise Refused("range-too-large", where=name, rows=int(told[0]), columns=int(told[1]))
    if done.returncode:
        raise Refused("range-too-large.unknown", where=name)
