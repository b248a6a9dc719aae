"""Rows of a dump, put into tables whose owners are less trusted than the role that restores them.

COPY computes generated columns and checks CHECKs, domains and the bounds of partitions, which are code of the table's
owner, with the rights of whoever sends it. So the rows go to a table without any of these first, and from there to
their own with the rights of the owner.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from pggit.core.identity import quote
from pggit.db import resources, trust
from pggit.db.restricted import own_names, restricted

if TYPE_CHECKING:
    import psycopg
    from psycopg.rows import TupleRow

    Connection = psycopg.Connection[TupleRow]


def copy_rows(target: Connection, text: str, blocks: Iterator[str]) -> None:
    """Run COPY … FROM stdin as ``pg_dump`` writes it.

    Args:
        target: an autocommit connection.
        text: the statement.
        blocks: the rows in COPY's text format.

    Raises:
        psycopg.Error: the server does not take the rows.
        PermissionDenied: the owner of the table lacks a right that is needed.
    """
    relation, columns = _parsed(text)
    query = trust.filled(resources.blocks("pggit.db", "staged.sql")["staging"])
    (found,) = target.execute(query.encode(), {"relation": relation, "columns": columns}).fetchall()
    runs_code, owner, types = found
    if not runs_code:
        _copy(target, text, blocks)
        return
    if owner is None:
        with own_names(target):
            _copy(target, text, blocks)
        return
    names = [quote(column) for column in columns]
    schema = f"pggit_rows_{secrets.token_hex(8)}"
    definitions = ", ".join(f"{name} {staged}" for name, (staged, _) in zip(names, types, strict=True))
    values = ", ".join(f"{name}{cast}" for name, (_, cast) in zip(names, types, strict=True))
    listed = ", ".join(names)
    with target.transaction():
        target.execute(f"create schema {schema}; create unlogged table {schema}.rows ({definitions})".encode())
        _copy(target, f"copy {schema}.rows ({listed}) from stdin", blocks)
        target.execute(f"grant usage on schema {schema} to {owner}; grant select on {schema}.rows to {owner}".encode())
        with restricted(target, owner) as run:
            rows = f"select {values} from {schema}.rows"  # noqa: S608
            run(f"insert into {relation} ({listed}) overriding system value {rows}")
        target.execute(f"drop schema {schema} cascade".encode())


def _copy(target: Connection, text: str, blocks: Iterator[str]) -> None:
    with target.cursor() as cursor, cursor.copy(text.encode()) as copy:
        for block in blocks:
            copy.write(block)


def _parsed(text: str) -> tuple[str, list[str]]:
    """Return the table of COPY, as SQL writes it, and its columns."""
    import postgast

    statement: Any = postgast.parse(text.replace("() FROM stdin", " FROM stdin")).stmts[0].stmt.copy_stmt
    relation = ".".join(quote(part) for part in (statement.relation.schemaname, statement.relation.relname) if part)
    return relation, [part.string.sval for part in statement.attlist]
