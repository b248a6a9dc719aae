"""What the tests of ALTER and DROP share: a case loaded with its roles, objects of states, one changed object written."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager

import psycopg
import pytest

from kinds.cases import Case
from pggit.core.state import State
from pggit.kinds import Object, Render, kind_of_key, write
from servers import TestServer


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


def alteration(a: State, b: State, key: str, major: int) -> list[str] | None:
    """The statements that alter one object from its definition in ``a`` to that in ``b``."""
    group, old = found(a, key)
    _, new = found(b, key)
    return write.alter(old, new, Render(objects(b, group), major, objects(a, group)))


def execute(connection: psycopg.Connection, statements: list[str]) -> None:
    """Run statements one by one."""
    for statement in statements:
        connection.execute(statement.encode())
