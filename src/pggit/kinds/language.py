"""Procedural languages. https://www.postgresql.org/docs/current/sql-createlanguage.html"""

from __future__ import annotations

from pggit.kinds.ddl import clause
from pggit.kinds.kind import SCALAR, Kind, Object, Render


def create(obj: Object, render: Render) -> list[str]:
    """Write CREATE LANGUAGE."""
    get = obj.definition.get
    return [
        f"create{clause(' trusted', get('trusted'))} language {obj.identity} handler {get('handler')}"
        f"{clause(' inline %s', get('inline'))}{clause(' validator %s', get('validator'))}"
    ]


KINDS = (
    Kind(
        "language",
        "pg_language",
        merge=dict.fromkeys(("handler", "inline", "validator", "trusted"), SCALAR),
        create=create,
        source="language",
        head=True,
    ),
)
