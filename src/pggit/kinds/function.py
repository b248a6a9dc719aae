"""Functions and procedures.

https://www.postgresql.org/docs/current/sql-createfunction.html,
https://www.postgresql.org/docs/current/sql-createprocedure.html
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pggit.kinds import identities, shape, syntax
from pggit.kinds.ddl import before_parenthesis, clause, dollar_quoted, literal, name, option, setting
from pggit.kinds.difference import differing
from pggit.kinds.kind import LINES, SCALAR, SEQUENCE, SET, Kind, Object, Render
from pggit.kinds.replacing import replaces

_MERGE = {
    "language": SCALAR,
    "arguments": SEQUENCE,
    "security_definer": SCALAR,
    "config": SET,
    "transforms": SET,
    "body": LINES,
    "sql_body": LINES,
    "library": SCALAR,
    "depends_on_extensions": SET,
}
_FUNCTION = {
    "returns": SCALAR,
    "set": SCALAR,
    "window": SCALAR,
    "volatility": SCALAR,
    "strict": SCALAR,
    "leakproof": SCALAR,
    "parallel": SCALAR,
    "cost": SCALAR,
    "rows": SCALAR,
    "support": SCALAR,
}
_ATTRIBUTES = {
    "volatility": "%s",
    "strict": "strict",
    "leakproof": "leakproof",
    "security_definer": "security definer",
    "parallel": "parallel %s",
    "cost": "cost %s",
    "rows": "rows %s",
    "support": "support %s",
}
_ALTERABLE = {*_ATTRIBUTES, "config"}
_USUAL = {
    "volatility": "volatile",
    "strict": "called on null input",
    "leakproof": "not leakproof",
    "security_definer": "security invoker",
    "parallel": "parallel unsafe",
}
"""What ALTER FUNCTION says for an attribute that a definition does not tell."""


def create(obj: Object, render: Render) -> list[str]:
    """Write CREATE FUNCTION or CREATE PROCEDURE."""
    return _create(obj, "create")


def alter(old: Object, new: Object, render: Render) -> list[str] | None:
    """Write ALTER FUNCTION where that says it all, else CREATE OR REPLACE, which keeps owner and grants."""
    changed = differing(old.definition, new.definition)
    if changed == {"depends_on_extensions"}:
        return _attachments(old, new)
    if changed <= _ALTERABLE and not ("support" in changed and "support" not in new.definition):
        return [f"alter {new.kind} {new.identity} {' '.join(_actions(old, new, changed))}"]
    return _create(new, "create or replace") if replaces(old, new) else None


def _create(obj: Object, verb: str) -> list[str]:
    definition = obj.definition
    arguments = definition.get("arguments", ())
    head = f"{verb} {obj.kind} {before_parenthesis(obj.identity)}({_arguments(arguments)})"
    parts = [head, _returns(obj), f"language {definition['language']}", *_attributes(definition), _body(definition)]
    attached = [
        f"alter {obj.kind} {obj.identity} depends on extension {extension}"
        for extension in definition.get("depends_on_extensions", ())
    ]
    return ["\n".join(filter(None, parts)), *attached]


def _attachments(old: Object, new: Object) -> list[str]:
    before, after = (obj.definition.get("depends_on_extensions", ()) for obj in (old, new))
    head = f"alter {new.kind} {new.identity}"
    return [
        *(f"{head} no depends on extension {extension}" for extension in before if extension not in after),
        *(f"{head} depends on extension {extension}" for extension in after if extension not in before),
    ]


def _actions(old: Object, new: Object, changed: set[str]) -> list[str]:
    """Write what follows ALTER FUNCTION f()."""
    definition = new.definition
    usual = _USUAL | {
        "cost": f"cost {1 if definition['language'] in ('c', 'internal') else 100}",
        "rows": "rows 1000",
    }
    said = [
        _attribute(key, definition[key]) if key in definition else usual[key] for key in _ATTRIBUTES if key in changed
    ]
    before, after = old.definition.get("config", {}), definition.get("config", {})
    said += [f"reset {option(key)}" for key in before if key not in after]
    said += [f"set {setting(key, value)}" for key, value in after.items() if before.get(key) != value]
    return said


def argument(part: Mapping[str, Any]) -> str:
    """Write one argument: ``out a integer``, ``b text default 'x'``."""
    words = [part.get("mode", ""), name(part["name"]) if "name" in part else "", part["type"]]
    return " ".join(filter(None, words)) + clause(" default %s", part.get("default"))


def _arguments(parts: Iterable[Mapping[str, Any]]) -> str:
    return ", ".join(argument(part) for part in parts if part.get("mode") != "table")


def _returns(obj: Object) -> str:
    """Write RETURNS; where a single OUT argument or several say it, only SETOF needs it."""
    if obj.kind == "procedure":
        return ""
    definition = obj.definition
    arguments = definition.get("arguments", ())
    table = [part for part in arguments if part.get("mode") == "table"]
    if table:
        columns = ", ".join(f"{name(part['name'])} {part['type']}" for part in table)
        return f"returns table ({columns})"
    setof = "setof " if definition.get("set") else ""
    if "returns" in definition:
        return f"returns {setof}{definition['returns']}"
    out = [part["type"] for part in arguments if part.get("mode") in ("out", "inout")]
    return f"returns {setof}{out[0] if len(out) == 1 else 'record'}"


def _attributes(definition: Mapping[str, Any]) -> list[str]:
    get = definition.get
    return [
        clause("transform %s", ", ".join(f"for type {kind}" for kind in get("transforms", ())) or None),
        clause("window", get("window")),
        *(_attribute(key, definition[key]) for key in _ATTRIBUTES if key in definition),
        *(f"set {setting(key, value)}" for key, value in get("config", {}).items()),
    ]


def _attribute(key: str, value: object) -> str:
    return clause(_ATTRIBUTES[key], value)


def _body(definition: Mapping[str, Any]) -> str:
    if "sql_body" in definition:
        return str(definition["sql_body"])
    if "library" in definition:
        return f"as {literal(definition['library'])}, {literal(definition['body'])}"
    return f"as {dollar_quoted(definition['body'])}"


_MODE = shape.word("out", "inout", "variadic", "table")
ARGUMENT = shape.Record(
    required={"type": syntax.TYPE}, optional={"name": shape.bare, "mode": _MODE, "default": syntax.EXPRESSION}
)
_OF_BOTH: dict[str, shape.Check] = {
    "arguments": shape.ListOf(ARGUMENT),
    "security_definer": shape.true,
    "config": shape.OPTIONS,
    "transforms": shape.ListOf(syntax.TYPE),
    "body": shape.text,
    "sql_body": syntax.SQL_BODY,
    "library": shape.text,
    "depends_on_extensions": shape.ListOf(shape.name),
}
_OF_FUNCTIONS: dict[str, shape.Check] = {
    "returns": syntax.TYPE,
    "set": shape.true,
    "window": shape.true,
    "volatility": shape.word("immutable", "stable"),
    "strict": shape.true,
    "leakproof": shape.true,
    "parallel": shape.word("safe", "restricted"),
    "cost": shape.number,
    "rows": shape.number,
    "support": shape.routine,
}


def _of(more: Mapping[str, shape.Check]) -> shape.Check:
    record = shape.Record({"language": shape.name}, {**_OF_BOTH, **more})

    def check(value: Any) -> None:
        record(value)
        if "body" not in value and "sql_body" not in value:
            raise syntax.Malformed("has no body")

    return check


KINDS = (
    Kind(
        "function",
        "pg_proc",
        merge=_MERGE | _FUNCTION,
        named=identities.ROUTINE,
        shape=_of(_OF_FUNCTIONS),
        agrees=shape.takes,
        create=create,
        source="function",
        head=True,
        alter=alter,
    ),
    Kind(
        "procedure",
        "pg_proc",
        merge=_MERGE,
        named=identities.ROUTINE,
        shape=_of({}),
        agrees=shape.takes,
        create=create,
        source="function",
        head=True,
        alter=alter,
    ),
)
