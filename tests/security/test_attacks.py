"""Names that a role plants where the engine could take them for PostgreSQL's own, and objects that run code when they are read."""

from __future__ import annotations

from collections.abc import Callable

import psycopg
import pytest

import pggit
from pggit.kinds.reader import read_state
from security.conftest import Attacker
from servers import Database

TYPES = ["text", "bytea", "oid", "jsonb", "int4", "int8", "int2", "bool", "name", "timestamptz", "xid8", "xid", "regclass", "inet", "uuid", "interval", "float8", "pg_snapshot", "aclitem", "record", "varchar"]  # fmt: skip
TABLES = ["repository", "capture", "working", "setting", "reading", "ref", "blob", "tree", "note_key", "statement", "access", "pg_proc", "pg_namespace", "pg_class", "pg_event_trigger", "pg_depend", "pg_locks", "pg_roles"]  # fmt: skip
FUNCTIONS = ["lower(text)", "current_query()", "now()", "clock_timestamp()", "pg_current_xact_id()", "sha256(bytea)", "convert_to(text, name)", "session_role()", "array_agg(oid)", "digest(jsonb)"]  # fmt: skip


def tried(connection: psycopg.Connection, *statements: str) -> int:
    """Run statements that may fail; return how many did not."""
    done = 0
    for statement in statements:
        try:
            connection.execute(statement)
            done += 1
        except psycopg.Error:
            continue
    return done


def planted(attacker: Attacker, schema: str) -> list[str]:
    """Statements that put the traps into a schema, under names that the engine uses."""
    trap = attacker.trap
    found = [f"create domain {schema}.{name} as pg_catalog.{name} check ({trap}())" for name in TYPES]
    if schema == "pg_temp":
        found += [f"create temporary table {name} (a int default {trap}()::int)" for name in TABLES]
        found += [f"create rule r as on insert to pg_temp.{name} do also select {trap}()" for name in TABLES]
    else:
        found += [f"create view {schema}.{name} as select {trap}()" for name in TABLES]
    for signature in FUNCTIONS:
        found.append(
            f"create function {schema}.{signature} returns text language sql as $$ select {trap}()::pg_catalog.text $$"
        )
    for left, right in [
        ("text", "text"),
        ("oid", "oid"),
        ("bytea", "bytea"),
        ("jsonb", "text"),
        ("bool", "bool"),
        ("name", "text"),
    ]:
        call = f"{schema}.planted_{left}_{right}"
        found.append(
            f"create function {call}(pg_catalog.{left}, pg_catalog.{right}) returns bool language sql as $$ select {trap}() $$"
        )
        for operator in ("=", "<>", "||", "->>", "@>", "&&", "~", "<"):
            found.append(
                f"create operator {schema}.{operator} (leftarg = pg_catalog.{left}, rightarg = pg_catalog.{right}, function = {call})"
            )
    return found


DDL = [
    "create table {lair}.t (id int primary key, a text default 'x')", "alter table {lair}.t add b int default 1",
    "create view {lair}.v as select a from {lair}.t", "comment on table {lair}.t is 'c'", "grant select on {lair}.t to public",
    "alter table {lair}.t rename to t2", "alter default privileges grant select on tables to public",
    "do $$ begin create temporary table tt (a int); execute 'create table {lair}.u (a int)'; end $$", "drop table {lair}.t2 cascade", "drop owned by current_user cascade",
]  # fmt: skip


@pytest.mark.parametrize("place", ["pg_temp", "lair", "public"])
def test_names_that_stand_before_postgresql_s(attacker: Attacker, place: str) -> None:
    """DDL of a role whose search_path has traps before pg_catalog, by a setting of the role, of the session and of a function."""
    schema = attacker.schema if place == "lair" else place
    if place == "public":
        with attacker.database.connect() as owner:
            owner.execute(f"grant create on schema public to {attacker.name}")
    with attacker.connect() as connection:
        assert tried(connection, *planted(attacker, schema)) > 20
        tried(
            connection,
            f"alter role current_user set search_path = {schema}, pg_catalog",
            f"set search_path = {schema}, pg_catalog",
        )
        tried(
            connection,
            f"create function {attacker.schema}.ddl() returns void language plpgsql set search_path = {schema}, pg_catalog as"
            f" $$ begin execute 'create table {attacker.schema}.w (a int)'; execute 'drop table {attacker.schema}.w'; end $$",
            f"select {attacker.schema}.ddl()",
            *(statement.format(lair=attacker.schema) for statement in DDL[:-1]),
        )
    with attacker.connect() as again:  # with the role's own setting
        tried(again, *planted(attacker, schema), f"create table {attacker.schema}.again (a int)")
    work(attacker.database)
    assert attacker.loot() == []


def work(database: Database) -> None:
    """What a superuser does with a database in which others made things."""
    with pggit.open(database.url) as repo:
        repo.status()
        repo.diff()
        repo.load("work")
        repo.commit("all", allow_empty=True)
        repo.history()
        repo.blame()
        repo.fsck()
        repo.gc()
        repo.health()
        read_state(repo.connection)
        repo.connection.execute("select * from pggit.status(); select * from pggit.diff()")
        repo.upgrade()
        repo.status()


def test_objects_that_run_code_when_they_are_used(attacker: Attacker) -> None:
    """Reading prints expressions and constants; it casts, compares and computes nothing of the user's."""
    trap, lair = attacker.trap, attacker.schema
    with attacker.connect() as connection:
        connection.execute(f"set search_path = {lair}")
        made = tried(
            connection,
            f"create function cheat(anyelement) returns int language plpgsql immutable as $$ begin perform {trap}(); return 1; end $$",
            "create type mood as enum ('a', 'b'); create type pair as (a int, b mood)",
            f"create function shown(mood) returns text language sql immutable as $$ select {trap}()::text $$",
            "create cast (mood as text) with function shown(mood) as implicit",
            f"create function same(mood, mood) returns bool language sql immutable as $$ select {trap}() $$",
            "create operator = (leftarg = mood, rightarg = mood, function = same)",
            f"create function apart(mood, mood) returns float8 language sql immutable as $$ select {trap}()::int::float8 $$",
            "create type moods as range (subtype = mood, subtype_diff = apart)",
            f"create domain checked as int check (value > 0 and {trap}())",
            f"create table t (id int primary key, m mood default 'a', ms moods default '[a,b]', p pair default '(1,a)', d checked default 1, g int generated always as (cheat(1)) stored, check ({trap}()))",
            "create index on t (cheat(id)); create index on t (id) where cheat(id) > 0; create statistics st on (cheat(id)), id from t",
            "insert into t (id) values (1); analyze t",
            f"create view v as select {trap}() as x; create materialized view mv as select {trap}() as x",
            f"alter table t enable row level security; create policy p on t using ({trap}())",
            f"create function tf() returns trigger language plpgsql as $$ begin perform {trap}(); return new; end $$; create trigger tg before insert on t for each row execute function tf()",
            f"create rule r as on update to t do also select {trap}()",
            "create table parts (m mood, k int) partition by list (m); create table part_a partition of parts for values in ('a')",
            "create table hashed (k int) partition by list (cheat(k)); create table hashed_1 partition of hashed for values in (1)",
            "create aggregate total(int) (sfunc = int4pl, stype = int); create function dflt(a int default cheat(1)) returns int language sql as 'select 1'",
            f"create function atomic() returns bool begin atomic select {trap}(); end",
            "create sequence s; create collation c from \"C\"; create text search dictionary dict (template = simple)",
            "comment on column t.m is 'x'; grant select (m) on t to public; alter table t set (fillfactor = 50)",
        )  # fmt: skip
        assert made > 15
    work(attacker.database)
    with pggit.open(attacker.database.url) as repo:
        repo.connection.execute("create table public.other (a int)")
        repo.status()
        repo.connection.execute("alter event trigger pggit_ddl disable")
    with attacker.connect() as connection:
        connection.execute(
            f"alter table {lair}.t add c int default 1; alter type {lair}.mood add value 'c'; alter type {lair}.mood rename value 'a' to 'z'"
        )
    work(attacker.database)
    assert attacker.loot() == []


def test_settings_of_a_session_do_not_steer_capture(attacker: Attacker) -> None:
    """What event triggers note in settings is not taken from a user: the author is right, no statement is hidden."""
    with attacker.connect() as connection:
        connection.execute(
            "begin; select set_config('pggit.invoker', 'postgres', true), set_config('pggit.queued', pg_current_xact_id()::text, true),"
            " set_config('pggit.query', repeat('0', 64) || ' ' || repeat('0', 64), true), set_config('pggit.author', 'postgres', true);"
            f" create table {attacker.schema}.mine (a int); commit"
        )
        tried(
            connection,
            "set session_replication_role = replica",
            "set event_triggers = off",
            "alter event trigger pggit_ddl disable",
            "set role postgres",
        )
    with pggit.open(attacker.database.url) as repo:
        events = [event for event in repo.history() if event.key == f"table {attacker.schema}.mine"]
        assert [(event.session_user, event.current_user) for event in events] == [(attacker.name, attacker.name)]
        assert "create table" in (events[0].statement or "")


@pytest.mark.parametrize("level", ["reader", "writer", "admin"])
def test_nothing_of_the_store_can_be_written_but_by_its_functions(attacker: Attacker, level: str) -> None:
    with pggit.open(attacker.database.url) as repo:
        repo.grant(level, attacker.name)
    with attacker.connect() as connection:
        tables = connection.execute(
            "select oid::regclass::text from pg_class where relnamespace = 'pggit'::regnamespace and relkind in ('r', 'v')"
        ).fetchall()
        assert len(tables) > 25
        for (table,) in tables:
            done = tried(
                connection, f"delete from {table}", f"insert into {table} default values", f"truncate {table}", f"alter table {table} owner to current_user",
                f"lock table {table} in row exclusive mode", f"create rule r as on select to {table} do instead select 1",
                f"create trigger t before insert on {table} execute function suppress_redundant_updates_trigger()",
                f"select * from {table} for update limit 1", f"select * from {table} for key share limit 1",
            )  # fmt: skip
            assert done == 0, table
        assert tried(connection, "create table pggit.mine (a int)", "create function pggit.mine() returns int language sql as 'select 1'", "select nextval('pggit.capture_id')", "alter schema pggit rename to x", "drop schema pggit cascade") == 0  # fmt: skip


def test_who_may_create_in_the_database_cannot_take_over_the_engine(
    attacker: Attacker, role: Callable[..., str]
) -> None:
    """A database owner who is no superuser cannot replace functions of an engine that a superuser installed."""
    with attacker.database.connect() as owner:
        owner.execute(f"alter database {attacker.database.name} owner to {attacker.name}")
    with attacker.connect() as connection:
        done = tried(
            connection, "alter schema pggit owner to current_user", "alter schema pggit rename to old",
            "create or replace function pggit.version() returns text language sql as 'select ''x'''", "grant all on schema pggit to current_user",
            "alter function pggit.version() owner to current_user", "drop function pggit.version()", "reassign owned by postgres to current_user",
        )  # fmt: skip
        assert done == 0 or connection.execute("select has_schema_privilege('pggit', 'create')").fetchone() == (False,)
    work(attacker.database)
    with attacker.database.connect() as owner:
        owner.execute(f"alter database {attacker.database.name} owner to postgres")
    assert attacker.loot() == []


@pytest.mark.parametrize("before", ["alter schema {lair} owner to current_user", "grant usage on schema {lair} to public", "alter default privileges grant select on tables to public"])  # fmt: skip
def test_what_a_transaction_did_is_not_credited_to_an_earlier_one(attacker: Attacker, before: str) -> None:
    """Under REPEATABLE READ nothing is read at the end of a transaction; what it made is its own nevertheless."""
    with attacker.database.connect() as owner:
        owner.execute(before.format(lair=attacker.schema))
        owner.execute(f"alter schema {attacker.schema} owner to {attacker.name}")
    with attacker.connect() as connection:
        connection.execute(
            f"begin isolation level repeatable read; create table {attacker.schema}.mine (a int); commit"
        )
    with pggit.open(attacker.database.url) as repo:
        events = [event for event in repo.history() if event.key == f"table {attacker.schema}.mine"]
        assert [(event.session_user, event.tag) for event in events] == [(attacker.name, "CREATE TABLE")]
