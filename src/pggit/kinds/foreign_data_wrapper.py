"""Foreign-data wrappers. https://www.postgresql.org/docs/current/sql-createforeigndatawrapper.html"""

from pggit.kinds import identities, shape
from pggit.kinds.ddl import fdw_options
from pggit.kinds.difference import differing, fdw_options_changed
from pggit.kinds.kind import SCALAR, SET, Definition, Kind, Object, Render


def create(obj: Object, render: Render) -> list[str]:
    """Write CREATE FOREIGN DATA WRAPPER."""
    definition = obj.definition
    functions = "".join(f" {key} {definition[key]}" for key in ("handler", "validator") if key in definition)
    return [f"create foreign data wrapper {obj.identity}{functions}{fdw_options(definition.get('options'))}"]


def alter(old: Object, new: Object, render: Render) -> list[str] | None:
    """Write ALTER FOREIGN DATA WRAPPER. A new validator comes last: it need not admit the options that there were."""
    changed, definition = differing(old.definition, new.definition), new.definition
    options = fdw_options_changed(old.definition.get("options"), definition.get("options"))
    if "validator" in changed and options:
        without = {key: value for key, value in definition.items() if key != "validator"}
        last = [_alter(new, definition, {"validator"}, [])] if "validator" in definition else []
        return [_alter(new, without, changed, options), *last]
    return [_alter(new, definition, changed, options)]


def _alter(new: Object, definition: Definition, changed: set[str], options: list[str]) -> str:
    functions = [
        f"{key} {definition[key]}" if key in definition else f"no {key}"
        for key in ("handler", "validator")
        if key in changed
    ]
    return " ".join(["alter foreign data wrapper", new.identity, *functions, *options])


KINDS = (
    Kind(
        "foreign data wrapper",
        "pg_foreign_data_wrapper",
        merge={"handler": SCALAR, "validator": SCALAR, "options": SET},
        named=identities.BARE,
        shape=shape.Record(
            optional={"handler": shape.routine, "validator": shape.routine, "options": shape.FDW_OPTIONS}
        ),
        create=create,
        alter=alter,
        source="foreign_data_wrapper",
        head=True,
    ),
)
