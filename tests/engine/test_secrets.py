"""A secret, whatever carries it, is nowhere in schema pggit."""

from __future__ import annotations

from pathlib import Path

import psycopg
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.oracle import drifted, one

SECRET = st.text("abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789", min_size=12, max_size=20).map(
    lambda text: "Zq" + text
)

CARRIERS = [
    "create role carrier password '{s}'; alter role carrier password '{s}'; drop role carrier",
    "create role carrier; do $$ begin execute 'alter role carrier password ''{s}'''; create table by_do (a int); end $$; drop role carrier",
    "create table before (a int); create user mapping for public server srv options (password '{s}'); create table after (a int)",
    "create server s2 foreign data wrapper w options (password '{s}')",
    "alter server s2 options (set password '{s}')",
    "create foreign table ft (a int) server srv options (secret_key '{s}')",
    "create subscription sub connection 'host=/nowhere password={s}' publication p with (connect = false)",
    "alter subscription sub connection 'postgresql://user:{s}@/nowhere'",
    "create table noted (a int) /* password {s} */; alter role postgres set application_name = 'x' -- {s}\n",
    "create table more (a int); insert into more select 1 where 'token {s}' <> ''; alter table more add b int",
    "set local password_encryption = 'scram-sha-256'; create role carrier2 login encrypted password '{s}'; create table last (a int); drop role carrier2",
    "alter user mapping for public server srv options (set password '{s}'); create table last2 (a int)",
]


@settings(max_examples=1, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(SECRET, min_size=len(CARRIERS), max_size=len(CARRIERS), unique=True))
def test_no_secret_is_stored(tracked, connection, found):
    connection.execute("create foreign data wrapper w; create server srv foreign data wrapper w")
    for carrier, secret in zip(CARRIERS, found, strict=True):
        connection.execute("begin")
        try:
            connection.execute(carrier.format(s=secret))
        except psycopg.errors.ActiveSqlTransaction:
            connection.execute("rollback")
            connection.execute(carrier.format(s=secret))
        else:
            connection.execute("commit")
        assert_absent(connection, found)
    drifted(connection)
    one(connection, "select pggit.commit('x')")
    assert one(connection, "select count(*) from pggit.statement") > 5
    assert_absent(connection, found)
    connection.execute(
        "alter subscription sub disable; alter subscription sub set (slot_name = none); drop subscription sub; alter role postgres reset all"
    )


def assert_absent(connection: psycopg.Connection, secrets: list[str]) -> None:
    """No row of any table of pggit has one of them, nor a hash by which it could be guessed."""
    tables = connection.execute(
        "select oid::regclass::text from pg_class where relnamespace = 'pggit'::regnamespace and relkind = 'r'"
    ).fetchall()
    for (table,) in tables:
        text = one(connection, f"select coalesce(string_agg(x::text, ' '), '') from {table} as x")
        for secret in secrets:
            assert secret not in text, table
            assert secret.encode().hex() not in text, table


def test_a_dump_of_pggit_has_no_secret(tracked, connection, server):
    import subprocess

    path = Path(server.bindir) / "pg_dump"
    connection.execute(
        "create foreign data wrapper w; create server srv foreign data wrapper w options (password 'hunter2secret')"
    )
    connection.execute("create user mapping for public server srv options (password 'hunter2secret')")
    drifted(connection)
    one(connection, "select pggit.commit('x')")
    if not path.exists():
        assert_absent(connection, ["hunter2secret"])
        return
    dump = subprocess.run([path, "-n", "pggit", "-d", tracked.url], check=True, capture_output=True, text=True).stdout
    assert "user mapping" in dump or "srv" in dump
    assert "hunter2secret" not in dump
