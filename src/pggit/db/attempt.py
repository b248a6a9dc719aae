"""Statements that may fail: what PostgreSQL says of the failure, without losing the transaction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pggit.core.errors import PgGitError

if TYPE_CHECKING:
    import psycopg
    from psycopg.rows import TupleRow


@dataclass(frozen=True, slots=True)
class Failure:
    """What PostgreSQL says of a failed statement; empty where it does not say.

    Attributes:
        message: the server's, without details, which may show data.
        sqlstate: five characters.
        constraint: name of the constraint that is violated.
        table: name of the table that it is about, without schema.
        column: name of the column that may not be NULL.
        type: name of the domain whose constraint is violated, without schema.
    """

    message: str
    sqlstate: str
    constraint: str
    table: str
    column: str
    type: str


def attempt(
    connection: psycopg.Connection[TupleRow], statement: str, run: Callable[[str], object] | None = None
) -> Failure | None:
    """Run a statement in a savepoint, which is gone afterwards.

    Args:
        connection: in a transaction.
        statement: one statement; ``%`` is nothing special in it.
        run: what runs it on the connection; by default it is sent as it is.

    Returns:
        None where it succeeded, otherwise what was wrong; its changes are rolled back.

    Raises:
        psycopg.OperationalError: the connection broke.
    """
    import psycopg

    try:
        with connection.transaction():
            run(statement) if run else connection.execute(statement.encode())
    except (psycopg.Error, PgGitError) as raised:
        error = raised.__cause__ if isinstance(raised, PgGitError) else raised
        if connection.closed or not isinstance(error, psycopg.Error):
            raise
        diag = error.diag
        return Failure(
            diag.message_primary or str(error),
            error.sqlstate or "",
            diag.constraint_name or "",
            diag.table_name or "",
            diag.column_name or "",
            diag.datatype_name or "",
        )
    return None
