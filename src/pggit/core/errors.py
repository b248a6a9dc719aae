"""The errors that pgGit raises, and the exit statuses that they end a command with.

Exit statuses are a contract:

====== ==========================================================================
status meaning
====== ==========================================================================
0      done, nothing to report
1      done; differences or problems were found (``diff``, ``drift``, ``fsck``, ``prove``, ``merge``, ``config check``)
2      the command was used wrongly, or a setting is wrong
3      what was named is not there: a ref, an object, a state, a file
4      no connection to a server, or the server went away
5      the role may not do this
6      refused: the state is not as it must be (conflict, not installed, dirty)
7      SQL of the user failed
8      somebody else holds a lock, or a timeout passed
70     a fault of pgGit itself
====== ==========================================================================
"""

from __future__ import annotations

from typing import ClassVar

EXIT_OK = 0
EXIT_FOUND = 1


class PgGitError(Exception):
    """The base of all errors that a user can meet.

    Args:
        message: what is wrong, in one sentence, without secrets.
        hint: what the user can do about it.

    ``code`` names the error for programs, ``exit_status`` ends the command, ``http_status`` answers a request.
    """

    code: ClassVar[str] = "internal"
    exit_status: ClassVar[int] = 70
    http_status: ClassVar[int] = 500

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UnprotectedSource(UserWarning):
    """SQL that pgGit did not write runs with the rights of the role that loads it."""


class InternalError(PgGitError):
    """Something that pgGit holds to be impossible happened."""


class UsageError(PgGitError):
    """The command, an argument or a setting is wrong."""

    code = "usage"
    exit_status = 2
    http_status = 400


class NotFound(PgGitError):
    """A ref, an object, a state or a file that was named does not exist."""

    code = "not_found"
    exit_status = 3
    http_status = 404


class ConnectionFailed(PgGitError):
    """There is no server to talk to, or the connection broke."""

    code = "connection_failed"
    exit_status = 4
    http_status = 503


class PermissionDenied(PgGitError):
    """The role lacks a right."""

    code = "permission_denied"
    exit_status = 5
    http_status = 403


class Refused(PgGitError):
    """Not done because the state is not as it must be."""

    code = "refused"
    exit_status = 6
    http_status = 409


class NothingToCommit(PgGitError):
    """The live schema is as in HEAD."""

    code = "nothing_to_commit"
    exit_status = 1
    http_status = 409


class NotInstalled(Refused):
    """The database has no pgGit engine."""

    code = "not_installed"


class EngineError(Refused):
    """The engine in the database is damaged, or not of a version that this pgGit can work with."""

    code = "engine"


class SqlFailed(PgGitError):
    """A statement of the user failed.

    Args:
        sqlstate: the five characters that PostgreSQL gave.
    """

    code = "sql_failed"
    exit_status = 7
    http_status = 422

    def __init__(self, message: str, *, hint: str | None = None, sqlstate: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.sqlstate = sqlstate


class Busy(PgGitError):
    """A lock is held by another session, or a timeout passed; to try again can help."""

    code = "busy"
    exit_status = 8
    http_status = 423
