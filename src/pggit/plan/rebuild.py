"""Tables that PostgreSQL cannot alter as wanted (their partition key): made anew, and the rows copied over."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from pggit.core.identity import quote, split_name, split_on, unquote
from pggit.kinds import Object
from pggit.kinds.ddl import literal, names
from pggit.kinds.identity import sequence_of
from pggit.kinds.relation import relation_of
from pggit.plan.action import Action
from pggit.plan.swap import aside

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pggit.core.state import State
    from pggit.plan.build import Actions
    from pggit.plan.references import References

_INDEXED = ("primary key", "unique", "exclude", "foreign key")


def rebuild_tables(actions: Actions) -> None:
    """Change the actions of tables that are made anew: the old one is kept aside until its rows are copied."""
    tables = sorted(key for key in actions.anew.anew if key.startswith("table "))
    actions.scene.rebuilt.update(tables)
    for key in tables:
        if not _goes_with_parent(actions, key):
            _rebuild(actions, key)


def taken_names(*states: State) -> set[str]:
    """Return the names of NOT NULL constraints that are told because they are not the usual ones of their columns."""
    texts = (text for state in states for text in state.blobs.values() if '"not_null": {' in text)
    return {json.loads(text)["not_null"]["name"] for text in texts}


def usual_names(objects: list[Object]) -> set[str]:
    """Return the names that PostgreSQL gives to the NOT NULL constraints of a table, where no other has them."""
    return {_named(obj).definition["not_null"]["name"] for obj in objects if _named(obj) is not obj}


def named_not_null(objects: list[Object]) -> list[Object]:
    """Return the objects of a table with each NOT NULL under its usual name.

    PostgreSQL 18 would choose another one where the table that is kept aside, or one made LIKE it, has it.
    """
    return [_named(obj) for obj in objects]


def _named(obj: Object) -> Object:
    if obj.kind != "column" or obj.definition.get("not_null") is not True:
        return obj
    _, table, column = map(unquote, split_name(obj.identity))
    return Object(obj.kind, obj.identity, {**obj.definition, "not_null": {"name": f"{table}_{column}_not_null"}})


def _goes_with_parent(actions: Actions, key: str) -> bool:
    """Whether a table is made anew as the partition of one that is: its rows are the parent's."""
    parent = _partition_of(actions.before, key)
    return parent in actions.anew.anew


def partitions(refs: References, key: str) -> Iterator[str]:
    """Yield the partitions of a table, however far down."""
    for group in sorted(refs.state.groups):
        if _partition_of(refs, group) == key:
            yield group
            yield from partitions(refs, group)


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
    parts = list(partitions(actions.after, key))
    owner = actions.gives.get(f"owner {key}")  # before the rows: what checks them is the owner's
    if owner is not None:
        actions.edges.append((owner, fill))
    actions.edges += [(make, fill), *((_ready(actions, part), fill) for part in parts if part in actions.gives)]
    for part in partitions(actions.before, key):
        _drop_with_parent(actions, part, fill)
    for action in actions.all:
        if action.group in (key, *parts) and action.kind in ("constraint", "index", "trigger") and action.new:
            actions.edges.append((fill, action))


def _ready(actions: Actions, part: str) -> Action:
    return actions.attached.get(part) or actions.joining.get(part) or actions.gives[part]


def _drop_with_parent(actions: Actions, part: str, fill: Action) -> None:
    """A partition of the old table goes with that, once its rows are copied; only its names are freed before."""
    if part not in actions.anew.gone:
        return
    drop = actions.takes[part]
    drop.sql = _put_aside(actions, part)
    actions.asides[part] = drop
    actions.edges.append((drop, fill))


def _partition_of(refs: References, key: str) -> str | None:
    if not key.startswith(("table ", "foreign table ")):
        return None
    return f"table {refs.state.definition(key, key).get('partition_of')}"


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
            _, bare = split_name(sequence := sequence_of(obj))
            sql.append(f"alter sequence {sequence} rename to {quote(aside(unquote(bare)))}")
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
        was, shall = actions.object(actions.before, before[bare]), actions.object(actions.after, after[bare])
        if "identity" in shall.definition:
            sql.append(_next_value(was, shall))
    return sql


def _next_value(was: Object, shall: Object) -> str:
    """Write what makes an identity go on where the old one was, or after the highest value."""
    relation, column = relation_of(shall.identity)
    sequence = literal(sequence_of(shall))
    if "identity" not in was.definition:
        return f"select setval({sequence}, max({column})) from {relation} having count(*) > 0"
    schema, bare = split_name(sequence_of(was))
    bounds = shall.definition["identity"]
    return (
        f"select setval({sequence}, last_value, is_called) from {schema}.{quote(aside(unquote(bare)))}"
        f" where last_value between {bounds['min']} and {bounds['max']}"
    )


def _generated(actions: Actions, key: str) -> bool:
    return "generated" in actions.object(actions.after, key).definition
