"""Schemas. https://www.postgresql.org/docs/current/sql-createschema.html"""

from pggit.kinds import identities, shape
from pggit.kinds.kind import Kind, Object, Render


def create(obj: Object, render: Render) -> list[str]:
    """Write CREATE SCHEMA."""
    return [f"create schema {obj.identity}"]


KINDS = (
    Kind(
        "schema",
        "pg_namespace",
        merge={},
        named=identities.BARE,
        shape=shape.Record(),
        create=create,
        source="schema",
        head=True,
    ),
)
