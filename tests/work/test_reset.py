"""`reset` moves the branch; with --hard the live schema, too."""

from __future__ import annotations

import pytest

from pggit.core.errors import NotFound
from pggit.work import restore
from pggit.work.change import How
from pggit.work.reset import reset


@pytest.fixture
def two(repo, sql):
    """The hashes of two commits: the second has a table and a column more."""
    first = repo.commit_info().hash
    sql("create table public.notes (id int primary key, t text); insert into public.notes values (1, 'one')")
    sql("alter table public.users add nick text; update public.users set nick = 'n' || id")
    return first, repo.commit("second").hash


def test_without_hard_the_schema_stays(repo, sql, two):
    done = reset(repo, "HEAD~1")
    assert done.commit == two[0] == repo.commit_info("main").hash
    assert {change.group for change in repo.status().changes} == {"table public.notes", "table public.users"}
    assert sql("select t from public.notes") == [("one",)]
    assert repo.reflog()[0].message == "reset: moving to HEAD~1"
    reset(repo, "main@{1}")
    assert repo.status().clean
    assert repo.commit_info().hash == two[1]


def test_hard_takes_the_schema_along_and_keeps_the_data(repo, sql, two, is_sound):
    sql("alter table public.notes add more text not null default 'x'")  # not committed: goes
    done = reset(repo, "HEAD~1", hard=True)
    assert done.commit == two[0]
    assert set(done.kept) == {"table public.notes", "column public.users.nick"}
    assert is_sound()
    assert sql("select to_regclass('public.notes')") == [(None,)]
    reset(repo, two[1], hard=True)
    assert is_sound()
    assert sql("select count(*) from public.users where nick = 'n' || id") == [(100,)]
    # the kept rows have a column that the table has not: they wait for it
    assert [one.key for one in restore.kept(repo.connection)] == ["table public.notes"]


def test_hard_to_head_throws_away_what_is_not_committed(repo, sql, is_sound):
    sql("create table public.a (id int primary key); insert into public.a values (7); drop index public.orders_user")
    reset(repo, hard=True)
    assert is_sound()
    assert sql("select to_regclass('public.orders_user') is not null, to_regclass('public.a')") == [(True, None)]
    assert [one.key for one in restore.kept(repo.connection)] == ["table public.a"]
    (one,) = restore.kept(repo.connection)
    assert sql(f"select id from pggit_stash.{one.name}") == [(7,)]
    restore.drop_kept(repo.connection, one.name)
    assert restore.kept(repo.connection) == []
    with pytest.raises(NotFound, match="nothing is kept as kept_1"):
        restore.drop_kept(repo.connection, one.name)


def test_a_dry_run_changes_nothing(repo, sql, two, database, pg_dump):
    repo.status()
    before = pg_dump(database)
    assert reset(repo, "HEAD~1", how=How(dry_run=True)).commit == two[0]
    assert reset(repo, "HEAD~1", hard=True, how=How(dry_run=True)).plan.statements
    assert pg_dump(database) == before
