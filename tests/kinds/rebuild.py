"""Writing a state into a database without knowing dependencies: every statement is tried until none gets further."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg

from pggit.core.canonical import semantic
from pggit.core.state import State
from pggit.kinds import Object, Render, kind_of_key, kinds
from pggit.kinds.reader import read_state

# Functions in C would make the types they speak of as shells.
_FIRST = ("schema", "extension", "shell type", "base type", "range")


def definitions(state: State) -> dict[str, dict]:
    """Semantic definitions by key, of all objects whose kind can be written."""
    return {key: semantic(state.definition(group, key)) for group, key in state.keys() if _known(key)}


def rebuild(state: State, connection: psycopg.Connection, *, backwards: bool = False) -> None:
    """Make all objects of the state that the database has not.

    Raises:
        AssertionError: some statement fails whatever went before.
    """
    major = connection.info.server_version // 10000
    present = {key for _, key in read_state(connection).keys()}
    pending = [todo for group in _groups(state, backwards) for todo in _statements(state, group, present, major)]
    errors: list[str] = []
    while pending:
        errors = []
        before = sum(map(len, pending))
        for todo in pending:
            _run(connection, todo, errors)
        pending = [todo for todo in pending if todo]
        assert sum(map(len, pending)) < before, "cannot rebuild:\n" + "\n".join(errors)


def _known(key: str) -> bool:
    try:
        return kind_of_key(key)[0] in kinds()
    except ValueError:
        return False


def _groups(state: State, backwards: bool) -> list[str]:
    groups = sorted((group for group in state.groups if _known(group)), reverse=backwards)
    return sorted(groups, key=lambda group: not group.startswith(_FIRST))


def _statements(state: State, group: str, present: set[str], major: int) -> Iterator[list[str]]:
    objects = [
        Object(*kind_of_key(key), state.definition(group, key))
        for key in sorted(state.groups[group], key=lambda key: key != group)
        if _known(key)
    ]
    render = Render(objects, major)
    for obj in objects:
        if obj.key not in render.written and obj.key not in present:
            yield kinds()[obj.kind].create(obj, render)


def _run(connection: psycopg.Connection, todo: list[str], errors: list[str]) -> None:
    while todo:
        try:
            connection.execute(todo[0])
        except psycopg.Error as error:
            errors.append(f"{todo[0]}\n  -- {error}")
            return
        todo.pop(0)
