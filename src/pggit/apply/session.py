"""How the session is set up in which a plan runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from pggit.core.errors import PgGitError
from pggit.db.session import configure, configured
from pggit.kinds.reader import PINNED
from pggit.plan.model import Statement

if TYPE_CHECKING:
    from psycopg import Connection

# TimeZone stays the database's own: by it a change from timestamp to timestamptz means what applications mean.
_SETTINGS = {name: value for name, value in PINNED.items() if name != "TimeZone"} | {
    "application_name": "pggit apply",
    "check_function_bodies": "off",  # a function may use what comes later
    "client_min_messages": "warning",
    "default_tablespace": "",  # a definition without a tablespace means the database's
    "idle_in_transaction_session_timeout": "0",
    "idle_session_timeout": "0",  # since 14
    "lock_timeout": "30s",
    "row_security": "off",  # rather an error than a backfill of some of the rows
    "statement_timeout": "0",
    "transaction_timeout": "0",  # since 17
    "xmloption": "content",
}
# since 14: a statement whose client was killed ends, instead of holding its locks to no purpose
_NOTICE_LOSS = {"client_connection_check_interval": "2s"}


@contextmanager
def apply_session(connection: Connection) -> Iterator[None]:
    """Set the session up for as long as the block lasts."""
    with configured(connection, _SETTINGS | dict.fromkeys(_NOTICE_LOSS, "0")) as before:
        if _NOTICE_LOSS.keys() <= before.keys():
            with suppress(PgGitError):  # not every system can tell the server
                configure(connection, _NOTICE_LOSS)
        yield


def deadlines(statement: Statement) -> Mapping[str, str]:
    """Return the settings under which a statement of a plan runs."""
    return {"lock_timeout": str(statement.lock_timeout), "statement_timeout": str(statement.statement_timeout)}


AFTERWARDS: Mapping[str, str] = {name: _SETTINGS[name] for name in ("lock_timeout", "statement_timeout")}
"""What `deadlines` sets, as it is between the statements."""
