"""A type is changed without writing the table at once: a new column takes the place of the old one.

A trigger fills it for what is written meanwhile, a backfill for what is there; its indexes are built beside the old
ones; then, in one short transaction, the old column goes and the new one gets its name. What this cannot keep exactly
(`retype_limits`) is left to the plain way, whose rewrite the plan says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from pggit.core.identity import split_name, unquote
from pggit.kinds import Object, Render
from pggit.kinds.ddl import name
from pggit.kinds.write import create
from pggit.plan.action import Action, Scene
from pggit.plan.effects import LOCK_TIMEOUT, STATEMENT_TIMEOUT, effects
from pggit.plan.effects.found import ACCESS_EXCLUSIVE, SHARE_UPDATE
from pggit.plan.model import Statement
from pggit.plan.online import retype_limits
from pggit.plan.online.not_null import set_not_null
from pggit.plan.online.steps import BATCH, backfill, concurrently, only_command, plain, proven, temporary

_USING = re.compile(r" using (?P<column>\"(?:[^\"]|\"\")*\"|[^\s:]+)(?P<cast>::.+)$")


@dataclass(frozen=True)
class _Change:
    """What the steps speak of.

    Attributes:
        relation, column: names as they are written.
        beside: the new column's name until it takes the old one's.
        cast: what follows the old column's name to convert it, ``::bigint``; empty where it is assigned.
    """

    action: Action
    scene: Scene
    relation: str
    column: str
    beside: str
    cast: str

    @property
    def definition(self) -> dict[str, Any]:
        """The column's definition as it shall be."""
        return dict(self.action.object.definition)


def online(action: Action, scene: Scene) -> list[Statement] | None:
    """Change a type that PostgreSQL would write the table for; only where the scene asks for it."""
    if not scene.online or action.kind != "column" or action.old is None or action.new is None:
        return None
    retyped = [(sql, found[1]) for sql in action.sql if (found := only_command(sql, "AlterColumnType"))]
    if len(retyped) != 1 or retype_limits.refuses(action, scene):
        return None
    said = effects(retyped[0][0], action, scene)
    using = getattr(retyped[0][1], "def").column_def.HasField("raw_default")
    match = _USING.search(retyped[0][0]) if using else None
    # a value without a counterpart would fail the writes of others, by the trigger
    risky = any(hazard.kind in ("may-fail", "data-loss") for hazard in said.hazards)
    if risky or not said.rewrites or (using and match is None):
        return None
    *path, column = split_name(action.new.identity)
    cast = match["cast"] if match else ""
    change = _Change(action, scene, ".".join(path), column, temporary("new", action.key), cast)
    return [*_beside(change), *_filled(change), *_indexed(change), *_swapped(change)]


def _beside(change: _Change) -> Iterator[Statement]:
    """The new column, and the trigger that keeps it in step."""
    definition = change.definition
    definition.pop("not_null", None)
    column = Object("column", f"{change.relation}.{change.beside}", definition)
    head = change.scene.after(change.action.group)[:1]
    trigger, function = _trigger(change), _function(change)
    body = f"begin new.{change.beside} := new.{change.column}{change.cast}; return new; end"
    for sql in (
        *create(column, Render(head, change.scene.major)),
        f"create function {function}() returns trigger language plpgsql as $$ {body} $$",
        f"create trigger {trigger} before insert or update on {change.relation}"
        f" for each row execute function {function}()",
        # in sessions that apply replicated changes too
        f"alter table {change.relation} enable always trigger {trigger}",
    ):
        yield replace(plain(sql, change.action, change.scene), verb="create", reverse=None)


def _filled(change: _Change) -> Iterator[Statement]:
    relation, column, beside = change.relation, change.column, change.beside
    chosen = (
        f"select ctid from {relation} where {beside} is null and {column} is not null limit {BATCH} for no key update"
    )
    update = f"update {relation} set {beside} = {column}{change.cast} where ctid = any (array({chosen}))"
    yield backfill(update, change.action, change.scene)
    if told := change.definition.get("not_null"):
        named = {**(told if isinstance(told, dict) else {}), "name": _not_null(change)}
        yield from set_not_null(f"column {relation}.{beside}", named, False, change.action, change.scene)


def _indexed(change: _Change) -> Iterator[Statement]:
    """The indexes of the old column, on the new one: each under a name of its own."""
    for obj in retype_limits.indexes(change.action, change.scene):
        bare = temporary("index", obj.key)
        schema = split_name(change.relation)[0]
        if obj.kind == "index":
            made = Object("index", f"{schema}.{bare}", _renamed(obj, change))
        else:
            made = Object("index", f"{schema}.{bare}", _as_index(_renamed(obj, change)))
        head = change.scene.before(change.action.group)[:1]
        created, *rest = create(made, Render(head, change.scene.major))
        built = created.replace(" index ", " index concurrently ", 1)
        yield concurrently(built, f"{schema}.{bare}", change.action, change.scene)
        for sql in rest:
            yield replace(plain(sql, change.action, change.scene), lock=SHARE_UPDATE, relation=change.action.group)


def _swapped(change: _Change) -> Iterator[Statement]:
    relation, column = change.relation, change.column
    yield _swap(f"lock table {relation} in access exclusive mode", change)
    yield _swap(f"drop trigger {_trigger(change)} on {relation}", change)
    yield replace(plain(f"drop function {_function(change)}()", change.action, change.scene), verb="swap", reverse=None)
    yield _swap(f"alter table {relation} drop column {column}", change)
    yield _swap(f"alter table {relation} rename column {change.beside} to {column}", change)
    if change.scene.major >= 18 and (told := change.definition.get("not_null")):
        usual = f"{unquote(split_name(relation)[-1])}_{unquote(column)}_not_null"
        final = name(told["name"] if isinstance(told, dict) else usual)
        yield _swap(f"alter table {relation} rename constraint {_not_null(change)} to {final}", change)
    for obj in retype_limits.indexes(change.action, change.scene):
        yield _takes_name(obj, change)
    members = change.scene.after(change.action.group)
    default = next((obj for obj in members if obj.key == f"default {change.action.object.identity}"), None)
    remarks = retype_limits.remarks(change.action, change.scene)
    for obj in ([default] if default else []) + remarks:
        for sql in create(obj, change.scene.render(change.action.group)):
            yield replace(plain(sql, change.action, change.scene), verb="swap", reverse=None)


def _takes_name(obj: Object, change: _Change) -> Statement:
    under = temporary("index", obj.key)
    if obj.kind == "index":
        sql = f"alter index {split_name(change.relation)[0]}.{under} rename to {split_name(obj.identity)[-1]}"
        return replace(_swap(sql, change), lock=SHARE_UPDATE, lock_timeout=0)
    constraint, definition = obj.identity.split(" on ")[0], obj.definition
    when = " deferrable" if definition.get("deferrable") else ""
    when += " initially deferred" if definition.get("initially_deferred") else ""
    added = f"add constraint {constraint} {definition['type']} using index {under}{when}"
    return _swap(f"alter table {change.relation} {added}", change)


def _swap(sql: str, change: _Change) -> Statement:
    said = proven(sql, change.action, change.scene)
    return replace(
        said,
        verb="swap",
        lock=ACCESS_EXCLUSIVE,
        relation=change.action.group,
        lock_timeout=LOCK_TIMEOUT,
        statement_timeout=STATEMENT_TIMEOUT,
    )


def _renamed(obj: Object, change: _Change) -> dict[str, Any]:
    """The definition of an index or key with the new column in the place of the old one."""
    bare = unquote(change.column)

    def in_place(part: Any) -> Any:
        if isinstance(part, str):
            return change.beside if part == bare else part
        return {**part, "column": change.beside} if part.get("column") == bare else part

    definition = dict(obj.definition)
    for key in ("columns", "include"):
        if key in definition:
            definition[key] = [in_place(part) for part in definition[key]]
    return definition


def _as_index(key: dict[str, Any]) -> dict[str, Any]:
    """The definition of the index that a primary key or unique constraint stands on."""
    also = ("include", "nulls_not_distinct", "options", "tablespace")
    kept: dict[str, Any] = {name: key[name] for name in also if name in key}
    return {"method": "btree", "unique": True, "columns": [{"column": part} for part in key["columns"]], **kept}


def _trigger(change: _Change) -> str:
    # BEFORE triggers fire in the order of their names: after it none may change the column
    return f'"~{temporary("retype", change.action.key)}"'


def _function(change: _Change) -> str:
    return f"{split_name(change.relation)[0]}.{temporary('retype', change.action.key)}"


def _not_null(change: _Change) -> str:
    return temporary("not_null", change.action.key)
