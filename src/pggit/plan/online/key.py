"""Primary keys and unique constraints get an index that was built CONCURRENTLY.

https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-ADD-TABLE-CONSTRAINT-USING-INDEX
"""

from __future__ import annotations

from dataclasses import replace

from pggit.core.identity import split_name
from pggit.kinds.ddl import name, names, options
from pggit.kinds.index import include
from pggit.kinds.kind import Definition
from pggit.kinds.relation import owner_of
from pggit.plan.action import Action, Scene
from pggit.plan.effects.proofs import proves_not_null
from pggit.plan.model import Statement
from pggit.plan.online.not_null import set_not_null
from pggit.plan.online.steps import concurrently, constraint_kind, only_command, plain, proven, temporary


def online(action: Action, scene: Scene) -> list[Statement] | None:
    """Build the index of a key before the key. Partitioned tables and WITHOUT OVERLAPS are left to the plain way."""
    if action.kind != "constraint" or action.new is None:
        return None
    definition = action.new.definition
    if definition["type"] not in ("unique", "primary key") or "without_overlaps" in definition:
        return None
    if "partition_key" in scene.relations.definition(action.group):
        return None
    adds = [sql for sql in action.sql if _adds_key(sql)]
    if len(adds) != 1:
        return None
    # while the old one is there, its name is taken
    constraint, table = owner_of(action.new.identity)
    index = constraint if action.old is None else temporary("key", action.key)
    steps = _not_null(table, action, scene) if definition["type"] == "primary key" else []
    steps.append(_index(index, table, definition, action, scene))
    for sql in action.sql:
        steps.append(_attached(index, action, scene) if sql in adds else plain(sql, action, scene))
    return steps


def _index(index: str, table: str, definition: Definition, action: Action, scene: Scene) -> Statement:
    distinct = " nulls not distinct" if definition.get("nulls_not_distinct") else ""
    tablespace = f" tablespace {definition['tablespace']}" if "tablespace" in definition else ""
    sql = (
        f"create unique index concurrently {index} on {table} ({names(definition['columns'])})"
        f"{include(definition)}{distinct}{options(definition.get('options'))}{tablespace}"
    )
    return concurrently(sql, f"{split_name(table)[0]}.{index}", action, scene)


def _attached(index: str, action: Action, scene: Scene) -> Statement:
    constraint, table = owner_of(action.object.identity)
    definition = action.object.definition
    when = " deferrable" if definition.get("deferrable") else ""
    when += " initially deferred" if definition.get("initially_deferred") else ""
    sql = f"alter table {table} add constraint {constraint} {definition['type']} using index {index}{when}"
    added = proven(sql, action, scene)
    return replace(added, reverse=f"alter table {table} drop constraint {constraint}" if action.old is None else None)


def _not_null(table: str, action: Action, scene: Scene) -> list[Statement]:
    steps: list[Statement] = []
    for column in action.object.definition["columns"]:
        if proves_not_null(scene.relations, action.group, column):
            continue
        key = f"column {table}.{name(column)}"
        members = scene.b.groups.get(action.group, {})
        told = scene.b.definition(action.group, key).get("not_null") if key in members else None
        steps += set_not_null(key, told, False, action, scene)
    return steps


def _adds_key(sql: str) -> bool:
    added = only_command(sql, "AddConstraint")
    return added is not None and constraint_kind(getattr(added[1], "def").constraint) in ("UNIQUE", "PRIMARY")
