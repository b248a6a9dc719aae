"""Changes of a column's type: which of them PostgreSQL does without writing the table anew, and which lose values.

Source: ``ATColumnChangeRequiresRewrite`` (``src/backend/commands/tablecmds.c``), the support functions of length
coercions (``varchar_support``, ``numeric_support``, ``varbit_support``, ``TemporalSimplify``), ``pg_cast``.
https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES
"""

from __future__ import annotations

from functools import cache
from typing import Any, Literal, NamedTuple

from pggit.core.state import State
from pggit.kinds.ddl import name
from pggit.kinds.parsing import parse


class Type(NamedTuple):
    """A type as the parser names it: ``varchar``, (10,), not an array."""

    name: str
    modifiers: tuple[int, ...] = ()
    array: bool = False


_ANY = 0x7FFF  # INTERVAL_FULL_RANGE
_TEMPORAL = ("timestamp", "timestamptz", "time", "timetz")
_OIDS = """
regclass regcollation regconfig regdictionary regnamespace regoper regoperator regproc regprocedure regrole regtype
"""
# pg_cast, castmethod 'b'
_SAME_BYTES = {
    *((a, b) for a in ("text", "varchar") for b in ("text", "varchar", "bpchar")),
    *(("xml", b) for b in ("text", "varchar", "bpchar")),
    *(("pg_node_tree", b) for b in ("text",)),
    ("bit", "varbit"),
    ("varbit", "bit"),
    ("cidr", "inet"),
    ("int4", "oid"),
    ("oid", "int4"),
    *((a, b) for reg in _OIDS.split() for number in ("oid", "int4") for a, b in ((reg, number), (number, reg))),
    ("regproc", "regprocedure"),
    ("regprocedure", "regproc"),
    ("regoper", "regoperator"),
    ("regoperator", "regoper"),
}
_WIDER = {
    "int2": ("int4", "int8", "float4", "float8"),
    "int4": ("int8", "float8"),
    "float4": ("float8",),
    "date": ("timestamp", "timestamptz"),
    "jsonb": ("json",),
    "macaddr": ("macaddr8",),
    "cidr": ("inet",),
    "time": ("interval",),
}
"""What keeps every value."""
_INTEGERS = ("int2", "int4", "int8")


def type_of(node: Any) -> Type:
    """Return the type that the parser's TypeName names."""
    parts = [part.string.sval for part in node.names]
    if len(parts) == 2 and parts[0] == "pg_catalog":
        parts = parts[1:]
    modifiers = tuple(mod.a_const.ival.ival for mod in node.typmods if mod.HasField("a_const"))
    qualified = parts[0] if len(parts) == 1 else ".".join(map(name, parts))
    return Type(qualified, modifiers, bool(node.array_bounds))


@cache
def parsed(text: str) -> Type:
    """Return the type that ``format_type`` printed so."""
    statement = parse(f"select null::{text}").stmts[0].stmt.select_stmt
    return type_of(statement.target_list[0].res_target.val.type_cast.type_name)


def rewrite_reason(old: Type, new: Type, a: State, b: State, *, computed: bool) -> str | None:
    """Tell why a change of type writes the table anew; None where it does not.

    Args:
        old: the column's type.
        new: what it becomes.
        a, b: the states, for domains.
        computed: whether USING has more than the column, cast at most to the new type.
    """
    if old == new and not computed:
        return None
    if computed:
        return "USING computes a new value for each row"
    base, _ = _base(old, a)
    target, constrained = _base(new, b)
    if constrained and old != new:
        return f"the domain {new.name} has constraints that are checked as the rows are written"
    if {base.name, target.name} == {"timestamp", "timestamptz"} and not (base.array or target.array):
        if _fits(base, target._replace(name=base.name)):
            return "between timestamp and timestamptz the values stay as they are only where TimeZone is UTC"
        return "every value is converted"
    return None if _same_bytes(base, target) else "every value is converted"


Change = Literal["keeps", "may fail", "may lose"]


def change_of_values(old: Type, new: Type, a: State, b: State, *, computed: bool, explicit: bool) -> Change:
    """Tell what becomes of the values.

    Args:
        explicit: whether USING casts; an explicit cast cuts strings short, an assignment refuses to.
    """
    base, _ = _base(old, a)
    target, constrained = _base(new, b)
    if _is_enum(new, b) and (base.name in ("text", "varchar") or _is_enum(old, a)):
        return "may fail"
    if computed:
        return "may lose"
    if _keeps(base, target) or (target.name in ("text", "varchar") and not target.modifiers and not target.array):
        return "may fail" if constrained else "keeps"
    if base.name in _INTEGERS and target.name in (*_INTEGERS, "numeric") and base.array == target.array:
        return "may fail"
    strings = ("text", "varchar", "bpchar", "varbit", "bit")
    return "may fail" if base.name in strings and target.name in strings and not explicit else "may lose"


def keeps_indexes(old: Type, new: Type, a: State, b: State) -> bool:
    """Tell whether plain indexes stay where the table is not written anew: the operator class is the same."""
    names = {_base(old, a)[0].name, _base(new, b)[0].name}
    return len(names) == 1 or names in ({"text", "varchar"}, {"cidr", "inet"})


def is_constrained(domain: Type, state: State) -> bool:
    """Tell whether a type is a domain whose values are checked."""
    return _base(domain, state)[1]


def _keeps(old: Type, new: Type) -> bool:
    if _same_bytes(old, new):
        return True
    if old.array or new.array:
        return False
    if old.name == new.name == "numeric" and old.modifiers and new.modifiers:
        (precision, scale), (wider, finer) = _numeric(old), _numeric(new)
        return finer >= scale and wider - finer >= precision - scale
    if old.name == new.name == "bpchar":
        return not new.modifiers or (bool(old.modifiers) and new.modifiers >= old.modifiers)
    if old.name in _INTEGERS and new.name == "numeric" and not new.modifiers:
        return True
    return new.name in _WIDER.get(old.name, ()) and not new.modifiers


def _same_bytes(old: Type, new: Type) -> bool:
    if old == new:
        return True
    if old.array or new.array:
        return old.array == new.array and old.name == new.name and not new.modifiers
    if old.name == new.name:
        return _fits(old, new)
    return (old.name, new.name) in _SAME_BYTES and not new.modifiers


def _fits(old: Type, new: Type) -> bool:
    """Whether a type with a smaller modifier becomes the same type with a larger one."""
    if not new.modifiers or old == new:
        return True
    if new.name in ("varchar", "varbit"):
        return bool(old.modifiers) and new.modifiers >= old.modifiers
    if new.name == "numeric" and old.modifiers:
        (precision, scale), (wider, finer) = _numeric(old), _numeric(new)
        return scale == finer and wider >= precision
    if new.name in _TEMPORAL:
        return new.modifiers[0] >= (old.modifiers[0] if old.modifiers else 6)
    if new.name == "interval" and len(new.modifiers) == 2 and new.modifiers[0] == _ANY:
        was = old.modifiers or (_ANY, 6)
        return was[0] == _ANY and new.modifiers[1] >= (was[1] if len(was) == 2 else 6)
    return False


def _numeric(of: Type) -> tuple[int, int]:
    return of.modifiers[0], of.modifiers[1] if len(of.modifiers) > 1 else 0


def _base(of: Type, state: State) -> tuple[Type, bool]:
    """Follow domains to what they are made of; whether one of them has constraints."""
    constrained = False
    while not of.array:
        members = state.groups.get(f"domain {of.name}")
        if members is None:
            break
        definition = state.definition(f"domain {of.name}", f"domain {of.name}")
        constrained |= bool(definition.get("not_null")) or any(key.startswith("domain constraint ") for key in members)
        of = parsed(definition["type"])
    return of, constrained


def _is_enum(of: Type, state: State) -> bool:
    return not of.array and f"enum {of.name}" in state.groups
