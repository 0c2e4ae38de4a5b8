"""What is shown stays one line where it is meant to be copied."""

from __future__ import annotations

import io

import pytest
from rich.console import Console
from rich.text import Text

from pipelines.cli.console import SafeConsole
from pipelines.text.printable import GLUE, say, unbroken

NEXT = "Complete what dataset.yaml says, every line of it, and then `publish validate daftar-sd`."


@pytest.mark.parametrize("width", [40, 60, 80])
def test_a_command_is_not_broken_over_lines(width: int) -> None:
    for written in (
        f"Next step: {NEXT}",
        "On the portal of your own: publish publish daftar-sd --yes",
    ):
        file = io.StringIO()
        say(Console(file=file, width=width), Text(written), 0)
        safe = SafeConsole(file=file, width=width)
        safe.print(unbroken(written), markup=False)
        command = (
            "publish validate daftar-sd" if "`" in written else "publish publish daftar-sd --yes"
        )
        assert file.getvalue().count(command) == 2
        assert GLUE not in file.getvalue()


def test_prose_may_break_anywhere() -> None:
    assert unbroken("publish the numbers as the sheet shows them") == (
        "publish the numbers as the sheet shows them"
    )
    assert GLUE not in unbroken(f"typed{GLUE}by somebody")
