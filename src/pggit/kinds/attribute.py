"""Attributes of composite types. https://www.postgresql.org/docs/current/sql-altertype.html"""

from __future__ import annotations

from pggit.core.identity import split_name
from pggit.kinds.ddl import clause
from pggit.kinds.kind import SCALAR, Kind, Object, Render


def create(obj: Object, render: Render) -> list[str]:
    """Write ALTER TYPE … ADD ATTRIBUTE."""
    schema, relation, _ = split_name(obj.identity)
    return [f"alter type {schema}.{relation} add attribute {column(obj)}"]


def column(obj: Object) -> str:
    """Write the attribute as it stands in a list: ``name text collate pg_catalog."C"``."""
    bare = split_name(obj.identity)[2]
    return f"{bare} {obj.definition['type']}{clause(' collate %s', obj.definition.get('collation'))}"


KINDS = (
    Kind(
        "attribute",
        "pg_type",
        merge={"type": SCALAR, "collation": SCALAR},
        create=create,
        source="attribute",
        renames=True,
    ),
)
