"""What a statement left behind that no transaction could hold, when it was interrupted or failed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pggit.apply.journal import sql
from pggit.core.errors import PgGitError
from pggit.db.session import configure, run, sqlstate
from pggit.db.sqlstate import translated
from pggit.kinds import kind_of_key
from pggit.plan.model import Statement

if TYPE_CHECKING:
    from psycopg import Connection

# undefined_table, undefined_object, duplicate_table (also of an index), duplicate_object
_SETTLED = frozenset({"42P01", "42704", "42P07", "42710"})


def complete(connection: Connection, statement: Statement) -> bool | None:
    """Whether a statement that was begun is done; None where only running it again can tell.

    An index is there and valid, or gone: https://www.postgresql.org/docs/current/sql-createindex.html
    ("Building Indexes Concurrently").
    """
    kind, identity = kind_of_key(statement.key)
    if kind != "index" or statement.verb not in ("create", "drop"):
        return None
    with translated():
        row = connection.execute(sql("index_health").encode(), {"name": identity}).fetchone()
    if statement.verb == "drop":
        return row is None
    return row is not None and bool(row[0])


def remove(connection: Connection, statement: Statement) -> None:
    """Remove what is half done, so that the statement can be run again."""
    if statement.undo is None:
        return
    configure(connection, {"lock_timeout": str(statement.lock_timeout)})
    try:
        run(connection, statement.undo)
    finally:
        if not connection.closed:
            configure(connection, {"lock_timeout": "0"})


def settled(connection: Connection, statement: Statement, error: PgGitError) -> bool:
    """Whether the error of a further attempt only says that an earlier one was successful."""
    return sqlstate(error) in _SETTLED and complete(connection, statement) is not False
