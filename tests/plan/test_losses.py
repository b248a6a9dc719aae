"""What a plan's file loses is found again from its statements, whatever it says of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import psycopg
import pytest

from corpus.plans import Servers, sides
from pggit.core.errors import Refused
from pggit.core.state import State
from pggit.kinds.reader import read_state
from pggit.plan import live, losses
from pggit.plan.model import Plan, Statement, from_json, to_json
from plan.folders import Folder, folders
from servers import Database, TestServer


@pytest.fixture(scope="module")
def servers(server: TestServer) -> Iterator[Servers]:
    """The server, and a second one for sides that must be apart."""
    both = Servers(server)
    yield both
    both.close()


@pytest.mark.parametrize("folder", list(folders()), ids=str)
def test_of_a_plan_as_it_was_made(folder: Folder, servers: Servers) -> None:
    """Of plans as pgGit makes them nothing is lost but what they say, and all of that is found again."""
    with sides(folder.pair, servers) as (a, b):
        a.connection.execute(folder.text("rows.sql").encode() or b"select")
        a.connection.execute("reset all")
        plan = from_json(to_json(folder.plan(a.connection, a.state, b.state)))
        bare = replace(plan, statements=tuple(replace(one, hazards=()) for one in plan.statements))
        found = losses.looked_at(bare, a.state, lambda groups: live.measure(a.connection, groups))
    assert _losing(found) == _losing(plan)


def _losing(plan: Plan) -> list[str]:
    return [one.sql for one in plan.statements if any(hazard.kind == "data-loss" for hazard in one.hazards)]


SETUP = """
create type mood as enum ('sad', 'ok');
create table t (id integer primary key, note text, m mood);
insert into t values (1, 'x', 'ok');
create table empty (id integer);
create table parent (id integer) partition by list (id);
create table part partition of parent for values in (1);
insert into parent values (1);
create function f() returns integer language sql as 'select 1';
"""


@pytest.fixture
def live_state(database: Database) -> tuple[psycopg.Connection, State]:
    """A database with rows in some of its tables."""
    connection = database.connect()
    connection.execute(SETUP)
    return connection, read_state(connection)


def looked_at(live_state: tuple[psycopg.Connection, State], *statements: str | Statement) -> list[str]:
    """Return the statements that are found to lose data."""
    connection, state = live_state
    major = connection.info.server_version // 10000
    entries = [one if isinstance(one, Statement) else Statement(one, "alter", "table public.t") for one in statements]
    plan = Plan("", "", "0" * 64, "1" * 64, major, statements=tuple(entries))
    return _losing(losses.looked_at(plan, state, lambda groups: live.measure(connection, groups)))


HARMLESS = [
    (
        "alter table public.t add column b integer",
        "update public.t set b = default",
        "alter table public.t drop column b",
    ),
    ("drop table public.empty",),
    ("select pg_sleep(0)",),
    ("create table public.fresh (a integer)", "drop table public.fresh"),
    ("select setval('public.s', 1, false)",),
    ("create materialized view public.made as select 1 as a",),
    (
        "do 'begin execute format(''alter role x in database %I set work_mem to ''''1MB'''''', current_database()); end'",
    ),
    (
        "alter table public.t rename to old",
        "create table public.t (id integer, note text, m public.mood)",
        "insert into public.t (id, note, m) overriding system value select id, note, m from public.old",
        "drop table public.old",
    ),
]
LOSING = [
    ("drop table public.t",),
    ("drop table public.parent",),
    ("alter table public.t rename to x", "drop table public.x"),
    ("alter table public.t set schema other", "drop table other.t"),
    ("alter schema public rename to other", "drop table other.t"),
    ("alter table public.t rename column note to b", "alter table public.t drop column b"),
    ("alter table public.t rename column note to b", "alter table public.t alter column b type integer using 1"),
    ("alter table public.t alter column note type varchar(1) using note::varchar(1)",),
    ("update public.t set note = null",),
    ("insert into public.t (id) values (1) on conflict (id) do update set note = null",),
    ("with x as (delete from public.t returning id) select max(id) from x",),
    ("delete from public.t",),
    ("truncate public.t",),
    ("select public.f()",),
    ("create table public.made as select public.f()",),
    ("select lo_unlink(1)",),
    ("select query_to_xml('delete from public.t', true, true, '')",),
    ("do 'begin delete from public.t; end'",),
    ("do 'begin execute format(''drop table %I'', current_database()); end'",),
    ("drop type public.mood cascade",),
    ("drop schema public cascade",),
    ("drop function public.f() cascade",),
    (
        "alter table public.t rename to old",
        "create table public.t (id integer, note text, m public.mood)",
        "insert into public.t (id, note, m) select id, note, m from public.old where false",
        "drop table public.old",
    ),
    (
        "alter table public.t rename to old",
        "create table public.t (id integer, note text, m public.mood)",
        "insert into public.t (id, note) select id, note from public.old",
        "drop table public.old",
    ),
    (
        "alter table public.t rename to old",
        "create table public.t (id integer, note text, m public.mood)",
        "insert into public.t (id, note, m) select id, note, m from public.old",
        "truncate public.t",
    ),
    (
        "alter table public.t add column b text",
        "update public.t set b = note where ctid = any (array(select ctid from public.t where b is null limit 1))",
        "alter table public.t drop column note",
    ),
]


@pytest.mark.parametrize("statements", HARMLESS, ids=" ; ".join)
def test_harmless(live_state: tuple[psycopg.Connection, State], statements: tuple[str, ...]) -> None:
    assert looked_at(live_state, *statements) == []


@pytest.mark.parametrize("statements", LOSING, ids=" ; ".join)
def test_losing(live_state: tuple[psycopg.Connection, State], statements: tuple[str, ...]) -> None:
    """The last statement loses rows or values, or what it does cannot be told."""
    assert looked_at(live_state, *statements) == [statements[-1]]


def test_a_copy_must_stay(live_state: tuple[psycopg.Connection, State]) -> None:
    """A column that was copied may be dropped; the copy may not be overwritten then."""
    fill = (
        "update public.t set b = note where ctid = any (array(select ctid from public.t where b is null and note is not"
        " null limit 5000 for no key update))"
    )
    backfill = Statement(fill, "backfill", "column public.t.note", repeat=True)
    add, drop = "alter table public.t add column b text", "alter table public.t drop column note"
    assert looked_at(live_state, add, backfill, drop) == []
    assert looked_at(live_state, add, replace(backfill, repeat=False), drop) == [drop]
    overwrite = "update public.t set b = 'x'"
    assert looked_at(live_state, add, backfill, drop, overwrite) == [overwrite]


@pytest.mark.parametrize(
    "sql",
    ["commit", "comment on table public.t is 'a'; drop table public.t", "copy public.t to program 'x'", "vacuum", "x"],
)
def test_what_no_plan_has(live_state: tuple[psycopg.Connection, State], sql: str) -> None:
    with pytest.raises(Refused, match="what was to be run"):
        looked_at(live_state, sql)


def test_undo_is_that_of_the_statement(live_state: tuple[psycopg.Connection, State]) -> None:
    """What is run after an interruption removes the index that the statement makes, and nothing else."""
    made = Statement("create index concurrently i on public.t using btree (id)", "create", "index public.i")
    assert looked_at(live_state, replace(made, undo="drop index concurrently if exists public.i")) == []
    for undo in ("drop table public.t", "drop index concurrently if exists public.t_pkey"):
        with pytest.raises(Refused, match="after an interruption"):
            looked_at(live_state, replace(made, undo=undo))


BEYOND = {
    "alter role postgres set session_preload_libraries to 'x'": "privileges",
    "alter role x in database d set search_path to evil": "privileges",
    "alter database d set session_preload_libraries to 'x'": "privileges",
    "alter table public.t disable trigger all": "privileges",
    "alter table public.t disable trigger user": "privileges",
    "alter table public.t enable replica trigger tr": "privileges",
    "alter table public.t disable rule r": "privileges",
    "alter event trigger e disable": "privileges",
    "alter function public.f() set search_path to evil": "runs-code",
    "create cast (integer as text) with function public.f(integer) as implicit": "runs-code",
    "create operator public.= (leftarg = integer, rightarg = integer, function = public.f)": "runs-code",
    "alter sequence public.s restart": "not-reversible",
    "select setval('public.s', 1)": "not-reversible",
}


@pytest.mark.parametrize("sql", BEYOND)
def test_what_a_file_does_not_say_is_told(live_state: tuple[psycopg.Connection, State], sql: str) -> None:
    connection, state = live_state
    plan = Plan("", "", "0" * 64, "1" * 64, 18, statements=(Statement(sql, "alter", "table public.t"),))
    (found,) = losses.looked_at(plan, state, lambda groups: live.measure(connection, groups)).statements
    assert BEYOND[sql] in {hazard.kind for hazard in found.hazards}


@pytest.mark.parametrize(
    "sql",
    [
        "insert into pggit.access select * from pggit.access",
        "alter table pggit.approval owner to x",
        "alter table pggit.ref disable trigger all",
        "create index on pggit.ref (name)",
        "truncate pggit.reflog",
    ],
)
def test_the_store_is_no_object_of_a_plan(live_state: tuple[psycopg.Connection, State], sql: str) -> None:
    with pytest.raises(Refused, match=r"is pgGit's own"):
        looked_at(live_state, sql)
