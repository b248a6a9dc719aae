"""Databases with a schema of the corpus in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import psycopg
import pytest
from psycopg import sql

from servers import TestServer

_SUBSCRIPTIONS = (
    "select subname from pg_subscription where subdbid ="
    " (select oid from pg_database where datname = current_database())"
)


@contextmanager
def without_traces(server: TestServer) -> Iterator[None]:
    """Drop the roles that came into being within the block."""
    listed = "select rolname from pg_roles"
    before = {name for (name,) in server.admin.execute(listed).fetchall()}
    try:
        yield
    finally:
        for (name,) in server.admin.execute(listed).fetchall():
            if name not in before:
                server.drop_role(name)


@contextmanager
def new_database(server: TestServer, name: str | None = None) -> Iterator[psycopg.Connection]:
    """A connection to a new database, which is gone afterwards."""
    database = server.create_database(name=name)
    try:
        connection = database.connect()
        yield connection
    finally:
        with suppress(psycopg.Error):
            drop_subscriptions(connection)
        server.drop_database(database)


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
    """Run a schema's SQL; roles that it takes for given are made.

    What the server at hand cannot load is no case: an extension or a feature that it lacks.
    """
    for _ in range(5):
        try:
            connection.execute(schema.encode())
            break
        except psycopg.errors.UndefinedObject as error:
            missing = re.search(r'role "(\w+)" does not exist', str(error))
            if not missing:
                raise
            connection.execute(sql.SQL("create role {}").format(sql.Identifier(missing[1])))
        except (
            psycopg.errors.FeatureNotSupported,
            psycopg.errors.UndefinedFile,
            psycopg.errors.SyntaxError,
            psycopg.errors.InvalidParameterValue,
        ) as error:
            pytest.skip(f"not on this server: {error}")
    connection.execute("reset all")
