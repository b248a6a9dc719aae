"""Which rows a plan must leave: those of all tables and columns of which it does not say that they are lost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pggit.core.identity import split_name
from pggit.core.state import State
from pggit.kinds import kind_of_key
from pggit.plan.model import Plan


@dataclass(frozen=True, slots=True)
class Column:
    """A column whose values must be there afterwards.

    Attributes:
        before, after: its name, quoted where it must be.
        steady: whether its type is the same before and after.
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


def survivors(plan: Plan, a: State, b: State) -> list[Table]:
    """Return the tables, and of each the columns, that must survive a plan.

    Partitioned tables have no rows of their own; their partitions are told. What is generated can be generated again.
    A table or column is left out where a statement with the hazard ``data-loss`` is about it.

    Args:
        plan: from ``a`` to ``b``.
        a: the state before.
        b: the state after; where a table is gone without a word, it is told all the same.
    """
    lost = {statement.key for statement in plan.statements if any(h.kind == "data-loss" for h in statement.hazards)}
    renames = dict(plan.renames)
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
        columns = tuple(_column(key, group, f"table {after}", renames, a, b) for key in sorted(names))
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


def _column(key: str, group: str, group_after: str, renames: Mapping[str, str], a: State, b: State) -> Column:
    name = split_name(kind_of_key(key)[1])[-1]
    table_after = group_after.removeprefix("table ")
    renamed = renames.get(key) or renames.get(f"column {table_after}.{name}")
    after = split_name(kind_of_key(renamed)[1])[-1] if renamed else name
    key_after = f"column {table_after}.{after}"
    steady = (
        key_after in b.groups.get(group_after, {})
        and a.definition(group, key)["type"] == b.definition(group_after, key_after)["type"]
    )
    return Column(name, after, steady)
