"""Constants whose input function is code of somebody: PostgreSQL calls it while it parses the statement."""

from __future__ import annotations

import secrets
from dataclasses import replace
from pathlib import Path

import pytest

from pggit.apply.handing import _run
from pggit.apply.rights import send
from pggit.core.errors import PermissionDenied, Refused
from pggit.db.connect import connect
from pggit.db.constants import Constants, constants
from pggit.db.restore import restore
from pggit.plan.model import Plan, Statement
from pggit.repo.states import compare
from pggit.settings import load
from security.conftest import set_trap

STATEMENTS = {
    "view": "create view {s}.w as select '{{1}}'::{s}.dom[] as d",
    "materialized view": "create materialized view {s}.w as select '{{1}}'::{s}.dom[] as d",
    "policy": "create policy p on {s}.x using ('{{1}}'::{s}.dom[] is not null)",
    "rule": "create rule r as on update to {s}.x where '{{1}}'::{s}.dom[] is not null do instead nothing",
    "trigger": "create trigger t before update on {s}.x for each row when ('{{1}}'::{s}.dom[] is not null)"
    " execute function {s}.tf()",
    "aggregate": "create aggregate {s}.agg(int) (sfunc = {s}.s, stype = {s}.dom, initcond = '1')",
    "old aggregate": "create aggregate {s}.agg (basetype = int, sfunc1 = {s}.s, stype1 = {s}.dom, initcond1 = '1')",
    "function": "create function {s}.f(a {s}.dom[] default '{{1}}') returns int language sql as 'select 1'",
    "body": "create function {s}.f() returns {s}.dom[] language sql begin atomic select '{{1}}'::{s}.dom[]; end",
    "index": "create index i on {s}.x (id) where ('{{1}}'::{s}.dom[] is not null)",
    "statistics": "create statistics {s}.st on id, ('{{1}}'::{s}.dom[] is not null) from {s}.x",
    "domain": "create domain {s}.d2 as {s}.dom[] default '{{1}}'",
    "check": "alter table {s}.x add constraint c check ('{{1}}'::{s}.dom[] is not null) not valid",
    "default": "alter table {s}.x alter column d set default '{{1}}'",
    "table": "create table {s}.y (d {s}.dom[] default '{{1}}')",
    "composite": "create view {s}.w as select '(1)'::{s}.pair as d",
    "range": "create view {s}.w as select '[1,2)'::{s}.span as d",
    "domain over an array": "create view {s}.w as select '{{1}}'::{s}.many as d",
    "escapes": "create view {s}.w as select E'\\x7b1}}'::{s}.dom[] as d",
    "dollars": "create view {s}.w as select $$ {{1}}$$::{s}.dom[] as d",
    "implicit": "create view {s}.w as select {s}.takes('{{1}}') as d",
    "publication": "create publication p for table {s}.x where ('{{1}}'::{s}.dom[] is not null)",
}


@pytest.fixture
def mallory(database, role):
    """Owns a domain, types and functions that hold it, and a table."""
    attacker = set_trap(database, role())
    s = attacker.schema
    with attacker.connect() as there:
        there.execute(
            f"create domain {s}.dom as int check ({attacker.trap}()); create type {s}.pair as (a {s}.dom);"
            f" create type {s}.span as range (subtype = {s}.dom); create domain {s}.many as {s}.dom[];"
            f" create table {s}.x (id int primary key, d {s}.dom[]);"
            f" create function {s}.s({s}.dom, int) returns {s}.dom language sql as 'select $1';"
            f" create function {s}.takes({s}.dom[]) returns int language sql as 'select 1';"
            f" create function {s}.tf() returns trigger language plpgsql as 'begin return new; end'"
        )
    return attacker


@pytest.mark.parametrize("name", STATEMENTS)
def test_it_runs_nothing_over_a_connection_with_more_rights(mallory, name):
    statement = STATEMENTS[name].format(s=mallory.schema)
    if name == "body" and mallory.database.version < 14:
        pytest.skip("no SQL bodies before 14")
    if name == "publication" and mallory.database.version < 15:
        pytest.skip("no row filters before 15")
    for run in (send, lambda connection, sql: restore(connection, [sql])):
        with connect(mallory.database.url) as connection, pytest.raises(PermissionDenied, match=mallory.schema):
            run(connection, statement)
    assert mallory.loot() == []


@pytest.mark.parametrize("name", ["view", "default", "aggregate", "composite"])
def test_its_owner_may(mallory, name):
    with mallory.connect() as there, connect(mallory.database.url_as(mallory.name)) as connection:
        send(connection, STATEMENTS[name].format(s=mallory.schema))
        assert there.execute("select 1").fetchone() == (1,)


def test_types_of_others_are_no_hindrance(mallory):
    with connect(mallory.database.url) as connection:
        connection.execute("create domain public.own as int check (value > 0); create type public.e as enum ('a')")
        send(connection, "create table public.t (a jsonb default '{\"a\": 1}'::jsonb, b text[] default '{a}'::text[])")
        send(connection, "create view public.v as select '{1}'::public.own[] as a, '{a}'::public.e[] as b")
        send(connection, "comment on table public.t is '{1}'")
        send(connection, f"create table public.u (a {mallory.schema}.dom[] default '{{}}'::{mallory.schema}.dom[])")
    assert mallory.loot() == []


ELSEWHERE = {
    "c function": "create function m.c(a m.dom[] default '{1}') returns int language c as 'none', 'none'",
    "internal function": "create function m.c(a m.dom[] default '{1}') returns int language internal as 'int4in'",
    "cast default": "create function m.c(a m.dom[] default cast('{1}' as m.dom[])) returns int leakproof language sql as 'select 1'",
    "publication": "create publication p for table m.t where ('{1}'::m.dom[] is not null), tables in schema public",
}


@pytest.mark.parametrize("name", ELSEWHERE)
def test_files_run_nothing_over_the_caller_s_connection(database, tmp_path, name):
    if name == "publication" and database.version < 15:
        pytest.skip("no row filters before 15")
    mark = Path(f"/tmp/pggit_mark_{secrets.token_hex(8)}")
    (tmp_path / "a.sql").write_text(
        "create schema m; create table m.t (id int primary key);"
        " create function m.evil() returns boolean language plpgsql as $f$ begin"
        f" execute 'copy (select 1) to program ''touch {mark}'''; return true;"
        " exception when insufficient_privilege then return true; end $f$;"
        f" create domain m.dom as int check (m.evil()); {ELSEWHERE[name]}"
    )
    with pytest.raises(Refused, match="with the rights of this session"):
        compare("empty", f"dir:{tmp_path / 'a.sql'}", None, settings=load({"db": database.url}, environ={}))
    assert not mark.exists()


def test_what_is_handed_over_runs_nothing(database):
    """The domains of a text belong to the caller by then."""
    with connect(database.url) as connection:
        connection.execute("create table public.ran (a int)")
        connection.execute(
            "create function public.evil() returns boolean language plpgsql as"
            " 'begin insert into public.ran values (1); return true; end';"
            " create domain public.dom as int check (public.evil()); create table public.t (id int)"
        )
        text = "create policy p on public.t using ('{1}'::public.dom[] is not null)"
        plan = replace(_EMPTY, statements=(Statement(text, "create", "policy p on public.t"),))
        with pytest.raises(Refused, match=r"policy p on public\.t is not run"):
            _run(connection, plan)
        assert connection.execute("select * from public.ran").fetchall() == []


_EMPTY = Plan(source="", target="", from_hash="0" * 64, to_hash="0" * 64, major=18, statements=())


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("select '{1}'::a.b[]", Constants(('"a"."b"[]',), untyped=False)),
        ("select U&'\\007b1}'::a.b", Constants(('"a"."b"',), untyped=False)),
        ("select f('{1}')", Constants((), untyped=True)),
        ("select pggit.f('{1}', g('{2}'))", Constants((), untyped=True)),
        ("select pggit.f('{1}', 'a')", None),
        ("select pggit.f('{1}') filter (where g('{2}'))", Constants((), untyped=True)),
        ("select f(' \n(1)')", Constants((), untyped=True)),
        ("select 'a{1}'::a.b, '{ }'::a.b[], '1'::a.b", None),
        ("select '{1}'::pg_catalog.jsonb", None),
        ("select " + "(" * 3000 + "'{1}'" + ")" * 3000, Constants((), untyped=True)),
        ("not SQL '{", Constants((), untyped=True)),
    ],
)
def test_constants_are_found(sql, expected):
    assert constants(sql) == expected
