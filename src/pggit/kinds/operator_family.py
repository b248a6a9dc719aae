"""Operator families. https://www.postgresql.org/docs/current/sql-createopfamily.html"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pggit.core.identity import split_on
from pggit.kinds.ddl import before_parenthesis, clause, operand_types
from pggit.kinds.kind import SET, Kind, Object, Render


def create(obj: Object, render: Render) -> list[str]:
    """Write CREATE OPERATOR FAMILY, and ALTER OPERATOR FAMILY for each member that belongs to no class."""
    own_name, method = split_on(obj.identity, " USING ")
    family = f"operator family {own_name} using {method}"
    return [f"create {family}", *(f"alter {family} add {member}" for member in members(obj.definition))]


def members(definition: Mapping[str, Any]) -> list[str]:
    """Write operators and support functions as they stand in a class or in ALTER OPERATOR FAMILY."""
    return [
        *(_operator(member) for member in definition.get("operators", ())),
        *(_function(member) for member in definition.get("functions", ())),
    ]


def _operator(member: Mapping[str, Any]) -> str:
    left, right = operand_types(member["operator"])
    purpose = clause(" for order by %s", member.get("order_by"))
    return f"operator {member['strategy']} {before_parenthesis(member['operator'])} ({left}, {right}){purpose}"


def _function(member: Mapping[str, Any]) -> str:
    return f"function {member['number']} ({', '.join(member['types'])}) {member['function']}"


KINDS = (
    Kind(
        "operator family",
        "pg_opfamily",
        merge={"operators": SET, "functions": SET},
        create=create,
        source="operator_family",
        head=True,
    ),
)
