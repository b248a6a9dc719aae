"""How a command ends that could not be done: one line, a hint, an exit status."""

from __future__ import annotations

import sys
import traceback
from typing import TYPE_CHECKING

from pggit.cli.stream import block, say, say_lines
from pggit.core.errors import InternalError, PgGitError, UsageError
from pggit.db.redact import redact_text
from pggit.db.sqlstate import refusal

if TYPE_CHECKING:
    import click

INTERRUPTED = 130
BROKEN_PIPE = 141
FAULT = InternalError.exit_status


def report(error: PgGitError, *, as_json: bool) -> int:
    """Tell an error, to people on standard error or to programs as a document; return the exit status."""
    message, hint = redact_text(error.message), redact_text(error.hint) if error.hint else None
    if as_json:
        from pggit.cli.output import Output

        body = {"code": error.code, "message": message, "hint": hint}
        Output().json({"error": body})
        return error.exit_status
    say(f"pggit: {' '.join(message.split())}")
    if hint:
        say(f"hint: {hint}")
    return error.exit_status


def of_click(error: click.ClickException) -> UsageError:
    """Return pgGit's error for click's about the command line."""
    context = getattr(error, "ctx", None)
    path = context.command_path if context else "pggit"
    return UsageError(error.format_message().rstrip("."), hint=f"{path} --help tells how it is used.")


def of_other(error: Exception) -> PgGitError:
    """Return pgGit's error for any other: the system's, what a server refuses, faults."""
    if isinstance(error, OSError) and error.strerror:
        return UsageError(f"{error.filename}: {error.strerror}" if error.filename else error.strerror)
    if "psycopg" in sys.modules and (refused := refusal(error)):
        return refused
    text = " ".join(str(error).split())
    return InternalError(
        f"a fault of pgGit itself: {type(error).__name__}: {text}", hint="PGGIT_DEBUG=1 shows where it happened."
    )


def trace(error: Exception) -> None:
    """Print the traceback of a fault, without passwords."""
    text = redact_text("".join(traceback.format_exception(error)))
    say_lines(block(text.rstrip("\n"), before="| "))
