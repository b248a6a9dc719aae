"""CREATE TABLE, where PostgreSQL computes something at once: with the rights of who is to own the table.

It folds immutable functions in the expressions of generated columns and of partition keys, evaluates the bounds of a
partition, and checks the rows of a default partition against the new one's bounds.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from pggit.core.identity import quote
from pggit.db.restricted import create_as, has_default_partition, is_less_trusted, less_trusted_owner

if TYPE_CHECKING:
    import psycopg
    from psycopg.rows import TupleRow

    Connection = psycopg.Connection[TupleRow]


def create_table(connection: Connection, sql: str, owner: str | None) -> bool:
    """Run CREATE TABLE with the rights of another role, if it computes something by code of that role.

    Args:
        connection: a session of pgGit's own.
        sql: one statement.
        owner: who is to own the table in the end, as SQL writes it; None: the session's role.

    Returns:
        Whether it was run; otherwise it is for the caller to run.

    Raises:
        PermissionDenied: the role lacks a right that it needs.
    """
    table = _table(sql)
    if table is None:
        return False
    role = next(_parents_owners(connection, table), None)
    if role is None and owner is not None and _computes(table) and is_less_trusted(connection, owner):
        role = owner
    if role is None:
        return False
    create_as(connection, role, table.relation.schemaname, sql)
    if role != owner:  # as if the session's role had made it
        words = f"{quote(table.relation.schemaname)}.{quote(table.relation.relname)}"
        connection.execute(f"alter table {words} owner to current_user".encode())
    return True


def _table(sql: str) -> Any:
    """Return CREATE TABLE as the parser sees it; None if the statement is another one."""
    import postgast

    if "table" not in sql[:60].lower():
        return None
    try:
        node = postgast.parse(sql).stmts[0].stmt
    except (postgast.PgQueryError, IndexError):
        return None
    kind = node.WhichOneof("node")
    if kind == "create_foreign_table_stmt":
        return node.create_foreign_table_stmt.base_stmt
    return node.create_stmt if kind == "create_stmt" else None


def _parents_owners(connection: Connection, table: Any) -> Iterator[str]:
    """Yield the owner of the parent of a partition, if that has rows to check and is less trusted."""
    for part in table.inh_relations if table.HasField("partbound") else ():
        parent = f"{quote(part.range_var.schemaname)}.{quote(part.range_var.relname)}"
        owner = less_trusted_owner(connection, relation=parent)
        if owner is not None and (has_default_partition(connection, parent) or _calls(table.partbound)):
            yield owner


def _computes(table: Any) -> bool:
    from postgast import pg_query_pb2

    generated = pg_query_pb2.ConstrType.CONSTR_GENERATED
    return (
        any(one.constraint.contype == generated for part in table.table_elts for one in part.column_def.constraints)
        or any(part.partition_elem.HasField("expr") for part in table.partspec.part_params)
        or _calls(table.partbound)
    )


def _calls(bound: Any) -> bool:
    """Tell whether the bounds of a partition are anything but constants."""
    parts = (*bound.listdatums, *bound.lowerdatums, *bound.upperdatums)
    return any(part.WhichOneof("node") not in ("a_const", "column_ref", "partition_range_datum") for part in parts)
