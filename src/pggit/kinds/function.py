"""Functions and procedures.

https://www.postgresql.org/docs/current/sql-createfunction.html,
https://www.postgresql.org/docs/current/sql-createprocedure.html
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pggit.kinds.ddl import before_parenthesis, clause, dollar_quoted, literal, name, setting
from pggit.kinds.kind import LINES, SCALAR, SEQUENCE, SET, Kind, Object, Render

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


def create(obj: Object, render: Render) -> list[str]:
    """Write CREATE FUNCTION or CREATE PROCEDURE."""
    definition = obj.definition
    arguments = definition.get("arguments", ())
    head = f"create {obj.kind} {before_parenthesis(obj.identity)}({_arguments(arguments)})"
    parts = [head, _returns(obj), f"language {definition['language']}", *_attributes(definition), _body(definition)]
    attached = [
        f"alter {obj.kind} {obj.identity} depends on extension {extension}"
        for extension in definition.get("depends_on_extensions", ())
    ]
    return ["\n".join(filter(None, parts)), *attached]


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
        clause("%s", get("volatility")),
        clause("strict", get("strict")),
        clause("leakproof", get("leakproof")),
        clause("security definer", get("security_definer")),
        clause("parallel %s", get("parallel")),
        clause("cost %s", get("cost")),
        clause("rows %s", get("rows")),
        clause("support %s", get("support")),
        *(f"set {setting(key, value)}" for key, value in get("config", {}).items()),
    ]


def _body(definition: Mapping[str, Any]) -> str:
    if "sql_body" in definition:
        return str(definition["sql_body"])
    if "library" in definition:
        return f"as {literal(definition['library'])}, {literal(definition['body'])}"
    return f"as {dollar_quoted(definition['body'])}"


KINDS = (
    Kind("function", "pg_proc", merge=_MERGE | _FUNCTION, create=create, source="function", head=True),
    Kind("procedure", "pg_proc", merge=_MERGE, create=create, source="function", head=True),
)
