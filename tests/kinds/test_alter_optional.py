"""ALTER and DROP of roles, their membership and settings, of subscriptions, extensions, security labels."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from kinds.altering import alteration, found, removal, run
from kinds.subscriptions import drop_subscriptions
from pggit.core.diff import diff
from pggit.core.state import State
from pggit.kinds import Object, Render, write
from pggit.kinds.reader import read_state
from servers import Database, TestServer

_ROLES = ("kc_a", "kc B")


@pytest.fixture
def connection(database: Database, server: TestServer) -> Iterator[psycopg.Connection]:
    """A database, two roles, and no subscription left behind."""
    for name in _ROLES:
        server.create_role("nologin", name)
    connection = database.connect()
    yield connection
    drop_subscriptions(connection)
    for name in _ROLES:
        server.drop_role(name)


def _read(connection: psycopg.Connection) -> State:
    return read_state(connection, optional=True)


def _there_and_back(connection: psycopg.Connection, key: str, statement: str) -> list[str]:
    """Change by the statement, back and forth by what the kind writes; return that of the way forth."""
    major = connection.info.server_version // 10000
    before = _read(connection)
    connection.execute(statement.encode())
    after = _read(connection)
    assert [change.key for change in diff(before, after)] == [key]
    written: list[str] = []
    for a, b in ((after, before), (before, after)):
        written = alteration(a, b, key, major) or []
        assert written
        run(connection, written)
        assert not diff(b, _read(connection)), written
    return written


@pytest.mark.parametrize(
    "attributes",
    [
        "superuser",
        "noinherit",
        "createrole",
        "createdb",
        "login",
        "replication",
        "bypassrls",
        "connection limit 3",
        "connection limit 0",
        "valid until '2030-01-02 03:04:05+00'",
        "login createdb connection limit 3",
    ],
)
def test_roles(connection: psycopg.Connection, attributes: str) -> None:
    """Every attribute comes and goes, a time limit too."""
    _there_and_back(connection, 'role "kc B"', f'alter role "kc B" {attributes}')


def test_membership(connection: psycopg.Connection, server: TestServer) -> None:
    """The right to grant it further, and since 16 whether it is inherited and may be set."""
    key = 'role membership "kc B" in kc_a'
    connection.execute('grant kc_a to "kc B"')
    _there_and_back(connection, key, 'grant kc_a to "kc B" with admin option')
    if server.version >= 16:
        _there_and_back(connection, key, 'grant kc_a to "kc B" with inherit false, set false')
    run(connection, removal(_read(connection), key, server.version))
    assert key not in {key for _, key in _read(connection).keys()}


@pytest.mark.parametrize(
    ("key", "head"),
    [
        ('role setting "kc B"', 'alter role "kc B"'),
        ('role setting "kc B" in this database', 'alter role "kc B" in database {}'),
        ("role setting all in this database", "alter database {}"),
    ],
)
def test_settings(connection: psycopg.Connection, database: Database, key: str, head: str) -> None:
    """Settings are set and reset one by one; without any, none is left."""
    head = head.format(database.name)
    before = _read(connection)
    connection.execute(f"{head} set work_mem = '7MB'; {head} set \"Some.x\" = 'it''s 100% \\ so, %I'")
    _there_and_back(connection, key, f"{head} set work_mem = '8MB'; {head} set search_path = a, \"b c\"")
    _there_and_back(connection, key, f'{head} reset "Some.x"')
    run(connection, removal(_read(connection), key, database.version))
    assert not diff(before, _read(connection))


@pytest.mark.parametrize(
    ("statement", "since"),
    [
        ("connection 'host=elsewhere dbname=d'", 13),
        ('set publication "P 1", b with (refresh = false)', 13),
        ("set (synchronous_commit = local)", 13),
        ("set (slot_name = other)", 13),
        ("set (slot_name = none)", 13),
        ("enable", 13),
        ("set (binary)", 14),
        ("set (streaming = on)", 14),
        ("set (disable_on_error)", 15),
        ("set (password_required = false)", 16),
        ("set (run_as_owner)", 16),
        ("set (origin = none)", 16),
    ],
)
def test_subscriptions(connection: psycopg.Connection, server: TestServer, statement: str, since: int) -> None:
    """All but what the publisher must know of is altered without it."""
    if server.version < since:
        pytest.skip(f"not before {since}")
    connection.execute("create subscription s connection 'host=nowhere' publication a with (connect = false)")
    _there_and_back(connection, "subscription s", f"alter subscription s {statement}")
    run(connection, removal(_read(connection), "subscription s", server.version))
    assert not [key for _, key in _read(connection).keys() if key.startswith("subscription")]


def test_subscriptions_that_are_on() -> None:
    """They are switched off before there is no slot, and before the publisher is told; two_phase is fixed before 18."""
    told = {"connection": "", "publications": ["a"], "streaming": "off"}
    on = Object("subscription", "s", told)
    head = "alter subscription s"
    off = Object("subscription", "s", {**told, "slot": "none", "enabled": False})
    assert write.alter(on, off, Render()) == [f"{head} disable", f"{head} set (slot_name = none)"]
    assert write.alter(off, on, Render()) == [f"{head} set (slot_name = 's')", f"{head} enable"]
    spread = Object("subscription", "s", {**told, "failover": True})
    assert write.alter(on, spread, Render()) == [f"{head} disable", f"{head} set (failover = true)", f"{head} enable"]
    two_phase = Object("subscription", "s", {**told, "two_phase": True})
    assert write.alter(on, two_phase, Render(major=17)) is None
    assert write.alter(on, two_phase, Render(major=18)) == [
        f"{head} disable",
        f"{head} set (two_phase = true)",
        f"{head} enable",
    ]


def test_extensions(connection: psycopg.Connection, server: TestServer) -> None:
    """They are updated, and moved where they can be."""
    if not server.admin.execute("select from pg_available_extensions where name = 'hstore'").rowcount:
        pytest.skip("the server has no hstore")
    major = server.version
    connection.execute("create schema x; create schema y")
    start = _read(connection)
    connection.execute("create extension hstore schema x version '1.4'")
    before = _read(connection)
    _, was = found(before, "extension hstore")
    wanted = Object("extension", "hstore", {"schema": "y", "version": "1.5"})
    statements = write.alter(was, wanted, Render([wanted], major, [was]))
    assert statements is not None
    run(connection, statements)
    assert found(_read(connection), "extension hstore")[1] == wanted
    run(connection, removal(_read(connection), "extension hstore", major))
    assert not diff(start, _read(connection))


def test_security_labels() -> None:
    """No provider can be loaded here, so the statements are compared."""
    identity = '"The one" on table public.t'
    old, new = (Object("security label", identity, {"label": label}) for label in ("a", "it's"))
    head = 'security label for "The one" on table public.t is'
    assert write.alter(old, new, Render()) == [f"{head} 'it''s'"]
    assert write.drop(old, Render()) == [f"{head} null"]
