"""Text search dictionaries. https://www.postgresql.org/docs/current/sql-createtsdictionary.html"""

from __future__ import annotations

from pggit.kinds.ddl import name, parameters
from pggit.kinds.kind import SCALAR, SET, Kind, Object, Render


def create(obj: Object, render: Render) -> list[str]:
    """Write CREATE TEXT SEARCH DICTIONARY; the values of options are kept as SQL."""
    options = {name(key): value for key, value in obj.definition.get("options", {}).items()}
    written = parameters({"template": obj.definition["template"], **options})
    return [f"create text search dictionary {obj.identity} ({written})"]


KINDS = (
    Kind(
        "text search dictionary",
        "pg_ts_dict",
        merge={"template": SCALAR, "options": SET},
        create=create,
        source="text_search_dictionary",
        head=True,
    ),
)
