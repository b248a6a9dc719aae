"""What a store, a directory or a plan makes run while it is built runs without rights."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

import pggit
from pggit.apply.prove.against import prove_against
from pggit.clone import clone, template
from pggit.clone.source.files import files_of, seeds_of
from pggit.core.errors import PgGitError
from pggit.db import database as databases
from pggit.db.connect import connect
from pggit.plan.make import plan as make_plan
from pggit.sections import Environment
from pggit.work.bisect import bisect
from pggit.work.merge.merge import check
from servers import Database, TestServer

RUNS = (
    "create function evil() returns int language plpgsql as"
    " $$ begin execute $e$ copy (select 1) to program 'touch {mark}' $e$; return 1;"
    " exception when others then return 2; end $$; create materialized view m as select public.evil() as a;"
    "create table t (a int default public.evil(), b int generated always as identity);"
)
INDEX = (
    "create function evil(int) returns int immutable language plpgsql as"
    " $$ begin execute $e$ copy (select 1) to program 'touch {mark}' $e$; return 1;"
    " exception when others then return 2; end $$;"
    "create table i (a int); create index on i (public.evil(a)); insert into i select g from generate_series(1, 200) as g;"
)


@pytest.fixture
def mark() -> Path:
    return Path("/tmp") / f"pggit-built-{secrets.token_hex(5)}"


def written(text: str, mark: Path) -> str:
    return text.replace("{mark}", str(mark))


def test_a_merge_and_a_bisection(database: Database, make_database: Callable[..., Database], mark: Path) -> None:
    connection = database.connect()
    connection.execute("set search_path = public")
    with pggit.open(database.url) as repository:
        repository.init()
        connection.execute("create table ours (a int)")
        base = repository.commit("base").hash
        connection.execute(written(RUNS, mark))
        mark.unlink(missing_ok=True)
        theirs = repository.commit("theirs").hash
        repository.create_branch("theirs")
        connection.execute("drop materialized view m; drop table t; drop function evil(); create table more (a int)")
        repository.commit("gone")
        tip = repository.record(
            repository.load(base),
            base,
            repository.load(base),
            author="x",
            time=repository.log()[0].time,
            message="side",
        )
        checked = check(repository, tip, theirs)
        assert checked.outcome in ("merged", "fast-forward")
        bisect(repository, base, "HEAD", lambda commit, url: "good")
    assert not mark.exists()


def test_a_template_of_files_and_of_a_commit(
    server: TestServer, tmp_path: Path, mark: Path, database: Database
) -> None:
    (tmp_path / "a.sql").write_text(
        written(RUNS + INDEX, mark) + "create function c(cstring) returns int language internal as 'int4in' strict;"
        "create function et() returns event_trigger language plpgsql as 'begin end';"
        "create event trigger e on sql_drop execute function et();"
    )
    (tmp_path / "seeds").mkdir()
    (tmp_path / "seeds" / "s.sql").write_text(
        "insert into t (a) values (7); alter table t add column seeded int; select c('1') is null;"
    )
    environment = Environment("e", seeds=("seeds/*.sql",))
    base = files_of(tmp_path / "a.sql", None, tmp_path)
    names: list[str] = []
    with closing(databases.maintenance(server.url)) as connection:
        try:
            names.append(template.build(connection, base).name)
            assert not mark.exists()
            made = clone.create(connection, names[0], "built_clone")
            names.append("built_clone")
            with closing(connect(made.url)) as inside:
                owners = "select distinct pg_get_userbyid(relowner)::text from pg_catalog.pg_class"
                assert inside.execute(owners).fetchall() == [("postgres",)]
                assert inside.execute("select public.c('42')").fetchone() == (42,)
                assert inside.execute("select evtname::text, evtenabled::text from pg_event_trigger").fetchall() == [
                    ("e", "O")
                ]
            # a function in C of the layer below cannot be called by the one above
            with pytest.raises(PgGitError, match="cannot accept a value of type any"):
                template.build(connection, seeds_of(environment, tmp_path, base))
            (tmp_path / "seeds" / "s.sql").write_text("insert into t (a) values (7); alter table t add seeded int")
            names.append(template.build(connection, seeds_of(environment, tmp_path, base)).name)
            with closing(connect(clone.create(connection, names[-1], "seeded_clone").url)) as inside:
                assert inside.execute("select a, seeded from public.t").fetchall() == [(7, None)]
                assert inside.execute("select public.c('42')").fetchone() == (42,)
            names.append("seeded_clone")
        finally:
            for name in reversed(names):
                databases.drop_database(connection, name, force=True)
    assert not mark.exists()
    assert server.admin.execute("select count(*) from pg_roles where rolname ~ '^pggit_scratch'").fetchone() == (0,)


def test_a_template_has_the_roles_that_its_files_name(server: TestServer, tmp_path: Path, role) -> None:
    app, reader = role("nologin"), role("nologin")
    (tmp_path / "a.sql").write_text(
        f"create schema s authorization {app}; create table s.t (a int); alter table s.t owner to {app};"
        f"grant select on s.t to {reader}; alter default privileges for role {app} grant select on tables to {reader};"
        f"create policy p on s.t to {reader}; create extension postgres_fdw;"
        "create server f foreign data wrapper postgres_fdw options (host 'x');"
        f"create user mapping for {reader} server f options (user 'u', password 'secret')"
    )
    with closing(databases.maintenance(server.url)) as connection:
        built = template.build(connection, files_of(tmp_path, None, tmp_path))
        try:
            with closing(connect(clone.create(connection, built.name, "with_roles").url)) as inside:
                row = inside.execute("select relowner::regrole::text, relacl::text from pg_class where relname = 't'")
                owner, acl = row.fetchone()
                assert owner == app and f"{reader}=r/{app}" in acl and "pggit" not in acl
                row = inside.execute("select polroles::regrole[]::text[] from pg_policy").fetchone()
                assert row == ([reader],)
                mapping = inside.execute("select usename::text, umoptions from pg_user_mappings").fetchall()
                assert mapping == [(reader, ["user=u", "password=secret"])]
                acl = inside.execute("select defaclrole::regrole::text, defaclacl::text from pg_default_acl").fetchone()
                assert acl[0] == app and reader in acl[1]
        finally:
            databases.drop_database(connection, "with_roles", force=True)
            databases.drop_database(connection, built.name, force=True)


def test_a_proof(database: Database, tmp_path: Path, mark: Path) -> None:
    connection = database.connect()
    connection.execute("set search_path = public")
    connection.execute(written(INDEX, mark))
    mark.unlink(missing_ok=True)
    (tmp_path / "a.sql").write_text(
        written(INDEX, mark).replace("insert into i", "-- ") + "\n;alter table i add note text not null default 'x'"
    )
    with pggit.open(database.url) as repository:
        made = make_plan(database.url, f"dir:{tmp_path}", repository)
        mark.unlink(missing_ok=True)
        prove_against(made, connection, rows="real")
    assert not mark.exists()


def test_a_merge_needs_no_role_of_an_owner(database: Database, role) -> None:
    app = role("nologin")
    writer = role("login createdb")
    connection = database.connect()
    connection.execute("set search_path = public")
    with pggit.open(database.url) as repository:
        repository.init()
        connection.execute(f"create table t (a int); alter table t owner to {app}; grant select on t to {app}")
        base = repository.commit("base").hash
        connection.execute("alter table t add b int")
        theirs = repository.commit("theirs").hash
        repository.grant("writer", writer)
        state = repository.load(base)
        state.put("table public.n", "table public.n", {"_columns": []})
        state.put("table public.n", "owner table public.n", {"role": app})
        ours = repository.record(
            state, base, repository.load(base), author="x", time=repository.log()[0].time, message="side"
        )
    with pggit.open(database.url_as(writer)) as repository, pytest.warns(pggit.core.errors.UnprotectedSource):
        assert check(repository, ours, theirs).outcome == "merged"
