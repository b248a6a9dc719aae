"""Plans between what a user names: files of SQL, URLs, commits."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import pggit
from pggit.apply.prove.against import prove_against
from pggit.apply.run import apply
from pggit.core.errors import Refused, UsageError
from pggit.plan.make import plan
from pggit.plan.model import from_json, to_json
from servers import Database

SCHEMA = "create table t (id int primary key, a text, b text); create view v as select id, a from t"


@pytest.fixture
def schema(tmp_path: Path) -> Callable[[str], str]:
    """Writes a file of SQL; returns the state expression."""

    def write(text: str) -> str:
        file = tmp_path / "schema.sql"
        file.write_text(text)
        return f"dir:{file}"

    return write


def test_a_file_is_reached_with_the_owner_and_the_grants_that_new_objects_get(
    database: Database, schema, role: Callable[..., str]
) -> None:
    connection, reader = database.connect(), role()
    connection.execute(f"alter default privileges grant select on tables to {reader}")
    connection.execute(f"alter default privileges revoke execute on functions from public; create schema {reader}")
    made = plan(
        database.url,
        schema(f"create schema {reader}; {SCHEMA}; create function f() returns int language sql as 'select 1'"),
    )
    assert apply(connection, made).hash == made.to_hash
    granted = "select has_table_privilege(%s, 't', 'select'), has_function_privilege(%s, 'f()', 'execute')"
    assert connection.execute(granted, [reader, reader]).fetchone() == (True, False)


def test_another_role_may_not_run_it(database: Database, schema, role: Callable[..., str]) -> None:
    made = plan(database.url, schema(SCHEMA))
    other = database.connect(user=role("login superuser"))
    with pytest.raises(Refused, match="by role postgres"):
        apply(other, made)


def test_what_is_ignored_stays(database: Database, schema) -> None:
    connection = database.connect()
    connection.execute(SCHEMA + "; comment on table t is 'old'; create schema audit; create table audit.log (x int)")
    made = plan(database.url, schema(SCHEMA + "; create table u (id int)"), ignore=["comments", "schema audit"])
    assert {statement.key for statement in made.statements} == {"table public.u"}
    assert apply(connection, made).hash == made.to_hash
    assert made.ignored == ("comment", "schema audit")


def test_nonsense_cannot_be_ignored(database: Database, schema) -> None:
    with pytest.raises(UsageError, match="nonsense"):
        plan(database.url, schema(SCHEMA), ignore=["nonsense"])


def test_a_plan_is_the_same_each_time_and_comes_back_from_its_file(database: Database, schema) -> None:
    database.connect().execute("create table gone (id int); insert into gone values (1)")
    first, second = (plan(database.url, schema(SCHEMA)) for _ in range(2))
    assert to_json(first) == to_json(second)
    assert from_json(to_json(first)) == first
    assert first.hazards == {"data-loss", "not-reversible"}


def test_the_way_back(database: Database, schema) -> None:
    connection = database.connect()
    connection.execute(SCHEMA)
    with pggit.open(database.url) as repository:
        repository.init()
        there = plan("work", schema("create table t (id int primary key, a text)"), repository)
        back = plan(schema("create table t (id int primary key, a text)"), "work", repository)
    assert apply(connection, there).hash == there.to_hash
    assert (back.from_hash, back.to_hash) == (there.to_hash, there.from_hash) or back.statements


def test_a_table_like_another_is_told_of(database: Database, schema) -> None:
    database.connect().execute("create table users (id int, email text); insert into users values (1, 'x')")
    url, wanted = database.url, schema("create table clients (id int, email text, phone text)")
    assert any("--rename public.users=public.clients" in note for note in plan(url, wanted).notes)
    made = plan(url, wanted, rename=[("public.users", "public.clients")])
    assert [s.verb for s in made.statements] == ["rename", "create"]
    assert "data-loss" not in made.hazards


def test_a_column_of_an_empty_table_may_go(database: Database, schema) -> None:
    connection = database.connect()
    connection.execute(SCHEMA)
    made = plan(
        database.url, schema("create table t (id int primary key, a text); create view v as select id, a from t")
    )
    assert made.hazards == set()
    assert prove_against(made, connection).proven
    connection.execute("insert into t values (1, 'a', 'b')")
    assert not prove_against(made, connection).proven  # it would lose a value now, and does not say so
