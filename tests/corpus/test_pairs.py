"""Every schema of the pairs loads, reads the same twice, and is captured as it is read."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from psycopg import sql

from corpus.conftest import FOLDER, chosen
from engine.oracle import meaning, recorded_equals_live
from pggit.core import tree
from pggit.kinds.reader import read_state
from pggit.repo import install
from servers import TestServer

_SUBSCRIPTIONS = (
    "select subname from pg_subscription where subdbid ="
    " (select oid from pg_database where datname = current_database())"
)


def schemas() -> Iterator[Any]:
    if FOLDER is None:
        return
    for line in (FOLDER / "pairs.jsonl").read_text(encoding="utf-8").splitlines():
        pair = json.loads(line)
        for side in ("a", "b"):
            name = f"{pair['name']}-{side}"
            if pair[side].strip() and chosen(name):
                yield pytest.param(pair[side], int(pair.get("meta", {}).get("minVersion", 0)), id=name)


@contextmanager
def loaded(server: TestServer, schema: str, *, tracked: bool = False) -> Iterator[psycopg.Connection]:
    """A new database with a schema in it; it and the roles that the schema made are gone afterwards.

    What the server at hand cannot load is no case: an extension or a feature that it lacks.
    """
    listed = "select rolname from pg_roles"
    before = {name for (name,) in server.admin.execute(listed).fetchall()}
    database = server.create_database()
    try:
        connection = database.connect()
        if tracked:
            install.install(connection)
        run(connection, schema)
        yield connection
        drop_subscriptions(connection)
    finally:
        server.drop_database(database)
        for (name,) in server.admin.execute(listed).fetchall():
            if name not in before:
                server.drop_role(name)


def drop_subscriptions(connection: psycopg.Connection) -> None:
    """A database with a subscription cannot be dropped."""
    for (name,) in connection.execute(_SUBSCRIPTIONS).fetchall():
        for action in (
            "alter subscription {} disable",
            "alter subscription {} set (slot_name = none)",
            "drop subscription {}",
        ):
            connection.execute(sql.SQL(action).format(sql.Identifier(name)))


def run(connection: psycopg.Connection, schema: str) -> None:
    for _ in range(5):
        try:
            connection.execute(schema.encode())
            break
        except psycopg.errors.UndefinedObject as error:
            missing = re.search(r'role "(\w+)" does not exist', str(error))
            if not missing:
                raise
            connection.execute(
                sql.SQL("create role {}").format(sql.Identifier(missing[1]))
            )  # the pair takes it for given
        except (
            psycopg.errors.FeatureNotSupported,
            psycopg.errors.UndefinedFile,
            psycopg.errors.SyntaxError,
            psycopg.errors.InvalidParameterValue,
        ) as error:
            pytest.skip(f"not on this server: {error}")
    connection.execute("reset all")


@pytest.mark.parametrize(("schema", "since"), list(schemas()))
def test_a_schema(schema: str, since: int, server: TestServer) -> None:
    if server.version < since:
        pytest.skip(f"needs PostgreSQL {since}")
    roots = []
    for _ in range(2):
        with loaded(server, schema) as connection:
            roots.append(tree.root(read_state(connection))[1])
    assert roots[0] == roots[1]
    with loaded(server, schema, tracked=True) as connection:
        if "event trigger" in schema.lower():
            # event triggers are not called for DDL on event triggers: the manifest finds it
            connection.execute("select pggit.refresh()")
        recorded_equals_live(connection)
        assert meaning(connection).hex() == roots[0]
