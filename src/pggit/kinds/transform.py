"""Transforms. https://www.postgresql.org/docs/current/sql-createtransform.html"""

from __future__ import annotations

from pggit.kinds import identities, shape
from pggit.kinds.kind import SCALAR, Kind, Object, Render

_CLAUSES = {"from_sql": "from sql with function", "to_sql": "to sql with function"}


def create(obj: Object, render: Render) -> list[str]:
    """Write CREATE TRANSFORM."""
    return _create(obj, "create")


def alter(old: Object, new: Object, render: Render) -> list[str] | None:
    """Write CREATE OR REPLACE TRANSFORM."""
    return _create(new, "create or replace")


def _create(obj: Object, verb: str) -> list[str]:
    parts = [f"{words} {obj.definition[key]}" for key, words in _CLAUSES.items() if key in obj.definition]
    return [f"{verb} transform {obj.identity} ({', '.join(parts)})"]


KINDS = (
    Kind(
        "transform",
        "pg_transform",
        merge=dict.fromkeys(_CLAUSES, SCALAR),
        named=identities.Identity(("for {type} language {name}",)),
        shape=shape.Record(optional={"from_sql": shape.signature, "to_sql": shape.signature}),
        create=create,
        alter=alter,
        source="transform",
        head=True,
    ),
)
