"""Views. https://www.postgresql.org/docs/current/sql-createview.html"""

from pggit.kinds.ddl import names, options
from pggit.kinds.kind import LINES, SEQUENCE, SET, Kind, Object, Render


def create(obj: Object, render: Render) -> list[str]:
    """Write CREATE VIEW."""
    definition = obj.definition
    columns = names(name for name, _ in definition["columns"])
    settings = options(definition.get("options"))
    return [f"create view {obj.identity} ({columns}){settings} as\n{definition['query']}"]


KINDS = (
    Kind(
        "view",
        "pg_class",
        merge={"query": LINES, "columns": SEQUENCE, "options": SET},
        create=create,
        source="view",
        head=True,
    ),
)
