"""What the tests of ``alter`` and ``drop`` share: objects of a state, and statements of their kinds."""

from __future__ import annotations

import psycopg

from pggit.core.diff import diff
from pggit.core.state import State
from pggit.kinds import Object, Render, kind_of_key, kinds
from pggit.kinds.target import words

RELATIONS = (
    "table",
    "column",
    "default",
    "constraint",
    "index",
    "trigger",
    "policy",
    "rule",
    "statistics",
    "view",
    "materialized view",
    "sequence",
    "foreign table",
)
"""The kinds of relations and of what hangs on them."""


def objects(state: State, group: str) -> list[Object]:
    """The objects of a group, its head first."""
    keys = sorted(state.groups.get(group, ()), key=lambda key: (key != group, key))
    return [Object(*kind_of_key(key), state.definition(group, key)) for key in keys]


def action(before: State, after: State, key: str, major: int) -> tuple[set[str], list[str] | None]:
    """What brings an object from one state to another: the keys written along, and the statements."""
    group = next(group for state in (before, after) for group, found in state.keys() if found == key)
    render = Render(objects(after, group) or objects(before, group), major, objects(before, group))
    old, new = render.was(key), render.get(key)
    kind = kinds()[kind_of_key(key)[0]]
    if old is None:
        assert new is not None
        return render.written, kind.create(new, render)
    if new is None or not after.groups.get(group):
        return render.written, kind.drop(old, render) if kind.drop else [f"drop {words(key)}"]
    assert kind.alter is not None
    return render.written, kind.alter(old, new, render)


def alteration(before: State, after: State, key: str, major: int) -> list[str] | None:
    """The statements by which an object that both states have becomes what it is in the second."""
    return action(before, after, key, major)[1]


def differences(a: State, b: State) -> list[tuple[str, object, object]]:
    """What differs: key, definition in the first, definition in the second."""
    return [(change.key, change.old, change.new) for change in diff(a, b)]


def run(connection: psycopg.Connection, statements: list[str]) -> None:
    """Run statements one after the other."""
    for statement in statements:
        connection.execute(statement)
