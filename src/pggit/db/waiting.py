"""Waiting for those who use the tables of a schema: not for ever, and saying for whom."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from pggit.core.errors import Busy

if TYPE_CHECKING:
    from psycopg import Connection

_WAIT = 30.0
"""How many seconds to wait if ``lock_timeout`` says nothing, as in `pggit.lock_repository`."""

_ONCE = 1.0
"""How many seconds each attempt lasts. Meanwhile whoever uses the tables queues: of pgGit's own, all DDL."""

_TABLES = (
    "select coalesce(string_agg(c.oid::pg_catalog.regclass::text, ', '), '') from pg_catalog.pg_class as c"
    " where c.relnamespace = pg_catalog.to_regnamespace(pg_catalog.quote_ident(%s))::pg_catalog.oid"
    " and c.relkind in ('r', 'v')"
)

_BLOCKING = (
    "select pg_catalog.string_agg(distinct pg_catalog.format('process %s, role %s, since %s', l.pid,"
    " coalesce(a.usename, '?'), coalesce(pg_catalog.to_char(a.xact_start, 'YYYY-MM-DD HH24:MI:SS OF'), '?')), '; ')"
    " from pg_catalog.pg_locks as l left join pg_catalog.pg_stat_activity as a on a.pid = l.pid"
    " where l.locktype = 'relation' and l.mode = 'AccessExclusiveLock' and l.granted"
    " and l.pid <> pg_catalog.pg_backend_pid()"
    " and l.database = (select d.oid from pg_catalog.pg_database as d where d.datname = pg_catalog.current_database())"
)

_HOLDER = (
    "select coalesce(a.usename, '?'), l.pid,"
    " coalesce(pg_catalog.to_char(coalesce(a.xact_start, a.backend_start), 'YYYY-MM-DD HH24:MI:SS OF'), '?')"
    " from pg_catalog.pg_locks as l join pg_catalog.pg_class as c on c.oid = l.relation"
    " left join pg_catalog.pg_stat_activity as a on a.pid = l.pid"
    " where c.relnamespace = pg_catalog.to_regnamespace(pg_catalog.quote_ident(%s))::pg_catalog.oid and l.granted"
    " and l.database = (select d.oid from pg_catalog.pg_database as d where d.datname = pg_catalog.current_database())"
    " and l.pid is distinct from pg_catalog.pg_backend_pid() order by a.xact_start nulls last limit 1"
)


def lock_schema(connection: Connection, schema: str) -> None:
    """Lock all tables and views of a schema, to the end of the transaction, so that they can be dropped.

    Args:
        connection: in a transaction.
        schema: its name.

    Raises:
        Busy: another transaction used one of them for as long as ``lock_timeout`` says, or half a minute.
    """
    import psycopg

    tables, timeout = _one(connection, _TABLES, schema), _one(connection, "select current_setting('lock_timeout')")
    milliseconds = _one(connection, "select setting from pg_catalog.pg_settings where name = 'lock_timeout'")
    end = time.monotonic() + (float(milliseconds) / 1000 or _WAIT)
    while True:
        left = max(end - time.monotonic(), 0.01)
        try:
            with connection.transaction():
                _set(connection, f"{int(min(left, _ONCE) * 1000)}ms")
                connection.execute(f"lock table {tables} in access exclusive mode".encode())
            break
        except psycopg.errors.LockNotAvailable:
            if time.monotonic() >= end:
                raise _busy(connection, schema) from None
        time.sleep(min(_ONCE, max(end - time.monotonic(), 0)))
    _set(connection, timeout)


def blocking(connection: Connection) -> str | None:
    """Say who keeps tables of the database from being looked at now, for a hint; None if nobody does."""
    found = connection.execute(_BLOCKING.encode()).fetchone() if connection.info.transaction_status == 0 else None
    if found is None or found[0] is None:
        return None
    return (
        f"Tables are locked by: {found[0]}. They are free when that transaction ends; pg_terminate_backend ends the"
        " session. A longer lock_timeout waits longer (default: 30s)."
    )


def _busy(connection: Connection, schema: str) -> Busy:
    row = connection.execute(_HOLDER.encode(), [schema]).fetchone()
    if row is None:
        return Busy(f"schema {schema} is in use", hint="Run the command again.")
    role, process, since = row
    if process is None:
        return Busy(f"schema {schema} is in use by a prepared transaction", hint="pg_prepared_xacts shows it.")
    return Busy(
        f"schema {schema} is in use by process {process}, role {role}, since {since}",
        hint=f"It is free when that transaction ends; SELECT pg_terminate_backend({process}) ends the session.",
    )


def _set(connection: Connection, timeout: str) -> None:
    connection.execute("select pg_catalog.set_config('lock_timeout', %s, true)", [timeout])


def _one(connection: Connection, query: str, *values: str) -> str:
    row = connection.execute(query.encode(), values).fetchone()
    assert row is not None
    return str(row[0])
