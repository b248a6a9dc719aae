"""With whose rights a statement of a plan runs.

A statement that computes or checks values runs what the owner of the table wrote: CHECKs, defaults, generated columns,
triggers, casts. PostgreSQL runs these with the rights of whoever sends the statement. What runs as the owner by itself
(CREATE INDEX, REINDEX, CLUSTER, REFRESH MATERIALIZED VIEW, ANALYZE) is not among them, nor what changes catalogs only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pggit.core.errors import PermissionDenied
from pggit.core.identity import quote
from pggit.db.constants import require_own_constants
from pggit.db.creating import computes, create_table, owner_change, qualified
from pggit.db.restricted import is_foreign_key, less_trusted_owner, may_run_casts, own_names, restricted
from pggit.db.session import run
from pggit.db.sqlstate import translated
from pggit.kinds import kind_of_key
from pggit.kinds.parsing import parse

if TYPE_CHECKING:
    from psycopg import Connection

    from pggit.plan.model import Plan

_CHANGES_ROWS = ("insert_stmt", "update_stmt", "delete_stmt", "merge_stmt")
_COMPUTING = ("AlterColumnType", "SetExpression", "SetNotNull")
_COMPUTED = ("DEFAULT", "GENERATED", "CHECK")
_READING = ("select_stmt", "refresh_mat_view_stmt", "reindex_stmt", "cluster_stmt", "vacuum_stmt")
_UNFILLED = "select from pg_class as c where c.oid = to_regclass(%s) and c.relkind = 'm' and not c.relispopulated"
_OWNER = ("owner table ", "owner foreign table ")
_NOBODY: Mapping[str, str] = {}
_DOMAIN = ("C", "V", "O")  # ADD CONSTRAINT, VALIDATE CONSTRAINT, SET NOT NULL


@dataclass(slots=True)
class _Subject:
    """Whose owner's code a statement can run, as SQL writes it.

    Attributes:
        relation, domain: one of them.
        foreign_key: nothing but casts can run.
        validated: the constraint that is validated.
        lock: the mode in which the statement locks the relation.
        retyped: columns get other types.
        attached: a partition that is attached, as SQL writes it.
    """

    relation: str | None = None
    domain: str | None = None
    foreign_key: bool = False
    validated: str | None = None
    lock: str = "access exclusive"
    retyped: bool = False
    attached: str | None = None


def runs_code(sql: str) -> bool:
    """Tell whether a statement can run code of users, which may look for unqualified names; others change catalogs."""
    return computes(sql) or _runs_code(*_parsed(sql))


def owners_to_be(plan: Plan) -> dict[str, str]:
    """Return who owns the objects of a plan in the end, as far as it says: names of relations and roles, quoted."""
    changes = (owner_change(one.sql) for one in plan.statements if one.key.startswith(_OWNER))
    return dict(change for change in changes if change is not None)


def send(connection: Connection, sql: str, owners: Mapping[str, str] = _NOBODY) -> int:
    """Run a statement of a plan; what can run code of a less trusted role, with the rights of that role.

    A materialized view is made without rows: its query would run with the rights of whoever makes it. See `populate`.

    Args:
        connection: in a transaction, unless the statement refuses one.
        sql: one statement.
        owners: who owns tables in the end, as `owners_to_be` returns it.

    Returns:
        How many rows it changed or returned; -1 for statements that do not count.

    Raises:
        PermissionDenied: the role that owns what the statement changes lacks a right that it needs.
        PgGitError: what else PostgreSQL says.
    """
    kind, statement = _parsed(sql)
    if _makes_filled_view(kind, statement):
        require_own_constants(connection, sql)
        return run(connection, f"{sql}\nwith no data")
    if kind.startswith("create_") and create_table(connection, sql, owners.get):
        return -1
    weaker = _weaker(connection, _subject(kind, statement))
    if weaker is not None:
        with connection.transaction(), restricted(connection, weaker) as as_owner:
            return as_owner(sql)
    require_own_constants(connection, sql)
    if not _runs_code(kind, statement):
        return run(connection, sql)
    with own_names(connection):
        return run(connection, sql)


def send_as_owner(connection: Connection, relation: str, sql: str) -> int:
    """Run a statement that reads a table by code of its owner, such as casts, with the rights of that role.

    Args:
        connection: in a transaction.
        relation: the table, as SQL writes it.
        sql: one statement.

    Returns:
        How many rows it returned.
    """
    owner = less_trusted_owner(connection, relation=relation, running=())
    if owner is None:
        return run(connection, sql)
    with connection.transaction(), restricted(connection, owner) as as_owner:
        return as_owner(sql)


def populate(connection: Connection, plan: Plan) -> None:
    """Fill the materialized views that a plan made, once everything is there; each with the rights of its owner."""
    for statement in plan.statements:
        if statement.key.startswith("materialized view ") and _makes_filled_view(*_parsed(statement.sql)):
            view = kind_of_key(statement.key)[1]
            with translated():
                unfilled = connection.execute(_UNFILLED, (view,)).fetchall()
            if unfilled:
                _fill(connection, view)


def _fill(connection: Connection, view: str) -> None:
    with own_names(connection):
        try:
            run(connection, f"refresh materialized view {view}")
        except PermissionDenied as error:
            error.hint = (
                f"Materialized view {view} is filled with the rights of its owner, as by every REFRESH: grant the"
                " owner what is missing."
            )
            raise


def _parsed(sql: str) -> tuple[str, Any]:
    """Return what the parser calls a statement, and the statement; nothing if it does not know it."""
    import postgast

    try:
        node = parse(sql).stmts[0].stmt
    except (postgast.PgQueryError, IndexError):
        return "", None  # a form that the parser does not know yet: those change catalogs only
    kind = str(node.WhichOneof("node"))
    return kind, getattr(node, kind)


def _runs_code(kind: str, statement: Any) -> bool:
    """Tell whether a statement other than CREATE TABLE can run code of users."""
    if kind == "index_stmt":
        return bool(statement.where_clause.ByteSize()) or any(
            part.index_elem.HasField("expr") for part in statement.index_params
        )
    return kind in _READING or _subject(kind, statement) is not None


def _makes_filled_view(kind: str, statement: Any) -> bool:
    from postgast import pg_query_pb2

    if kind != "create_table_as_stmt" or statement.into.skip_data:
        return False
    return str(pg_query_pb2.ObjectType.Name(statement.objtype)) == "OBJECT_MATVIEW"


def _weaker(connection: Connection, subject: _Subject | None) -> str | None:
    """Return the role with whose rights a statement has to run; None for the session's own."""
    if subject is None:
        return None
    foreign_key = subject.foreign_key or (
        subject.relation is not None
        and subject.validated is not None
        and is_foreign_key(connection, subject.relation, subject.validated)
    )
    if (foreign_key or subject.retyped) and not may_run_casts(connection):
        if foreign_key:
            # the owner may lack REFERENCES, and SELECT on what is referenced, which is then looked up row by row
            return None
        subject.retyped = False
    return less_trusted_owner(
        connection,
        relation=subject.relation,
        domain=subject.domain,
        lock=subject.lock,
        retyped=subject.retyped,
        running=None if subject.attached is None else (subject.attached,),
    )


def _subject(kind: str, statement: Any) -> _Subject | None:
    if kind in _CHANGES_ROWS:
        return _Subject(relation=qualified(statement.relation), lock="row exclusive")
    if kind == "alter_domain_stmt" and statement.subtype in _DOMAIN:
        return _Subject(domain=".".join(quote(part.string.sval) for part in statement.type_name))
    if kind != "alter_table_stmt":
        return None
    found = [one for command in statement.cmds if (one := _computed(command.alter_table_cmd))]
    if not found:
        return None
    whole = next((one for one in found if not one.foreign_key and one.validated is None), found[0])
    whole.relation = qualified(statement.relation)
    return whole


def _computed(command: Any) -> _Subject | None:
    """Return what a part of ALTER TABLE computes or checks, if it does."""
    from postgast import pg_query_pb2

    subtype = pg_query_pb2.AlterTableType.Name(command.subtype).removeprefix("AT_")
    definition = getattr(command, "def")
    if subtype == "AttachPartition":
        return _Subject(lock="share update exclusive", attached=qualified(definition.partition_cmd.name))
    if subtype in _COMPUTING:
        return _Subject(retyped=subtype == "AlterColumnType")
    if subtype == "ValidateConstraint":
        return _Subject(validated=command.name, lock="share update exclusive")
    if subtype == "AddConstraint":
        constraint = definition.constraint
        kind = _constraint(constraint)
        if constraint.skip_validation or kind not in ("CHECK", "FOREIGN"):
            return None  # an index is built with the rights of the owner
        return _Subject(foreign_key=True, lock="share row exclusive") if kind == "FOREIGN" else _Subject()
    if subtype == "AddColumn" and _column_is_computed(definition.column_def):
        return _Subject()
    return None


def _column_is_computed(column: Any) -> bool:
    """Tell whether a new column gets values: by an expression, or of a type that may have constraints of its own."""
    names = [part.string.sval for part in column.type_name.names]
    own_type = len(names) > 1 and names[0] != "pg_catalog"
    return own_type or any(_constraint(part.constraint) in _COMPUTED for part in column.constraints)


def _constraint(constraint: Any) -> str:
    from postgast import pg_query_pb2

    return str(pg_query_pb2.ConstrType.Name(constraint.contype)).removeprefix("CONSTR_")
