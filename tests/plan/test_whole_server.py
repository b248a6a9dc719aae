"""Plans between two states of one database: of what belongs to the whole server, or has a private order."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from pggit.core.diff import diff
from pggit.core.state import State
from pggit.kinds.reader import read_state
from plan.pairs import apply, plan_between
from servers import Database, TestServer


@pytest.fixture
def connection(database: Database, server: TestServer) -> Iterator[psycopg.Connection]:
    """A connection to an empty database; roles made in it are dropped afterwards."""
    yield database.connect()
    server.drop_database(database)
    for (name,) in server.admin.execute("select rolname from pg_roles where rolname like 'pw\\_%'").fetchall():
        server.drop_role(name)


def _there_and_back(connection: psycopg.Connection, change: str) -> None:
    """Undo by a plan what some SQL has changed, and do it again by another plan."""
    before = read_state(connection, optional=True)
    connection.execute(change.encode())
    after = read_state(connection, optional=True)
    assert diff(before, after)
    for here, there in ((after, before), (before, after)):
        apply(connection, plan_between(connection, here, there))
        reached = read_state(connection, optional=True)
        assert _differences(reached, there) == []
        assert plan_between(connection, reached, there).statements == ()


def _differences(a: State, b: State) -> list[tuple[str, object, object]]:
    return [(change.key, change.old, change.new) for change in diff(a, b)]


@pytest.mark.parametrize(
    "change",
    [
        "grant pw_r to pw_m granted by pw_g",
        "grant pw_r to pw_m with inherit false granted by pw_g; grant pw_r to pw_m with set false",
        "create role pw_h; grant pw_r to pw_h with admin option; grant pw_r to pw_m granted by pw_h;"
        "grant pw_r to pw_g with admin option granted by pw_h",
        "revoke pw_r from pw_k granted by pw_g; revoke pw_r from pw_g; drop role pw_g",
    ],
)
def test_grantors(connection: psycopg.Connection, server: TestServer, change: str) -> None:
    """Memberships by several grantors come and go, in an order in which each may be granted."""
    if server.version < 16:
        pytest.skip("not before 16")
    connection.execute(
        "create role pw_r; create role pw_g; create role pw_m; create role pw_k;"
        "grant pw_r to pw_g with admin option; grant pw_r to pw_k granted by pw_g"
    )
    _there_and_back(connection, change)


def test_tags_in_their_order(connection: psycopg.Connection) -> None:
    """An event trigger is made again with its tags in the order in which they were given."""
    connection.execute("create function f() returns event_trigger language plpgsql as 'begin end'")
    tags = "'DROP TABLE', 'ALTER TABLE', 'CREATE TABLE'"
    _there_and_back(connection, f"create event trigger e on ddl_command_end when tag in ({tags}) execute function f()")
    told = connection.execute("select evttags from pg_event_trigger where evtname = 'e'").fetchone()[0]
    assert told == ["DROP TABLE", "ALTER TABLE", "CREATE TABLE"]


def test_extension_goes_back(connection: psycopg.Connection) -> None:
    """There is no way to a lower version but to make the extension anew, with what uses it."""
    if not connection.execute(
        "select from pg_available_extension_versions where (name, version) = ('pg_trgm', '1.5')"
    ).rowcount:
        pytest.skip("the server has no such extension")
    connection.execute(
        "create extension pg_trgm version '1.4'; create table t (a text);"
        "create index i on t using gin (a gin_trgm_ops); create view v as select similarity(a, 'x') from t"
    )
    _there_and_back(connection, "alter extension pg_trgm update to '1.5'")
