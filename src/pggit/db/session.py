"""What a long run needs of its connection: statements one by one, transactions, settings that are put back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from pggit.core.errors import PgGitError
from pggit.db.sqlstate import translated

if TYPE_CHECKING:
    import psycopg
    from psycopg.rows import TupleRow

    Connection = psycopg.Connection[TupleRow]


def run(connection: Connection, text: str) -> int:
    """Run one statement: never prepared, ``%`` is nothing special.

    It goes by the extended protocol, by which PostgreSQL takes one statement and refuses several: what hides a second
    one behind the first is an error.

    Returns:
        How many rows it changed or returned; -1 for statements that do not count.

    Raises:
        PgGitError: of the class that `translate` chooses.
    """
    with translated():
        return connection.execute(text.encode(), prepare=False, binary=True).rowcount


def run_script(connection: Connection, text: str) -> None:
    """Run a script of pgGit's own, of several statements, in one round trip.

    Nothing that came from elsewhere is in it: what does is run by `run`.

    Raises:
        PgGitError: of the class that `translate` chooses.
    """
    with translated():
        connection.execute(text.encode(), prepare=False)


@contextmanager
def transaction(connection: Connection) -> Iterator[None]:
    """One transaction for as long as the block lasts; rolled back where the block raises.

    Raises:
        PgGitError: of the class that `translate` chooses, also where COMMIT fails.
    """
    with translated(), connection.transaction():
        yield


@contextmanager
def rolled_back(connection: Connection) -> Iterator[None]:
    """One transaction for as long as the block lasts, of which nothing stays.

    Raises:
        PgGitError: of the class that `translate` chooses.
    """
    with translated(), connection.transaction(force_rollback=True):
        yield


def configure(connection: Connection, values: Mapping[str, str], *, local: bool = False) -> None:
    """Set settings, for the session or (``local``) for the rest of the transaction.

    Raises:
        PgGitError: the server has no such setting, or does not take the value.
    """
    if not values:
        return
    calls = ", ".join("pg_catalog.set_config(%s, %s, %s)" for _ in values)
    arguments = [part for name, value in values.items() for part in (name, value, local)]
    with translated():
        connection.execute(f"select {calls}".encode(), arguments)


@contextmanager
def configured(connection: Connection, values: Mapping[str, str]) -> Iterator[Mapping[str, str]]:
    """Set settings for as long as the block lasts; those that the server does not know are left out.

    Yields:
        What they were before, by name; they are that again afterwards.
    """
    with translated():
        rows = connection.execute(
            "select name, pg_catalog.current_setting(name) from pg_catalog.pg_settings where name = any (%s)",
            (list(values),),
        ).fetchall()
    before: dict[str, str] = dict(rows)
    configure(connection, {name: value for name, value in values.items() if name in before})
    try:
        yield before
    finally:
        # where the connection broke there is nothing to put back, and that is what is being raised
        with suppress(PgGitError):
            configure(connection, before)


def sqlstate(error: PgGitError) -> str | None:
    """The five characters that PostgreSQL gave for the error, if it was PostgreSQL's."""
    found: str | None = getattr(error.__cause__, "sqlstate", None)
    return found
