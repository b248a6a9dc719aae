"""Kinds that are read only when asked for: roles, their membership and settings, subscriptions."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import psycopg
import pytest

from kinds.rebuild import definitions
from kinds.subscriptions import drop_subscriptions
from pggit.kinds import Object, Render, kind_of_key, kinds
from pggit.kinds.reader import read_state
from servers import Database, TestServer

_ROLES = ("kc_a", "kc B", "kc_group")


@pytest.fixture
def no_roles(server: TestServer) -> Iterator[None]:
    """Drops the roles that a test makes."""
    yield
    for name in _ROLES:
        if server.admin.execute("select from pg_roles where rolname = %s", (name,)).rowcount:
            server.drop_role(name)


def _read(connection: psycopg.Connection) -> dict[str, dict]:
    found = definitions(read_state(connection, optional=True))
    return {
        key: value for key, value in found.items() if "kc" in key or key.startswith(("role setting", "subscription"))
    }


def _write(found: dict[str, dict], connection: psycopg.Connection) -> None:
    major = connection.info.server_version // 10000
    for key in sorted(found, key=lambda key: not key.startswith("role kc") and not key.startswith('role "')):
        obj = Object(*kind_of_key(key), found[key])
        for statement in kinds()[obj.kind].create(obj, Render([obj], major)):
            connection.execute(statement.encode())


def test_roles(database: Database, server: TestServer, no_roles: None) -> None:
    """Attributes, membership, settings and comments come back; a password is nowhere."""
    connection = database.connect()
    connection.execute(
        f"""
        create role kc_group;
        create role kc_a superuser noinherit createrole createdb login replication bypassrls connection limit 3
          valid until '2030-01-02 03:04:05+00' password 'hush';
        create role "kc B";
        grant kc_group to kc_a with admin option; grant kc_group to "kc B";
        comment on role kc_a is 'it''s \\ so';
        alter role kc_a set search_path = "a b", '', pg_catalog; alter role kc_a set work_mem = '7MB';
        alter role "kc B" in database {database.name} set work_mem = '9MB';
        alter role "kc B" in database {database.name} set app.note = 'it''s 100% \\ so, %I';
        """
    )
    connection.execute(
        f"alter database {database.name} set app.api_key = 'hush'; alter database {database.name} set app.x = 'y'"
    )
    found = _read(connection)
    since_16 = server.version >= 16
    assert found == {
        "role kc_group": {},
        'role "kc B"': {},
        "role kc_a": {
            "superuser": True,
            "inherit": False,
            "create_role": True,
            "create_database": True,
            "login": True,
            "replication": True,
            "bypass_row_security": True,
            "connection_limit": 3,
            "valid_until": "2030-01-02 03:04:05+00",
        },
        "comment role kc_a": {"text": "it's \\ so"},
        "role membership kc_a in kc_group": {"admin": True, **({"inherit": False} if since_16 else {})},
        'role membership "kc B" in kc_group': {"inherit": True} if since_16 else {},
        "role setting kc_a": {"settings": {"search_path": '"a b", "", pg_catalog', "work_mem": "7MB"}},
        'role setting "kc B" in this database': {"settings": {"work_mem": "9MB", "app.note": "it's 100% \\ so, %I"}},
        "role setting all in this database": {"settings": {"app.api_key": "{secret}", "app.x": "y"}},
    }
    assert not any("hush" in text for text in read_state(connection, optional=True).blobs.values())
    connection.execute(f"alter database {database.name} reset all")
    for name in _ROLES:
        server.drop_role(name)
    assert _read(connection) == {}
    _write(found, connection)
    assert _read(connection) == found


def test_membership_options(database: Database, server: TestServer, no_roles: None) -> None:
    """Since 16 a membership says whether it is inherited and may be set."""
    if server.version < 16:
        pytest.skip("not before 16")
    connection = database.connect()
    connection.execute("create role kc_group; create role kc_a; grant kc_group to kc_a with inherit false, set false")
    found = _read(connection)
    assert found["role membership kc_a in kc_group"] == {"inherit": False, "set": False}
    for name in ("kc_a", "kc_group"):
        server.drop_role(name)
    _write(found, connection)
    assert _read(connection) == found


def test_membership_by_grantors(database: Database, server: TestServer, no_roles: None) -> None:
    """Since 16 a role can be a member by several grantors, each with its options."""
    if server.version < 16:
        pytest.skip("not before 16")
    connection = database.connect()
    connection.execute(
        """
        create role kc_group; create role kc_a; create role "kc B";
        grant kc_group to "kc B" with admin option; grant kc_group to kc_a;
        grant kc_group to kc_a with inherit false granted by "kc B";
        """
    )
    found = _read(connection)
    assert found["role membership kc_a in kc_group"] == {"inherit": True}
    assert found['role membership kc_a in kc_group granted by "kc B"'] == {"inherit": False}


def test_roles_are_not_read_unasked(database: Database, role: Callable[..., str]) -> None:
    """A state is of one database, unless more is asked for."""
    role(name="kc_a")
    assert not [key for _, key in read_state(database.connect()).keys() if key.startswith("role")]


@pytest.fixture
def subscribed(database: Database) -> Iterator[psycopg.Connection]:
    """A database without subscriptions afterwards: with one it could not be dropped."""
    connection = database.connect()
    yield connection
    drop_subscriptions(connection)


def test_subscription(subscribed: psycopg.Connection, server: TestServer) -> None:
    """Its connection is told without the password."""
    since = server.version
    subscribed.execute(
        """
        create subscription "S 1" connection 'host=nowhere user=u password=''hu sh'' dbname=d' publication "P 1", a
          with (connect = false, slot_name = other, synchronous_commit = local);
        create subscription kept connection 'postgresql://u:hush@nowhere/d' publication a with (connect = false, slot_name = none);
        comment on subscription kept is 'about it';
        """
    )
    usual = {"streaming": "parallel" if since >= 18 else "off"} if since >= 14 else {}
    found = _read(subscribed)
    assert found["subscription kept"] == {
        "connection": "postgresql://u:{secret}@nowhere/d",
        "publications": ["a"],
        "slot": "none",
        "enabled": False,
        **usual,
    }
    assert found['subscription "S 1"'] == {
        "connection": "host=nowhere user=u password={secret} dbname=d",
        "publications": ["P 1", "a"],
        "slot": "other",
        "synchronous_commit": "local",
        "enabled": False,
        **usual,
    }
    assert not any("hush" in text or "hu sh" in text for text in read_state(subscribed, optional=True).blobs.values())


@pytest.mark.parametrize(
    ("option", "expected", "since"),
    [
        ("binary = true", {"binary": True}, 14),
        ("streaming = on", {"streaming": "on"}, 14),
        ("streaming = parallel", {"streaming": "parallel"}, 16),
        ("two_phase = true", {"two_phase": True}, 15),
        ("disable_on_error = true", {"disable_on_error": True}, 15),
        ("password_required = false", {"password_required": False}, 16),
        ("run_as_owner = true", {"run_as_owner": True}, 16),
        ("origin = none", {"origin": "none"}, 16),
        ("failover = true", {"failover": True}, 17),
        ("synchronous_commit = on", {"synchronous_commit": "on"}, 13),
    ],
)
def test_subscription_options(
    subscribed: psycopg.Connection, server: TestServer, option: str, expected: dict, since: int
) -> None:
    """Each option is read, and written again."""
    if server.version < since:
        pytest.skip(f"not before {since}")
    create = f"create subscription s connection 'host=nowhere' publication p with (connect = false, {option})"
    subscribed.execute(create)
    found = _read(subscribed)["subscription s"]
    assert found.items() >= expected.items()
    subscribed.execute("alter subscription s set (slot_name = none)")
    subscribed.execute("drop subscription s")
    _write({"subscription s": found}, subscribed)
    assert _read(subscribed)["subscription s"] == found
