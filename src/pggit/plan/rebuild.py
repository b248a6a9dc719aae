"""Tables that PostgreSQL cannot alter as wanted (their partition key): made anew, and the rows copied over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pggit.core.identity import quote, split_name, split_on, unquote
from pggit.kinds import Object
from pggit.kinds.ddl import literal, names
from pggit.plan.action import Action
from pggit.plan.swap import aside

if TYPE_CHECKING:
    from pggit.plan.build import Actions

_INDEXED = ("primary key", "unique", "exclude", "foreign key")


def rebuild_tables(actions: Actions) -> None:
    """Change the actions of tables that are made anew: the old one is kept aside until its rows are copied."""
    for key in sorted(actions.anew.anew):
        if key.startswith("table ") and not _is_partition_of_anew(actions, key):
            _rebuild(actions, key)


def named_not_null(objects: list[Object]) -> list[Object]:
    """Return the objects of a table with each NOT NULL under its usual name.

    PostgreSQL 18 would choose another one, because the table that is kept aside still has it.
    """
    return [_named(obj) for obj in objects]


def _named(obj: Object) -> Object:
    if obj.kind != "column" or obj.definition.get("not_null") is not True:
        return obj
    _, table, column = map(unquote, split_name(obj.identity))
    return Object(obj.kind, obj.identity, {**obj.definition, "not_null": {"name": f"{table}_{column}_not_null"}})


def _is_partition_of_anew(actions: Actions, key: str) -> bool:
    definition = actions.before.state.definition(key, key)
    parent = f"table {definition.get('partition_of')}"
    if parent not in actions.anew.anew:
        return False
    # its rows are the parent's, and it goes with the parent
    drop = actions.takes[key]
    drop.sql = _put_aside(actions, key)
    actions.asides[key] = drop
    return True


def _rebuild(actions: Actions, key: str) -> None:
    drop, make = actions.takes[key], actions.gives[key]
    assert drop.old is not None
    assert make.new is not None
    drop.sql = _put_aside(actions, key)
    actions.asides[key] = drop
    schema, bare = split_name(make.new.identity)
    old = f"{schema}.{quote(aside(unquote(bare)))}"
    fill = Action("alter", key, key, drop.old, make.new, [*_copy(actions, key, old), f"drop table {old}"])
    actions.add(fill)
    actions.filled[key] = fill
    parts = [one for one in actions.anew.made if _partition_of(actions, one) == key]
    actions.edges += [(make, fill), *((actions.attached.get(part, actions.gives[part]), fill) for part in parts)]
    for action in actions.all:
        if action.group in (key, *parts) and action.kind in ("constraint", "index", "trigger") and action.new:
            actions.edges.append((fill, action))


def _partition_of(actions: Actions, key: str) -> str | None:
    if not key.startswith("table "):
        return None
    return f"table {actions.after.state.definition(key, key).get('partition_of')}"


def _put_aside(actions: Actions, key: str) -> list[str]:
    """Free the names of the table, its indexes and its sequences."""
    sql = []
    objects = actions.scene.before(key)
    table = objects[0]
    for obj in objects:
        if obj.kind == "constraint" and obj.definition["type"] in _INDEXED and "parent" not in obj.definition:
            sql.append(f"alter table {table.identity} drop constraint {split_on(obj.identity)[0]}")
        elif obj.kind == "index" and "parent" not in obj.definition:
            sql.append(f"drop index {obj.identity}")
        elif obj.kind == "column" and "identity" in obj.definition and not obj.definition.get("inherited"):
            sql.append(f"alter table {table.identity} alter column {split_name(obj.identity)[-1]} drop identity")
    kept = aside(unquote(split_name(table.identity)[-1]))
    return [*sql, f"alter table {table.identity} rename to {quote(kept)}"]


def _copy(actions: Actions, key: str, old: str) -> list[str]:
    table = actions.object(actions.after, key).identity
    before, after = actions.before.columns(key), actions.after.columns(key)
    common = [bare for bare in sorted(before.keys() & after.keys()) if not _generated(actions, after[bare])]
    values = []
    for bare in common:
        was, shall = actions.object(actions.before, before[bare]), actions.object(actions.after, after[bare])
        cast = "" if was.definition["type"] == shall.definition["type"] else f"::text::{shall.definition['type']}"
        values.append(names([bare]) + cast)
    if not common:
        return []
    sql = [f"insert into {table} ({names(common)}) overriding system value select {', '.join(values)} from {old}"]
    for bare in common:
        if "identity" in actions.object(actions.after, after[bare]).definition:
            sequence = f"pg_get_serial_sequence({literal(table)}, {literal(bare)})"
            sql.append(f"select setval({sequence}, max({names([bare])})) from {table} having count(*) > 0")
    return sql


def _generated(actions: Actions, key: str) -> bool:
    return "generated" in actions.object(actions.after, key).definition
