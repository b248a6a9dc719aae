"""A template made by hand, and what cleans up after clones."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from pggit.clone.label import Label, labelled
from pggit.db import database as databases
from pggit.db.scratch import PREFIX
from pytest_projects import Project
from servers import TestServer, connect


@pytest.fixture
def admin(server: TestServer) -> Iterator[psycopg.Connection]:
    """A maintenance connection; every database with a label, and every unfinished one, goes before and after."""
    with closing(databases.maintenance(server.url)) as connection:
        _drop_labelled(connection)
        before = set(names(connection))
        yield connection
        connection.rollback()
        _drop_labelled(connection)
        for name in set(names(connection)) - before:
            databases.drop_database(connection, name, force=True)


def _drop_labelled(connection: psycopg.Connection) -> None:
    for one in labelled(connection):
        databases.drop_database(connection, one.name, force=True)


def names(connection: psycopg.Connection) -> list[str]:
    """All databases of the server."""
    return [name for (name,) in connection.execute("select datname from pg_database order by 1").fetchall()]


def unfinished(connection: psycopg.Connection) -> list[str]:
    """The databases that an interrupted command left behind."""
    return [name for name in names(connection) if name.startswith(PREFIX)]


@pytest.fixture
def make_template(server: TestServer, admin: psycopg.Connection) -> Callable[..., str]:
    """Makes a sealed template of SQL text, by hand."""

    def make(text: str = "create table t(i int); insert into t values (1)", owner: str | None = None) -> str:
        name = f"pggit_template_{secrets.token_hex(8)}"
        databases.create_database(admin, name)
        with closing(connect(server.url_of(name))) as connection:
            connection.execute(text.encode())
        databases.comment(
            admin, name, Label("template", "by hand", "2026-01-01T00:00:00+00:00", files=300, bytes=8_000_000).text()
        )
        if owner:
            admin.execute(f'alter database "{name}" owner to {owner}')
        databases.seal(admin, name)
        return name

    return make


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    """A project with 16 tests; its server for tests is gone after the test."""
    made = Project(tmp_path)
    yield made
    made.server.stop(discard=True)
