"""Text search templates. https://www.postgresql.org/docs/current/sql-createtstemplate.html"""

from __future__ import annotations

from pggit.kinds import identities, shape
from pggit.kinds.ddl import parameters
from pggit.kinds.kind import SCALAR, Kind, Object, Render

_KEYS = ("init", "lexize")


def create(obj: Object, render: Render) -> list[str]:
    """Write CREATE TEXT SEARCH TEMPLATE."""
    written = parameters({key: obj.definition.get(key) for key in _KEYS})
    return [f"create text search template {obj.identity} ({written})"]


KINDS = (
    Kind(
        "text search template",
        "pg_ts_template",
        merge=dict.fromkeys(_KEYS, SCALAR),
        named=identities.IN_SCHEMA,
        shape=shape.Record(required={"lexize": shape.routine}, optional={"init": shape.routine}),
        create=create,
        source="text_search_template",
        head=True,
    ),
)
