"""Grants brought from one state to another, and back to PostgreSQL's defaults."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import psycopg
import pytest

from kinds.altering import alteration, found, objects, removal, run
from kinds.rebuild import definitions
from pggit.core.diff import diff
from pggit.kinds import Render, write
from pggit.kinds.reader import read_state
from servers import Database


@pytest.fixture
def connection(database: Database, role: Callable[..., str]) -> Iterator[psycopg.Connection]:
    """A database with two roles and a table of one of them."""
    role("nologin", "kc_a")
    role("nologin", "kc B")
    connection = database.connect()
    connection.execute("create table t (a int, b int); alter table t owner to kc_a")
    yield connection
    connection.execute('drop owned by kc_a, "kc B" cascade')


def _major(connection: psycopg.Connection) -> int:
    return connection.info.server_version // 10000


DROPPED = (
    ('grant select, update on t to "kc B" with grant option', 'acl "kc B" on table public.t'),
    ('grant select (a) on t to "kc B"', 'acl "kc B" on column public.t.a'),
    ("grant insert on t to public", "acl PUBLIC on table public.t"),
    ("revoke all on t from kc_a", "acl kc_a on table public.t"),
    ("revoke truncate on t from kc_a; grant select on t to kc_a with grant option", "acl kc_a on table public.t"),
    ("grant select (a) on t to kc_a with grant option", "acl kc_a on column public.t.a"),
    (
        "create function f() returns int language sql as 'select 1'; revoke all on function f() from public",
        "acl PUBLIC on function public.f()",
    ),
    (
        "create function f() returns int language sql as 'select 1'; revoke all on function f() from postgres",
        "acl postgres on function public.f()",
    ),
    (
        "create procedure p() language sql as ''; revoke all on procedure p() from public",
        "acl PUBLIC on procedure public.p()",
    ),
    (
        "create aggregate g(*) (sfunc = int8inc, stype = bigint, initcond = '0'); revoke all on function g() from public",
        "acl PUBLIC on aggregate public.g()",
    ),
    ("create type e as enum (); revoke usage on type e from public", "acl PUBLIC on enum public.e"),
    ("create domain d as int; revoke usage on domain d from public", "acl PUBLIC on domain public.d"),
    (
        "create trusted language l handler plpgsql_call_handler; revoke usage on language l from public",
        "acl PUBLIC on language l",
    ),
    ("create schema s; grant usage on schema s to public", "acl PUBLIC on schema s"),
    (
        "grant create on schema public to public; revoke usage on schema public from public",
        "acl PUBLIC on schema public",
    ),
    ("revoke all on schema public from public", "acl PUBLIC on schema public"),
    ('create sequence q; grant usage on sequence q to "kc B"', 'acl "kc B" on sequence public.q'),
    (
        "revoke execute on function pg_sleep(double precision) from public",
        "acl PUBLIC on function pg_catalog.pg_sleep(double precision)",
    ),
    ("grant execute on function pg_reload_conf() to public", "acl PUBLIC on function pg_catalog.pg_reload_conf()"),
    ("revoke select on pg_class from public", "acl PUBLIC on table pg_catalog.pg_class"),
    ("grant select on pg_authid to public", "acl PUBLIC on table pg_catalog.pg_authid"),
    ("alter default privileges for role kc_a grant select on tables to public", "default acl for role kc_a on tables"),
    (
        "alter default privileges for role kc_a revoke execute on functions from public, kc_a",
        "default acl for role kc_a on functions",
    ),
    ("alter default privileges for role kc_a revoke usage on types from public", "default acl for role kc_a on types"),
    (
        'alter default privileges for role "kc B" grant select on tables to "kc B" with grant option;'
        'alter default privileges for role "kc B" revoke update on tables from "kc B"',
        'default acl for role "kc B" on tables',
    ),
    (
        'alter default privileges for role kc_a in schema public grant execute on functions to public, "kc B"',
        "default acl for role kc_a in schema public on functions",
    ),
)


@pytest.mark.parametrize(("statement", "key"), DROPPED)
def test_back_to_the_default(connection: psycopg.Connection, statement: str, key: str) -> None:
    """A grant that goes leaves what PostgreSQL gives by default; made again, it is as it was."""
    connection.execute(statement)
    granted = read_state(connection)
    run(connection, removal(granted, key, _major(connection), [key]))
    gone = {change.key for change in diff(granted, read_state(connection)) if change.verb == "drop"}
    assert gone - {"system catalog privileges"} == {key}
    group, obj = found(granted, key)
    run(connection, write.create(obj, Render(objects(granted, group), _major(connection))))
    assert not diff(granted, read_state(connection))


ALTERED = (
    ("table public.t", "select, insert", "update"),
    ("table public.t", "select, insert", "select"),
    ("table public.t", "select with grant option", "select"),
    ("table public.t", "select", "select with grant option"),
    ("table public.t", "select with grant option", "insert with grant option"),
    ("column public.t.a", "select (a), insert (a)", "update (a)"),
    ("column public.t.a", "select (a) with grant option", "select (a), update (a)"),
)


@pytest.mark.parametrize(("target", "old", "new"), ALTERED)
def test_altered(connection: psycopg.Connection, target: str, old: str, new: str) -> None:
    """What goes is revoked, what comes is granted, and nothing else of the grantee changes."""
    connection.execute('grant select (b) on t to "kc B"')
    states = []
    for form in (new, old):
        if target.startswith("table"):
            connection.execute('revoke all on t from "kc B"; grant select (b) on t to "kc B"')
        else:
            connection.execute('revoke all (a) on t from "kc B"')
        connection.execute(_grant(form))
        states.append(read_state(connection))
    after, before = states
    for a, b in ((before, after), (after, before)):
        run(connection, alteration(a, b, f'acl "kc B" on {target}', _major(connection)) or [])
        assert not diff(b, read_state(connection))


def _grant(form: str) -> str:
    listed, option, _ = form.partition(" with grant option")
    return f'grant {listed} on t to "kc B"{option}'


@pytest.mark.parametrize("first", ["relation", "columns"])
def test_columns_stay(connection: psycopg.Connection, first: str) -> None:
    """REVOKE on a table takes grants on its columns along: those that stay are made again, whatever comes first."""
    connection.execute('grant select, insert on t to "kc B"; grant select (a), update (a) on t to "kc B"')
    before = read_state(connection)
    connection.execute('revoke all on t from "kc B"; grant update on t to "kc B"; grant select (a) on t to "kc B"')
    after = read_state(connection)
    connection.execute('revoke all on t from "kc B"; grant select, insert on t to "kc B"')
    connection.execute('grant select (a), update (a) on t to "kc B"')
    keys = ['acl "kc B" on table public.t', 'acl "kc B" on column public.t.a']
    for key in keys if first == "relation" else reversed(keys):
        run(connection, alteration(before, after, key, _major(connection)) or [])
    assert not diff(after, read_state(connection))
    gone = {key: value for key, value in definitions(after).items() if key != keys[0]}
    run(connection, removal(after, keys[0], _major(connection), [keys[0]]))
    assert definitions(read_state(connection)) == gone


def test_owner(connection: psycopg.Connection) -> None:
    """An owner changes; there is always one."""
    before = read_state(connection)
    connection.execute('alter table t owner to "kc B"')
    after = read_state(connection)
    run(connection, alteration(after, before, "owner table public.t", _major(connection)) or [])
    assert not diff(before, read_state(connection))
    assert removal(before, "owner table public.t", _major(connection)) == []
