"""Casts. https://www.postgresql.org/docs/current/sql-createcast.html"""

from __future__ import annotations

from pggit.kinds import identities, shape
from pggit.kinds.ddl import clause
from pggit.kinds.kind import SCALAR, Kind, Object, Render


def create(obj: Object, render: Render) -> list[str]:
    """Write CREATE CAST."""
    how = {"inout": "with inout", "binary": "without function"}.get(
        obj.definition["method"], f"with function {obj.definition.get('function')}"
    )
    return [f"create cast {obj.identity} {how}{clause(' as %s', obj.definition.get('context'))}"]


_CONTEXT = {"context": shape.word("implicit", "assignment")}
_METHOD = {"method": shape.text}
_SHAPE = shape.Tagged(
    "method",
    {
        "function": shape.Record({**_METHOD, "function": shape.signature}, _CONTEXT),
        "inout": shape.Record(_METHOD, _CONTEXT),
        "binary": shape.Record(_METHOD, _CONTEXT),
    },
)

KINDS = (
    Kind(
        "cast",
        "pg_cast",
        merge={"method": SCALAR, "function": SCALAR, "context": SCALAR},
        named=identities.Identity(("({type} AS {type2})",)),
        shape=_SHAPE,
        create=create,
        source="cast",
        head=True,
    ),
)
