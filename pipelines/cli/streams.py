"""Standard output and error in any state: closed, full, unread, or not in UTF-8."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from pathlib import Path
from typing import IO, TextIO


def prepare() -> None:
    """Open what is closed, and replace characters that a stream's encoding lacks."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:  # closed by whoever started us
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115
        elif isinstance(stream, io.TextIOWrapper) and not _utf8(stream):
            stream.reconfigure(errors="replace")


def as_utf8() -> None:
    """Make standard output UTF-8, as JSON has to be (RFC 8259, 8.1)."""
    if isinstance(sys.stdout, io.TextIOWrapper) and not _utf8(sys.stdout):
        sys.stdout.reconfigure(encoding="utf-8", errors="strict")


def _utf8(stream: TextIO) -> bool:
    return stream.encoding.lower().replace("-", "").startswith("utf8")


def discard(stream: IO[str]) -> None:
    """Discard what nobody reads: what is left in the stream would fail again at exit."""
    with contextlib.suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
