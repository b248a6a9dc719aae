"""From the driver's errors to pgGit's, by SQLSTATE."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pggit.core.errors import (
    Busy,
    ConnectionFailed,
    NotFound,
    NothingToCommit,
    PermissionDenied,
    PgGitError,
    Refused,
    SqlFailed,
    UsageError,
)
from pggit.db.redact import redact_url

if TYPE_CHECKING:
    import psycopg

__all__ = ["redact_url", "translate", "translated"]

_BY_STATE: dict[str, type[PgGitError]] = {
    "42501": PermissionDenied,
    "28000": ConnectionFailed,
    "28P01": ConnectionFailed,
    "3D000": ConnectionFailed,
    "53300": ConnectionFailed,
    "57P01": ConnectionFailed,
    "57P02": ConnectionFailed,
    "57P03": ConnectionFailed,
    "57P04": ConnectionFailed,
    "57P05": ConnectionFailed,
    "25P03": ConnectionFailed,
    "25P04": ConnectionFailed,
    "57014": Busy,
    "55P03": Busy,
    "55006": Busy,
    "40001": Busy,
    "40P01": Busy,
    # raised by the engine's own pggit.fail()
    "PG001": NothingToCommit,
    "PG002": UsageError,
    "PG003": NotFound,
    "PG006": Refused,
}


def translate(error: psycopg.Error) -> PgGitError:
    """The error of pgGit that says what an error of the driver means.

    Args:
        error: what a statement, or the connection, raised.

    Returns:
        An error with the server's message and hint. Details are left out: they may show data.
    """
    message = error.diag.message_primary or str(error).strip() or type(error).__name__
    hint = error.diag.message_hint
    state = error.sqlstate
    if state is None:
        return _without_state(error, message)
    kind = _BY_STATE.get(state)
    if kind is None and state.startswith("08"):
        kind = ConnectionFailed
    if kind is None:
        return SqlFailed(message, hint=hint, sqlstate=state)
    return kind(message, hint=hint)


def refusal(error: Exception) -> PgGitError | None:
    """The error of pgGit for what a server refuses: a right, a connection, a lock; None for any other error."""
    import psycopg

    found = translate(error) if isinstance(error, psycopg.Error) else None
    return None if isinstance(found, SqlFailed) else found


@contextmanager
def translated() -> Iterator[None]:
    """Raise the driver's errors in this block as pgGit's.

    Raises:
        PgGitError: of the class that :func:`translate` chooses.
    """
    import psycopg

    try:
        yield
    except psycopg.Error as error:
        raise translate(error) from error


def _without_state(error: psycopg.Error, message: str) -> PgGitError:
    """The driver gives no SQLSTATE for failed or lost connections, and for its own misuse."""
    import psycopg

    if isinstance(error, (psycopg.OperationalError, psycopg.InterfaceError)):
        return ConnectionFailed(message)
    return SqlFailed(message)
