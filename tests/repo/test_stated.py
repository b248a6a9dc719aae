"""Which owners and grants count where a state is SQL that was loaded: those that it states, a REVOKE as well."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

import pggit
from pggit.apply.run import apply
from pggit.db.connect import connect
from pggit.kinds.coverage import unmodelled
from pggit.plan.make import plan
from pggit.repo.states import compare
from pggit.work.switch import switch
from servers import Database

GRANTS = "select coalesce(string_agg(grantee || ' ' || privilege_type, ', ' order by 1), '') from information_schema.role_table_grants where table_name = 't' and grantee <> 'postgres'"  # fmt: skip


@pytest.fixture
def reader(role: Callable[..., str]) -> str:
    """A role that has been granted something."""
    return role()


def planned(database: Database, file: Path, text: str) -> str:
    """Run the plan that leads to a file; returns the grants on table t afterwards."""
    file.write_text(text)
    with connect(database.url) as connection:
        apply(connection, plan(database.url, str(file)), made_here=True)
        assert not compare(database.url, str(file), None)
    with psycopg.connect(database.url) as looking:
        row = looking.execute(GRANTS).fetchone()
    assert row is not None
    return str(row[0])


@pytest.mark.parametrize("here", [True, False])
def test_a_revoke_takes_what_default_privileges_give(
    database: Database, reader: str, tmp_path: Path, here: bool
) -> None:
    with database.connect() as admin:
        admin.execute(f"alter default privileges in schema public grant select on tables to {reader}")
        if here:
            admin.execute("create table t (a int)")
    table = "create table t (a int);\n"
    assert planned(database, tmp_path / "t.sql", table) == f"{reader} SELECT"
    assert planned(database, tmp_path / "t.sql", f"{table} revoke all on t from {reader};\n") == ""


def test_a_new_table_has_what_the_file_says(database: Database, reader: str, tmp_path: Path) -> None:
    with database.connect() as admin:
        admin.execute(f"alter default privileges in schema public grant select on tables to {reader}")
    text = f"create table t (a int); revoke all on t from {reader};\n"
    assert planned(database, tmp_path / "t.sql", text) == ""


def test_what_is_not_named_stays_as_it_is(database: Database, reader: str, tmp_path: Path) -> None:
    with database.connect() as admin:
        admin.execute(f"create table t (a int); create table other (a int); grant select on t, other to {reader}")
    text = f"create table t (a int); create table other (a int); revoke select on other from {reader};\n"
    assert planned(database, tmp_path / "t.sql", text) == f"{reader} SELECT"
    with database.connect() as admin:
        assert admin.execute(f"select has_table_privilege('{reader}', 'other', 'select')").fetchone() == (False,)


RIGHTS = "select has_schema_privilege(%s, 'public', 'create'), has_schema_privilege(%s, 'public', 'usage')"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", (True, True)),
        ("comment on schema public is 'x';", (True, True)),
        ("revoke create on schema public from public;", (False, True)),  # since 15 nobody has it in a new database
        ("revoke all on schema public from public;", (False, False)),
        ("grant create on schema public to {};", (True, True)),
    ],
)
def test_grants_on_schema_public(database: Database, reader: str, tmp_path: Path, text: str, expected: tuple) -> None:
    with database.connect() as admin:
        admin.execute("grant create, usage on schema public to public")
        if "grant" not in text and "revoke" not in text:
            admin.execute(f"grant create on schema public to {reader}")
        planned(database, tmp_path / "t.sql", text.format(reader) + " create table t (a int);")
        assert admin.execute(RIGHTS, [reader, reader]).fetchone() == expected


def test_a_plain_role_compares_a_database_that_has_a_subscription(database: Database, reader: str) -> None:
    """Of pg_subscription it may not read the connection string, and none is needed."""
    subscription = "connection 'host=nowhere' publication p with (connect = false, slot_name = none)"
    with database.connect() as admin:
        admin.execute(f"create subscription sub_{reader} {subscription}")
        try:
            assert plan(database.url_as(reader), "empty").statements == ()
            with psycopg.connect(database.url_as(reader), autocommit=True) as own:
                assert not [found for found in unmodelled(own, optional=True) if "subscription" in str(found)]
        finally:
            admin.execute(f"drop subscription sub_{reader}")


def test_a_label_may_be_empty(database: Database, make_database: Callable[..., Database]) -> None:
    other = make_database()
    with database.connect() as admin:
        admin.execute("create type e as enum ('', 'a', ' ')")
    with connect(other.url) as connection:
        apply(connection, plan(other.url, database.url), made_here=True)
    assert not compare(other.url, database.url, None)
    with pggit.open(database.url) as repository:
        repository.init()
        repository.create_branch("none")
        switch(repository, "none")
        with database.connect() as admin:
            admin.execute("drop type e")
        repository.commit("no type")
        switch(repository, "main")
        assert "enum public.e" in repository.load("work").groups
