"""Transforms. https://www.postgresql.org/docs/current/sql-createtransform.html"""

from __future__ import annotations

from pggit.kinds.kind import SCALAR, Kind, Object, Render

_CLAUSES = {"from_sql": "from sql with function", "to_sql": "to sql with function"}


def create(obj: Object, render: Render) -> list[str]:
    """Write CREATE TRANSFORM."""
    parts = [f"{words} {obj.definition[key]}" for key, words in _CLAUSES.items() if key in obj.definition]
    return [f"create transform {obj.identity} ({', '.join(parts)})"]


KINDS = (
    Kind(
        "transform",
        "pg_transform",
        merge=dict.fromkeys(_CLAUSES, SCALAR),
        create=create,
        source="transform",
        head=True,
    ),
)
