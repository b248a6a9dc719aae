"""Composite types. https://www.postgresql.org/docs/current/sql-createtype.html"""

from __future__ import annotations

from pggit.kinds import identities, shape
from pggit.kinds.attribute import column
from pggit.kinds.ddl import by_name
from pggit.kinds.kind import Kind, Object, Render


def create(obj: Object, render: Render) -> list[str]:
    """Write CREATE TYPE … AS with its attributes, in their order as far as that is known."""
    attributes = by_name(render.of("attribute"))
    known = [bare for bare in obj.definition.get("_attributes", ()) if bare in attributes]
    order = known + sorted(attributes.keys() - set(known))
    render.written.update(attributes[bare].key for bare in order)
    return [f"create type {obj.identity} as ({', '.join(column(attributes[bare]) for bare in order)})"]


KINDS = (
    Kind(
        "composite",
        "pg_type",
        merge={},
        named=identities.IN_SCHEMA,
        shape=shape.Record(optional={"_attributes": shape.ListOf(shape.bare)}),
        create=create,
        source="composite",
        head=True,
    ),
)
