"""CREATE TABLE, ADD FOREIGN KEY, ATTACH PARTITION: with the rights of the table's owner, if they compute something.

It folds immutable functions in the expressions of generated columns and of partition keys, evaluates the bounds of a
partition, and checks the rows of a default partition against the new one's bounds. When a foreign key is added it casts
values to compare them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from pggit.core.identity import quote, unquote
from pggit.db.constants import require_own_constants
from pggit.db.restricted import (
    create_as,
    has_default_partition,
    is_less_trusted,
    less_trusted_owner,
    may_run_casts,
    own_names,
    restricted,
)
from pggit.db.session import run

if TYPE_CHECKING:
    import psycopg
    from psycopg.rows import TupleRow

    Connection = psycopg.Connection[TupleRow]


def create_table(connection: Connection, sql: str, owner_of: Callable[[str], str | None]) -> bool:
    """Run CREATE TABLE if it computes something: with the rights of another role, if it does so by code of that role.

    Args:
        connection: a session of pgGit's own.
        sql: one statement.
        owner_of: returns who is to own a table (as `qualified` writes it) in the end; None: the session's role.

    Returns:
        Whether it was run; otherwise it is for the caller to run.

    Raises:
        PermissionDenied: the role lacks a right that it needs.
    """
    table = _table(sql)
    if table is None:
        return False
    owner = owner_of(qualified(table.relation))
    role = next(_parents_owners(connection, table), None)
    if role is None and owner is not None and _computes(table) and is_less_trusted(connection, owner):
        role = owner
    if role is None:
        return _create(connection, sql)
    create_as(connection, role, qualified(table.relation), sql)
    if owner is None or unquote(role) != unquote(owner):  # as if the session's role had made it
        connection.execute(f"alter table {qualified(table.relation)} owner to current_user".encode())
    return True


def _create(connection: Connection, sql: str) -> bool:
    """Run CREATE TABLE if it runs code, which is that of roles that the session trusts."""
    if not computes(sql):
        return False
    require_own_constants(connection, sql)
    with own_names(connection):
        run(connection, sql)
    return True


def alter_table(connection: Connection, sql: str) -> bool:
    """Run what adds a foreign key and can run casts, or attaches a partition, with the rights of the table's owner.

    To attach a partition PostgreSQL simplifies its constraints, and so runs functions, also where there are no rows.

    Args:
        connection: a session of pgGit's own.
        sql: one statement.

    Returns:
        Whether it was run; otherwise it is for the caller to run.

    Raises:
        PermissionDenied: the owner lacks a right that it needs.
    """
    statement = _alter_table(sql)
    if statement is None:
        return False
    commands = [command.alter_table_cmd for command in statement.cmds]
    attached = next((partition for command in commands if (partition := _attached(command))), None)
    if attached is None and not any(_is_foreign_key(command) for command in commands):
        return False
    if attached is None and not may_run_casts(connection):
        return False
    running = None if attached is None else (attached,)
    owner = less_trusted_owner(connection, relation=qualified(statement.relation), running=running)
    if owner is None and attached is None:
        return False
    if owner is None:
        require_own_constants(connection, sql)
        with own_names(connection):
            run(connection, sql)
        return True
    with connection.transaction(), restricted(connection, owner) as as_owner:
        as_owner(sql)
    return True


def owner_change(sql: str) -> tuple[str, str] | None:
    """Return the relation and the role of ALTER TABLE … OWNER TO, quoted; None if the statement is another one."""
    statement = _alter_table(sql)
    if statement is None or len(statement.cmds) != 1 or not statement.cmds[0].alter_table_cmd.HasField("newowner"):
        return None
    return qualified(statement.relation), quote(statement.cmds[0].alter_table_cmd.newowner.rolename)


def qualified(relation: Any) -> str:
    """Write the name of a relation that the parser read, all parts quoted."""
    return ".".join(quote(part) for part in (relation.schemaname, relation.relname) if part)


def _alter_table(sql: str) -> Any:
    node = _parsed(sql)
    return node.alter_table_stmt if node is not None and node.WhichOneof("node") == "alter_table_stmt" else None


def _attached(command: Any) -> str | None:
    """Return the table that a part of ALTER TABLE attaches."""
    from postgast import pg_query_pb2

    if command.subtype != pg_query_pb2.AlterTableType.AT_AttachPartition:
        return None
    return qualified(getattr(command, "def").partition_cmd.name)


def _is_foreign_key(command: Any) -> bool:
    from postgast import pg_query_pb2

    constraint = getattr(command, "def").constraint
    return bool(constraint.contype == pg_query_pb2.ConstrType.CONSTR_FOREIGN and not constraint.skip_validation)


def _parsed(sql: str) -> Any:
    import postgast

    try:
        return postgast.parse(sql).stmts[0].stmt
    except (postgast.PgQueryError, IndexError):
        return None


def _table(sql: str) -> Any:
    """Return CREATE TABLE as the parser sees it; None if the statement is another one."""
    node = _parsed(sql)
    if node is None:
        return None
    kind = node.WhichOneof("node")
    if kind == "create_foreign_table_stmt":
        return node.create_foreign_table_stmt.base_stmt
    return node.create_stmt if kind == "create_stmt" else None


def _parents_owners(connection: Connection, table: Any) -> Iterator[str]:
    """Yield the owner of the parent of a partition, if that has rows to check and is less trusted."""
    for part in table.inh_relations if table.HasField("partbound") else ():
        parent = qualified(part.range_var)
        owner = less_trusted_owner(connection, relation=parent, lock="share update exclusive", running=())
        if owner is not None and (has_default_partition(connection, parent) or _calls(table.partbound)):
            yield owner


def computes(sql: str) -> bool:
    """Tell whether CREATE TABLE computes or checks something at once."""
    table = _table(sql)
    return table is not None and (_computes(table) or table.HasField("partbound"))


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
