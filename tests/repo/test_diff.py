"""Differences between states of every sort."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import pggit
from pggit.core.errors import ConnectionFailed, NotFound, Refused, SqlFailed, UsageError
from pggit.repo.repository import Repository
from pggit.repo.states import compare
from pggit.settings import Settings, load
from servers import Database, TestServer, available_versions, connect, running, session

Files = Callable[..., str]
USERS = "create table users (id int primary key, email text not null);"


def keys(changes, *, owners: bool = False) -> set[tuple[str, str]]:
    return {(c.verb, c.key) for c in changes if owners or not c.key.startswith("owner ")}


def scratch(database: Database) -> Settings:
    return load({"scratch": database.url})


def test_two_urls(make_database: Callable[..., Database], databases) -> None:
    a, b = make_database(), make_database()
    a.connect().execute(USERS)
    b.connect().execute(USERS + "alter table users add age int; alter table users alter email drop not null")
    before = databases()
    found = compare(a.url, b.url, None)
    assert {("create", "column public.users.age"), ("alter", "column public.users.email")} <= keys(found)
    assert compare(a.url, a.url, None) == []
    assert compare(b.url, b.url + "&application_name=x", None) == []
    assert databases() == before
    assert not connect(a.url).execute("select from pg_namespace where nspname like 'pggit%'").fetchall()


def test_a_diff_leaves_nothing_behind(database: Database, sql_files: Files, pg_dump, databases) -> None:
    database.connect().execute(USERS)
    before, listed = pg_dump(database), databases()
    compare(database.url, sql_files(a=USERS + "create table more ()"), None)
    with pytest.raises(SqlFailed, match=r"a\.sql:1"):
        compare(database.url, sql_files(a="create tabel wrong ()"), None)
    assert (pg_dump(database), databases()) == (before, listed)


def test_a_url_and_a_directory(database: Database, sql_files: Files) -> None:
    database.connect().execute(USERS + "create index by_email on users (email)")
    directory = sql_files(b_views="create view v as select id from users", a_tables=USERS)
    assert keys(compare(database.url, directory, None)) == {
        ("drop", "index public.by_email"),
        ("create", "view public.v"),
    }
    assert compare(f"dir:{directory}", directory + "/", None, settings=scratch(database)) == []


def test_two_directories(database: Database, sql_files: Files) -> None:
    a, b = sql_files(t=USERS), sql_files(t=USERS + "create sequence s;")
    found = compare(a, b, None, settings=scratch(database))
    assert keys(found) == {("create", "sequence public.s")}


def test_a_file(database: Database, sql_files: Files) -> None:
    file = str(Path(sql_files(t=USERS)) / "t.sql")
    assert {c.verb for c in compare("empty", file, None, settings=scratch(database))} == {"create"}
    with pytest.raises(NotFound, match="no file or directory"):
        compare("dir:/nowhere/at/all", file, None, settings=scratch(database))


def test_a_file_of_pg_dump_is_the_database(repo: Repository, database: Database, pg_dump, tmp_path: Path) -> None:
    session(repo).execute(
        "create schema app; create table app.t (id serial primary key); comment on table app.t is 'x'"
    )
    file = tmp_path / "dump.sql"
    file.write_text(pg_dump(database))
    assert repo.diff(str(file), "work") == []
    assert repo.diff(database.url, str(file), owners=True) == []


def test_commit_and_url(repo: Repository, make_database: Callable[..., Database], schema: str) -> None:
    other = make_database()
    other.connect().execute(schema)
    assert repo.diff("HEAD", other.url) == []
    assert repo.diff(other.url, "work") == []
    session(repo).execute("alter table users add age int; drop function twice")
    assert repo.diff("HEAD", other.url) == []
    created = {k for v, k in keys(repo.diff(other.url, "work")) if v == "create"}
    assert created == {"column public.users.age"}
    assert keys(repo.diff("work", other.url)) == {
        ("drop", "column public.users.age"),
        ("create", "function public.twice(integer)"),
    }


def test_work_and_directory(repo: Repository, schema: str, sql_files: Files) -> None:
    assert repo.diff("work", sql_files(all=schema)) == []
    assert keys(repo.diff(sql_files(all=schema + "create type mood as enum ('a')"), "HEAD")) == {
        ("drop", "enum public.mood")
    }
    assert repo.diff("work", sql_files(all=schema + "create table x ()"), objects=["public.users"]) == []
    with pytest.raises(NotFound, match="no object"):
        repo.diff("work", sql_files(all=schema), objects=["public.nothing"])


def test_empty(repo: Repository, make_database: Callable[..., Database]) -> None:
    fresh = make_database()
    assert compare("empty", fresh.url, None) == []
    assert repo.diff("empty", "empty") == []
    assert repo.diff("empty", "HEAD") == repo.diff("empty", "work") == repo.diff(fresh.url, "HEAD")
    assert {c.verb for c in repo.diff("HEAD", "empty")} == {"drop"}


def test_owners_and_grants_count_only_where_the_directory_states_them(
    database: Database, role: Callable[..., str], sql_files: Files
) -> None:
    owner, reader = role(), role()
    database.connect().execute(
        f"create table t (a int); create table u (a int); alter table t owner to {owner}; alter table u owner to {owner};"
        f"grant select on t, u to {reader}"
    )
    plain = "create table t (a int); create table u (a int);"
    assert compare(database.url, sql_files(a=plain), None) == []
    asked = {c.key for c in compare(database.url, sql_files(a=plain), None, owners=True)}
    assert asked >= {"owner table public.t", "owner table public.u", f"acl {reader} on table public.t"}
    stated = sql_files(a=f"{plain} alter table t owner to {owner}; grant insert on t to {reader}")
    assert {c.key for c in compare(database.url, stated, None)} == {f"acl {reader} on table public.t"}
    wrong = sql_files(a=f"{plain} alter table t owner to {reader};")
    assert {(c.verb, c.key) for c in compare(database.url, wrong, None)} == {("alter", "owner table public.t")}
    assert compare(database.url, wrong, None, owners=False) == []


def test_owners_count_between_two_databases(make_database: Callable[..., Database], role: Callable[..., str]) -> None:
    a, b = make_database(), make_database()
    name = role()
    for database in (a, b):
        database.connect().execute("create table t ()")
    b.connect().execute(f"alter table t owner to {name}")
    assert {c.key for c in compare(a.url, b.url, None)} >= {"owner table public.t"}
    assert compare(a.url, b.url, None, owners=False) == []


def test_two_majors_are_refused(server: TestServer, database: Database) -> None:
    others = [version for version in available_versions() if int(version) != server.version]
    if not others:
        pytest.skip("one major version only")
    with running(others[0]) as other, pytest.raises(Refused, match="15 and 18"):
        compare(database.url, other.create_database().url, None)


def test_what_cannot_be_reached(repo: Repository) -> None:
    with pytest.raises(ConnectionFailed):
        repo.diff("HEAD", "postgresql://localhost:1/none")
    with pytest.raises(UsageError, match="no database is tracked"):
        compare("HEAD", "empty", None)
    with pytest.raises(NotFound):
        repo.diff("HEAD", "nothing")
    assert repo.status().clean


def test_a_live_database_without_the_engine_has_work(database: Database, sql_files: Files) -> None:
    database.connect().execute(USERS)
    with pggit.open(database.url) as repo:
        assert repo.diff("work", sql_files(a=USERS)) == []
        assert not repo.installed
