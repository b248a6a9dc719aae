"""Foreign-data wrappers. https://www.postgresql.org/docs/current/sql-createforeigndatawrapper.html"""

from pggit.kinds.ddl import differing, fdw_options, fdw_options_diff
from pggit.kinds.kind import SCALAR, SET, Kind, Object, Render


def create(obj: Object, render: Render) -> list[str]:
    """Write CREATE FOREIGN DATA WRAPPER."""
    definition = obj.definition
    functions = "".join(f" {key} {definition[key]}" for key in ("handler", "validator") if key in definition)
    return [f"create foreign data wrapper {obj.identity}{functions}{fdw_options(definition.get('options'))}"]


def alter(old: Object, new: Object, render: Render) -> list[str] | None:
    """Write ALTER FOREIGN DATA WRAPPER, all at once: the new validator judges the new options."""
    changed, definition = differing(old, new), new.definition
    functions = "".join(
        f" {key} {definition[key]}" if key in definition else f" no {key}"
        for key in ("handler", "validator")
        if key in changed
    )
    options = fdw_options_diff(old.definition.get("options"), definition.get("options"))
    return [f"alter foreign data wrapper {new.identity}{functions}{options}"]


KINDS = (
    Kind(
        "foreign data wrapper",
        "pg_foreign_data_wrapper",
        merge={"handler": SCALAR, "validator": SCALAR, "options": SET},
        create=create,
        alter=alter,
        source="foreign_data_wrapper",
        head=True,
    ),
)
