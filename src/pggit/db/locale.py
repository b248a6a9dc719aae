"""The encoding and the locale of a database, which only a copy of ``template0`` can have otherwise than its template.

https://www.postgresql.org/docs/current/sql-createdatabase.html
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from psycopg import sql

from pggit.db.sqlstate import translated

if TYPE_CHECKING:
    import psycopg
    from psycopg.rows import TupleRow

    Connection = psycopg.Connection[TupleRow]


@dataclass(frozen=True, slots=True)
class Locale:
    """What CREATE DATABASE calls them.

    ``provider`` is ``c`` (libc), ``i`` (ICU) or ``b`` (builtin), None before version 15; ``locale`` and ``rules`` are
    the provider's own.
    """

    encoding: str
    collate: str
    ctype: str
    provider: str | None = None
    locale: str | None = None
    rules: str | None = None

    def clauses(self) -> sql.Composable:
        """The clauses of CREATE DATABASE."""
        text = sql.SQL(" encoding {} lc_collate {} lc_ctype {}").format(
            *map(sql.Literal, (self.encoding, self.collate, self.ctype))
        )
        if self.provider == "c":
            text += sql.SQL(" locale_provider libc")
        if self.provider == "i":
            text += sql.SQL(" locale_provider icu icu_locale {}").format(sql.Literal(self.locale))
            if self.rules:
                text += sql.SQL(" icu_rules {}").format(sql.Literal(self.rules))
        if self.provider == "b":
            text += sql.SQL(" locale_provider builtin builtin_locale {}").format(sql.Literal(self.locale))
        return text


def locale_of(connection: Connection, name: str | None = None) -> Locale:
    """Read encoding and locale of a database.

    Args:
        connection: to any database of its server.
        name: the database; None, or one that is not there: the connected one.
    """
    with translated():
        row = connection.execute(
            "select pg_catalog.pg_encoding_to_char(encoding), datcollate, datctype, pg_catalog.to_jsonb(d)"
            " from pg_catalog.pg_database as d where datname in (pg_catalog.current_database(), %s)"
            " order by datname = %s desc limit 1",
            (name, name),
        ).fetchone()
    assert row is not None
    encoding, collate, ctype, rest = row
    return Locale(
        encoding=encoding,
        collate=collate,
        ctype=ctype,
        provider=rest.get("datlocprovider"),  # since 15
        locale=rest.get("datlocale") or rest.get("daticulocale"),
        rules=rest.get("daticurules"),  # since 16
    )
