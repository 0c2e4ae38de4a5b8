"""Run every benchmark: `python -m bench [--full] [NAME …]`. Figures are ratios in this one run."""

from __future__ import annotations

import importlib
import sys

NAMES = ("reading", "validation", "cleaning", "privacy", "publishing")


def main(args: list[str]) -> None:
    """Run the benchmarks named, all of them by default."""
    full = "--full" in args
    wanted = [arg for arg in args if arg != "--full"] or list(NAMES)
    for name in wanted:
        if name not in NAMES:
            sys.exit(f"no benchmark '{name}': {', '.join(NAMES)}")
        sys.stdout.write(f"\n== {name} ==\n")
        sys.stdout.flush()
        importlib.import_module(f"bench.{name}").main(full)


if __name__ == "__main__":
    main(sys.argv[1:])
