"""What no kind reads is reported: nothing in the cases, everything of a kind that is taken away."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kinds.cases import Case, all_cases
from pggit.kinds import kinds, reader
from pggit.kinds.coverage import unmodelled
from servers import Database, TestServer

_SETUP = """
create schema s; create table t (a integer primary key check (a > 0), b text default 'x', c integer references t);
create temp table hidden (a integer primary key, b text default 'x');
create table i (a integer generated always as identity, g integer generated always as (1) stored);
create index ix on t (b); create statistics st on a, b from t; create sequence q;
create view v as select * from t; comment on column v.a is 'x'; grant select (b) on v to public;
comment on sequence i_a_seq is 'x'; grant usage on sequence i_a_seq to public;
create rule r as on insert to v do instead nothing; create materialized view m as select 1 as a;
create function f() returns trigger language plpgsql as 'begin end'; create trigger tr before insert on t for each row execute function f();
create type e as enum ('a'); create type y as (a integer, b text); create type r as range (subtype = integer); create domain d as integer check (value > 0);
create policy po on t; create publication p for table t; create event trigger et on sql_drop execute function ef(); alter event trigger et disable;
create foreign data wrapper w; create server srv foreign data wrapper w; create user mapping for public server srv;
create foreign table ft (a integer) server srv; alter default privileges grant select on tables to public;
create table pt (a integer, check (a > 0)) partition by list (a); create table pt1 partition of pt for values in (1); create index on pt (a);
create trigger tr after insert on pt for each row execute function f();
create table child () inherits (t);
"""

_GONE = {
    "column": "column a of table public.t",
    "constraint": "constraint t_a_check on table public.t",
    "default": "default value for column b of table public.t",
    "default_acl": "default privileges on new relations belonging to role postgres",
    "domain": "type public.d",
    "domain_constraint": "constraint d_check",
    "enum": "type public.e",
    "event_trigger": "event trigger et",
    "foreign_key": "constraint t_c_fkey on table public.t",
    "foreign_table": "foreign table public.ft",
    "function": "function public.f()",
    "identity_remarks": "grants on sequence public.i_a_seq",
    "index": "index public.ix",
    "materialized_view": "materialized view public.m",
    "policy": "policy po on table public.t",
    "publication_table": "publication of table public.t in publication p",
    "rule": "rule r on view public.v",
    "schema": "schema s",
    "sequence": "sequence public.q",
    "server": "server srv",
    "statistics": "statistics object public.st",
    "table": "table public.t",
    "trigger": "trigger tr on table public.t",
    "user_mapping": "user mapping for public on server srv",
    "view": "view public.v",
    "view_remarks": "comment on column a of view public.v",
}


@pytest.fixture
def loaded(database: Database):
    """A database with something of most kinds."""
    connection = database.connect()
    connection.execute("create function ef() returns event_trigger language plpgsql as 'begin end'")
    connection.execute(_SETUP)
    return connection


def test_a_new_database_has_nothing_unmodelled(database: Database) -> None:
    """What initdb makes is not the user's."""
    assert unmodelled(database.connect()) == []


def test_everything_is_modelled(loaded) -> None:
    """Neither temporary tables nor parts of other objects are reported."""
    assert unmodelled(loaded) == []


@pytest.mark.parametrize("source", _GONE)
def test_a_kind_taken_away_shows_its_objects(loaded, source: str) -> None:
    """It is driven by what the kinds read, not by a list of its own."""
    assert _GONE[source] in [description for _, description in unmodelled(loaded, without=[source])]


def test_a_kind_out_of_the_registry_shows_its_objects(loaded, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same, by way of the registry."""
    left = {name: kind for name, kind in kinds().items() if name != "policy"}
    monkeypatch.setattr(reader, "kinds", lambda: left)
    reader.sources.cache_clear()
    try:
        assert unmodelled(loaded) == [("pg_policy", "policy po on table public.t")]
    finally:
        reader.sources.cache_clear()


def test_what_is_reported(database: Database, server: TestServer) -> None:
    """Large objects, grants on them and on the database; comments and grants on what has no object of its own."""
    connection = database.connect()
    connection.execute(
        "select lo_create(4711); grant select on large object 4711 to public; comment on large object 4711 is 'x'"
    )
    connection.execute(
        f"comment on database {database.name} is 'x'; grant create on database {database.name} to public"
    )
    expected = [
        ("pg_database", f"comment on database {database.name}"),
        ("pg_database", f"grants on database {database.name}"),
        ("pg_largeobject", "comment on large object 4711"),
        ("pg_largeobject", "grants on large object 4711"),
        ("pg_largeobject", "large object 4711"),
    ]
    found = unmodelled(connection)
    assert [row for row in found if "4711" in row[1] and row[1].startswith("comment")] or server.version
    assert set(found) >= set(expected) - {("pg_largeobject", "comment on large object 4711")}


def test_a_grant_on_a_parameter(database: Database, server: TestServer) -> None:
    """Since 15 there are grants on parameters, of the whole cluster."""
    if server.version < 15:
        pytest.skip("not before 15")
    connection = database.connect()
    connection.execute("grant set on parameter log_min_messages to public")
    try:
        assert ("pg_parameter_acl", "grants on parameter log_min_messages") in unmodelled(connection)
    finally:
        connection.execute("revoke set on parameter log_min_messages from public")


def test_an_ordinary_role_may_ask(loaded, database: Database, role: Callable[..., str]) -> None:
    """It reads nothing that needs a superuser."""
    assert unmodelled(database.connect(user=role())) == []


@pytest.mark.parametrize("case", all_cases(), ids=lambda case: case.name)
def test_cases(case: Case, make_database: Callable[..., Database], server: TestServer) -> None:
    """Nothing in the cases of kinds goes unseen."""
    if not case.since <= server.version < case.before or case.roles or case.tablespaces:
        pytest.skip("not for this server, or it needs roles")
    if case.needs and not server.admin.execute(case.needs).fetchone()[0]:
        pytest.skip("the server lacks what the case needs")
    connection = make_database().connect()
    connection.execute(case.given)
    connection.execute(case.setup)
    assert unmodelled(connection) == []
