"""What every function, table and view of ours runs as, and who may use it: a golden file, and a lint that finds what it shall."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

import pggit
from pggit.core.errors import Refused
from pggit.repo.engine_version import is_unsafe
from security import lint_engine
from security.conftest import install_older
from servers import Database, TestServer

GOLDEN = Path(__file__).parent / "golden" / "rights.txt"
LEVELS = ("reader", "auditor", "writer", "admin")

_FUNCTIONS = (
    "select 'function ' || p.oid::regprocedure, concat_ws(' ', case when p.prosecdef then 'security definer' else 'security invoker' end,"
    " case when p.prorettype::regtype::text in ('trigger', 'event_trigger') then p.prorettype::regtype::text end),"
    " array_to_string(p.proconfig, '; '), p.proowner::regrole::text, p.proacl, acldefault('f', p.proowner)"
    " from pg_proc as p join pg_namespace as n on n.oid = p.pronamespace where n.nspname like 'pggit%'"
)
_OTHERS = (
    "select 'schema ' || n.oid::regnamespace, '', '', n.nspowner::regrole::text, n.nspacl, acldefault('n', n.nspowner)"
    " from pg_namespace as n where n.nspname like 'pggit%'"
    " union all"
    " select case c.relkind when 'v' then 'view ' when 'S' then 'sequence ' else 'table ' end || c.oid::regclass, '', '', c.relowner::regrole::text,"
    " c.relacl, acldefault('r', c.relowner) from pg_class as c join pg_namespace as n on n.oid = c.relnamespace"
    " where n.nspname like 'pggit%' and c.relkind in ('r', 'v', 'S', 'm', 'p', 'f')"
)


def rights(connection: psycopg.Connection, names: dict[str, str]) -> list[str]:
    """A line for each function, table, view: as what it runs, and who may use it."""
    lines = []
    for what, security, config, owner, *_ in connection.execute(f"{_FUNCTIONS} union all {_OTHERS}").fetchall():
        lines.append((what, security, config or "", names.get(owner, owner)))
    grants = connection.execute(
        f"select x.what, coalesce(nullif(g.grantee::regrole::text, '-'), 'PUBLIC'), g.privilege_type from ({_FUNCTIONS} union all {_OTHERS})"
        " as x(what, security, config, owner, acl, usual) cross join lateral aclexplode(coalesce(x.acl, x.usual)) as g"
    ).fetchall()
    may: dict[str, set[str]] = {}
    for what, grantee, privilege in grants:
        if names.get(grantee) != "owner":
            may.setdefault(what, set()).add(f"{names.get(grantee, grantee)} {privilege.lower()}")
    order = {name: number for number, name in enumerate(LEVELS)}
    return sorted(
        " | ".join(filter(None, [what, security, config, owner, ", ".join(sorted(may.get(what, {"nobody"}), key=lambda one: order.get(one.split()[0], -1)))]))
        for what, security, config, owner in lines
    )  # fmt: skip


@pytest.fixture
def everything(tracked: Database, role: Callable[..., str]) -> tuple[Database, dict[str, str]]:
    """A tracked database with a role of each level, and schemas for the journal and for kept data."""
    names = {role(): level for level in LEVELS}
    with pggit.open(tracked.url) as repo:
        for name, level in names.items():
            repo.grant(level, name)
        repo.connection.execute(
            "create table public.kept (id serial primary key, a int); insert into public.kept (a) values (1)"
        )
        repo.connection.execute(
            "select pggit.keep_table('public.kept', 'kept_1', %s)", ['{"key": "table public.kept"}']
        )
    return tracked, names | {"postgres": "owner"}


def journal(database: Database) -> None:
    """Leave a journal behind, as an interrupted run does."""
    from pggit.apply import journal as kept
    from pggit.apply.session import apply_session
    from pggit.plan.make import plan

    with closing(psycopg.connect(database.url, autocommit=True)) as connection:
        made = plan(database.url, database.url)
        with apply_session(connection), connection.transaction():
            kept.write(connection, made, kept.start(connection, made, kept.BY_APPLY))


def test_rights_of_everything(everything: tuple[Database, dict[str, str]]) -> None:
    database, names = everything
    journal(database)
    with database.connect() as connection:
        found = rights(connection, names)
    text = "".join(f"{line}\n" for line in found)
    if os.environ.get("PGGIT_REWRITE_GOLDEN"):
        GOLDEN.write_text(text, encoding="utf-8")
    assert text == GOLDEN.read_text(encoding="utf-8")
    # the schema of the journal itself is open to nobody
    assert [line for line in found if "PUBLIC" in line and not line.startswith("function pggit_apply.plan()")] == []


def test_rights_of_the_pools(server: TestServer, role: Callable[..., str]) -> None:
    """The control database of a role's pools: nobody but the role has rights in it."""
    from pggit.clone.pool.control import drop_unused_control, ensure_control

    name = role("login createdb")
    with closing(psycopg.connect(psycopg.conninfo.make_conninfo(server.url, user=name), autocommit=True)) as connection:
        with closing(ensure_control(connection)) as opened:
            found = rights(opened, {name: "owner"})
        drop_unused_control(connection)
    assert len(found) > 4
    for line in found:
        what, *_, may = line.split(" | ")
        if what.startswith("function "):
            assert "security invoker | search_path=pg_catalog, pg_temp | owner" in line
        else:
            assert may == "nobody", line


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("create function pggit.f() returns void language sql as 'select 1'", "does not pin its search_path"),
        ("create function pggit.f() returns void language sql set search_path = pg_catalog as 'select 1'", "does not pin its search_path"),
        ("create function f() returns void language sql set search_path = pg_catalog, pg_temp as 'select 1'", "without its schema"),
        ("create or replace function pggit.f() returns void language sql set search_path = pg_catalog, pg_temp as 'select 1'", "replaces"),
        ("create function pggit.f() returns mine language sql set search_path = pg_catalog, pg_temp as 'select 1'", "type mine has no schema"),
        ("create function pggit.f() returns void language sql set search_path = pg_catalog, pg_temp as 'select * from mine'", "relation mine has no schema"),
        ("create function pggit.f() returns void language plpgsql set search_path = pg_catalog, pg_temp as 'begin insert into mine values (1); end'", "relation mine"),
        ("create function pggit.f() returns void language plpgsql set search_path = pg_catalog, pg_temp as 'declare\n  x mine;\nbegin end'", "type mine"),
        ("create function pggit.f() returns void language sql set search_path = pg_catalog, pg_temp as 'select 1::mine'", "type mine"),
        ("create table mine (a int)", "without its schema"),
        ("create view pggit.v as select * from mine", "relation mine has no schema"),
        ("create table pggit.t (a mine)", "type mine has no schema"),
    ],
)  # fmt: skip
def test_the_lint_finds(text: str, message: str) -> None:
    assert any(message in problem for problem in lint_engine.problems("x", text))


def test_the_lint_lists_statements_that_are_put_together() -> None:
    text = "create function pggit.f() returns void language plpgsql as 'begin execute format(''drop %s'', 1); end'"
    assert lint_engine.dynamic(text) == {"pggit.f: format('drop %s', 1)"}


def test_the_engine_has_nothing_to_find() -> None:
    assert lint_engine.main() == 0


def test_an_older_engine_is_named_and_mended(database: Database, capsys: pytest.CaptureFixture[str]) -> None:
    from pggit.cli.main import main

    install_older(database)
    with pggit.open(database.url) as repo:
        assert is_unsafe(repo.connection)
        found = {check.name: check for check in repo.health()}
        assert found["engine"].status == "error" and "pggit upgrade" in found["engine"].message
    for arguments in (["status"], ["health"], ["branch"]):
        main(["--db", database.url, *arguments])
        said = capsys.readouterr().err
        assert "older version" in said and "pggit upgrade" in said, arguments
    with pggit.open(database.url) as repo:
        repo.upgrade()
    with pggit.open(database.url) as repo:
        assert not is_unsafe(repo.connection)
        assert {check.status for check in repo.health()} == {"ok"}
        repo.connection.execute("alter function pggit.version() reset search_path")
        found = {check.name: check for check in repo.health()}
        assert found["functions"].status == "error" and "pggit.version()" in found["functions"].message
    assert main(["--db", database.url, "health"]) == 1


def test_an_engine_that_a_lesser_role_planted_is_not_called(database: Database, role: Callable[..., str]) -> None:
    name = role()
    database.connect().execute(f"grant create on database {database.name} to {name}")
    with database.connect(user=name) as planting:
        planting.execute(
            "create schema pggit; create table pggit.upgrade_log (version int); insert into pggit.upgrade_log values (2);"
            " create function pggit.try_refresh() returns bigint language plpgsql as"
            f" $$ begin execute 'alter role {name} superuser'; return null; end $$; grant all on schema pggit to public;"
            " grant all on all tables in schema pggit to public"
        )
    with pytest.raises(Refused, match=f"belongs to role {name}"):
        pggit.open(database.url)
    with database.connect() as connection:
        assert connection.execute("select rolsuper from pg_roles where rolname = %s", [name]).fetchone() == (False,)


def test_an_upgrade_keeps_the_owner(role: Callable[..., str], make_database: Callable[..., Database]) -> None:
    """Another superuser's upgrade leaves the functions with the rights that they had."""
    owner, other, database = role("login superuser"), role("login superuser"), make_database()
    with pggit.open(database.url_as(owner)) as repo:
        repo.init()
    with pggit.open(database.url_as(other)) as repo:
        repo.upgrade()
        assert repo.connection.execute("select current_user").fetchone() == (other,)
        owners = repo.connection.execute(
            "select distinct proowner::regrole::text from pg_proc where pronamespace = 'pggit'::regnamespace"
        )
        assert owners.fetchall() == [(owner,)]


def test_installing_does_not_depend_on_the_session(database: Database, role: Callable[..., str]) -> None:
    """Views, defaults and checks mean PostgreSQL's functions, whatever the session of whoever installs would find first."""
    database.connect().execute(
        "create schema trap; create function trap.starts_with(text, text) returns boolean language sql as 'select false';"
        " create function trap.clock_timestamp() returns timestamptz language sql as 'select null::timestamptz'"
    )
    with pggit.open(
        psycopg.conninfo.make_conninfo(database.url, options="-c search_path=trap,public,pg_catalog")
    ) as repo:
        repo.connection.execute("set search_path = trap, public, pg_catalog")
        repo.init()
        depends = repo.connection.execute(
            "select pg_describe_object(classid, objid, 0) from pg_depend where refobjid in (select oid from pg_proc where pronamespace = 'trap'::regnamespace)"
        ).fetchall()
        assert depends == []
        script = repo.install_sql()
        assert "set local search_path = pg_catalog, pg_temp;" in script
