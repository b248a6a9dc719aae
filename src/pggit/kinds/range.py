"""Range types. https://www.postgresql.org/docs/current/sql-createtype.html"""

from __future__ import annotations

from pggit.kinds.ddl import clause, parameters
from pggit.kinds.kind import SCALAR, Kind, Object, Render

_NAMES = {
    "subtype": "subtype",
    "opclass": "subtype_opclass",
    "collation": "collation",
    "canonical": "canonical",
    "subtype_diff": "subtype_diff",
    "multirange": "multirange_type_name",
}


def create(obj: Object, render: Render) -> list[str]:
    """Write CREATE TYPE … AS RANGE; a canonical function needs the type to be there as a shell before."""
    written = parameters({option: obj.definition.get(key) for key, option in _NAMES.items()})
    shell = [f"create type {obj.identity}"] if "canonical" in obj.definition else []
    return [*shell, f"create type {obj.identity} as range ({written})"]


def drop(obj: Object, render: Render) -> list[str]:
    """Write DROP TYPE; a canonical function and the type depend on each other, so that they only go together."""
    return [f"drop type {obj.identity}{clause(' cascade', 'canonical' in obj.definition)}"]


KINDS = (
    Kind(
        "range",
        "pg_type",
        merge=dict.fromkeys(_NAMES, SCALAR),
        create=create,
        source="range",
        head=True,
        drop=drop,
    ),
)
