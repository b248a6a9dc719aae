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

    Heads of groups first, as far as they go alone: partitions must be there before the indexes of their parent, or
    PostgreSQL would make theirs by itself. Grants last, because owners and default privileges change them.

    Raises:
        AssertionError: some statement fails whatever went before.
    """
    connection.execute("set check_function_bodies = off")
    major = connection.info.server_version // 10000
    present = {key for _, key in read_state(connection).keys()}
    steps: list[list[list[str]]] = [[], [], [], [], []]
    for group in _groups(state, backwards):
        for rank, todo in _statements(state, group, present, major):
            steps[rank].append(todo)
    heads, children, *later = steps
    _exhaust(connection, heads, [*heads, *children])
    for step in later:
        _exhaust(connection, step, step)


def _exhaust(connection: psycopg.Connection, first: list[list[str]], every: list[list[str]]) -> None:
    """Run all statements, those of ``first`` as far as they go before the others; each again until none gets further."""
    while any(every):
        errors: list[str] = []
        while _progress(connection, first, []):
            pass
        assert _progress(connection, every, errors) or not any(every), "cannot rebuild:\n" + "\n".join(errors)


def _progress(connection: psycopg.Connection, pending: list[list[str]], errors: list[str]) -> bool:
    before = sum(map(len, pending))
    for todo in pending:
        _run(connection, todo, errors)
    return sum(map(len, pending)) < before


def _known(key: str) -> bool:
    try:
        return kind_of_key(key)[0] in kinds()
    except ValueError:
        return False


def _groups(state: State, backwards: bool) -> list[str]:
    groups = sorted((group for group in state.groups if _known(group)), reverse=backwards)
    return sorted(groups, key=_rank)


def _rank(group: str) -> int:
    return next((rank for rank, kind in enumerate(_FIRST) if group.startswith(kind + " ")), len(_FIRST))


def _statements(state: State, group: str, present: set[str], major: int) -> Iterator[tuple[int, list[str]]]:
    objects = [
        Object(*kind_of_key(key), state.definition(group, key))
        for key in sorted(state.groups[group], key=lambda key: key != group)
        if _known(key)
    ]
    render = Render(objects, major)
    for obj in objects:
        if obj.key in present:
            continue
        kind = kinds()[obj.kind]
        if obj.key not in render.written:
            yield _RANK.get(obj.kind, 0 if kind.head else 1), kind.create(obj, render)
        if kind.finish:
            yield 2, kind.finish(obj, render)


_RANK = {"acl": 3, "default acl": 4}


def _run(connection: psycopg.Connection, todo: list[str], errors: list[str]) -> None:
    while todo:
        try:
            connection.execute(todo[0])
        except psycopg.Error as error:
            errors.append(f"{todo[0]}\n  -- {error}")
            return
        todo.pop(0)
