"""When PostgreSQL lets CREATE OR REPLACE make one function, procedure or aggregate of another.

Source: PostgreSQL ``src/backend/catalog/pg_proc.c`` (``ProcedureCreate``), ``pg_aggregate.c`` (``AggregateCreate``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pggit.kinds.kind import Object

Arguments = Sequence[Mapping[str, Any]]


def replaces(old: Object, new: Object) -> bool:
    """Tell whether a function or procedure can be replaced: the result, names of arguments and defaults must remain."""
    before, after = arguments(old), arguments(new)
    return (
        _result(old) == _result(new)
        and old.definition.get("window") == new.definition.get("window")
        and keeps_names(before, after)
        and _keeps_defaults(before, after)
    )


def arguments(obj: Object) -> Arguments:
    """Return the arguments as the definition tells them, those that are given back among them."""
    found: Arguments = obj.definition.get("arguments", ())
    return found


def keeps_names(before: Arguments, after: Arguments) -> bool:
    """Tell whether arguments that are passed keep their names; one without a name may get one."""
    names = zip(_passed(before), _passed(after), strict=True)
    return all("name" not in old or old["name"] == new.get("name") for old, new in names)


def _passed(parts: Arguments) -> list[Mapping[str, Any]]:
    return [part for part in parts if part.get("mode") not in ("out", "table")]


def _keeps_defaults(before: Arguments, after: Arguments) -> bool:
    """Tell whether every default remains; the type of a polymorphic argument's is not known, so it must be the same."""
    return all(
        "default" not in old
        or ("default" in new and (old["default"] == new["default"] or not old["type"].startswith("any")))
        for old, new in zip(_passed(before), _passed(after), strict=True)
    )


def _result(obj: Object) -> object:
    """Return what must stay the same: a single type, or names and types of all that is given back."""
    definition, parts = obj.definition, arguments(obj)
    back = [(part.get("name"), part["type"]) for part in parts if part.get("mode") in ("out", "inout", "table")]
    several = definition.get("set", False) or any(part.get("mode") == "table" for part in parts)
    if len(back) == 1 and obj.kind == "function":
        return several, back[0][1]
    return several, back or definition.get("returns")
