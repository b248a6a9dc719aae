"""Enumerated types. https://www.postgresql.org/docs/current/sql-createtype.html"""

from pggit.kinds.ddl import literal
from pggit.kinds.kind import SEQUENCE, Kind, Object, Render


def create(obj: Object, render: Render) -> list[str]:
    """Write CREATE TYPE … AS ENUM."""
    return [f"create type {obj.identity} as enum ({', '.join(map(literal, obj.definition['labels']))})"]


KINDS = (Kind("enum", "pg_type", merge={"labels": SEQUENCE}, create=create, source="enum", head=True),)
