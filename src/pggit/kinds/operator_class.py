"""Operator classes. https://www.postgresql.org/docs/current/sql-createopclass.html"""

from __future__ import annotations

from pggit.core.identity import split_on
from pggit.kinds import identities, shape, syntax
from pggit.kinds.ddl import clause
from pggit.kinds.kind import SCALAR, SET, Kind, Object, Render
from pggit.kinds.operator_family import FUNCTIONS, OPERATORS, members


def create(obj: Object, render: Render) -> list[str]:
    """Write CREATE OPERATOR CLASS. One that has no members of its own names its storage type."""
    definition = obj.definition
    own_name, method = split_on(obj.identity, " USING ")
    storage = definition.get("storage")
    parts = members(definition)
    if storage or not parts:
        parts.append(f"storage {storage or definition['type']}")
    head = (
        f"create operator class {own_name}{clause(' default', definition.get('default'))} for type {definition['type']}"
        f" using {method} family {definition.get('family', own_name)} as"
    )
    return [head + "\n  " + ",\n  ".join(parts)]


KINDS = (
    Kind(
        "operator class",
        "pg_opclass",
        merge={
            "type": SCALAR,
            "family": SCALAR,
            "default": SCALAR,
            "storage": SCALAR,
            "operators": SET,
            "functions": SET,
        },
        named=identities.USING,
        shape=shape.Record(
            required={"type": syntax.TYPE},
            optional={
                "family": shape.qualified,
                "default": shape.true,
                "storage": syntax.TYPE,
                "operators": OPERATORS,
                "functions": FUNCTIONS,
            },
        ),
        create=create,
        source="operator_class",
        head=True,
    ),
)
