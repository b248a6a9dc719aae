"""Operator families. https://www.postgresql.org/docs/current/sql-createopfamily.html"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pggit.core.identity import split_on
from pggit.kinds import identities, shape, syntax
from pggit.kinds.ddl import before_parenthesis, clause, operand_types
from pggit.kinds.kind import SET, Kind, Object, Render


def create(obj: Object, render: Render) -> list[str]:
    """Write CREATE OPERATOR FAMILY, and ALTER OPERATOR FAMILY for each member that belongs to no class."""
    own_name, method = split_on(obj.identity, " USING ")
    family = f"operator family {own_name} using {method}"
    return [f"create {family}", *(f"alter {family} add {member}" for member in members(obj.definition))]


def alter(old: Object, new: Object, render: Render) -> list[str] | None:
    """Write ALTER OPERATOR FAMILY … DROP for each member that goes, then ADD for each that comes."""
    own_name, method = split_on(new.identity, " USING ")
    family = f"operator family {own_name} using {method}"
    gone = [member for member in _parts(old.definition) if member not in _parts(new.definition)]
    come = [member for member in _parts(new.definition) if member not in _parts(old.definition)]
    return [
        *(f"alter {family} drop {_place(member)}" for member in gone),
        *(f"alter {family} add {_member(member)}" for member in come),
    ]


def members(definition: Mapping[str, Any]) -> list[str]:
    """Write operators and support functions as they stand in a class or in ALTER OPERATOR FAMILY."""
    return [_member(member) for member in _parts(definition)]


def _parts(definition: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [*definition.get("operators", ()), *definition.get("functions", ())]


def _member(member: Mapping[str, Any]) -> str:
    return _operator(member) if "strategy" in member else _function(member)


def _place(member: Mapping[str, Any]) -> str:
    """Write a member as DROP names it: by its number and the types that it is for."""
    if "strategy" in member:
        return f"operator {member['strategy']} ({', '.join(operand_types(member['operator']))})"
    return f"function {member['number']} ({', '.join(member['types'])})"


def _operator(member: Mapping[str, Any]) -> str:
    left, right = operand_types(member["operator"])
    purpose = clause(" for order by %s", member.get("order_by"))
    return f"operator {member['strategy']} {before_parenthesis(member['operator'])} ({left}, {right}){purpose}"


def _function(member: Mapping[str, Any]) -> str:
    return f"function {member['number']} ({', '.join(member['types'])}) {member['function']}"


OPERATORS = shape.ListOf(
    shape.Record({"strategy": shape.integer, "operator": shape.operator_signature}, {"order_by": shape.qualified})
)
FUNCTIONS = shape.ListOf(
    shape.Record({"number": shape.integer, "function": shape.signature, "types": shape.Pair(syntax.TYPE, syntax.TYPE)})
)

KINDS = (
    Kind(
        "operator family",
        "pg_opfamily",
        merge={"operators": SET, "functions": SET},
        named=identities.USING,
        shape=shape.Record(optional={"operators": OPERATORS, "functions": FUNCTIONS}),
        create=create,
        alter=alter,
        source="operator_family",
        head=True,
    ),
)
