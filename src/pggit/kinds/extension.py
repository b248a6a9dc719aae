"""Extensions. https://www.postgresql.org/docs/current/sql-createextension.html"""

from pggit.kinds.ddl import literal
from pggit.kinds.kind import SCALAR, Kind, Object, Render


def create(obj: Object, render: Render) -> list[str]:
    """Write CREATE EXTENSION."""
    schema, version = obj.definition["schema"], literal(obj.definition["version"])
    return [f"create extension {obj.identity} with schema {schema} version {version}"]


KINDS = (
    Kind(
        "extension",
        "pg_extension",
        merge={"schema": SCALAR, "version": SCALAR},
        create=create,
        source="extension",
        head=True,
    ),
)
