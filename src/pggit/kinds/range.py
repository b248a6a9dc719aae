"""Range types. https://www.postgresql.org/docs/current/sql-createtype.html"""

from __future__ import annotations

from pggit.core.identity import split_name, unquote
from pggit.kinds import identities, shape, syntax
from pggit.kinds.ddl import clause, name, parameters
from pggit.kinds.kind import SCALAR, Definition, Kind, Object, Render

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


def multirange(identity: str, definition: Definition) -> str:
    """Return the qualified name of the multirange that PostgreSQL (since 14) makes along with a range.

    https://www.postgresql.org/docs/current/sql-createtype.html
    """
    if "multirange" in definition:
        return str(definition["multirange"])
    schema, bare = split_name(identity)
    own = unquote(bare)
    if "range" in own:
        return f"{schema}.{name(_cut(own.replace('range', 'multirange', 1), 63))}"
    return f"{schema}.{name(_cut(own, 52) + '_multirange')}"


def along(old: str, new: str, definition: Definition, major: int) -> list[tuple[str, str]]:
    """Return what else must get another name with a range: (key before, key after), once the range has its new one.

    PostgreSQL renames neither the multirange nor the functions that make values, which are named like the types.
    https://www.postgresql.org/docs/current/rangetypes.html#RANGETYPES-CONSTRUCT

    Args:
        old, new: identities of the range.
        definition: the range's.
        major: major version of the server; there are multiranges since 14.
    """
    subtype = definition["subtype"]
    calls = [(old, new, f"({subtype},{subtype}{more})") for more in ("", ",text")]
    renamed = []
    if major >= 14 and "multirange" not in definition:
        one, other = multirange(old, {}), multirange(new, {})
        renamed.append((f"range {one}", f"range {other}"))
        calls += [(one, other, arguments) for arguments in ("()", f"({new})", f"({new}[])")]
    return renamed + [(f"function {one}{rest}", f"function {other}{rest}") for one, other, rest in calls]


def _cut(text: str, length: int) -> str:
    return text.encode()[:length].decode(errors="ignore")


def drop(obj: Object, render: Render) -> list[str]:
    """Write DROP TYPE; a canonical function and the type depend on each other, so that they only go together."""
    return [f"drop type {obj.identity}{clause(' cascade', 'canonical' in obj.definition)}"]


KINDS = (
    Kind(
        "range",
        "pg_type",
        merge=dict.fromkeys(_NAMES, SCALAR),
        named=identities.IN_SCHEMA,
        shape=shape.Record(
            required={"subtype": syntax.TYPE},
            optional={
                "opclass": shape.qualified,
                "collation": shape.qualified,
                "canonical": shape.routine,
                "subtype_diff": shape.routine,
                "multirange": shape.qualified,
            },
        ),
        create=create,
        source="range",
        head=True,
        drop=drop,
    ),
)
