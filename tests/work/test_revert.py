"""`revert` takes back one commit and commits that."""

from __future__ import annotations

import pytest

from pggit.core.errors import Refused
from pggit.work.change import How
from pggit.work.revert import revert


def test_one_commit_is_taken_back_and_later_ones_stay(repo, sql, is_sound):
    sql("create table public.a (id int primary key, v text); insert into public.a values (1, 'x')")
    sql("alter table public.users alter email type varchar(200)")
    first = repo.commit("Add a").hash
    sql("create table public.b (id int)")
    repo.commit("Add b")
    done = revert(repo, first, author="Ann")
    assert is_sound()
    made = repo.commit_info()
    assert done.commit == made.hash
    assert made.message == f'Revert "Add a"\n\nThis takes back what commit {first} changed.'
    assert made.author == "Ann"
    assert sql("select to_regclass('public.a'), to_regclass('public.b') is not null") == [(None, True)]
    assert {change.key for change in repo.show()[1]} >= {"table public.a", "column public.users.email"}
    revert(repo, made.hash)  # and back, with its row
    assert sql("select * from public.a") == [(1, "x")]
    assert is_sound()


def test_what_changed_since_is_a_conflict(repo, sql):
    sql("alter table public.users alter email type varchar(200); create table public.a (id int)")
    first = repo.commit("One").hash
    sql("alter table public.users alter email type varchar(300); alter table public.a add b int")
    repo.commit("Two")
    with pytest.raises(Refused, match=r"in another way: column public\.users\.email, table public\.a$"):
        revert(repo, first)
    assert repo.status().clean


def test_refused(repo, sql):
    with pytest.raises(Refused, match="has no parent"):
        revert(repo, "HEAD")
    sql("create table public.a (id int)")
    made = repo.commit("a").hash
    sql("create table public.b (id int)")
    with pytest.raises(Refused, match="not committed"):
        revert(repo, made)
    sql("drop table public.b, public.a")
    # as after a kill between the change and the commit: to say it again finishes it
    revert(repo, made)
    assert repo.commit_info().message.startswith('Revert "a"')
    with pytest.raises(Refused, match="taken back already"):
        revert(repo, made)


def test_a_dry_run_changes_nothing(repo, sql, database, pg_dump):
    sql("create table public.a (id int)")
    repo.commit("a")
    repo.status()
    before = pg_dump(database)
    assert [statement.key for statement in revert(repo, "HEAD", how=How(dry_run=True)).plan.statements] == [
        "table public.a"
    ]
    assert pg_dump(database) == before
