"""Domains. https://www.postgresql.org/docs/current/sql-createdomain.html"""

from __future__ import annotations

from pggit.kinds.ddl import clause
from pggit.kinds.kind import SCALAR, Kind, Object, Render


def create(obj: Object, render: Render) -> list[str]:
    """Write CREATE DOMAIN; its constraints are objects of their own."""
    get = obj.definition.get
    return [
        f"create domain {obj.identity} as {get('type')}{clause(' collate %s', get('collation'))}"
        f"{clause(' default %s', get('default'))}{clause(' not null', get('not_null'))}"
    ]


KINDS = (
    Kind(
        "domain",
        "pg_type",
        merge={"type": SCALAR, "collation": SCALAR, "not_null": SCALAR, "default": SCALAR},
        create=create,
        source="domain",
        head=True,
    ),
)
