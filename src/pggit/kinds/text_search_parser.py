"""Text search parsers. https://www.postgresql.org/docs/current/sql-createtsparser.html"""

from __future__ import annotations

from pggit.kinds import identities, shape
from pggit.kinds.ddl import parameters
from pggit.kinds.kind import SCALAR, Kind, Object, Render

_KEYS = ("start", "gettoken", "end", "headline", "lextypes")


def create(obj: Object, render: Render) -> list[str]:
    """Write CREATE TEXT SEARCH PARSER."""
    written = parameters({f'"{key}"': obj.definition.get(key) for key in _KEYS})
    return [f"create text search parser {obj.identity} ({written})"]


KINDS = (
    Kind(
        "text search parser",
        "pg_ts_parser",
        merge=dict.fromkeys(_KEYS, SCALAR),
        named=identities.IN_SCHEMA,
        shape=shape.Record(
            required={
                "start": shape.routine,
                "gettoken": shape.routine,
                "end": shape.routine,
                "lextypes": shape.routine,
            },
            optional={"headline": shape.routine},
        ),
        create=create,
        source="text_search_parser",
        head=True,
    ),
)
