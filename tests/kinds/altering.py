"""What the tests of ``alter`` and ``drop`` share: objects of a state, and statements of their kinds."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager

import psycopg
import pytest

from kinds.cases import Case
from pggit.core.diff import diff
from pggit.core.state import State
from pggit.kinds import Object, Render, kind_of_key, kinds, write
from pggit.kinds.target import words
from servers import TestServer

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


@contextmanager
def loaded(case: Case, server: TestServer, number: int = 1) -> Iterator[list[psycopg.Connection]]:
    """Connections to so many databases in which the case's objects are; all gone afterwards, its roles too."""
    if not case.since <= server.version < case.before:
        pytest.skip(f"not for PostgreSQL {server.version}")
    if case.needs and not server.admin.execute(case.needs).fetchone()[0]:
        pytest.skip("the server lacks what the case needs")
    for name in case.roles:
        server.create_role("nologin", name)
    databases = [server.create_database() for _ in range(number)]
    try:
        connections = [database.connect() for database in databases]
        for connection in connections:
            connection.execute(case.given)
            connection.execute(case.setup)
        yield connections
    finally:
        for database in databases:
            server.drop_database(database)
        for name in case.roles:
            server.drop_role(name)


def objects(state: State, group: str) -> list[Object]:
    """The objects of a group, its head first."""
    keys = sorted(state.groups.get(group, ()), key=lambda key: (key != group, key))
    return [Object(*kind_of_key(key), state.definition(group, key)) for key in keys]


def found(state: State, key: str) -> tuple[str, Object]:
    """An object by its key, with its group."""
    group = next(group for group, other in state.keys() if other == key)
    return group, Object(*kind_of_key(key), state.definition(group, key))


def removal(state: State, key: str, major: int, gone: Collection[str] = ()) -> list[str]:
    """The statements that drop one object of a state, on the way to one where those others are gone too."""
    group, obj = found(state, key)
    members = objects(state, group)
    return write.drop(obj, Render([one for one in members if one.key not in gone], major, members))


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
    return render.written, kind.alter(old, new, render) if kind.alter else None


def alteration(before: State, after: State, key: str, major: int) -> list[str] | None:
    """The statements by which an object that both states have becomes what it is in the second."""
    return action(before, after, key, major)[1]


def differences(a: State, b: State) -> list[tuple[str, object, object]]:
    """What differs: key, definition in the first, definition in the second."""
    return [(change.key, change.old, change.new) for change in diff(a, b)]


def run(connection: psycopg.Connection, statements: list[str]) -> None:
    """Run statements one after the other."""
    for statement in statements:
        connection.execute(statement.encode())
