"""Foreign-data wrappers. https://www.postgresql.org/docs/current/sql-createforeigndatawrapper.html"""

from pggit.kinds.ddl import fdw_options
from pggit.kinds.kind import SCALAR, SET, Kind, Object, Render


def create(obj: Object, render: Render) -> list[str]:
    """Write CREATE FOREIGN DATA WRAPPER."""
    definition = obj.definition
    functions = "".join(f" {key} {definition[key]}" for key in ("handler", "validator") if key in definition)
    return [f"create foreign data wrapper {obj.identity}{functions}{fdw_options(definition.get('options'))}"]


KINDS = (
    Kind(
        "foreign data wrapper",
        "pg_foreign_data_wrapper",
        merge={"handler": SCALAR, "validator": SCALAR, "options": SET},
        create=create,
        source="foreign_data_wrapper",
        head=True,
    ),
)
