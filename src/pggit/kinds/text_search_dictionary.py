"""Text search dictionaries. https://www.postgresql.org/docs/current/sql-createtsdictionary.html"""

from __future__ import annotations

from pggit.kinds import identities, shape, syntax
from pggit.kinds.ddl import name, parameters
from pggit.kinds.difference import differing
from pggit.kinds.kind import SCALAR, SET, Kind, Object, Render


def create(obj: Object, render: Render) -> list[str]:
    """Write CREATE TEXT SEARCH DICTIONARY; the values of options are kept as SQL."""
    options = {name(key): value for key, value in obj.definition.get("options", {}).items()}
    written = parameters({"template": obj.definition["template"], **options})
    return [f"create text search dictionary {obj.identity} ({written})"]


def alter(old: Object, new: Object, render: Render) -> list[str] | None:
    """Write ALTER TEXT SEARCH DICTIONARY: an option without a value is removed. The template is fixed."""
    if "template" in differing(old.definition, new.definition):
        return None
    before, after = old.definition.get("options", {}), new.definition.get("options", {})
    options = [f"{name(key)} = {value}" for key, value in after.items() if before.get(key) != value]
    options += [name(key) for key in before if key not in after]
    return [f"alter text search dictionary {new.identity} ({', '.join(options)})"]


KINDS = (
    Kind(
        "text search dictionary",
        "pg_ts_dict",
        merge={"template": SCALAR, "options": SET},
        named=identities.IN_SCHEMA,
        shape=shape.Record(
            required={"template": shape.qualified}, optional={"options": shape.MapOf(syntax.OPTION_VALUE)}
        ),
        create=create,
        alter=alter,
        source="text_search_dictionary",
        head=True,
    ),
)
