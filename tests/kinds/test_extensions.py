"""Extensions, grants on what belongs to them, and grants on system objects."""

from __future__ import annotations

from collections.abc import Callable

import psycopg
import pytest

from kinds.rebuild import definitions, rebuild
from pggit.core.state import empty_state
from pggit.kinds.reader import read_state
from servers import Database, TestServer


@pytest.fixture
def hstore(database: Database, server: TestServer) -> psycopg.Connection:
    """A database with an extension in a schema of its own."""
    if not server.admin.execute("select from pg_available_extensions where name = 'hstore'").rowcount:
        pytest.skip("the server has no hstore")
    connection = database.connect()
    connection.execute(
        "create schema x; create schema y; create extension hstore schema x version '1.4'; create table t (a x.hstore)"
    )
    return connection


def test_a_new_database_is_the_empty_state(database: Database) -> None:
    """Neither schema public nor PL/pgSQL has an owner, a comment or grants to tell."""
    assert read_state(database.connect()).groups == empty_state().groups


def test_extension(hstore: psycopg.Connection) -> None:
    """Schema and version are its definition; its members are not ours."""
    found = definitions(read_state(hstore))
    assert found["extension hstore"] == {"schema": "x", "version": "1.4"}
    assert [key for key in found if "x." in key] == []
    assert "owner extension hstore" not in found
    hstore.execute("alter extension hstore update to '1.5'")
    assert definitions(read_state(hstore))["extension hstore"] == {"schema": "x", "version": "1.5"}
    hstore.execute("alter extension hstore set schema y")
    assert definitions(read_state(hstore))["extension hstore"] == {"schema": "y", "version": "1.5"}


def test_grants_on_members(hstore: psycopg.Connection, make_database: Callable[..., Database]) -> None:
    """Only what differs from the extension's script is told, in the group of the extension."""
    hstore.execute(
        "revoke execute on function x.hstore(text, text) from public; grant usage on type x.hstore to public"
    )
    state = read_state(hstore)
    found = {key: state.definition("extension hstore", key) for key in state.groups["extension hstore"]}
    assert found["acl PUBLIC on function x.hstore(text,text)"] == {"privileges": []}
    assert len([key for key in found if key.startswith("acl")]) == 1
    rebuilt = make_database().connect()
    rebuild(state, rebuilt)
    assert definitions(read_state(rebuilt)) == definitions(state)


def test_grants_on_system_objects(
    database: Database, make_database: Callable[..., Database], role: Callable[..., str]
) -> None:
    """They are a group of their own, which is there as long as one differs from initdb's."""
    name = role()
    connection = database.connect()
    connection.execute("revoke execute on function pg_sleep(double precision) from public")
    connection.execute(f"grant select on pg_authid to {name}; grant select (subname) on pg_subscription to {name}")
    state = read_state(connection)
    group = state.groups["system catalog privileges"]
    assert {key: state.definition("system catalog privileges", key) for key in group} == {
        "system catalog privileges": {},
        "acl PUBLIC on function pg_catalog.pg_sleep(double precision)": {"privileges": []},
        f"acl {name} on table pg_catalog.pg_authid": {"privileges": ["SELECT"]},
        f"acl {name} on column pg_catalog.pg_subscription.subname": {"privileges": ["SELECT"]},
    }
    rebuilt = make_database().connect()
    rebuild(state, rebuilt)
    assert definitions(read_state(rebuilt)) == definitions(state)
    connection.execute("grant execute on function pg_sleep(double precision) to public")
    connection.execute(f"revoke all on pg_authid from {name}; revoke select (subname) on pg_subscription from {name}")
    assert "system catalog privileges" not in read_state(connection).groups
