"""How much memory this process may still take, and the refusal of work that needs more.

A process that asks for too much is killed without a word on most systems, so work that needs much
says beforehand how much. Limits of containers and of `ulimit -v` count as well as the machine's.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

from pipelines.errors import PortalProblem

#: address space that libraries and their threads take before anything is read
START = 900 << 20
#: where Linux tells in which groups a process is, and what these may take
MEMBERSHIP, CGROUP = Path("/proc/self/cgroup"), Path("/sys/fs/cgroup")
#: files of a group: its limit, what it takes, and how much of that is caches (version 2, version 1)
NAMES = (
    ("memory.max", "memory.current", "inactive_file"),
    ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"),
)


def require(
    needed: int,
    *,
    where: str = "",
    size: int = 0,
    mapped: int = 0,
    code: str = "memory-short",
    **params: object,
) -> None:
    """Raise `PortalProblem` when `needed` bytes are not to be had for a file of `size` bytes.

    mapped: bytes of files mapped into memory, which count under `ulimit -v` only. params: further
    words of the message `code`.
    """
    there = available()
    space = address_space()
    if space is not None and needed + mapped > space:
        needed, there = needed + mapped, min(there, space)
    if needed > there:
        raise PortalProblem(
            code,
            where=where,
            size=gigabytes(size),
            needed=gigabytes(needed),
            available=gigabytes(there),
            **params,
        )


def require_start() -> None:
    """Raise `PortalProblem` when `ulimit -v` leaves too little to load the libraries.

    They start threads, and without room for these they end the process without a word. To be called
    before Arrow is imported: under such a limit it must not reserve 1 GB of addresses at once.
    """
    space = address_space()
    if space is None:
        return
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
    if space < START:
        raise PortalProblem(
            "memory-short.start", needed=gigabytes(START), available=gigabytes(space)
        )


def available() -> int:
    """Return how many bytes the machine and the container still have for this process."""
    import psutil  # 10 ms, which small files do without

    return min([int(psutil.virtual_memory().available), *_left_in_container()])


def address_space() -> int | None:
    """Return how many bytes `ulimit -v` still allows; None without such a limit."""
    if sys.platform == "win32":
        return None
    import resource  # there is none on Windows

    limit, _ = resource.getrlimit(resource.RLIMIT_AS)
    if limit == resource.RLIM_INFINITY:
        return None
    import psutil

    return max(0, limit - int(psutil.Process().memory_info().vms))


def _left_in_container() -> list[int]:
    """Return what is left under each limit that is set; caches can be taken back."""
    found = []
    for folder in _groups():
        for limit, used, cache in NAMES:
            try:
                most = (folder / limit).read_text().strip()
                counts = dict(
                    line.split() for line in (folder / "memory.stat").read_text().splitlines()
                )
                taken = int((folder / used).read_text()) - int(counts.get(cache, 0))
            except (OSError, ValueError):
                continue
            if most.isdigit():
                found.append(max(0, int(most) - taken))
    return found


def _groups() -> Iterator[Path]:
    """Yield the folders of the groups that this process is in, the outer ones too."""
    try:
        lines = MEMBERSHIP.read_text().splitlines()
    except OSError:
        return
    for line in lines:
        number, kinds, path = line.split(":", 2)
        if number == "0" or "memory" in kinds.split(","):
            top = CGROUP if number == "0" else CGROUP / "memory"
            own = top / path.strip("/")
            yield from (own, *(one for one in own.parents if one.is_relative_to(top)))


def gigabytes(size: int) -> dict[str, str]:
    """Write a number of bytes in GB as both languages do."""
    text = f"{size / 1e9:.1f}"
    return {"id": text.replace(".", ","), "en": text}
