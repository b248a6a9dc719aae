"""Labels of databases: any role with CREATEDB can write one."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta

import psycopg
import pytest

import pggit
from pggit.clone import clone, template, unused
from pggit.clone.label import labelled, read_label
from pggit.clone.pool.start import define
from pggit.core.errors import NotFound, PgGitError
from pggit.db.database import maintenance
from pggit.db.trust import Untrusted
from pggit.settings import load
from pggit.work import remotes
from pggit.work.worktree import prune, remove, worktrees
from security.conftest import Attacker, set_trap
from servers import Database, TestServer

PLANTED = """
create schema pggit;
create table pggit.upgrade_log (version integer); insert into pggit.upgrade_log values (1);
create function pggit.version() returns text language sql as $$ select {trap}()::text $$;
create function pggit.refresh() returns bigint language sql as $$ select {trap}()::integer::bigint $$;
create view pggit.ref as select ''::text as name, ''::bytea as commit where {trap}();
create view pggit.repository as select 'triggers'::text as tracked_by where {trap}();
create view pggit.branches as select 'main'::text as name where {trap}();
create function pggit.current_branch() returns text language sql as $$ select 'heads/main' where {trap}() $$;
"""


@pytest.fixture
def evil(tracked: Database, server: TestServer, role: Callable[..., str]) -> Iterator[Attacker]:
    """A database of a role with CREATEDB, labelled as a worktree of the tracked one, with an engine of traps."""
    name = role("login createdb")
    with closing(psycopg.connect(tracked.url_as(name), autocommit=True)) as own:
        (number,) = own.execute("select oid::int from pg_database where datname = current_database()").fetchone()
        database = Database(f"evil_{name}", server.url_of(f"evil_{name}"), tracked.version, server)
        own.execute(f'create database "{database.name}"')
        label(own, database.name, kind="clone", origin=tracked.name, more={"origin": number})
    attacker = set_trap(database, name)
    with attacker.connect() as own:
        own.execute(PLANTED.format(trap=attacker.trap))
    yield attacker
    server.drop_database(database)


def label(connection: psycopg.Connection, name: str, **values: object) -> None:
    """Write a label as pgGit would."""
    text = "pgGit " + json.dumps({"source": "shop", "made": "2026-01-01T00:00:00+00:00", **values})
    connection.execute(psycopg.sql.SQL("comment on database {} is {}").format(psycopg.sql.Identifier(name), text))


def test_a_labelled_database_is_no_remote(tracked: Database, evil: Attacker) -> None:
    settings = load()
    with pggit.open(tracked.url) as repository:
        assert remotes.remotes(settings, repository) == []
        with pytest.raises(NotFound):
            remotes.url_of(settings, repository, evil.database.name)
    with pggit.open(evil.database.url_as(evil.name)) as own:  # to its own role it may be one
        assert remotes.related(own)
    assert evil.loot() == []


def test_worktree_commands(tracked: Database, evil: Attacker) -> None:
    with closing(maintenance(tracked.url)) as connection:
        assert [one.name for one in worktrees(connection, tracked.name)] == [tracked.name]
        assert prune(connection, tracked.name, older_than=timedelta(0)) == ([], [])
        with pytest.raises(PgGitError):
            remove(connection, evil.database.name)
        assert clone.gc(connection) == ([], [])
    assert evil.loot() == []


def test_who_works_in_such_a_database_does_not_run_its_code(tracked: Database, evil: Attacker) -> None:
    with pytest.raises(Untrusted, match=evil.name):
        pggit.open(evil.database.url)
    with pggit.open(tracked.url) as repository, pytest.raises(Untrusted):
        remotes.add_remote(load(), repository, "shop", evil.database.url)
        with remotes.opened(load(), repository, "shop"):
            pass
    assert evil.loot() == []


def test_the_owner_of_the_origin_is_believed_and_not_obeyed(tracked: Database, evil: Attacker) -> None:
    with tracked.connect() as admin:
        admin.execute(f'alter database "{tracked.name}" owner to "{evil.name}"')
    try:
        with closing(maintenance(tracked.url)) as connection:
            _, found = worktrees(connection, tracked.name)
            assert found.name == evil.database.name and found.has_work and evil.name in (found.problem or "")
        assert evil.loot() == []
    finally:
        with tracked.connect() as admin:
            admin.execute(f'alter database "{tracked.name}" owner to postgres')


@pytest.mark.parametrize(
    "values",
    [
        {"kind": "clone", "expires": 5},
        {"kind": "clone", "expires": "2026-01-01"},
        {"kind": "clone", "made": None},
        {"kind": ["clone"]},
        {"kind": "clone", "more": 1},
        {"kind": "clone", "took": {"wal_log": ["x"]}},
        {"kind": "clone", "origin": "x"},
        {"kind": "clone", "more": {"origin": "x"}},
        {"kind": "clone", "unknown": 1},
    ],
)
def test_a_malformed_label_is_none(values: dict[str, object]) -> None:
    text = json.dumps({"source": "shop", "made": "2026-01-01T00:00:00+00:00", **values})
    assert read_label(f"pgGit {text}") is None
    assert read_label("pgGit " + "[" * 100_000) is None


def test_templates_of_another_role(tracked: Database, evil: Attacker) -> None:
    """Neither found by hash or source, nor taken for a pool unasked, nor a reason to drop one's own, nor what a clone goes back to."""
    hash_ = "ab" * 32
    with closing(psycopg.connect(tracked.url_as(evil.name), autocommit=True)) as own:
        label(own, evil.database.name, kind="template", hash=hash_, source="shop", files=1, bytes=1)
    with closing(maintenance(tracked.url)) as connection:
        connection.execute(f'alter database "{evil.database.name}" is_template true allow_connections false')
        try:
            for text in (hash_, "shop", hash_[:8]):
                with pytest.raises(NotFound):
                    template.find(connection, text)
            with pytest.raises(NotFound):
                define(tracked.url, "pool", size=1)
            made = f"mine_{evil.name}"
            connection.execute(f'create database "{made}"')
            try:
                earlier = "2025-01-01T00:00:00+00:00"
                label(connection, made, kind="template", source="shop", files=1, bytes=1, made=earlier)
                assert [one.name for one in unused.gc(connection, dry_run=True) if one.name == made] == []
                label(connection, made, kind="clone", base=evil.database.name)
                with pytest.raises(Untrusted):
                    clone.reset(connection, made)
            finally:
                connection.execute(f'drop database "{made}"')
            assert not any(one.trusted for one in labelled(connection) if one.owner == evil.name)
        finally:
            connection.execute(f'alter database "{evil.database.name}" is_template false allow_connections true')
