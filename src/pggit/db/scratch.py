"""Scratch databases: made, used and dropped again by one operation."""

from __future__ import annotations

import math
import secrets
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

import psycopg
from psycopg import sql

from pggit.core.errors import PermissionDenied
from pggit.db.connect import connect, connection_url
from pggit.db.sqlstate import translated

if TYPE_CHECKING:
    from psycopg.rows import TupleRow

PREFIX = "pggit_scratch_"
_ABANDONED_AFTER = 24 * 3600


@contextmanager
def scratch_database(server: psycopg.Connection[TupleRow] | str, *, template: str = "template0") -> Iterator[str]:
    """Make a database for as long as the block lasts.

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
    name = f"{PREFIX}{int(time.time()):x}_{secrets.token_hex(5)}"
    drop_abandoned(server)
    _create(server, name, template)
    home = connection_url(server)
    try:
        yield connection_url(server, name)
    finally:
        if server.closed:  # also when the connection broke
            with closing(connect(home)) as again:
                _drop(again, name)
        else:
            _drop(server, name)


def drop_abandoned(connection: psycopg.Connection[TupleRow], older_than: float = _ABANDONED_AFTER) -> list[str]:
    """Drop the role's own scratch databases which a killed process left behind, and that nobody is connected to.

    Args:
        connection: in autocommit mode.
        older_than: seconds since they were made.

    Returns:
        The names of those that were dropped.
    """
    with translated():
        rows = connection.execute(
            "select datname from pg_catalog.pg_database d where datname like %s and datdba = current_user::regrole"
            " and not exists (select from pg_catalog.pg_stat_activity a where a.datid = d.oid)",
            (PREFIX.replace("_", r"\_") + "%",),
        ).fetchall()
    names = [name for (name,) in rows if _age(name) > older_than]
    for name in names:
        _drop(connection, name)
    return names


def _age(name: str) -> float:
    """Seconds since a scratch database was made, by its name; minus infinity where that is none of ours."""
    try:
        return time.time() - int(name.removeprefix(PREFIX).split("_")[0], 16)
    except ValueError:
        return -math.inf


def _create(connection: psycopg.Connection[TupleRow], name: str, template: str) -> None:
    statement = sql.SQL("create database {} template {}").format(sql.Identifier(name), sql.Identifier(template))
    try:
        with translated():
            if template == "template0":
                statement += _locale(connection)
            connection.execute(statement)
    except PermissionDenied as error:
        raise PermissionDenied(
            f"this role cannot create a scratch database: {error.message}",
            hint="ALTER ROLE … CREATEDB, or set 'scratch' (PGGIT_SCRATCH) to a server of the same major version",
        ) from error


def _locale(connection: psycopg.Connection[TupleRow]) -> sql.Composable:
    """The clauses of CREATE DATABASE by which the new database is as the connected one."""
    row = connection.execute(
        "select pg_catalog.pg_encoding_to_char(encoding), datcollate, datctype, pg_catalog.to_jsonb(d)"
        " from pg_catalog.pg_database d where datname = pg_catalog.current_database()"
    ).fetchone()
    assert row is not None
    encoding, collate, ctype, rest = row
    text = sql.SQL(" encoding {} lc_collate {} lc_ctype {}").format(*map(sql.Literal, (encoding, collate, ctype)))
    provider = rest.get("datlocprovider")  # since 15
    if provider == "c":
        text += sql.SQL(" locale_provider libc")
    if provider == "i":
        locale = rest.get("datlocale") or rest.get("daticulocale")
        text += sql.SQL(" locale_provider icu icu_locale {}").format(sql.Literal(locale))
    if provider == "b":
        text += sql.SQL(" locale_provider builtin builtin_locale {}").format(sql.Literal(rest["datlocale"]))
    return text


def _drop(connection: psycopg.Connection[TupleRow], name: str) -> None:
    with translated():
        connection.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))
