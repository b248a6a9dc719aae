"""Which rows a plan must leave: those of all tables and columns of which it does not say that they are lost."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from pggit.core.identity import split_name
from pggit.core.state import State
from pggit.kinds import kind_of_key
from pggit.plan.model import Plan

_TYPES = ("composite ", "domain ", "enum ", "range ")


@dataclass(frozen=True, slots=True)
class Column:
    """A column whose values must be there afterwards.

    Attributes:
        before, after: its name, quoted where it must be.
        steady: whether its type is the same before and after, and not one that changed.
    """

    before: str
    after: str
    steady: bool


@dataclass(frozen=True, slots=True)
class Table:
    """A table whose rows must be there afterwards: its qualified names, and those of its columns that stay."""

    before: str
    after: str
    columns: tuple[Column, ...]


def survivors(plan: Plan, a: State, b: State, empty: Collection[str] = ()) -> list[Table]:
    """Return the tables, and of each the columns, that must survive a plan.

    Partitioned tables have no rows of their own; their partitions are told. What is generated can be generated again.
    A table or column is left out where a statement with the hazard ``data-loss`` is about it.

    Args:
        plan: from ``a`` to ``b``.
        a: the state before.
        b: the state after; where a table is gone without a word, it is told all the same.
        empty: keys of tables that hold no row in the live database: to drop them, or of them, needs no hazard.
    """
    lost = {statement.key for statement in plan.statements if any(h.kind == "data-loss" for h in statement.hazards)}
    bare = {key for group in empty for key in a.groups.get(group, ())}
    lost |= {statement.key for statement in plan.statements if statement.verb == "drop" and statement.key in bare}
    renames = dict(plan.renames)
    changed = _changed_types(a, b)
    found = []
    for group in sorted(a.groups):
        if not group.startswith("table ") or group in lost or "partition_key" in a.definition(group, group):
            continue
        before = group.removeprefix("table ")
        after = _table_after(before, renames)
        names = [
            key
            for key in a.groups[group]
            if key.startswith("column ") and key not in lost and "generated" not in a.definition(group, key)
        ]
        columns = tuple(_column(key, group, f"table {after}", renames, a, b, changed) for key in sorted(names))
        found.append(Table(before, after, columns))
    return found


def _table_after(before: str, renames: Mapping[str, str]) -> str:
    if f"table {before}" in renames:
        return renames[f"table {before}"].removeprefix("table ")
    schema, *rest = split_name(before)
    if f"schema {schema}" in renames:
        moved = ".".join([renames[f"schema {schema}"].removeprefix("schema "), *rest])
        return renames.get(f"table {moved}", f"table {moved}").removeprefix("table ")
    return before


def _column(
    key: str, group: str, group_after: str, renames: Mapping[str, str], a: State, b: State, changed: Collection[str]
) -> Column:
    name = split_name(kind_of_key(key)[1])[-1]
    table_after = group_after.removeprefix("table ")
    renamed = renames.get(key) or renames.get(f"column {table_after}.{name}")
    after = split_name(kind_of_key(renamed)[1])[-1] if renamed else name
    key_after = f"column {table_after}.{after}"
    type_ = a.definition(group, key)["type"]
    steady = (
        key_after in b.groups.get(group_after, {})
        and type_ == b.definition(group_after, key_after)["type"]
        and _without_arrays(type_) not in changed
    )
    return Column(name, after, steady)


def _changed_types(a: State, b: State) -> set[str]:
    """Return the names of types that changed, and of those that are made of these: their values print otherwise."""
    types = [group for group in a.groups if group.startswith(_TYPES)]
    changed = {kind_of_key(group)[1] for group in types if _meaning(a, group) != _meaning(b, group)}
    while more := {kind_of_key(group)[1] for group in types if _made_of(a, group) & changed} - changed:
        changed |= more
    return changed


def _meaning(state: State, group: str) -> dict[str, str]:
    return {key: state.semantic(exact) for key, exact in state.groups.get(group, {}).items()}


def _made_of(state: State, group: str) -> set[str]:
    """Return the names of the types in the definition of a type."""
    definitions = [state.definition(group, key) for key in state.groups[group]]
    return {_without_arrays(found[name]) for found in definitions for name in ("type", "subtype") if name in found}


def _without_arrays(type_: str) -> str:
    return type_.removesuffix("[]")
