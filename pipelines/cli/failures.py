"""How a call ends: every failure becomes words with a next step, and an exit code.

No traceback reaches a steward. What nobody foresaw is written to a file that a developer can be
sent; `-v` prints it as well.
"""

from __future__ import annotations

import errno
import logging
import re
import sys
import tempfile
import traceback
from pathlib import Path

import click

from pipelines import messages
from pipelines.cli import streams
from pipelines.cli.app import App, console
from pipelines.cli.click_texts import translated
from pipelines.errors import PortalProblem, PublishError, UsageProblem
from pipelines.model import Finding
from pipelines.text.printable import printable, unbroken

#: What the operating system says when this machine, not the data, is in the way.
_SYSTEM = {
    errno.ENOSPC: "disk-full",
    errno.EDQUOT: "disk-full",
    errno.EACCES: "not-permitted",
    errno.EPERM: "not-permitted",
    errno.EROFS: "not-permitted",
    errno.ENOMEM: "memory-full",
}
#: What Python, Arrow and the loader say where there is no memory for a thread or a library.
_NO_ROOM = re.compile(
    "start new thread|launch worker thread|cannot allocate memory|map segment|bad_alloc",
    re.IGNORECASE,
)
#: Digits in which an identifier could stand, however they are parted: dashes, brackets, spaces of
#: any kind. The days of a list of labels (`1 · 2 · 3`, `1, 2, 3`) are none.
_IDENTIFYING = re.compile(r"\d(?:(?:[^\w\n,·]{0,3}|,)\d){8,}")


class _RetryNotice(logging.Handler):
    """Says once that a call to the portal is repeated; the library's own log lines stay out."""

    shown = False

    def emit(self, record: logging.LogRecord) -> None:
        """Report the first repetition of a call."""
        if not self.shown:
            self.shown = True
            console(stderr=True).print(messages.text("label-retrying"), style="dim", markup=False)


def run(group: click.Group, args: list[str] | None) -> int:
    """Run the command group and return the exit code."""
    streams.prepare()
    settings = App()
    code = _run(group, args, settings)
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        streams.discard(sys.stdout)
    except OSError as error:
        code = _system_error(error, settings)
    return code


def _run(group: click.Group, args: list[str] | None, settings: App) -> int:
    repeats = logging.getLogger("stamina")
    repeats.handlers, repeats.propagate = [_RetryNotice()], False
    try:
        result = group.main(args=args, prog_name="publish", standalone_mode=False, obj=settings)
        return result if isinstance(result, int) else 0
    except click.exceptions.Exit as leave:
        return leave.exit_code
    except PublishError as error:
        return show(error, settings)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return UsageProblem.exit_code
    except click.UsageError as error:
        return show(translated(error), settings)
    except click.ClickException as error:
        return show(UsageProblem("usage", reason=error.format_message()), settings)
    except (KeyboardInterrupt, click.Abort):
        return show(PortalProblem("interrupted"), settings)
    except SystemExit:  # click's answer when nobody reads its help any more
        return 0
    except OSError as error:
        return _system_error(error, settings)
    except ModuleNotFoundError:
        raise  # not installed: the entry point says so, for words need packages too
    except Exception as error:  # noqa: BLE001 - the last resort, its trace kept in a file
        if out_of_memory(error):
            return show(PortalProblem("memory-full"), settings)
        return show(_unexpected(error, settings), settings)


def out_of_memory(error: Exception) -> bool:
    """Say whether an error is that memory ran out, which has many names: no room for an object, a
    file, a thread, or a library."""
    if isinstance(error, MemoryError):
        return True
    if isinstance(error, OSError):
        return error.errno == errno.ENOMEM
    return bool(_NO_ROOM.search(str(error)))


def _system_error(error: OSError, settings: App) -> int:
    """Report what the operating system refused, standard output's own flush included."""
    try:
        sys.stdout.flush()
    except OSError:
        streams.discard(sys.stdout)
    code = _SYSTEM.get(error.errno or 0, "system-error")
    where = str(error.filename or "")
    return show(PortalProblem(code, where=where, reason=error.strerror or str(error)), settings)


def show(error: PublishError, settings: App) -> int:
    """Print an error on stderr (and as JSON on stdout under `--json`)."""
    err = console(stderr=True)
    place = f"{error.where}: " if error.where else ""
    err.print(f"✗ {place}{safe(error.message)}", style="bold red", markup=False)
    if error.next:
        err.print(unbroken(f"→ {safe(error.next)}"), markup=False)
    if messages.text(error.code, "explain"):
        err.print(f"  publish explain {error.code}", style="dim", markup=False)
    if settings.json:
        try:
            settings.emit({"error": as_json(error)})
        except OSError:  # standard output itself is what failed, as reported
            streams.discard(sys.stdout)
    return error.exit_code


def show_finding(finding: Finding) -> None:
    """Print on stderr an error that a stage found and that did not stop the command."""
    err = console(stderr=True)
    err.print(f"✗ {safe(finding.message)}", style="bold red", markup=False)
    err.print(unbroken(f"→ {safe(finding.text('next'))}"), markup=False)


def safe(text: str) -> str:
    """Return a text with personal identifiers masked and nothing that acts on a terminal.

    An error may quote a cell, or what a portal answered: a label that is a row of data, a value
    that a library choked on, an escape sequence that somebody typed into a form.
    """
    text = printable(text)
    if not _IDENTIFYING.search(text) and "@" not in text:
        return text
    from pipelines.domain.identifiers import presentable

    return "\n".join(presentable(text.split("\n")))


def as_json(error: PublishError) -> dict[str, object]:
    """Return an error as other programs read it."""
    return {
        "code": error.code,
        "where": error.where,
        "message": safe(error.message),
        "next": safe(error.next),
        "exit_code": error.exit_code,
    }


def _unexpected(error: Exception, settings: App) -> PortalProblem:
    trace = "".join(traceback.format_exception(error))
    if settings.verbosity > 0:
        sys.stderr.write(safe(trace))
    with tempfile.NamedTemporaryFile(
        "w", prefix="publish-", suffix=".log", delete=False, encoding="utf-8"
    ) as file:
        file.write(safe(trace))
    return PortalProblem("unforeseen", reason=type(error).__name__, file=Path(file.name))
