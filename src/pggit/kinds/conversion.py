"""Conversions of encodings. https://www.postgresql.org/docs/current/sql-createconversion.html"""

from __future__ import annotations

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
        create=create,
        source="conversion",
        head=True,
    ),
)
