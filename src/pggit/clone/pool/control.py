"""The control database of a role: which pools it has, and which databases are ready in them.

It is called `pggit_pool_<oid of the role>` and belongs to the role. One that belongs to another role is never used:
what is in it could run with the role's rights. If another role has taken the name, more is added to it.
"""

from __future__ import annotations

import os
import secrets
import socket
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pggit.core.errors import Busy, ConnectionFailed, NotFound, Refused, SqlFailed
from pggit.db import database, resources
from pggit.db.connect import connect, connection_url
from pggit.db.scratch import drop_abandoned, making, new_name, try_lock, unlock
from pggit.db.session import configure, run, run_script, transaction
from pggit.db.sqlstate import translated

if TYPE_CHECKING:
    from psycopg import Connection

FORM = 2
"""Counts the forms of the control database."""
LOCK_CLASS = 0x70676770
"""The first number of the advisory locks of fillers; the second is the number of the pool."""
_LINGER = 1.0
"""Seconds for which the server may still show a session that was closed."""
_PATIENCE = 15.0
"""Seconds to wait for another session that makes or drops the control database."""
_KEEPALIVES = {"tcp_keepalives_idle": "10", "tcp_keepalives_interval": "5", "tcp_keepalives_count": "4"}


@dataclass(frozen=True, slots=True)
class PoolState:
    """A pool.

    Attributes:
        id: its number.
        name: its name.
        template: what its databases are copies of.
        size: how many are to be ready.
        ready: how many are.
        problem: why it cannot be filled; None where it can.
        filler: who fills it, as ``pid@host``; None where nobody does.
        standing_by: who would take over.
    """

    id: int
    name: str
    template: str
    size: int
    ready: int
    problem: str | None
    filler: str | None = None
    standing_by: tuple[str, ...] = ()


def query(connection: Connection, block: str, values: Mapping[str, Any] | None = None) -> list[tuple[Any, ...]]:
    """Run a named block of `pool.sql`; returns its rows."""
    with translated():
        cursor = connection.execute(resources.blocks("pggit.clone.pool", "pool.sql")[block].encode(), values)
        return cursor.fetchall() if cursor.description else []


def find(connection: Connection) -> str | None:
    """Return the name of the role's control database; None if there is none. Those of other roles are none.

    Args:
        connection: to any database of the server.
    """
    with translated():
        row = connection.execute(
            "select d.datname from pg_catalog.pg_database as d join pg_catalog.pg_roles as r on r.oid = d.datdba"
            " where r.rolname = current_user and d.datname ~ ('^pggit_pool_' || r.oid || '(_[0-9a-f]{8})?$')"
            " order by d.oid limit 1"
        ).fetchone()
    return row[0] if row else None


def open_control(connection: Connection) -> Connection:
    """Connect to the role's control database.

    Args:
        connection: `maintenance` of the server.

    Raises:
        NotFound: there is none: the role has no pools.
        Refused: it is not of a form that this pgGit knows, or was replaced by another role's just now.
    """
    name = find(connection)
    if name is None:
        raise NotFound("there are no pools", hint="pggit pool start --template T --size N")
    try:
        control = connect(connection_url(connection, name))
    except ConnectionFailed:
        if find(connection) is not None:
            raise
        raise NotFound("there are no pools any more") from None
    try:
        _check(control)
    except BaseException:
        control.close()
        raise
    return control


@contextmanager
def defining(connection: Connection) -> Iterator[None]:
    """Keep the role's other sessions from making or dropping its control database for the length of a block.

    Raises:
        Busy: another session is doing that for long.
    """
    lock = _first_name(connection)
    end = time.monotonic() + _PATIENCE
    while not try_lock(connection, lock):
        if time.monotonic() > end:
            raise Busy("another session of this role is making or dropping its pools", hint="run it again.")
        time.sleep(_LINGER / 50)
    try:
        yield
    finally:
        unlock(connection, lock)


def ensure_control(connection: Connection) -> Connection:
    """Connect to the role's control database, and make it where it is not there; `defining` is held.

    Raises:
        PermissionDenied: the role may not create databases.
    """
    if find(connection) is None:
        _make(connection)
    return open_control(connection)


def drop_unused_control(connection: Connection) -> bool:
    """Drop the role's control database where it has no pools and nobody is connected; returns whether it went."""
    with defining(connection):
        name = find(connection)
        if name is None:
            return False
        try:
            with closing(open_control(connection)) as control:
                if query(control, "pools", {"name": None}):
                    return False
        except NotFound:
            return False
        end = time.monotonic() + _LINGER
        while True:  # a session that was closed just now is there for a moment longer
            try:
                return database.drop_database(connection, name)
            except database.InUse:
                if time.monotonic() > end:
                    return False
            time.sleep(0.02)


def pools(connection: Connection, name: str | None = None) -> list[PoolState]:
    """Return the role's pools by name, or the one of a name.

    Args:
        connection: `maintenance` of the server.
        name: only this one.

    Raises:
        NotFound: there is none of this name.
    """
    found: list[PoolState] = []
    with suppress(NotFound), closing(open_control(connection)) as control:
        found = states(control, name)
    if name is not None and not found:
        raise NotFound(f"there is no pool {name}", hint="pggit pool status shows them.")
    return found


def states(control: Connection, name: str | None = None) -> list[PoolState]:
    """Return the pools of a control database by name."""
    sessions = query(control, "sessions")
    found = []
    for number, called, template, size, problem, ready in query(control, "pools", {"name": name}):
        holders = {pid for (pid,) in query(control, "holder", {"class": LOCK_CLASS, "pool": number})}
        mine = [(pid, told.split(" ", 3)[3]) for pid, told in sessions if told.startswith(_application(number))]
        active = [where for pid, where in mine if pid in holders]
        others = tuple(sorted(where for pid, where in mine if pid not in holders))
        filler = active[0] if active else None
        found.append(PoolState(number, called, template, size, ready, problem, filler, others))
    return found


def present_as_filler(control: Connection, pool: int) -> None:
    """Name a session, so that everybody sees who fills a pool, and end it soon after its machine is gone.

    Without that the server would hold the lock of a machine that lost its power for two hours.
    https://www.postgresql.org/docs/current/runtime-config-connection.html#GUC-TCP-KEEPALIVES-IDLE
    """
    configure(control, {"application_name": f"{_application(pool)}{os.getpid()}@{host()}", **_KEEPALIVES})


def host() -> str:
    """Return the name of this machine, as far as the name of a session has room for it."""
    return socket.gethostname()[:30]


def _application(pool: int) -> str:
    return f"pggit pool {pool} "


def _first_name(connection: Connection) -> str:
    """Return what the role's control database is called, unless another role has taken the name."""
    with translated():
        row = connection.execute(
            "select 'pggit_pool_' || r.oid from pg_catalog.pg_roles as r where r.rolname = current_user"
        ).fetchone()
    assert row is not None
    return str(row[0])


def _check(control: Connection) -> None:
    """Check that a control database is what it should be, before anything in it is used."""
    # first of all: a setting of the database could lead names elsewhere
    configure(control, {"search_path": "pg_catalog, pg_temp"})
    with translated():
        owned = control.execute(
            "select d.datdba = current_user::regrole from pg_catalog.pg_database as d"
            " where d.datname = pg_catalog.current_database()"
        ).fetchone()
    if owned != (True,):
        raise Refused(f"database {control.info.dbname} does not belong to this role, and so is not used for its pools")
    try:
        ((form,),) = query(control, "form")
    except SqlFailed as error:
        raise Refused(f"database {control.info.dbname} has no pools in it, and pgGit did not make it") from error
    if form == FORM - 1:
        with transaction(control):
            run(control, resources.blocks("pggit.clone.pool", "pool.sql")["to_form_2"])
        form = FORM
    if form != FORM:
        raise Refused(f"the pools are of form {form}, this pgGit knows form {FORM}", hint="upgrade pgGit.")


def _make(connection: Connection) -> None:
    name = _first_name(connection)
    if database.exists(connection, name):
        name = f"{name}_{secrets.token_hex(4)}"
    unfinished = new_name()
    drop_abandoned(connection)
    with making(connection, unfinished):
        database.create_database(connection, unfinished, private=True)
        try:
            with closing(connect(connection_url(connection, unfinished))) as control, transaction(control):
                run_script(control, resources.blocks("pggit.clone.pool", "pool.sql")["install"])
            with transaction(connection):
                database.comment(connection, unfinished, "pools of databases that pgGit keeps ready")
                database.rename(connection, unfinished, name)
        except BaseException:
            if not connection.closed:
                database.drop_database(connection, unfinished, force=True)
            raise
