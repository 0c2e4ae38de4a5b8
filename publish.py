"""Entry point: `python publish.py COMMAND`, the same as the console script `publish`."""

from pipelines.cli import main

if __name__ == "__main__":
    main()
