"""Access methods. https://www.postgresql.org/docs/current/sql-create-access-method.html"""

from __future__ import annotations

from pggit.kinds import identities, shape
from pggit.kinds.kind import SCALAR, Kind, Object, Render


def create(obj: Object, render: Render) -> list[str]:
    """Write CREATE ACCESS METHOD."""
    definition = obj.definition
    return [f"create access method {obj.identity} type {definition['type']} handler {definition['handler']}"]


KINDS = (
    Kind(
        "access method",
        "pg_am",
        merge={"type": SCALAR, "handler": SCALAR},
        named=identities.BARE,
        shape=shape.Record(required={"type": shape.word("index", "table"), "handler": shape.routine}),
        create=create,
        source="access_method",
        head=True,
    ),
)
