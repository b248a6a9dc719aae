"""Text search configurations. https://www.postgresql.org/docs/current/sql-createtsconfig.html"""

from __future__ import annotations

from pggit.kinds.ddl import name
from pggit.kinds.kind import SCALAR, SET, Kind, Object, Render


def create(obj: Object, render: Render) -> list[str]:
    """Write CREATE TEXT SEARCH CONFIGURATION and one ALTER for each token type that has dictionaries."""
    configuration = f"text search configuration {obj.identity}"
    return [
        f"create {configuration} (parser = {obj.definition['parser']})",
        *(
            f"alter {configuration} add mapping for {name(token)} with {', '.join(dictionaries)}"
            for token, dictionaries in obj.definition.get("mappings", {}).items()
        ),
    ]


KINDS = (
    Kind(
        "text search configuration",
        "pg_ts_config",
        merge={"parser": SCALAR, "mappings": SET},
        create=create,
        source="text_search_configuration",
        head=True,
    ),
)
