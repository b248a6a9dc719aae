"""Schema pggit_stash: made by another role before `init` or later, and what others put into it."""

from __future__ import annotations

from collections.abc import Callable

import psycopg
import pytest

import pggit
from pggit.core.errors import Refused
from pggit.repo.repository import Repository
from pggit.work.restore import drop_kept, kept
from pggit.work.switch import switch
from security.conftest import Attacker, install_older
from servers import Database

ROWS = "select id from public.kept_table order by 1"


@pytest.fixture
def away(attacker: Attacker) -> Repository:
    """A repository whose branch `side` lacks a table that has rows on `main`."""
    with attacker.database.connect() as admin:
        admin.execute(f'grant create on database "{attacker.database.name}" to "{attacker.name}"')
        admin.execute("create table public.kept_table (id integer)")
    repository = pggit.open(attacker.database.url)
    repository.commit("a table")
    repository.create_branch("side")
    switch(repository, "side")
    repository.connection.execute("drop table public.kept_table")
    repository.commit("no table")
    switch(repository, "main")
    repository.connection.execute("insert into public.kept_table values (1)")
    return repository


ABOUT = (
    '{"pggit_stash": 1, "key": "table public.kept_table", "branch": "main", "commit": "", "at": "2026-01-01T00:00:00Z",'
    ' "by": "x", "columns": {"id": "integer"}, "places": {}}'
)


def test_a_planted_schema_is_not_used(attacker: Attacker, away: Repository) -> None:
    with attacker.connect() as own:
        own.execute(
            "create schema pggit_stash;"
            " create table pggit_stash.kept_8 (id integer); insert into pggit_stash.kept_8 values (666);"
            " create table pggit_stash.kept_9 (id integer); comment on table pggit_stash.kept_9 is 'not JSON';"
            f" create table pggit_stash.kept_99999999999 (id integer); comment on table pggit_stash.kept_8 is '{ABOUT}'"
        )
    assert kept(away.connection) == []
    assert "table pggit_stash.kept_8" in {change.key for change in away.status().changes}
    away.commit("it is a schema like any other")
    with pytest.raises(Refused, match=f"belongs to role {attacker.name}") as refused:
        switch(away, "side")
    assert "alter schema pggit_stash owner to postgres" in (refused.value.hint or "")
    assert away.connection.execute(ROWS).fetchall() == [(1,)]
    with attacker.database.connect() as admin:
        admin.execute("alter schema pggit_stash owner to postgres")
    away.commit("it is pgGit's")
    switch(away, "side")
    assert [one.key for one in kept(away.connection)] == ["table public.kept_table"]
    switch(away, "main")
    assert away.connection.execute(ROWS).fetchall() == [(1,)]


def test_it_belongs_to_the_owner_of_the_engine(attacker: Attacker, away: Repository) -> None:
    away.grant("writer", attacker.name)
    with attacker.connect() as own:
        own.execute("select pggit.keep_schema(current_user)")
        for statement in ("drop schema pggit_stash cascade", "alter schema pggit_stash rename to mine"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                own.execute(statement)
        with pytest.raises(psycopg.Error, match="not a role of this session"):
            own.execute("select pggit.keep_schema('pg_monitor')")
    switch(away, "side")
    with attacker.connect() as own, pytest.raises(psycopg.errors.InsufficientPrivilege):
        own.execute("drop table pggit_stash.kept_1")
    switch(away, "main")
    assert away.connection.execute(ROWS).fetchall() == [(1,)]


def test_rows_of_a_writer_do_not_come_back_as_another_roles(attacker: Attacker, away: Repository) -> None:
    away.grant("writer", attacker.name)
    switch(away, "side")
    with attacker.connect() as own:
        own.execute("select pggit.keep_schema(current_user)")
        own.execute("create table pggit_stash.kept_7 as select 666 as id")
        own.execute("select pggit.keep_note('pggit_stash.kept_7', %s)", [ABOUT])
        for wrong in ("kept_1", "kept_8", "other"):
            with pytest.raises(psycopg.Error):
                own.execute("select pggit.record_kept(%s, %s)", [wrong, ABOUT])
    assert {one.owner for one in kept(away.connection)} == {"postgres", attacker.name}
    switch(away, "main")
    assert away.connection.execute(ROWS).fetchall() == [(1,)]


@pytest.mark.parametrize("about", ['{"key": "table public.kept_table"}', '{"key": "x", "at": 1, "columns": 5}'])
def test_a_record_that_says_nothing_breaks_nothing(attacker: Attacker, away: Repository, about: str) -> None:
    away.grant("writer", attacker.name)
    with attacker.connect() as own:
        own.execute("select pggit.keep_schema(current_user)")
        own.execute("create table pggit_stash.kept_7 as select 666 as id")
        own.execute("select pggit.record_kept('kept_7', %s)", [about])
    switch(away, "side")
    switch(away, "main")
    assert away.connection.execute(ROWS).fetchall() == [(1,)]


@pytest.mark.parametrize("name", [None, 'Odd "name"'])
def test_rows_come_back_to_the_owner_of_their_table(
    attacker: Attacker, away: Repository, role: Callable[..., str], name: str | None
) -> None:
    owner = attacker.name if name is None else role(name=name)
    quoted = psycopg.sql.Identifier(owner)
    away.connection.execute(psycopg.sql.SQL("alter table public.kept_table owner to {}").format(quoted))
    away.connection.execute("alter table public.kept_table add unique (id), add note text")
    away.connection.execute("update public.kept_table set note = 'x'")
    away.commit("owner, and a column")
    switch(away, "side")
    assert {one.owner for one in kept(away.connection)} == {owner}
    switch(away, "main")
    assert away.connection.execute(ROWS).fetchall() == [(1,)]
    away.connection.execute("alter table public.kept_table alter id set not null")
    away.commit("a key")
    away.create_branch("narrow")
    switch(away, "narrow")
    away.connection.execute("alter table public.kept_table drop column note")
    away.commit("no note")
    switch(away, "main")
    away.connection.execute("update public.kept_table set note = 'y'")
    switch(away, "narrow")
    assert {(one.key, one.owner) for one in kept(away.connection)} == {("column public.kept_table.note", owner)}
    switch(away, "main")
    assert away.connection.execute("select note from public.kept_table").fetchall() == [("y",)]


@pytest.mark.parametrize("last", [5, 999_999_999])
def test_names_that_a_writer_takes_are_passed_over(attacker: Attacker, away: Repository, last: int) -> None:
    """Recorded or not, of relations and of types; also the last one that the engine takes."""
    away.grant("writer", attacker.name)
    with attacker.connect() as own:
        own.execute(
            "select pggit.keep_schema(current_user); create sequence pggit_stash.kept_1;"
            " create table pggit_stash.kept_2 (id integer); create type pggit_stash.kept_3 as enum ('a');"
            " create table pggit_stash.kept_4 (id integer); select pggit.record_kept('kept_4', '{\"key\": \"?\"}');"
            f" create table pggit_stash.kept_{last} (id integer);"
            f" select pggit.record_kept('kept_{last}', '{ABOUT}')"
        )
    for _ in range(2):
        switch(away, "side")
        assert len(kept(away.connection)) == 2
        switch(away, "main")
        assert away.connection.execute(ROWS).fetchall() == [(1,)]


def test_a_kept_relation_that_was_altered_is_not_read(attacker: Attacker, away: Repository) -> None:
    """The owner of the table owns what is kept of it: reading it runs none of its code."""
    with attacker.database.connect() as admin:
        admin.execute(f'alter table public.kept_table owner to "{attacker.name}"')
    away.commit("owner")
    switch(away, "side")
    (one,) = kept(away.connection)
    away.connection.execute(f'grant usage on schema pggit_stash to "{attacker.name}"')
    with attacker.connect() as own:
        own.execute(f"alter table pggit_stash.{one.name} add evil integer generated always as (1) stored")
    with pytest.raises(Refused, match="was altered after it was kept"):
        switch(away, "main")
    drop_kept(away.connection, one.name)
    assert kept(away.connection) == []
    assert attacker.loot() == []


def test_what_an_older_engine_kept_is_known_after_an_upgrade(
    make_database: Callable[..., Database], role: Callable[..., str]
) -> None:
    database, other = make_database(), role()
    install_older(database)
    with database.connect() as admin:
        admin.execute(
            f"create schema pggit_stash authorization {other}; create table pggit_stash.kept_1 (id integer);"
            f" comment on table pggit_stash.kept_1 is '{ABOUT}';"
            " create table pggit_stash.kept_2 (id integer); comment on table pggit_stash.kept_2 is '{';"
            " create table pggit_stash.kept_3 (id integer)"
        )
    with pggit.open(database.url) as repository:
        repository.upgrade()
        assert [one.key for one in kept(repository.connection)] == ["table public.kept_table"]
