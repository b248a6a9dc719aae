"""Base types and shell types. https://www.postgresql.org/docs/current/sql-createtype.html"""

from __future__ import annotations

from pggit.kinds import identities, shape, syntax
from pggit.kinds.ddl import literal, parameters
from pggit.kinds.difference import differing
from pggit.kinds.kind import SCALAR, Kind, Object, Render

_NAMES = {
    "input": "input",
    "output": "output",
    "receive": "receive",
    "send": "send",
    "typmod_in": "typmod_in",
    "typmod_out": "typmod_out",
    "analyze": "analyze",
    "subscript": "subscript",
    "length": "internallength",
    "passed_by_value": "passedbyvalue",
    "alignment": "alignment",
    "storage": "storage",
    "category": "category",
    "preferred": "preferred",
    "default": "default",
    "element": "element",
    "delimiter": "delimiter",
    "collatable": "collatable",
}
_LITERALS = ("category", "default", "delimiter")
_ALTERABLE = {"storage", "receive", "send", "typmod_in", "typmod_out", "analyze", "subscript"}


def create(obj: Object, render: Render) -> list[str]:
    """Write CREATE TYPE; its functions speak of the type, so it is made as a shell before."""
    definition = obj.definition
    values = {
        option: literal(definition[key]) if key in _LITERALS else definition[key]
        for key, option in _NAMES.items()
        if key in definition
    }
    return [*create_shell(obj, render), f"create type {obj.identity} (\n  {parameters(values)}\n)"]


def create_shell(obj: Object, render: Render) -> list[str]:
    """Write CREATE TYPE for a type that is not defined yet."""
    return [f"create type {obj.identity}"]


def alter(old: Object, new: Object, render: Render) -> list[str] | None:
    """Write ALTER TYPE … SET for what can be set of a type that is there; storage never becomes plain again."""
    changed, definition = differing(old.definition, new.definition), new.definition
    if changed - _ALTERABLE or ("storage" in changed and "storage" not in definition):
        return None
    written = parameters({_NAMES[key]: definition.get(key, "none") for key in sorted(changed)})
    return [f"alter type {new.identity} set ({written})"]


def drop(obj: Object, render: Render) -> list[str]:
    """Write DROP TYPE … CASCADE: the type and its functions depend on each other, so that they only go together."""
    return [f"drop type {obj.identity} cascade"]


_ROUTINES = ("receive", "send", "typmod_in", "typmod_out", "analyze", "subscript")
_SHAPE = shape.Record(
    required={"input": shape.routine, "output": shape.routine},
    optional={
        **dict.fromkeys(_ROUTINES, shape.routine),
        "length": shape.integer,
        "passed_by_value": shape.true,
        "alignment": shape.word("char", "int2", "double"),
        "storage": shape.word("external", "main", "extended"),
        "category": shape.text,
        "preferred": shape.true,
        "default": shape.text,
        "element": syntax.TYPE,
        "delimiter": shape.text,
        "collatable": shape.true,
    },
)

KINDS = (
    Kind(
        "base type",
        "pg_type",
        merge=dict.fromkeys(_NAMES, SCALAR),
        named=identities.IN_SCHEMA,
        shape=_SHAPE,
        create=create,
        source="base_type",
        head=True,
        alter=alter,
        drop=drop,
    ),
    Kind(
        "shell type",
        "pg_type",
        merge={},
        named=identities.IN_SCHEMA,
        shape=shape.Record(),
        create=create_shell,
        source="base_type",
        head=True,
    ),
)
