"""What adding columns and constraints does. https://www.postgresql.org/docs/current/sql-altertable.html"""

from __future__ import annotations

from typing import Any

from pggit.kinds.ddl import name
from pggit.plan.effects.found import ACCESS_EXCLUSIVE, SHARE_ROW, Found
from pggit.plan.effects.proofs import proves_not_null
from pggit.plan.effects.types import is_constrained, type_of
from pggit.plan.effects.volatility import volatile

_SERIAL = {"serial", "bigserial", "smallserial", "serial2", "serial4", "serial8"}


def add_column(relation: Any, column: Any, target: str | None, found: Found) -> None:
    """Find out what ADD COLUMN does to the rows that are there.

    Args:
        relation: the RangeVar of the table.
        column: the parser's ColumnDef.
        target: group of the table.
    """
    if target is None or not target.startswith("table "):
        return
    said = {_kind(part.constraint): part.constraint for part in column.constraints}
    reason = _rewrite_reason(column, said, found)
    if reason:
        found.rewrite(target, f"column {column.colname}: {reason}")
    filled = bool({"DEFAULT", "IDENTITY"} & said.keys()) or type_of(column.type_name).name in _SERIAL
    if "NOTNULL" in said and not filled and "GENERATED" not in said:
        found.scan(target, f"its rows are looked through for nulls in column {column.colname}")
        found.may_fail(target, f"column {column.colname} is null in the rows that {target} holds")
    for kind in ("CHECK", "FOREIGN", "UNIQUE", "PRIMARY"):
        if kind in said:
            add_constraint(relation, said[kind], target, found)


def _rewrite_reason(column: Any, said: dict[str, Any], found: Found) -> str | None:
    kind = type_of(column.type_name)
    if "IDENTITY" in said or kind.name in _SERIAL:
        return "each row gets a number of its sequence"
    if "GENERATED" in said:
        # v: VIRTUAL, which is computed when it is read
        return None if said["GENERATED"].generated_kind == "v" else "it is computed for each row"
    if is_constrained(kind, found.scene.b):
        return f"the domain {kind.name} has constraints that are checked as the rows are written"
    called = volatile(said["DEFAULT"].raw_expr, found.scene.b) if "DEFAULT" in said else None
    return f"its default is computed for each row, as {called} is volatile" if called else None


def add_constraint(relation: Any, constraint: Any, target: str | None, found: Found) -> None:
    """Find out what ADD CONSTRAINT does.

    Args:
        relation: the RangeVar of the table.
        constraint: the parser's Constraint.
        target: group of the table.
    """
    kind = _kind(constraint)
    if kind == "FOREIGN":
        found.lock(found.relation(constraint.pktable), SHARE_ROW)
    elif target is not None:
        found.lock(target, ACCESS_EXCLUSIVE)
    if target is None:
        return
    called = f"constraint {constraint.conname}" if constraint.conname else "the constraint"
    if kind in ("UNIQUE", "PRIMARY", "EXCLUSION"):
        _add_indexed(kind, called, constraint, target, found)
    elif kind == "NOTNULL" and not constraint.skip_validation:
        column = constraint.keys[0].string.sval
        found.scan(target, f"its rows are looked through for nulls in column {column}")
        found.may_fail(target, f"column {column} of {target} may hold nulls")
    elif kind in ("CHECK", "FOREIGN") and not constraint.skip_validation:
        found.scan(target, f"its rows are checked against {called}")
        found.may_fail(target, f"rows of {target} may violate {called}")


def _add_indexed(kind: str, called: str, constraint: Any, target: str, found: Found) -> None:
    if constraint.indexname:
        columns = found.action.object.definition.get("columns", ()) if kind == "PRIMARY" else ()
        if not all(proves_not_null(found.scene.relations, target, column) for column in columns):
            found.scan(target, "its rows are looked through for nulls in the columns of the primary key")
            found.may_fail(target, f"columns of {called} may hold nulls")
        return
    found.build(target, f"the index of {called}")
    found.may_fail(target, f"rows of {target} may violate {called}")


def validate(relation: Any, constraint: str, target: str | None, found: Found) -> None:
    """Find out what VALIDATE CONSTRAINT does: it scans under a lock that stops neither readers nor writers."""
    qualified = f"{name(relation.schemaname)}.{name(relation.relname)}"
    if target is not None and found.action.verb == "alter":
        there = found.scene.relations.definition(target, f"constraint {name(constraint)} on {qualified}")
        if there and "not_valid" not in there:
            return
    found.scan(target, f"its rows are checked against constraint {constraint}")
    found.may_fail(target, f"rows of {qualified} may violate constraint {constraint}")


def _kind(constraint: Any) -> str:
    from postgast import pg_query_pb2

    return str(pg_query_pb2.ConstrType.Name(constraint.contype)).removeprefix("CONSTR_")
