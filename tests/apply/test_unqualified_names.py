"""Functions that look for unqualified names, as most do: they are found where the role that runs the plan keeps its own."""

from __future__ import annotations

import pytest

from pggit.apply.rights import send
from pggit.core.errors import SqlFailed
from pggit.db.connect import connect

HELPERS = """
create function public.lo(t text) returns text language sql immutable as 'select lower(t)';
create function public.norm(t text) returns text language sql immutable as 'select lo(trim(t))';
create function public.plain(t text) returns text language plpgsql immutable as 'begin return lo(t); end';
create table public.seen (e text);
create function public.note() returns trigger language plpgsql as
  'begin insert into seen values (new.e); return new; end';
create table public.rows (id int primary key, e text); insert into public.rows values (1, 'A');
create trigger note after update on public.rows for each row execute function public.note();
"""

STATEMENTS = {
    "generated": "create table public.t (e text, n text generated always as (public.norm(e)) stored)",
    "partition key": "create table public.t (e text) partition by list (public.norm(e))",
    "generated later": "alter table public.rows add column n text generated always as (public.plain(e)) stored",
    "default": "alter table public.rows add column n text default public.norm('B')",
    "check": "alter table public.rows add constraint c check (public.norm(e) <> '')",
    "using": "alter table public.rows alter column e type varchar using public.plain(e)",
    "update": "update public.rows set e = 'c'",
    "insert": "insert into public.rows values (2, public.plain('B'))",
}


@pytest.fixture
def helpers(database):
    with database.connect() as admin:
        admin.execute("revoke create on schema public from public")
        admin.execute(HELPERS)
    return database


@pytest.mark.parametrize("name", STATEMENTS)
def test_a_statement_finds_what_its_functions_call(helpers, name):
    if name == "using":
        with helpers.connect() as admin:
            admin.execute("drop trigger note on public.rows")
    with connect(helpers.url) as connection:
        before = connection.execute("show search_path").fetchone()
        with connection.transaction():
            send(connection, STATEMENTS[name])
        assert connection.execute("show search_path").fetchone() == before


def test_a_schema_of_others_is_left_out_and_the_hint_says_so(helpers, role):
    mallory = role()
    with helpers.connect() as admin:
        admin.execute(f"create schema open; grant usage, create on schema open to {mallory}")
        admin.execute("create function open.helper(t text) returns text language sql immutable as 'select t'")
        admin.execute(
            "create function public.calls(t text) returns text language plpgsql immutable as"
            " 'begin return helper(t); end'"
        )
        admin.execute(f'alter database "{admin.info.dbname}" set search_path = open, public')
    with connect(helpers.url) as connection:
        with pytest.raises(SqlFailed, match="helper") as caught, connection.transaction():
            send(connection, "update public.rows set e = public.calls(e)")
        assert "pg_catalog, public, pg_temp" in str(caught.value.hint)
        assert "less trusted roles" in str(caught.value.hint)
