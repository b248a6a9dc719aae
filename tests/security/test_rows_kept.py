"""Rows of another role's table that are put aside, and come back, run that role's code with that role's rights."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

import pggit
from pggit.core.errors import PermissionDenied
from pggit.repo.repository import Repository
from pggit.work import restore, stash
from pggit.work.reset import reset
from pggit.work.switch import switch
from security.conftest import Attacker, set_trap
from servers import Database

TRAPS = """
create domain {schema}.dom as int check ({trap}());
create type {schema}.mood as enum ('sad', 'glad');
create function {schema}.one(int) returns int language plpgsql immutable as 'begin perform {trap}(); return 1; end';
create function {schema}.as_text({schema}.mood) returns text language plpgsql immutable
  as 'begin perform {trap}(); return case when $1 = ''glad'' then ''glad'' else ''sad'' end; end';
create cast ({schema}.mood as text) with function {schema}.as_text as assignment;
create function {schema}.fire() returns trigger language plpgsql as 'begin perform {trap}(); return new; end';
create table {schema}.base (id int primary key);
insert into {schema}.base values (1), (2);
"""

TABLE = """
create table {schema}.t (id int primary key, v {schema}.dom default 1, m {schema}.mood default 'sad',
  g int generated always as ({schema}.one(id)) stored, check ({trap}()));
create index on {schema}.t ({schema}.one(id));
create trigger x before insert or update on {schema}.t for each row execute function {schema}.fire();
insert into {schema}.t (id) values (1), (2);
create materialized view {schema}.mv as select {trap}() as x from {schema}.base;
create view {schema}.view as select {trap}() as x;
"""

COLUMN = """
alter table {schema}.base add column v {schema}.dom default 1, add column m {schema}.mood default 'sad';
alter table {schema}.base add check ({trap}());
create trigger x before insert or update on {schema}.base for each row execute function {schema}.fire();
update {schema}.base set v = id, m = 'glad';
"""


@pytest.fixture
def owner(role: Callable[..., str], database: Database) -> Attacker:
    """A role that owns tables, and traps around them."""
    attacker = set_trap(database, role())
    run(attacker, TRAPS)
    return attacker


@pytest.fixture
def repo(owner: Attacker) -> Iterator[Repository]:
    """The database as a repository of a superuser."""
    with pggit.open(owner.database.url) as opened:
        opened.init()
        yield opened


def run(attacker: Attacker, text: str) -> list[tuple]:
    with attacker.connect() as there:
        cursor = there.execute(text.format(schema=attacker.schema, trap=attacker.trap))
        return cursor.fetchall() if cursor.description else []


@pytest.mark.parametrize("change", [TABLE, COLUMN], ids=["tables", "columns"])
def test_switch_there_and_back(repo, owner, change):
    query = f"select id, v, m from {{schema}}.{'t' if change == TABLE else 'base'} order by id"
    switch(repo, "feature", create=True)
    run(owner, change)
    before = run(owner, query)
    repo.commit("feature")
    assert switch(repo, "main").kept
    assert switch(repo, "feature").returned
    assert run(owner, query) == before
    if change == TABLE:
        assert run(owner, "select * from {schema}.mv") == [(True,), (True,)]
    assert owner.loot() == []
    assert repo.status().clean


@pytest.mark.parametrize("change", [TABLE, COLUMN], ids=["tables", "columns"])
def test_stash_and_pop(repo, owner, change):
    run(owner, change)
    stash.push(repo)
    stash.pop(repo)
    assert owner.loot() == []


def test_reset(repo, owner):
    run(owner, TABLE)
    first = repo.commit("tables").hash
    run(owner, "drop table {schema}.t")
    run(owner, "alter table {schema}.base add column w int; alter table {schema}.base add check ({trap}())")
    repo.commit("without")
    reset(repo, first, hard=True)
    assert owner.loot() == []


def test_a_table_that_is_rebuilt(repo, owner):
    run(owner, "create table {schema}.p (a int check ({trap}()), b int) partition by range (a)")
    run(owner, "create table {schema}.p1 partition of {schema}.p for values from (1) to (9)")
    run(owner, "insert into {schema}.p values (1, 1), (2, 2)")
    repo.commit("by a")
    switch(repo, "other", create=True)
    run(owner, "drop table {schema}.p; create table {schema}.p (a int check ({trap}()), b int) partition by range (b)")
    run(owner, "create table {schema}.p1 partition of {schema}.p for values from (1) to (9)")
    run(owner, "insert into {schema}.p values (1, 1), (2, 2)")
    repo.commit("by b")
    switch(repo, "main")
    assert run(owner, "select * from {schema}.p order by a") == [(1, 1), (2, 2)]
    assert owner.loot() == []


def test_values_of_a_column_do_not_come_back_through_a_partition_of_another_role(repo, owner):
    """A superuser's table, of which a role with fewer rights owns a part with a CHECK."""
    with owner.database.connect() as admin:
        admin.execute("create schema app; grant usage on schema app to public")
        admin.execute("create table app.t (id int primary key, v int) partition by list (id)")
        admin.execute("create table app.t1 partition of app.t for values in (1)")
        admin.execute(f'alter table app.t1 owner to "{owner.name}"')
    run(owner, "insert into app.t1 values (1, 5); alter table app.t1 add check ({trap}())")
    repo.commit("with v")
    switch(repo, "feature", create=True)
    with owner.database.connect() as admin:
        admin.execute("alter table app.t drop column v")
    repo.commit("without v")
    with owner.database.connect() as admin:
        admin.execute("alter table app.t add column v int")
    run(owner, "update app.t1 set v = 5")
    reset(repo, repo.commit_info().hash, hard=True)
    assert restore.kept(repo.connection)
    with pytest.raises(PermissionDenied, match=r"app\.t1"):
        switch(repo, "main")
    assert owner.loot() == []
    assert restore.kept(repo.connection)
