"""Operators. https://www.postgresql.org/docs/current/sql-createoperator.html"""

from __future__ import annotations

from pggit.kinds.ddl import before_parenthesis, operand_types, operator, parameters
from pggit.kinds.kind import SCALAR, Kind, Object, Render

_KEYS = ("function", "commutator", "negator", "restrict", "join", "hashes", "merges")


def create(obj: Object, render: Render) -> list[str]:
    """Write CREATE OPERATOR."""
    left, right = operand_types(obj.identity)
    values = {
        "function": obj.definition["function"],
        "leftarg": None if left == "NONE" else left,
        "rightarg": None if right == "NONE" else right,
        "commutator": operator(obj.definition.get("commutator")),
        "negator": operator(obj.definition.get("negator")),
        **{key: obj.definition.get(key) for key in ("restrict", "join", "hashes", "merges")},
    }
    return [f"create operator {before_parenthesis(obj.identity)} ({parameters(values)})"]


KINDS = (
    Kind("operator", "pg_operator", merge=dict.fromkeys(_KEYS, SCALAR), create=create, source="operator", head=True),
)
