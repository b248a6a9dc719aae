"""What the techniques have in common: reading the kinds' statements, and saying what their own steps do."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pggit.core.canonical import digest
from pggit.kinds.ddl import name
from pggit.kinds.parsing import parse
from pggit.plan.action import Action, Scene
from pggit.plan.effects import STATEMENT_TIMEOUT, effects
from pggit.plan.effects.found import ROW_EXCLUSIVE
from pggit.plan.model import Statement

BATCH = 5_000
"""Rows that one statement of a backfill changes: some tenths of a second, for which it locks them against writers."""


def statement_of(sql: str) -> tuple[str, Any]:
    """Return what the parser calls a statement, and the statement as it sees it.

    Raises:
        postgast.PgQueryError: it does not parse.
    """
    node = parse(sql).stmts[0].stmt
    kind = str(node.WhichOneof("node"))
    return kind, getattr(node, kind)


def only_command(sql: str, subtype: str) -> tuple[Any, Any] | None:
    """Return (relation, command) where a statement is ALTER TABLE with this one subcommand (``SetNotNull``)."""
    from postgast import pg_query_pb2

    if not sql.startswith("alter table "):
        return None
    kind, node = statement_of(sql)
    if kind != "alter_table_stmt" or len(node.cmds) != 1:
        return None
    command = node.cmds[0].alter_table_cmd
    if pg_query_pb2.AlterTableType.Name(command.subtype) != f"AT_{subtype}":
        return None
    return node.relation, command


def constraint_kind(constraint: Any) -> str:
    """Return ``CHECK``, ``FOREIGN``, ``NOTNULL``, ``UNIQUE``, ``PRIMARY`` …"""
    from postgast import pg_query_pb2

    return str(pg_query_pb2.ConstrType.Name(constraint.contype)).removeprefix("CONSTR_")


def plain(sql: str, action: Action, scene: Scene) -> Statement:
    """A statement as it is."""
    return effects(sql, action, scene)


def validated(relation: str, constraint: str, action: Action, scene: Scene) -> Statement:
    """VALIDATE CONSTRAINT in a transaction of its own: it reads all rows, while others read and write."""
    sql = f"alter table {relation} validate constraint {constraint}"
    return replace(effects(sql, action, scene), verb="validate", transaction="own", reverse=None)


def proven(sql: str, action: Action, scene: Scene) -> Statement:
    """A statement for which PostgreSQL need not look at rows, as the steps before have proven what it asks."""
    said = effects(sql, action, scene)
    return replace(
        said, scans=False, hazards=(), transaction="shared", statement_timeout=STATEMENT_TIMEOUT, reverse=None
    )


def backfill(sql: str, action: Action, scene: Scene) -> Statement:
    """An UPDATE of at most `BATCH` rows, run again and again until it changes none."""
    size = scene.sizes.get(action.group)
    return Statement(
        sql=sql,
        verb="backfill",
        key=action.key,
        lock=ROW_EXCLUSIVE,
        relation=action.group,
        scans=True,
        transaction="own",
        repeat=True,
        rows=size.rows if size else None,
        bytes=size.bytes if size else None,
    )


def concurrently(sql: str, index: str, action: Action, scene: Scene) -> Statement:
    """CREATE INDEX CONCURRENTLY. An interrupted one leaves an invalid index of its name."""
    said = effects(sql, action, scene)
    return replace(
        said, verb="create", undo=f"drop index concurrently if exists {index}", reverse=f"drop index {index}"
    )


def qualified(relation: Any) -> str:
    """Write the name of a RangeVar."""
    return f"{name(relation.schemaname)}.{name(relation.relname)}"


def temporary(word: str, key: str) -> str:
    """Return a name for something that the next steps remove; the same each time, and hardly anybody else's."""
    return f"pggit_{word}_{digest(key)[:12]}"
