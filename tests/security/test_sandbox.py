"""SQL that pgGit did not write is loaded by a role without rights, and leaves nothing behind."""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from kinds.rebuild import definitions
from pggit.core.errors import PermissionDenied, PgGitError, Refused, UnprotectedSource, UsageError
from pggit.db.scratch import PREFIX, drop_abandoned, scratch_database
from pggit.kinds.reader import read_state
from pggit.repo.states import compare
from pggit.sandbox.sandbox import open_sandbox
from pggit.settings import load
from servers import Database, TestServer, running

MARK = Path("/tmp")


def loaded(url: str, directory: Path, **flags: object) -> dict[str, object]:
    """The definitions that a directory makes, by key."""
    changes = compare("empty", f"dir:{directory}", None, owners=True, settings=load({"db": url, **flags}, environ={}))
    return {change.key: change.new for change in changes}


def left(server: TestServer) -> list[str]:
    rows = server.admin.execute(
        "select rolname from pg_roles where starts_with(rolname, %s)"
        " union all select datname from pg_database where starts_with(datname, %s)",
        [PREFIX, PREFIX],
    ).fetchall()
    return [name for (name,) in rows]


ATTACKS = {
    "program": "create table x (a text); copy x from program '{run}'",
    "program in do": "do $$ begin execute 'copy (select 1) to program ''{run}'''; end $$",
    "reset role": "reset role; copy (select 1) to program '{run}'",
    "another role": "set session authorization postgres; copy (select 1) to program '{run}'",
    "definer": "create function f() returns void language plpgsql security definer as"
    " $$ begin execute 'copy (select 1) to program ''{run}'''; end $$; alter function f() owner to postgres; select f()",
    "index": "create function f(int) returns int immutable language plpgsql as"
    " $$ begin execute 'copy (select 1) to program ''{run}'''; return 1; exception when others then return 2; end $$;"
    " create table x (a int); insert into x values (1); create index on x (f(a)); alter table x owner to postgres; analyze x",
    "event trigger": "create function f() returns event_trigger language plpgsql as"
    " $$ begin execute 'copy (select 1) to program ''{run}'''; exception when others then null; end $$;"
    " create event trigger e on ddl_command_end execute function f(); create table x (a int);"
    " create extension postgres_fdw; create publication p for all tables; comment on event trigger e is 'x'",
    "login": "create function f() returns event_trigger language plpgsql as"
    " $$ begin execute 'copy (select 1) to program ''{run}'''; exception when others then null; end $$;"
    " create event trigger e on login execute function f(); create publication p for all tables",
    "internal": "create function f(text) returns text language internal as 'pg_read_file_all'; select f('PG_VERSION')",
    "c": "create extension hstore; create function f(int8) returns text language c as '$libdir/hstore','hstore_out';"
    " select f(1)",
    "type": "create type t; create function tin(cstring) returns t language internal as 'int8in' immutable strict;"
    " create function tout(t) returns cstring language internal as 'textout' immutable strict;"
    " create type t (input = tin, output = tout, like = int8); select '1'::t::text",
    "cast": "create cast (int8 as text) without function; select 12345678::int8::text::bytea",
    "language": "create trusted language evil handler plpgsql_call_handler; do language evil 'begin end'",
    "operator class": "create operator class o for type int8 using btree as function 1 bttextcmp(text,text);"
    " create table x (a int8); create index on x (a o)",
    "system function": "alter function pg_catalog.pg_read_file(text) owner to app",
    "system function again": "create or replace function pg_catalog.int4eq(int,int) returns bool language internal as 'int4ne'",
    "schema of the system": "set search_path = pg_catalog; create function evil() returns int language c as 'hstore','hstore_in'",
    "grant": "grant execute on function pg_catalog.pg_read_file(text) to app; set role app; select pg_read_file('PG_VERSION')",
    "dblink": "create extension dblink; select dblink_exec('{conninfo}', 'create role {role} superuser')",
    "fdw": "create extension postgres_fdw; create server s foreign data wrapper postgres_fdw options (dbname 'postgres');"
    " create user mapping for public server s options (user 'postgres', password_required 'false');"
    " create foreign table f (a int) server s; select * from f",
    "subscription": "create subscription s connection '{conninfo}' publication p",
    "role": "create role {role}",
    "role in do": "do $$ begin execute 'create role {role}'; end $$",
    "role in function": "create function f() returns void language sql as 'create role {role}'; select f()",
    "membership": "grant pg_execute_server_program to current_user; copy (select 1) to program '{run}'",
    "system": "alter system set work_mem = '1MB'",
    "database": "create database {role}",
    "settings": "alter database postgres set work_mem = '1MB'",
    "settings in do": "do $$ begin execute 'alter database postgres set work_mem = ''1MB'''; end $$",
    "parameter": "grant set on parameter log_statement to public",
    "owned": "drop owned by postgres cascade",
    "reassigned": "reassign owned by postgres to current_user",
    "handler": "create function v(text[], oid) returns void language plpgsql as"
    " $$ begin execute 'copy (select 1) to program ''{run}'''; end $$;"
    " create foreign data wrapper w validator v options (a 'b'); create server s foreign data wrapper w options (a 'b')",
    "several": "comment on extension plpgsql is 'x'; copy (select 1) to program '{run}'",
}
LOADS = {"index", "event trigger", "login", "handler", "cast"}
"""What may load, as nothing is executed with rights; all others must fail."""


@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_runs_with_rights(server: TestServer, database: Database, tmp_path: Path, attack: str) -> None:
    mark = MARK / f"pggit-attack-{secrets.token_hex(5)}"
    role = f"evil_{secrets.token_hex(4)}"
    values = {"run": f"touch {mark}", "role": role, "conninfo": database.url.replace("'", "''")}
    text = ATTACKS[attack]
    for name, value in values.items():
        text = text.replace("{" + name + "}", value)
    (tmp_path / "evil.sql").write_text(text)
    settings = "select count(*) from pg_db_role_setting union all select count(*) from pg_roles"
    before = server.admin.execute(settings).fetchall()
    try:
        loaded(database.url, tmp_path)
    except PgGitError as error:
        assert attack not in LOADS or (attack == "login" and server.version < 17), error
    else:
        assert attack in LOADS
    assert not mark.exists()
    assert server.admin.execute(settings).fetchall() == before
    assert left(server) == []


def test_statements_on_the_server_are_refused_by_name(database: Database, tmp_path: Path) -> None:
    (tmp_path / "a.sql").write_text("create table a ();\ncreate role somebody")
    with pytest.raises(Refused, match=r"a\.sql:2: CREATE ROLE concerns the whole server") as caught:
        loaded(database.url, tmp_path)
    assert "--trust-source" in str(caught.value.hint)


def test_owners_and_grants_name_roles_that_need_not_exist(database: Database, tmp_path: Path) -> None:
    (tmp_path / "a.sql").write_text(
        "create schema app authorization nobody_here; create table app.t (id int); alter table app.t owner to somebody;"
        'revoke all on app.t from somebody; grant select on app.t to somebody, "Else", public;'
        "create policy p on app.t to somebody, another; set role somebody; create table made (); reset role;"
        "alter default privileges for role somebody in schema app grant select on tables to another;"
        "grant usage on schema public to another; alter schema public owner to pg_database_owner;"
        if database.version >= 15
        else "create schema app authorization nobody_here; create table app.t (id int); alter table app.t owner to somebody;"
    )
    found = loaded(database.url, tmp_path)
    assert found["owner schema app"] == {"role": "nobody_here"}
    assert found["owner table app.t"] == {"role": "somebody"}
    if database.version >= 15:
        assert found["acl somebody on table app.t"] == {"privileges": ["SELECT"]}
        assert found['acl "Else" on table app.t'] == {"privileges": ["SELECT"]}
        assert found["policy p on app.t"] == {"command": "all", "roles": ["another", "somebody"]}
        assert found["owner table public.made"] == {"role": "somebody"}
        assert found["default acl for role somebody in schema app on tables"] == {
            "grants": {"another": {"privileges": ["SELECT"]}}
        }
        assert found["acl another on schema public"] == {"privileges": ["USAGE"]}
    assert not [key for key, new in found.items() if PREFIX in key or PREFIX in str(new)]


@pytest.mark.parametrize("right", ["create", "usage", "all"])
def test_what_the_caller_is_granted_in_schema_public_is_seen(
    database: Database, make_database: Callable[..., Database], role: Callable[..., str], tmp_path: Path, right: str
) -> None:
    """The role that loads may create in the schema anyway."""
    if database.version < 15:
        pytest.skip("before 15 schema public belongs to the superuser who made the database")
    caller = role("login createdb createrole")
    text = f"grant {right} on schema public to {caller}"
    (tmp_path / "a.sql").write_text(text)
    other = make_database()
    other.connect().execute(text.encode())
    with other.connect() as connection:
        expected = definitions(read_state(connection))[f"acl {caller} on schema public"]
    assert loaded(database.url_as(caller), tmp_path)[f"acl {caller} on schema public"] == expected


@pytest.mark.parametrize("who", ["the caller", "another"])
def test_schema_public_is_given_to_a_role(
    database: Database, role: Callable[..., str], tmp_path: Path, who: str
) -> None:
    if database.version < 15:
        pytest.skip("before 15 schema public belongs to the superuser who made the database")
    caller, another = role("login createdb createrole"), role()
    owner = caller if who == "the caller" else another
    (tmp_path / "a.sql").write_text(f"alter schema public owner to {owner}; create table public.t ()")
    assert loaded(database.url, tmp_path)["owner schema public"] == {"role": owner}
    assert loaded(database.url_as(caller), tmp_path)["owner schema public"] == {"role": owner}


PRIVILEGED = (
    "create extension postgres_fdw; create server s foreign data wrapper postgres_fdw options (host 'x');"
    "create extension hstore; create function c(cstring) returns hstore language c as '$libdir/hstore', 'hstore_in';"
    "create function l() returns int language sql leakproof as 'select 1';"
    "create function e() returns event_trigger language plpgsql as 'begin end'; create event trigger e on sql_drop"
    " execute function e(); alter event trigger e disable; comment on event trigger e is 'x';"
    "create type t; create function tin(cstring) returns t language internal as 'int4in' immutable strict;"
    "create function tout(t) returns cstring language internal as 'int4out' immutable strict;"
    "create type t (input = tin, output = tout, like = int4); create cast (int4 as t) without function;"
    "create foreign data wrapper w; create publication p for all tables; create table has (a t)"
)


def test_what_only_a_superuser_creates_reads_as_it_was_written(
    database: Database, make_database: Callable[..., Database], tmp_path: Path
) -> None:
    (tmp_path / "a.sql").write_text(PRIVILEGED)
    other = make_database()
    other.connect().execute(PRIVILEGED)
    assert compare(f"dir:{tmp_path}", other.url, None, owners=True, settings=load({"db": database.url})) == []


def test_a_file_waits_for_what_a_later_one_creates(database: Database, tmp_path: Path) -> None:
    (tmp_path / "1.sql").write_text(
        "create schema one; create cast (int4 as text) without function; set search_path = one; create table t ();"
        "create type m; create view v as select * from public.later"
    )
    (tmp_path / "2.sql").write_text("create table later (a int)")
    found = loaded(database.url, tmp_path)
    assert {"table one.t", "view one.v", "cast (integer AS text)", "table public.later"} <= found.keys()


def test_what_a_killed_process_left_is_dropped(server: TestServer, database: Database, tmp_path: Path) -> None:
    (tmp_path / "a.sql").write_text("create table t (); alter table t owner to somebody; select pg_sleep(60)")
    program = (
        "import sys; from pggit.repo.states import compare; from pggit.settings import load;"
        "compare('empty', 'dir:' + sys.argv[2], None, settings=load({'db': sys.argv[1]}))"
    )
    process = subprocess.Popen([sys.executable, "-c", program, database.url, str(tmp_path)])
    asleep = "select count(*) from pg_stat_activity where query ~ 'pg_sleep' and starts_with(usename, %s)"
    for _ in range(600):
        if server.admin.execute(asleep, [PREFIX]).fetchone() == (1,):
            break
        time.sleep(0.1)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert len([name for name in left(server) if "_1" in name[-3:] or name.endswith("_all")]) == 2
    server.admin.execute(
        "select pg_terminate_backend(pid) from pg_stat_activity where starts_with(datname, %s)", [PREFIX]
    )
    for _ in range(100):
        drop_abandoned(server.admin)
        if not left(server):
            break
        time.sleep(0.1)
    assert left(server) == []


def test_nobody_else_connects_to_a_scratch_database(database: Database, role: Callable[..., str]) -> None:
    other = role()
    with scratch_database(database.url) as url:
        with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
            psycopg.connect(psycopg.conninfo.make_conninfo(url, user=other))
        with open_sandbox(database.url) as sandbox:
            assert sandbox.unprotected is None
            name = sandbox.connection.info.user
            rights = (
                "select rolsuper, rolcreaterole, rolcreatedb, rolvaliduntil < now() + interval '2 hours' from pg_roles"
            )
            found = sandbox.own.execute(f"{rights} where rolname = %s", [name]).fetchone()
            assert found == (False, False, False, True)


def test_a_plain_role_loads_as_itself_and_is_warned(
    database: Database, role: Callable[..., str], tmp_path: Path
) -> None:
    (tmp_path / "a.sql").write_text("create table t ()")
    plain = role("login createdb")
    with pytest.warns(UnprotectedSource, match=f"rights of role {plain}"):
        assert "table public.t" in loaded(database.url_as(plain), tmp_path)


def test_a_role_that_makes_roles_is_enough(database: Database, role: Callable[..., str], tmp_path: Path) -> None:
    (tmp_path / "a.sql").write_text(
        "create table t (); alter table t owner to somebody; comment on schema public is 'x'"
    )
    with open_sandbox(database.url_as(role("login createdb createrole"))) as sandbox:
        assert sandbox.unprotected is None
        if database.version >= 15:
            sandbox.load(tmp_path)
            assert sandbox.read().definition("table public.t", "owner table public.t") == {"role": "somebody"}


@contextmanager
def admitting(version: int, *lines: str) -> Iterator[TestServer]:
    """A server whose pg_hba.conf has these lines."""
    with running(str(version)) as started:
        started.admin.execute("create role plain login createdb")
        hba = Path(started.admin.execute("show hba_file").fetchone()[0])
        hba.write_text("".join(f"{line}\n" for line in lines))
        started.admin.execute("select pg_reload_conf()")
        time.sleep(0.5)
        yield started


def test_a_server_that_asks_for_passwords(server: TestServer, tmp_path: Path) -> None:
    (tmp_path / "a.sql").write_text("create table t (); create cast (int4 as text) without function")
    with admitting(server.version, "local all postgres trust", "local all all scram-sha-256") as other:
        assert "table public.t" in loaded(other.url_of("postgres"), tmp_path)
        with open_sandbox(other.url_of("postgres")) as sandbox:
            assert sandbox.connection.pgconn.used_password


def test_a_server_that_admits_no_new_roles(server: TestServer, tmp_path: Path) -> None:
    (tmp_path / "a.sql").write_text("create table t ()")
    with admitting(
        server.version, "local all postgres trust", "local all plain trust", "local all all reject"
    ) as other:
        url = other.url_of("postgres")
        with pytest.raises(PermissionDenied, match=r"is not run as a superuser.*does not admit") as caught:
            loaded(url, tmp_path)
        assert "--trust-source" in str(caught.value.hint)
        assert left(other) == []
        assert "table public.t" in loaded(url, tmp_path, trust_source=True)
        with pytest.warns(UnprotectedSource):
            loaded(psycopg.conninfo.make_conninfo(url, user="plain"), tmp_path)
        assert left(other) == []


def test_a_project_cannot_say_that_it_is_trusted(tmp_path: Path) -> None:
    (tmp_path / ".pggit.toml").write_text("trust_source = true\n")
    with pytest.raises(UsageError, match="trust_source is not taken from a project's file"):
        load(cwd=tmp_path, environ={})
    (tmp_path / ".pggit.toml").unlink()
    assert load(cwd=tmp_path, environ={"PGGIT_TRUST_SOURCE": "on"}).trust_source is True
