"""Altering and dropping columns. https://www.postgresql.org/docs/current/sql-altertable.html"""

from __future__ import annotations

from dataclasses import dataclass, replace

from pggit.kinds import not_null
from pggit.kinds.casts import using
from pggit.kinds.difference import differing, fdw_options_changed, options_changed
from pggit.kinds.identity import identity_changed, wider
from pggit.kinds.kind import Definition, Object, Render
from pggit.kinds.relation import leaves, relation_of, typed

RECURSES = ("type", "collation", "generated")
"""Keys that PostgreSQL changes in a table's children along with it, and not in a child alone."""

_RETYPED = {"type", "collation"}
_MAIN = ("numeric", "inet", "cidr")


@dataclass(frozen=True, slots=True)
class _Change:
    """A column as it is and as it shall be, each with its default."""

    old: Definition
    new: Definition
    old_default: str | None
    new_default: str | None
    changed: set[str]
    relation: str
    column: str


def alter(old: Object, new: Object, render: Render) -> list[str] | None:
    """Write ALTER TABLE … ALTER COLUMN.

    The default is dropped before and set after where the type, the identity or the generation changes.
    """
    change = _change(old, new, render)
    generation = _generation(change, render)
    if generation is None:
        return None
    if typed(render):  # ALTER TYPE changes these
        change = replace(change, changed=change.changed - _RETYPED)
    statements = []
    replaced = bool(change.changed & {*_RETYPED, "identity", "generated"})
    if replaced:
        statements += _take_default(change, new, render)
    if "identity" not in change.new:
        statements += _identity(change, render)
    statements += _not_null(change, render) if "identity" in change.new else []
    narrowed, widened = _bounds(change, render)
    statements += [*narrowed, *_retype(change, render), *widened, *generation]
    statements += _not_null(change, render) if "identity" not in change.new else []
    if replaced:
        statements += _give_default(change, new, render)
    actions = setting_changes(change.old, change.new, render.major, retyped=bool(change.changed & _RETYPED))
    actions += fdw_options_changed(old.definition.get("fdw_options"), new.definition.get("fdw_options"))
    return [*statements, *(f"alter table only {change.relation} alter column {change.column} {a}" for a in actions)]


def drop(obj: Object, render: Render) -> list[str]:
    """Write DROP COLUMN; what is only inherited goes with the parent's, unless the table leaves its parent."""
    render.written.add(f"default {obj.identity}")
    relation, column = relation_of(obj.identity)
    if typed(render):
        return []
    if obj.definition.get("inherited") and not obj.definition.get("local"):
        return [f"alter table {relation} drop column if exists {column}"] if leaves(render) else []
    return [f"alter table {relation} drop column {column}"]


def disturbs(old: Object, new: Object) -> bool:
    """Whether views, rules, policies, triggers and the like that use the column must go: its type changes."""
    return bool(differing(old.definition, new.definition) & _RETYPED)


def recursed(column: Object, old: Object, new: Object, major: int, *, partitioned: bool) -> Object:
    """Return a child's column as it is once a change of its parent's column has come down to it.

    Args:
        column: the child's, as it is.
        old: the parent's, as it is.
        new: the parent's, as it shall be.
        major: major version of the server.
        partitioned: whether the parent is a partitioned table.
    """
    definition = dict(column.definition)
    came = {key: new.definition.get(key) for key in differing(old.definition, new.definition) & set(RECURSES)}
    came["not_null"] = not_null.recursed(column, old, new, major, partitioned=partitioned)
    for key, value in came.items():
        definition.pop(key, None)
        if value is not None:
            definition[key] = value
    return replace(column, definition=definition)


def setting_changes(old: Definition, new: Definition, major: int, *, retyped: bool = False) -> list[str]:
    """Write the actions that follow ALTER COLUMN c and change storage, compression, statistics target and options.

    Args:
        old: the column's definition as it is.
        new: as it shall be, with its type.
        major: major version of the server.
        retyped: whether its type changes too, by which storage and compression become the type's own.
    """
    actions = []
    for key in ("storage", "compression"):
        was = None if retyped else old.get(key)
        if was != new.get(key):
            actions.append(f"set {key} {new.get(key) or _usual(key, new, major)}")
    if old.get("statistics") != new.get("statistics"):
        actions.append(f"set statistics {new.get('statistics', -1)}")
    return actions + options_changed(old.get("options"), new.get("options"))


def _usual(key: str, definition: Definition, major: int) -> str:
    """Return how a column is stored unless told: before 16 there is no word for the type's own way."""
    if key == "compression" or major >= 16:
        return "default"
    return "main" if definition["type"].split("(")[0] in _MAIN else "extended"


def _change(old: Object, new: Object, render: Render) -> _Change:
    relation, column = relation_of(new.identity)
    key = f"default {new.identity}"
    was, shall = render.was(key), render.get(key)
    return _Change(
        old.definition,
        new.definition,
        was.definition["expression"] if was else None,
        shall.definition["expression"] if shall and key not in render.apart else None,
        differing(old.definition, new.definition),
        relation,
        column,
    )


def _generation(change: _Change, render: Render) -> list[str] | None:
    """Write what changes the expression of a generated column, or return None where PostgreSQL cannot."""
    old, new = change.old.get("generated"), change.new.get("generated")
    if old == new:
        return []
    if old is None or (new is None and not old["stored"]):
        return None
    column = f"alter table {change.relation} alter column {change.column}"
    if new is None:
        return [f"{column} drop expression"]
    if render.major < 17 or old["stored"] != new["stored"]:
        return None
    return [f"{column} set expression as ({new['expression']})"]


def _take_default(change: _Change, new: Object, render: Render) -> list[str]:
    render.written.add(f"default {new.identity}")
    if change.old_default is None:
        return []
    return [f"alter table only {change.relation} alter column {change.column} drop default"]


def _give_default(change: _Change, new: Object, render: Render) -> list[str]:
    key = f"default {new.identity}"
    if key in render.apart:
        render.written.discard(key)
    if change.new_default is None:
        return []
    return [f"alter table only {change.relation} alter column {change.column} set default {change.new_default}"]


def _identity(change: _Change, render: Render) -> list[str]:
    return identity_changed(
        change.relation,
        change.column,
        change.old.get("identity"),
        change.new.get("identity"),
        retyped="type" in change.changed,
        persistence=render.head.definition.get("persistence", "logged"),
    )


def _bounds(change: _Change, render: Render) -> tuple[list[str], list[str]]:
    """Return the identity's changes that go before the type's, and those that go after.

    A sequence has the column's type: its bounds must fit the narrower of the two.
    """
    old, new = change.old.get("identity"), change.new.get("identity")
    if new is None:
        return [], []
    told = _identity(change, render)
    shrinks = old is not None and wider(change.old["type"], change.new["type"]) != change.new["type"]
    return (told, []) if shrinks else ([], told)


def _not_null(change: _Change, render: Render) -> list[str]:
    if "not_null" not in change.changed:
        return []
    return not_null.not_null_changed(change.relation, change.column, change.old, change.new, render)


def _retype(change: _Change, render: Render) -> list[str]:
    if not change.changed & _RETYPED:
        return []
    told, new = change.old["type"], change.new["type"]
    collation = f" collate {change.new['collation']}" if "collation" in change.new else ""
    conversion = "" if "generated" in change.old else using(told, new, change.column, render.major)
    return [f"alter table {change.relation} alter column {change.column} type {new}{collation}{conversion}"]
