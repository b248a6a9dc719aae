"""Aggregates. https://www.postgresql.org/docs/current/sql-createaggregate.html"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pggit.kinds import identities, shape, syntax
from pggit.kinds.ddl import before_parenthesis, operator, optional_literal, parameters
from pggit.kinds.difference import differing
from pggit.kinds.function import ARGUMENT, argument
from pggit.kinds.kind import SCALAR, SEQUENCE, Kind, Object, Render
from pggit.kinds.replacing import arguments, keeps_names

_SCALARS = (
    "kind",
    "direct_arguments",
    "sfunc",
    "stype",
    "sspace",
    "finalfunc",
    "finalfunc_extra",
    "finalfunc_modify",
    "combinefunc",
    "serialfunc",
    "deserialfunc",
    "initcond",
    "msfunc",
    "minvfunc",
    "mstype",
    "msspace",
    "mfinalfunc",
    "mfinalfunc_extra",
    "mfinalfunc_modify",
    "minitcond",
    "sortop",
    "parallel",
)
_LITERALS = ("initcond", "minitcond")
_FIXED = {"kind", "direct_arguments", "stype", "finalfunc", "finalfunc_extra"}


def create(obj: Object, render: Render) -> list[str]:
    """Write CREATE AGGREGATE."""
    return _create(obj, "create")


def alter(old: Object, new: Object, render: Render) -> list[str] | None:
    """Write CREATE OR REPLACE AGGREGATE, unless the kind of aggregate, the result or names of arguments may change.

    The result's type is that of the final function, or of the state; so neither may change.
    """
    if differing(old.definition, new.definition) & _FIXED or not keeps_names(arguments(old), arguments(new)):
        return None
    return _create(new, "create or replace")


def _create(obj: Object, verb: str) -> list[str]:
    definition = obj.definition
    values: dict[str, object] = {
        key: optional_literal(definition.get(key)) if key in _LITERALS else definition.get(key)
        for key in _SCALARS
        if key not in ("kind", "direct_arguments")
    }
    values["sortop"] = operator(definition.get("sortop"))
    values["hypothetical"] = definition.get("kind") == "hypothetical"
    head = f"{verb} aggregate {before_parenthesis(obj.identity)}({_arguments(definition)})"
    return [f"{head} (\n  {parameters(values)}\n)"]


def _arguments(definition: Mapping[str, Any]) -> str:
    """Write the arguments; direct ones stand before ORDER BY, which repeats a variadic one that is both."""
    written = [argument(part) for part in definition.get("arguments", ())]
    if "kind" not in definition:
        return ", ".join(written) or "*"
    direct = definition["direct_arguments"]
    ordered = written[direct:] or written[-1:]
    return f"{', '.join(written[:direct])} order by {', '.join(ordered)}".strip()


_ROUTINES = ("finalfunc", "combinefunc", "serialfunc", "deserialfunc", "msfunc", "minvfunc", "mfinalfunc")
_MODIFY = shape.word("read_only", "shareable", "read_write")
_SHAPE = shape.Record(
    required={"sfunc": shape.routine, "stype": syntax.TYPE},
    optional={
        **dict.fromkeys(_ROUTINES, shape.routine),
        "arguments": shape.ListOf(ARGUMENT),
        "kind": shape.word("ordered-set", "hypothetical"),
        "direct_arguments": shape.integer,
        "sspace": shape.integer,
        "finalfunc_extra": shape.true,
        "finalfunc_modify": _MODIFY,
        "initcond": shape.text,
        "mstype": syntax.TYPE,
        "msspace": shape.integer,
        "mfinalfunc_extra": shape.true,
        "mfinalfunc_modify": _MODIFY,
        "minitcond": shape.text,
        "sortop": shape.operator,
        "parallel": shape.word("safe", "restricted"),
    },
)

KINDS = (
    Kind(
        "aggregate",
        "pg_proc",
        merge={"arguments": SEQUENCE, **dict.fromkeys(_SCALARS, SCALAR)},
        named=identities.ROUTINE,
        shape=_SHAPE,
        agrees=shape.takes,
        create=create,
        alter=alter,
        source="aggregate",
        head=True,
    ),
)
