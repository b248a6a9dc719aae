"""Databases of a server: making, copying, renaming, sealing and dropping them; who is connected to one.

https://www.postgresql.org/docs/current/managing-databases.html
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from psycopg import errors, sql
from psycopg.pq import TransactionStatus

from pggit.core.errors import Busy, ConnectionFailed, NotFound, PermissionDenied, PgGitError, Refused, UsageError
from pggit.db.connect import connect
from pggit.db.session import run, sqlstate
from pggit.db.sqlstate import translated
from pggit.db.trust import OWNER_OF_DATABASE

if TYPE_CHECKING:
    import psycopg
    from psycopg.rows import TupleRow

    from pggit.db.locale import Locale
    from pggit.db.strategy import Strategy

    Connection = psycopg.Connection[TupleRow]

PRIVATE = sql.SQL("revoke all on database {} from public")
CONNECTABLE = sql.SQL("alter database {} allow_connections true")
_STRATEGY = {"wal_log": "wal_log", "file_copy": "file_copy", "file_clone": "file_copy"}
_SHOWN = 3
_NAME_BYTES = 63


_LISTED = "select count(*) from pg_ls_dir('base/' || (select oid from pg_database where datname = current_database()))"
_RECKONED = """
select sum(case when relkind in ('r', 't', 'm') and relpages > 0 then 3 else 1 end)::bigint
from pg_catalog.pg_class where relkind in ('r', 'i', 't', 'm', 'S') and not relisshared
"""


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody who is connected to a database."""

    pid: int
    role: str
    application: str
    address: str
    since: datetime

    def __str__(self) -> str:
        place = f" from {self.address}" if self.address else ""
        return f"{self.application or 'a session'} of {self.role}{place} (pid {self.pid}, since {self.since:%H:%M:%S})"


class InUse(Busy):
    """Sessions that are connected to a database are in the way; the message says whose they are."""

    code = "in_use"

    def __init__(self, name: str, sessions: list[Session]) -> None:
        shown = (
            "; ".join(map(str, sessions[:_SHOWN])) or "a session that has ended meanwhile, or a prepared transaction"
        )
        more = f"; and {len(sessions) - _SHOWN} more" if len(sessions) > _SHOWN else ""
        super().__init__(f"database {name} is in use: {shown}{more}", hint="end them, or --force does it.")
        self.sessions = sessions


def maintenance(url: str) -> Connection:
    """Connect to a database of a server from which the others can be made, renamed and dropped.

    That is ``postgres``; where it is not there, or not for this role, the one that ``url`` names.

    Raises:
        ConnectionFailed: there is no connection to either.
    """
    try:
        return connect(url, dbname="postgres")
    except ConnectionFailed:
        return connect(url)


def may_create(connection: Connection) -> bool:
    """Whether the role may make databases on the server."""
    with translated():
        row = connection.execute(
            "select rolcreatedb or rolsuper from pg_catalog.pg_roles where rolname = current_user"
        ).fetchone()
    return row is not None and bool(row[0])


def create_database(
    connection: Connection,
    name: str,
    *,
    template: str = "template0",
    strategy: Strategy | None = None,
    locale: Locale | None = None,
    closed: bool = False,
    private: bool = False,
) -> None:
    """Make a database as a copy of another one.

    Args:
        connection: to the server, in autocommit mode; not to the template.
        name: what it is called.
        template: what it is a copy of; nobody may be connected to it.
        strategy: how the files are copied; None: as the server does it unasked.
        locale: encoding and locale of a copy of ``template0``; None: those of the template.
        closed: nobody can connect to it.
        private: only its owner and superusers can connect to it, from the beginning; see `open_to_public`.

    Raises:
        InUse: somebody is connected to the template. PostgreSQL waits 5 s for the end of such sessions.
        NotFound: there is no such template.
        Refused: there is a database of this name.
        PermissionDenied: the role may not create databases, or not copy this one.
    """
    statement = sql.SQL("create database {} template {}").format(sql.Identifier(name), sql.Identifier(template))
    if strategy is not None and connection.info.server_version >= 150000:
        statement += sql.SQL(" strategy ") + sql.SQL(_STRATEGY[strategy])
    if locale is not None:
        statement += locale.clauses()
    if closed or private:
        statement += sql.SQL(" allow_connections false")
    with explained(connection, template, name), translated(), _copying(connection, strategy):
        try:
            connection.execute(statement)
            if private:
                with connection.transaction():  # nobody can connect before nobody may
                    connection.execute(PRIVATE.format(sql.Identifier(name)))
                    if not closed:
                        connection.execute(CONNECTABLE.format(sql.Identifier(name)))
        except errors.InvalidCatalogName as error:
            raise NotFound(f"there is no database {template}") from error
        except errors.InsufficientPrivilege as error:
            raise PermissionDenied(
                f"this role cannot create the database: {error.diag.message_primary}",
                hint="ALTER ROLE … CREATEDB; and a database can be copied by its owner only, unless it is a template.",
            ) from error


def open_to_public(connection: Connection, name: str) -> None:
    """Let everybody connect to a database again that was made ``private``, as PostgreSQL does it unasked.

    Args:
        connection: to the server; its role owns the database.
        name: of the database.
    """
    with translated():
        if connection.info.parameter_status("is_superuser") == "on":
            # as if nothing had been granted or revoked: copies of it need not be given the same
            connection.execute("update pg_catalog.pg_database set datacl = null where datname = %s", (name,))
        else:
            connection.execute(
                sql.SQL("grant connect, temporary on database {} to public").format(sql.Identifier(name))
            )


@contextmanager
def _copying(connection: Connection, strategy: Strategy | None) -> Iterator[None]:
    """Let the server use the file system's own way to copy files, since version 18, for the length of a block."""
    if strategy != "file_clone":
        yield
        return
    connection.execute("set file_copy_method = 'clone'")
    try:
        yield
    finally:
        if not connection.closed:
            connection.execute("reset file_copy_method")


def drop_database(connection: Connection, name: str, *, force: bool = False) -> bool:
    """Drop a database, also a sealed template.

    Args:
        connection: to another database of the server, in autocommit mode.
        name: the database.
        force: end the sessions that are connected to it.

    Returns:
        Whether it was there.

    Raises:
        InUse: somebody is connected to it, and ``force`` is not set.
        PermissionDenied: it belongs to somebody else.
    """
    with translated():
        row = connection.execute(
            "select datistemplate from pg_catalog.pg_database where datname = %s", (name,)
        ).fetchone()
        if row is None:
            return False
        if row[0]:
            connection.execute(sql.SQL("alter database {} is_template false").format(sql.Identifier(name)))
    statement = sql.SQL("drop database if exists {}").format(sql.Identifier(name))
    if force:
        statement += sql.SQL(" with (force)")
    else:
        require_unused(connection, name)
    with explained(connection, name, name), translated():
        connection.execute(statement)
    return True


def require_name(name: str) -> None:
    """Check that a name for a database has room: PostgreSQL would cut it off silently.

    https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-IDENTIFIERS

    Raises:
        UsageError: it is empty, or too long.
    """
    if not 0 < len(name.encode()) <= _NAME_BYTES or "\0" in name:
        raise UsageError(f"{name!r} is no name for a database", hint=f"a name has 1 to {_NAME_BYTES} bytes.")


def require_free(connection: Connection, name: str) -> None:
    """Check that a database can be called so.

    Raises:
        UsageError: it is no name.
        Refused: there is a database of this name.
    """
    require_name(name)
    if exists(connection, name):
        raise Refused(f"there is a database {name} already", hint="drop it, or take another name.")


def rename(connection: Connection, old: str, new: str) -> None:
    """Rename a database; within a transaction of the connection it is undone with it.

    Raises:
        InUse: somebody is connected to it.
        Refused: there is a database of the new name.
    """
    with explained(connection, old, new):
        run(connection, sql.SQL("alter database {} rename to {}").format(*map(sql.Identifier, (old, new))).as_string())


def seal(connection: Connection, name: str) -> None:
    """Make a database a template that nobody can connect to."""
    with translated():
        connection.execute(
            sql.SQL("alter database {0} is_template true allow_connections false").format(sql.Identifier(name))
        )


def is_half_dropped(connection: Connection, name: str) -> bool:
    """Whether a template was on its way to be dropped, and that was interrupted.

    Its flag was taken away, or the server itself was interrupted and lets nobody use the rest.
    """
    with translated():
        row = connection.execute(
            "select not datistemplate and not datallowconn or datconnlimit = -2 from pg_catalog.pg_database"
            " where datname = %s",
            (name,),
        ).fetchone()
    return row is not None and bool(row[0])


def comment(connection: Connection, name: str, text: str) -> None:
    """Set the comment of a database."""
    with translated():
        connection.execute(sql.SQL("comment on database {} is {}").format(sql.Identifier(name), sql.Literal(text)))


def exists(connection: Connection, name: str) -> bool:
    """Tell whether there is a database of this name."""
    with translated():
        row = connection.execute("select from pg_catalog.pg_database where datname = %s", (name,)).fetchone()
    return row is not None


@dataclass(frozen=True, slots=True)
class Owner:
    """The owner of a database; ``trusted``: it is the role itself or a superuser."""

    name: str
    trusted: bool


def owner(connection: Connection, name: str) -> Owner | None:
    """Return the owner of a database; None if there is no database of this name."""
    query = f"select pg_get_userbyid(d.datdba), {OWNER_OF_DATABASE} from pg_catalog.pg_database as d"  # noqa: S608
    with translated():
        row = connection.execute(f"{query} where d.datname = %s".encode(), (name,)).fetchone()
    return Owner(*row) if row else None


def sessions(connection: Connection, name: str) -> list[Session]:
    """Return who is connected to a database, but this connection itself; the oldest first.

    Of other people's sessions an ordinary role sees the process and the role only.
    """
    with translated():
        rows = connection.execute(
            "select pid, coalesce(usename, '?'), coalesce(application_name, ''), coalesce(host(client_addr), ''),"
            " coalesce(backend_start, now()) from pg_catalog.pg_stat_activity"
            " where datname = %s and pid <> pg_backend_pid() order by backend_start, pid",
            (name,),
        ).fetchall()
    return [Session(*row) for row in rows]


def others(connection: Connection) -> int:
    """Return how many other clients are connected to the server."""
    with translated():
        ((number,),) = connection.execute(
            "select count(*) from pg_catalog.pg_stat_activity where backend_type = 'client backend'"
            " and pid <> pg_backend_pid()"
        ).fetchall()
    return int(number)


def storage(connection: Connection) -> tuple[int, int]:
    """Return how many files the connected database has, and bytes in them.

    Files are counted where the role may list them; else they are reckoned from the catalog: a table with rows has a map
    of free space and one of visibility.
    """
    with translated():
        ((size, listable),) = connection.execute(
            "select pg_database_size(current_database()), has_function_privilege('pg_ls_dir(text)', 'execute')"
        ).fetchall()
        ((files,),) = connection.execute((_LISTED if listable else _RECKONED).encode()).fetchall()
    return files, size


def size(connection: Connection, name: str) -> int:
    """Return how many bytes a database has.

    Raises:
        NotFound: there is none of this name.
    """
    with translated():
        row = connection.execute(
            "select pg_catalog.pg_database_size(oid) from pg_catalog.pg_database where datname = %s", (name,)
        ).fetchone()
    if row is None:
        raise NotFound(f"there is no database {name}")
    return int(row[0])


def fsync(connection: Connection) -> bool:
    """Tell whether the server waits for the disk."""
    with translated():
        return connection.execute("show fsync").fetchall() == [("on",)]


def require_unused(connection: Connection, name: str, timeout: float = 0.3) -> None:
    """Check that nobody is connected to a database; sessions that are ending are waited for.

    PostgreSQL itself would wait 5 s, in pauses of 100 ms, before it says that somebody is, and not say who.

    Args:
        connection: to another database of the server.
        name: the database.
        timeout: how many seconds sessions have to end.

    Raises:
        InUse: somebody stays connected.
    """
    end = time.monotonic() + timeout
    while found := sessions(connection, name):
        if time.monotonic() > end:
            raise InUse(name, found)
        time.sleep(0.002)


def end_sessions(connection: Connection, name: str, timeout: float = 10.0) -> None:
    """End the sessions that are connected to a database, and wait until there are none, were it for a moment.

    Args:
        connection: to another database of the server.
        name: the database.
        timeout: how many seconds to try where clients connect again and again.

    Raises:
        InUse: somebody is still connected.
        PermissionDenied: one of them is not this role's to end.
    """
    end = time.monotonic() + timeout
    while _end_sessions(connection, name):
        if time.monotonic() > end:
            raise InUse(name, sessions(connection, name))
        time.sleep(0.002)


def _end_sessions(connection: Connection, name: str) -> int:
    with translated():
        rows = connection.execute(
            "select pg_terminate_backend(pid) from pg_catalog.pg_stat_activity"
            " where datname = %s and pid <> pg_backend_pid()",
            (name,),
        ).fetchall()
    return len(rows)


@contextmanager
def explained(connection: Connection, used: str, made: str) -> Iterator[None]:
    """Say more where PostgreSQL says only that a database is in use, or that a name is taken.

    Args:
        connection: that runs the statements.
        used: the database that sessions may be connected to.
        made: the name that may be taken.

    Raises:
        InUse: with who they are.
        Refused: the name is taken.
    """
    try:
        yield
    except PgGitError as error:
        if sqlstate(error) == errors.DuplicateDatabase.sqlstate:
            raise Refused(f"there is a database {made} already") from error
        if sqlstate(error) != errors.ObjectInUse.sqlstate:
            raise
        failed = connection.info.transaction_status != TransactionStatus.IDLE  # such a transaction answers no question
        raise InUse(used, [] if failed else sessions(connection, used)) from error
