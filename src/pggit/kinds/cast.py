"""Casts. https://www.postgresql.org/docs/current/sql-createcast.html"""

from __future__ import annotations

from pggit.kinds.ddl import clause
from pggit.kinds.kind import SCALAR, Kind, Object, Render


def create(obj: Object, render: Render) -> list[str]:
    """Write CREATE CAST."""
    how = {"inout": "with inout", "binary": "without function"}.get(
        obj.definition["method"], f"with function {obj.definition.get('function')}"
    )
    return [f"create cast {obj.identity} {how}{clause(' as %s', obj.definition.get('context'))}"]


KINDS = (
    Kind(
        "cast",
        "pg_cast",
        merge={"method": SCALAR, "function": SCALAR, "context": SCALAR},
        create=create,
        source="cast",
        head=True,
    ),
)
