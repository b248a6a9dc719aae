"""Conversions of encodings. https://www.postgresql.org/docs/current/sql-createconversion.html"""

from __future__ import annotations

from pggit.kinds import identities, shape
from pggit.kinds.ddl import clause, literal
from pggit.kinds.kind import SCALAR, Kind, Object, Render


def create(obj: Object, render: Render) -> list[str]:
    """Write CREATE CONVERSION."""
    definition = obj.definition
    return [
        f"create{clause(' default', definition.get('default'))} conversion {obj.identity}"
        f" for {literal(definition['from'])} to {literal(definition['to'])} from {definition['function']}"
    ]


KINDS = (
    Kind(
        "conversion",
        "pg_conversion",
        merge=dict.fromkeys(("from", "to", "function", "default"), SCALAR),
        named=identities.IN_SCHEMA,
        shape=shape.Record(
            required={"from": shape.text, "to": shape.text, "function": shape.routine}, optional={"default": shape.true}
        ),
        create=create,
        source="conversion",
        head=True,
    ),
)
