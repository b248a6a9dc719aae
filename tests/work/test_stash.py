"""`stash` puts aside what is not committed, with its rows."""

from __future__ import annotations

import pytest

from pggit.core.errors import NotFound, Refused
from pggit.work import stash
from pggit.work.change import How
from pggit.work.switch import switch


def test_push_and_pop_bring_everything_back(repo, sql, is_sound):
    head = repo.commit_info()
    sql("create table public.a (id serial primary key, v text); insert into public.a (v) values ('x'), ('y')")
    sql("alter table public.users add nick text not null default '?', alter email drop not null")
    sql("update public.users set nick = id::text; drop index public.orders_user")
    changes = repo.status().changes
    stash.push(repo)
    assert is_sound()
    (one,) = stash.stashes(repo)
    assert (one.number, one.ref, one.base) == (0, "stash/1", head.hash)
    assert one.message == f"On main: {head.short} {head.message}"
    assert stash.show(repo)[1] == list(changes)
    assert repo.branches()[0].hash == head.hash
    assert [b.name for b in repo.branches()] == ["main"]
    stash.pop(repo)
    assert repo.status().changes == changes
    assert stash.stashes(repo) == []
    assert sql("select * from public.a order by id") == [(1, "x"), (2, "y")]
    assert sql("select count(*) from public.users where nick = id::text") == [(100,)]
    assert not repo.fsck()


def test_on_another_branch(repo, sql):
    sql("alter table public.users add nick text")
    stash.push(repo, "nicks")
    switch(repo, "side", create=True)
    sql("create table public.b (id int)")
    repo.commit("b")
    sql("create table public.c (id int)")
    stash.pop(repo)
    assert [change.key for change in repo.status().changes if change.verb == "create"][:2] == [
        "table public.c",
        "column public.c.id",
    ]
    assert "column public.users.nick" in {change.key for change in repo.status().changes}


def test_conflicts_are_refused_and_the_stash_stays(repo, sql):
    sql("alter table public.users alter email type varchar(100)")
    stash.push(repo, "shorter")
    sql("alter table public.users alter email type varchar(50)")
    with pytest.raises(Refused, match=r"in the live schema, too: column public\.users\.email"):
        stash.pop(repo)
    assert [one.message for one in stash.stashes(repo)] == ["shorter"]


def test_numbers_and_drop(repo, sql):
    with pytest.raises(Refused, match="nothing to stash"):
        stash.push(repo)
    with pytest.raises(NotFound, match="no stashes"):
        stash.pop(repo)
    for name in ("one", "two", "three"):
        sql(f"create table public.{name} (id int)")
        stash.push(repo, name)
    assert [one.message for one in stash.stashes(repo)] == ["three", "two", "one"]
    stash.pop(repo, 1)
    assert sql("select to_regclass('public.two') is not null") == [(True,)]
    assert stash.drop(repo, 1).message == "one"
    assert [one.message for one in stash.stashes(repo)] == ["three"]
    with pytest.raises(NotFound, match="no stash 4"):
        stash.drop(repo, 4)
    repo.gc()
    assert stash.show(repo)[1]


def test_a_push_that_was_killed_before_its_plan_is_one_stash(repo, sql, is_sound):
    sql("create table public.a (id int)")
    repo.status()
    assert repo.record_stash("first") == "stash/1"  # and then nothing
    stash.push(repo, "again")
    assert [one.message for one in stash.stashes(repo)] == ["first"]
    assert is_sound()


def test_a_dry_run_changes_nothing(repo, sql, database, pg_dump):
    sql("create table public.a (id int)")
    repo.status()
    before = pg_dump(database)
    assert stash.push(repo, how=How(dry_run=True)).plan.statements
    assert pg_dump(database) == before
    stash.push(repo)
    repo.status()
    before = pg_dump(database)
    assert stash.pop(repo, how=How(dry_run=True)).plan.statements
    assert pg_dump(database) == before
