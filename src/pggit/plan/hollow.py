"""Views and functions that need each other: made hollow at first, with their columns or arguments alone, filled later.

``CREATE OR REPLACE`` puts a query or a body in later, and takes it out before a drop.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from pggit.kinds import Object, Render, write
from pggit.kinds.ddl import name
from pggit.plan.action import Action

if TYPE_CHECKING:
    from pggit.plan.build import Actions

_BODY = "begin raise exception 'not there yet'; end"


def can_be_hollow(obj: Object) -> bool:
    """Whether PostgreSQL looks into the object when it is made, and it can be made without."""
    return obj.kind == "view" or (obj.kind in ("function", "procedure") and "sql_body" in obj.definition)


def hollow(obj: Object) -> Object:
    """Return a view that reads nothing, or a function that does nothing, of the same form."""
    definition = dict(obj.definition)
    if obj.kind == "view":
        columns = (f"NULL::{type_} AS {name(column)}" for column, type_ in definition["columns"])
        definition["query"] = f" SELECT {', '.join(columns)}"
    else:
        del definition["sql_body"]
        definition |= {"language": "plpgsql", "body": _BODY}
    return Object(obj.kind, obj.identity, definition)


def make_hollow(actions: Actions, keys: Iterable[str]) -> None:
    """Change the actions of views and functions that are taken apart."""
    for key in sorted(keys):
        _fill_later(actions, key)
        _empty_before(actions, key)


def _fill_later(actions: Actions, key: str) -> None:
    make = actions.gives.get(key)
    if make is None or make.verb != "create" or make.new is None or not can_be_hollow(make.new):
        return
    empty = hollow(make.new)
    render = Render([empty, *_others(actions.scene.after(key), key)], actions.scene.major)
    make.sql = write.create(empty, render)
    filling = write.alter(empty, make.new, actions.scene.render(key))
    assert filling is not None
    actions.finishes[key] = actions.add(Action("alter", key, key, empty, make.new, filling))
    actions.hollow_after[key] = empty


def _empty_before(actions: Actions, key: str) -> None:
    drop = actions.takes.get(key)
    if drop is None or drop.key != key or drop.old is None or key not in actions.anew.gone:
        return
    if not can_be_hollow(drop.old):
        return
    empty = hollow(drop.old)
    render = Render([empty, *_others(actions.scene.before(key), key)], actions.scene.major, actions.scene.before(key))
    emptying = write.alter(drop.old, empty, render)
    assert emptying is not None
    actions.emptied[key] = actions.add(Action("alter", key, key, drop.old, empty, emptying))
    actions.hollow_before[key] = empty


def _others(objects: Iterable[Object], key: str) -> Iterator[Object]:
    return (obj for obj in objects if obj.key != key)
