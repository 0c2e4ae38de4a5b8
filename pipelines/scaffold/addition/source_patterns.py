"""`source:` widened so that it covers the earlier files and the new ones, and no others."""

from __future__ import annotations

import glob
import re
from collections.abc import Collection, Sequence
from fnmatch import fnmatchcase
from os.path import commonprefix


def covers(pattern: str, path: str) -> bool:
    """Return whether a glob pattern takes a path, both written with `/`, as `Path.glob` does."""
    return _covers(pattern.split("/"), path.split("/"))


def _covers(pattern: Sequence[str], parts: Sequence[str]) -> bool:
    if not pattern:
        return not parts
    if pattern[0] == "**":
        return any(_covers(pattern[1:], parts[n:]) for n in range(len(parts) + 1))
    return bool(parts) and fnmatchcase(parts[0], pattern[0]) and _covers(pattern[1:], parts[1:])


def widened(patterns: Sequence[str], files: Collection[str], wanted: Collection[str]) -> list[str]:
    """Return the patterns that take exactly the wanted files among all files of the folder.

    files, wanted: paths from the dataset's folder. Addresses stay as they are. What is there is
    kept where it is enough; then one pattern for all is preferred, then a list.
    """
    urls = [pattern for pattern in patterns if "://" in pattern]
    local = [pattern for pattern in patterns if "://" not in pattern]

    def taken(chosen: Sequence[str]) -> set[str]:
        return {path for path in files if any(covers(pattern, path) for pattern in chosen)}

    kept = [pattern for pattern in local if taken([pattern])]
    if taken(kept) == set(wanted):
        return [pattern for pattern in patterns if pattern in urls or pattern in kept]
    if len(kept) <= 1 and not urls:
        for pattern in _common(sorted(wanted)):
            if taken([pattern]) == set(wanted):
                return [pattern]
    exact = [pattern for pattern in kept if taken([pattern]) <= set(wanted)]
    rest = sorted(set(wanted) - taken(exact))
    chosen = [pattern for pattern in patterns if pattern in urls or pattern in exact]
    return chosen + [glob.escape(path) for path in rest]


def _common(paths: Sequence[str]) -> list[str]:
    """Return patterns for files of one folder and suffix whose names begin with the same words."""
    folders = {path.rpartition("/")[0] for path in paths}
    suffixes = {path.rpartition(".")[2] for path in paths}
    if len(paths) < 2 or len(folders) != 1 or len(suffixes) != 1:
        return []
    folder, suffix = folders.pop(), suffixes.pop()
    stems = [path.rpartition("/")[2].rpartition(".")[0] for path in paths]
    stem = commonprefix(stems)  # noqa: RUF071 (characters are what is compared)
    if any(stem[-1:].isalpha() and own[len(stem) :][:1].isalpha() for own in stems):
        stem = re.sub(r"[^\W\d_]+$", "", stem)  # `ju` of juni and juli is no word
    # `ikm-` before `ikm-2023-semester-`: the words up to the first number serve later years too.
    starts = [start.rstrip("(") for start in (re.split(r"\d", stem)[0], stem.rstrip("0123456789"))]
    return [
        f"{folder}/{glob.escape(start)}*.{suffix}" if folder else f"{glob.escape(start)}*.{suffix}"
        for start in dict.fromkeys(starts)
        if re.search(r"[^\W\d_]{2}", start)
    ]
