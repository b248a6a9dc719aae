"""Scratch databases: made, used and dropped again by one operation."""

from __future__ import annotations

import re
import secrets
import time
import zlib
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

import psycopg
from psycopg import sql

from pggit.core.errors import PermissionDenied
from pggit.db.connect import connect, connection_url
from pggit.db.locale import locale_of
from pggit.db.powerless import drop_abandoned_roles, drop_roles
from pggit.db.sqlstate import translated

if TYPE_CHECKING:
    from psycopg.rows import TupleRow

PREFIX = "pggit_scratch_"
_NAME = re.compile(rf"{PREFIX}[0-9a-f]+_[0-9a-f]{{10}}")
_LOCK_CLASS = 0x70676769
"""The first number of our advisory locks, of which the second is made of a database's name."""

_PRIVATE = sql.SQL("revoke all on database {0} from public; alter database {0} allow_connections true")


@contextmanager
def scratch_database(server: psycopg.Connection[TupleRow] | str, *, template: str = "template0") -> Iterator[str]:
    """Make a database for as long as the block lasts, to which only its owner and superusers can connect.

    A copy of ``template0`` takes encoding and locale from the database that ``server`` leads to.

    Args:
        server: a connection in autocommit mode, or a connection string, to any database of the server.
        template: the database to copy.

    Yields:
        The connection string of the new database. It may hold a password: never show it.

    Raises:
        PermissionDenied: the role may not create databases.
        ConnectionFailed: there is no connection to the server.
    """
    if isinstance(server, str):
        with closing(connect(server)) as connection, scratch_database(connection, template=template) as url:
            yield url
        return
    name = new_name()
    drop_abandoned(server)
    home = connection_url(server)
    with making(server, name):
        _create(server, name, template)
        try:
            yield connection_url(server, name)
        finally:
            if server.closed:  # also when the connection broke
                with closing(connect(home)) as again:
                    _drop(again, name)
            else:
                _drop(server, name)


def new_name() -> str:
    """Return a name for a database that is not finished, or goes again soon: by it `drop_abandoned` knows it."""
    return f"{PREFIX}{int(time.time()):x}_{secrets.token_hex(5)}"


@contextmanager
def making(connection: psycopg.Connection[TupleRow], name: str) -> Iterator[None]:
    """Mark a database as somebody's at work for the length of a block, or until the connection ends.

    Args:
        connection: in autocommit mode. It holds an advisory lock, which the server releases when its client is gone.
        name: of `new_name`.
    """
    lock = (_LOCK_CLASS, _key(name))
    with translated():
        connection.execute("select pg_catalog.pg_advisory_lock(%s, %s)", lock)
    try:
        yield
    finally:
        if not connection.closed:
            with translated():
                connection.execute("select pg_catalog.pg_advisory_unlock(%s, %s)", lock)


def try_lock(connection: psycopg.Connection[TupleRow], name: str) -> bool:
    """Take the lock of a database's name, which is not waited for in the server: who waits there has a snapshot.

    Any role that can connect can hold it. Only the role itself and superusers are waited for: others would not make
    what this role uses. So it saves work, and is no guarantee.

    Args:
        connection: in autocommit mode; the server releases the lock when its client is gone.
        name: of the database; clients that connect to one and the same database meet.

    Returns:
        False if a role that counts holds it.
    """
    for _ in range(2):  # who held it may have released it before the second look
        with translated():
            row = connection.execute(
                "select pg_catalog.pg_try_advisory_lock(%s, %s)", (_LOCK_CLASS, _key(name))
            ).fetchone()
        if row and row[0]:
            return True
        if held(connection, [name]):
            return False
    return True


def unlock(connection: psycopg.Connection[TupleRow], name: str) -> None:
    """Release the lock of `try_lock`; a connection that broke has released it."""
    if not connection.closed:
        with translated():
            connection.execute("select pg_catalog.pg_advisory_unlock(%s, %s)", (_LOCK_CLASS, _key(name)))


def _key(name: str) -> int:
    """A signed number of four bytes that stands for a name."""
    return zlib.crc32(name.encode()) - (1 << 31)


def drop_abandoned(connection: psycopg.Connection[TupleRow]) -> list[str]:
    """Drop what `abandoned` returns, and return it.

    Args:
        connection: in autocommit mode.
    """
    names = abandoned(connection)
    for name in names:
        _drop(connection, name)
    drop_abandoned_roles(connection, PREFIX)
    return names


def abandoned(connection: psycopg.Connection[TupleRow]) -> list[str]:
    """Return the role's own scratch databases which a killed process left behind.

    Nobody is at work on them (`making`), and nobody is connected.

    Args:
        connection: in autocommit mode.
    """
    with translated():
        found = connection.execute(
            "select datname from pg_catalog.pg_database d where datname like %s and datdba = current_user::regrole"
            " and not exists (select from pg_catalog.pg_stat_activity a where a.datid = d.oid)",
            (PREFIX.replace("_", r"\_") + "%",),
        ).fetchall()
        if not found:
            return []
    # after the names: who took a name before we saw it has its lock by now
    at_work = held(connection, [name for (name,) in found])
    return [name for (name,) in found if _NAME.fullmatch(name) and name not in at_work]


def held(connection: psycopg.Connection[TupleRow], names: Iterable[str]) -> set[str]:
    """Return those of some names whose lock (`making`, `try_lock`) is held by a session to the same database.

    Sessions count of the role itself and of superusers: others can hold the lock of anything.
    """
    with translated():
        rows = connection.execute(
            "select l.objid::bigint from pg_catalog.pg_locks as l"
            " left join pg_catalog.pg_stat_activity as a using (pid)"
            " left join pg_catalog.pg_roles as t on t.oid = a.usesysid"
            " where l.locktype = 'advisory' and l.classid = %s and l.objsubid = 2 and l.granted"
            " and (t.oid is null or t.rolsuper or t.rolname in (session_user, current_user))",
            (_LOCK_CLASS,),
        ).fetchall()
    keys = {number for (number,) in rows}
    return {name for name in names if _key(name) % (1 << 32) in keys}


def share_lock(connection: psycopg.Connection[TupleRow], name: str) -> None:
    """Take the lock of a name beside others who take it so; it is held until the connection ends.

    Args:
        connection: in autocommit mode. It waits for who has the lock alone (`try_lock`).
        name: of the lock.
    """
    with translated():
        connection.execute("select pg_catalog.pg_advisory_lock_shared(%s, %s)", (_LOCK_CLASS, _key(name)))


def _create(connection: psycopg.Connection[TupleRow], name: str, template: str) -> None:
    statement = sql.SQL("create database {} template {}").format(sql.Identifier(name), sql.Identifier(template))
    try:
        with translated():
            if template == "template0":
                statement += locale_of(connection).clauses()
            connection.execute(statement + sql.SQL(" allow_connections false"))
            # nobody can connect before nobody may
            with connection.transaction():
                connection.execute(_PRIVATE.format(sql.Identifier(name)))
    except PermissionDenied as error:
        raise PermissionDenied(
            f"this role cannot create a scratch database: {error.message}",
            hint="ALTER ROLE … CREATEDB, or set 'scratch' (PGGIT_SCRATCH) to a server of the same major version",
        ) from error


def _drop(connection: psycopg.Connection[TupleRow], name: str) -> None:
    database = sql.Identifier(name)
    try:
        with translated():
            connection.execute(sql.SQL("drop database if exists {} with (force)").format(database))
    except PermissionDenied:
        # a session of a role without rights is about to end, or autovacuum works there: without FORCE it is waited for
        with translated():
            connection.execute(sql.SQL("drop database if exists {}").format(database))
    drop_roles(connection, name)
