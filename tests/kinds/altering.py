"""What the tests of ``alter`` and ``drop`` share: objects of a state, and statements of their kinds."""

from __future__ import annotations

import psycopg

from pggit.core.diff import diff
from pggit.core.state import State
from pggit.kinds import Object, Render, kind_of_key, kinds

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


def group_of(state: State, wanted: str) -> str:
    """The group that an object belongs to."""
    return next(group for group, key in state.keys() if key == wanted)


def rendered(before: State, after: State, group: str, major: int) -> Render:
    """What an alteration from one state to the other may ask for."""
    return Render(objects(after, group) or objects(before, group), major, objects(before, group))


def alteration(before: State, after: State, key: str, major: int) -> list[str] | None:
    """The statements by which an object that both states have becomes what it is in the second."""
    group = group_of(before, key)
    kind, identity = kind_of_key(key)
    old, new = (Object(kind, identity, state.definition(group, key)) for state in (before, after))
    alter = kinds()[kind].alter
    assert alter is not None
    return alter(old, new, rendered(before, after, group, major))


def differences(a: State, b: State) -> list[tuple[str, object, object]]:
    """What differs: key, definition in the first, definition in the second."""
    return [(change.key, change.old, change.new) for change in diff(a, b)]


def run(connection: psycopg.Connection, statements: list[str]) -> None:
    """Run statements one after the other."""
    for statement in statements:
        connection.execute(statement)
