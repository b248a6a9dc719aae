"""Dumps, restores, clones, replicas; and that install, upgrade and uninstall leave everything of the user's as it was."""

from __future__ import annotations

import re
import subprocess
import time
from pathlib import Path

import pytest

import pggit
from engine.oracle import fold, live, one, recorded, recorded_equals_live
from engine.programs import PROGRAMS
from engine.test_ddl import statements
from pggit.repo import install
from servers import session

SCHEMA = """create table t (id int generated always as identity primary key, a text default 'x' unique); create view v as select a from t;
    create type e as enum ('a', 'b'); create function f(e) returns int language sql as 'select 1'; create table p (a int) partition by list (a);
    create table p1 partition of p default; comment on table t is 'x'; create index i on t (lower(a)); grant select on t to public;
    create schema "S x"; create sequence "S x".s; create domain d as int check (value > 0); create policy po on t using (true)"""


def program(server, name: str) -> Path | None:
    """A client program of the server's version, or None where it has none."""
    path = Path(server.bindir) / name
    return path if path.exists() else None


@pytest.fixture
def pg_dump(server):
    """Runs pg_dump on a database's URL."""
    path = program(server, "pg_dump")
    if path is None:
        pytest.skip("this server comes without pg_dump")

    def run(url: str, *options: str) -> str:
        return subprocess.run([path, *options, "-d", url], check=True, capture_output=True, text=True).stdout

    return run


def users_part(dump: str) -> str:
    """A dump without pg_dump's random marks and without the engine's event triggers."""
    dump = re.sub(r"^\\(un)?restrict .*\n", "", dump, flags=re.M)
    return re.sub(r"^--\n-- Name: pggit_\w+; Type: EVENT TRIGGER.*?(?=^--\n-- )", "", dump, flags=re.M | re.S)


def test_the_users_part_of_a_dump_is_unchanged(database, pg_dump):
    connection = database.connect()
    connection.execute(SCHEMA)
    connection.execute("insert into t (a) select 'row' || n from generate_series(1, 5) as n")
    before = users_part(pg_dump(database.url))
    install.install(connection)
    assert users_part(pg_dump(database.url, "-N", "pggit")) == before
    connection.execute("begin; create table gone (a int); rollback")
    install.upgrade(connection)
    assert users_part(pg_dump(database.url, "-N", "pggit")) == before
    fold(connection)
    install.uninstall(connection)
    assert users_part(pg_dump(database.url)) == before
    for catalog in ("pg_class", "pg_proc", "pg_type"):
        assert (
            one(connection, f"select count(*) from {catalog} where oid >= 16384 and {catalog}::text like '%pggit%'")
            == 0
        )
    assert one(connection, "select count(*) from pg_event_trigger") == 0


def test_install_in_a_transaction_with_pending_events(database):
    connection = database.connect()
    with connection.transaction():
        connection.execute(SCHEMA)
        install.install(connection)
        connection.execute("create table after (a int)")
    recorded_equals_live(connection)
    with connection.transaction():
        connection.execute("create table pending (a int)")
        install.upgrade(connection)
        connection.execute("create table later (a int)")
    recorded_equals_live(connection)
    assert one(connection, "select count(*) from pggit.log()") == 1
    with connection.transaction():
        connection.execute("create table pending2 (a int)")
        install.uninstall(connection)
    assert one(connection, "select to_regnamespace('pggit')") is None
    assert one(connection, "select to_regclass('pending2')") is not None


def test_a_failed_install_leaves_nothing(database, monkeypatch):
    connection = database.connect()
    whole = install.install_sql
    monkeypatch.setattr(install, "install_sql", lambda *a, **k: whole(*a, **k) + "; select 1/0")
    with pytest.raises(Exception, match="division by zero"):
        install.install(connection)
    assert one(connection, "select to_regnamespace('pggit')") is None
    assert one(connection, "select count(*) from pg_event_trigger") == 0


def test_an_upgraded_engine_is_the_installed_one(tracked, connection, pg_dump, make_database):
    connection.execute(SCHEMA)
    one(connection, "select pggit.commit('one')")
    history = connection.execute("select * from pggit.log()").fetchall()
    other = make_database()
    install.install(other.connect())
    install.upgrade(connection)
    options = ("-n", "pggit", "--schema-only")
    assert users_part(pg_dump(tracked.url, *options)) == users_part(pg_dump(other.url, *options))
    assert connection.execute("select * from pggit.log()").fetchall() == history
    recorded_equals_live(connection)


def test_a_restored_dump_is_clean_and_keeps_its_history(server, tracked, connection, make_database, pg_dump, tmp_path):
    restore = program(server, "pg_restore")
    connection.execute(SCHEMA)
    one(connection, "select pggit.commit('one')")
    connection.execute("alter table t add b int")
    one(connection, "select pggit.commit('two')")
    file = tmp_path / "dump"
    pg_dump(tracked.url, "-Fc", "-f", str(file))
    copy = make_database()
    subprocess.run([restore, "-d", copy.url, "--exit-on-error", str(file)], check=True, capture_output=True)
    with pggit.open(copy.url) as repo:
        assert ("database", "warning") in session(repo).execute(
            "select check_name, status from pggit.health_check()"
        ).fetchall()
        status = repo.status()
        assert list(status.changes) == []
        assert [commit.message for commit in repo.log()] == ["two", "one", "Initial commit"]
        assert repo.fsck() == []
        recorded_equals_live(repo.connection)
        session(repo).execute("alter table t rename b to c")
        recorded_equals_live(repo.connection)
        assert {change.key for change in repo.status().changes} >= {"column public.t.c"}


def test_a_clone_of_a_tracked_database(server, tracked, connection, make_database):
    connection.execute(SCHEMA)
    one(connection, "select pggit.commit('one')")
    connection.execute("create table not_folded (a int)")
    tracked.close()
    copy = make_database(template=tracked.name)
    with pggit.open(copy.url) as repo:
        assert {change.key for change in repo.status().changes} >= {"table public.not_folded"}
        assert repo.log()[0].message == "one"
        session(repo).execute("drop table not_folded")
        assert list(repo.status().changes) == []
        recorded_equals_live(repo.connection)


def wait_for(connection, query: str) -> None:
    for _ in range(200):
        if one(connection, query):
            return
        time.sleep(0.05)
    raise AssertionError(query)


@pytest.mark.parametrize("with_engine", [False, True])
def test_logical_replication_for_all_tables(server, tracked, connection, make_database, with_engine):
    """The subscriber without the engine has no tables of pggit, so what goes there is the user's tables alone."""
    connection.execute("create table t (id int primary key)")
    fold(connection)
    connection.execute("create publication p for all tables")
    assert ("publications", "warning") in connection.execute(
        "select check_name, status from pggit.health_check()"
    ).fetchall()
    other = make_database()
    there = other.connect()
    there.execute("create table t (id int primary key)")
    if with_engine:
        install.install(there)
    slot = f"slot_{tracked.name}"
    one(connection, "select pg_create_logical_replication_slot(%s, 'pgoutput')", slot)
    try:
        # only the user's table is there to be subscribed to, unless the subscriber has the engine too
        publication = "p" if with_engine else "q"
        if not with_engine:
            connection.execute("create publication q for table t")
        url = tracked.url.replace("'", "''")
        there.execute(
            f"create subscription s connection '{url}' publication {publication} with (create_slot = false, slot_name = '{slot}', copy_data = false)"
        )
        connection.execute("create table here (a int); alter table t add b int; drop table here")
        connection.execute("insert into t values (1)") if not with_engine else None
        there.execute("alter table t add b int")
        connection.execute("insert into t values (2, 2)")
        one(connection, "select pggit.commit('while replicating')")
        wait_for(there, "select exists (select from t where id = 2)")
        recorded_equals_live(connection)
        if with_engine:
            recorded_equals_live(there)
            assert one(there, "select count(*) from pggit.log()") == 1
            assert one(there, "select count(*) from pggit.history where key like '%here%'") == 0
    finally:
        there.execute("alter subscription s disable; alter subscription s set (slot_name = none)")
        there.execute("drop subscription s")
        for _ in range(100):
            if not one(connection, "select active from pg_replication_slots where slot_name = %s", slot):
                break
            time.sleep(0.05)
        one(connection, "select pg_drop_replication_slot(%s)", slot)


@pytest.mark.parametrize("name", ["renames of types", "partitions"])
def test_ddl_on_a_restored_database_is_folded(connection, name):
    """Addresses are other ones after a restore; here they are made so by forgetting the database's own."""
    for statement in statements(PROGRAMS[name])[:8]:
        connection.execute(statement)
    connection.execute("update pggit.repository set database = 1, system_identifier = 1")
    assert one(connection, "select pggit.refresh()") == 0
    assert recorded(connection) == live(connection)
    for statement in statements(PROGRAMS[name])[8:]:
        connection.execute(statement)
    recorded_equals_live(connection)
