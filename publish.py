"""Entry point: `python publish.py COMMAND`, the same as the console script `publish`."""

import sys


def main() -> None:
    """Run the command line; say what to do where its packages are not installed."""
    try:
        from pipelines.cli import main as run

        run()
    except ModuleNotFoundError as error:
        said = f"✗ Paket Python belum terpasang / Python package not installed: {error.name}"
        sys.stderr.write(f"{said}\n→ make demo; . .venv/bin/activate\n")
        sys.exit(3)


if __name__ == "__main__":
    main()
