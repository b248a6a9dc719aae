"""How a command ends that could not be done: one line, a hint, an exit status."""

from __future__ import annotations

import re
import sys
import traceback

from pggit.core.errors import InternalError, PgGitError, UsageError

INTERRUPTED = 130
BROKEN_PIPE = 141

_USERINFO = re.compile(r"(://[^\s:/@]*):[^\s@]*@")


def report(error: PgGitError, *, as_json: bool) -> int:
    """Tell an error, to people on standard error or to programs as a document; return the exit status."""
    if as_json:
        from pggit.cli.documents import dumps

        body = {"code": error.code, "message": error.message, "hint": error.hint}
        sys.stdout.write(dumps({"error": body}) + "\n")
        return error.exit_status
    print(f"pggit: {' '.join(error.message.split())}", file=sys.stderr)
    if error.hint:
        print(f"hint: {error.hint}", file=sys.stderr)
    return error.exit_status


def as_known(error: Exception) -> PgGitError:
    """Return the error of pgGit for any other: typer's about the command line, the system's, faults."""
    said = getattr(error, "format_message", None)
    if said:
        return UsageError(said(), hint=_usage_hint(error))
    if isinstance(error, OSError) and error.strerror:
        return UsageError(f"{error.filename}: {error.strerror}" if error.filename else error.strerror)
    text = _USERINFO.sub(r"\1:***@", " ".join(str(error).split()))
    return InternalError(
        f"a fault of pgGit itself: {type(error).__name__}: {text}", hint="PGGIT_DEBUG=1 shows where it happened."
    )


def trace(error: Exception) -> None:
    """Print the traceback of a fault, without passwords."""
    sys.stderr.write(_USERINFO.sub(r"\1:***@", "".join(traceback.format_exception(error))))


def _usage_hint(error: Exception) -> str:
    context = getattr(error, "ctx", None)
    return f"{context.command_path if context else 'pggit'} --help tells how it is used."
