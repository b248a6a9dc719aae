"""Worktrees: clones of a tracked database on a branch, which know what they are a clone of."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from datetime import timedelta

import psycopg
import pytest

import pggit
from clone import conftest as clones
from pggit.clone import clone
from pggit.clone.label import labelled
from pggit.core.errors import NotFound, NotInstalled, Refused
from pggit.db import database as databases
from pggit.repo.repository import Repository
from pggit.work import worktree
from pggit.work.switch import switch
from servers import Database, TestServer, connect, session

Sql = Callable[[str], list[tuple]]


admin = clones.admin


@pytest.fixture
def points(repo: Repository) -> Repository:
    """The shop, with a branch that has a column more."""
    switch(repo, "points", create=True)
    session(repo).execute("alter table users add points int")
    repo.commit("Points")
    switch(repo, "main")
    return repo


def columns(url: str) -> list[str]:
    with closing(connect(url)) as connection:
        query = "select attname from pg_attribute where attrelid = 'public.users'::regclass and attnum > 0 and not attisdropped order by attname"
        return [name for (name,) in connection.execute(query).fetchall()]


def test_a_worktree_is_a_clone_on_its_branch(
    points: Repository, sql: Sql, database: Database, admin: psycopg.Connection
) -> None:
    user = database.connect()
    made, done = worktree.add(admin, database.url, "wt", "points")
    assert user.execute("select 1").fetchone() == (1,)
    assert columns(made.url) == ["email", "id", "points"]
    assert columns(database.url) == ["email", "id"]
    with pggit.open(made.url) as tree:
        status = tree.status()
        assert (status.branch, status.clean) == ("points", True)
        assert status.head == done.commit
        assert tree.fsck() == []
        assert [c.hash for c in tree.log(all=True)] == [c.hash for c in points.log(all=True)]
        assert session(tree).execute("select count(*) from users").fetchone() == (0,)
    again, _ = worktree.add(admin, database.url, "wt2", "main")
    assert again.template == made.template  # what did not change is not built again
    assert columns(again.url) == ["email", "id"]


def test_a_new_branch(points: Repository, database: Database, admin: psycopg.Connection) -> None:
    made, _ = worktree.add(admin, database.url, "wt", "colours", create=True)
    with pggit.open(made.url) as tree:
        assert tree.status().branch == "colours"
    assert "colours" not in {branch.name for branch in points.branches()}
    first, second = worktree.worktrees(admin, database.name)
    assert (second.branch, second.ahead, second.behind, second.dirty) == ("colours", 0, None, 0)
    assert (first.name, first.branch, first.origin) == (database.name, "main", None)


def test_with_rows(points: Repository, database: Database, admin: psycopg.Connection) -> None:
    made, _ = worktree.add(admin, database.url, "wt", "points", rows=True)
    with pggit.open(made.url) as tree:
        assert session(tree).execute("select count(*) from users").fetchone() == (100,)
        assert tree.status().clean
    some, _ = worktree.add(admin, database.url, "wt2", "main", rows=("public.users",))
    with closing(connect(some.url)) as connection:
        assert connection.execute("select (select count(*) from users), (select count(*) from orders)").fetchone() == (
            100,
            0,
        )


def test_ahead_behind_dirty(points: Repository, sql: Sql, database: Database, admin: psycopg.Connection) -> None:
    made, _ = worktree.add(admin, database.url, "wt", "main")
    with pggit.open(made.url) as tree:
        for number in range(2):
            session(tree).execute(f"create table t{number}()")
            tree.commit(f"t{number}")
        session(tree).execute("create table dirty()")
    sql("create table in_origin()")
    points.commit("In the origin")
    ((one),) = worktree.worktrees(admin, database.name)[1:]
    assert (one.ahead, one.behind, one.dirty, one.problem) == (2, 1, 1, None)
    assert one.origin == database.name
    # either side finds the other
    assert [w.name for w in worktree.worktrees(admin, "wt")] == [
        w.name for w in worktree.worktrees(admin, database.name)
    ]
    number, name = worktree.origin_of(admin, "wt")
    assert name == database.name
    assert worktree.origin_of(admin, database.name) is None
    # a worktree of a worktree belongs to the same origin, and begins where that is
    worktree.add(admin, made.url, "nested", "deeper", create=True)
    assert worktree.origin_of(admin, "nested") == (number, name)
    assert {w.name: w.ahead for w in worktree.worktrees(admin, "nested")} == {database.name: None, "nested": 2, "wt": 2}


def test_what_is_in_it_only_is_not_lost(points: Repository, database: Database, admin: psycopg.Connection) -> None:
    for name in ("clean", "dirty", "ahead", "used", "young"):
        made, _ = worktree.add(admin, database.url, name, "main")
        with pggit.open(made.url) as tree:
            if name in ("dirty", "ahead"):
                session(tree).execute("create table mine()")
            if name == "ahead":
                tree.commit("Mine")
    with pytest.raises(Refused, match=r"dirty has work of its own: uncommitted changes \(1\)"):
        worktree.remove(admin, "dirty")
    with pytest.raises(Refused, match=r"does not have \(1\)"):
        worktree.drop_clone(admin, "ahead")
    with closing(connect(database.url.replace(database.name, "used"))):
        with pytest.raises(databases.InUse):
            worktree.remove(admin, "used")
        young = labelled(admin, name="young")[0].label.made
        wait = {name: labelled(admin, name=name)[0].label.made for name in ("clean", "dirty")}
        assert young >= max(wait.values())
        assert worktree.prune(admin, database.name, older_than=timedelta(hours=1)) == ([], [])
        would, _ = worktree.prune(admin, "young", older_than=timedelta(), dry_run=True)
        assert [one.name for one in would] == ["clean"]
        gone, stays = worktree.prune(admin, "young", older_than=timedelta())
        assert [one.name for one in gone] == ["clean"]
        assert {one.name for one in stays} == {"dirty", "ahead", "used"}
    worktree.remove(admin, "ahead", force=True)
    worktree.remove(admin, "used")
    assert [one.name for one in worktree.worktrees(admin, database.name)[1:]] == ["dirty", "young"]
    clone_of_t = labelled(admin, "template")[0].name
    clone.create(admin, clone_of_t, "plain")
    with pytest.raises(NotFound, match="no worktree"):
        worktree.remove(admin, "plain")
    with pytest.raises(Refused, match="is a worktree"):
        clone.reset(admin, "young")


def test_an_origin_that_is_renamed_or_gone(
    make_database: Callable[..., Database], server: TestServer, admin: psycopg.Connection
) -> None:
    origin = make_database()
    with pggit.open(origin.url) as repository:
        repository.init()
    worktree.add(admin, origin.url, "wt", "main")
    admin.execute(f'alter database "{origin.name}" rename to moved')
    assert [one.name for one in worktree.worktrees(admin, "wt")] == ["moved", "wt"]
    admin.execute("drop database moved with (force)")
    with pytest.raises(NotFound, match="gone"):
        worktree.worktrees(admin, "wt")
    with pytest.raises(Refused, match="its origin"):
        worktree.remove(admin, "wt")
    worktree.remove(admin, "wt", force=True)


def test_what_cannot_be_made(points: Repository, database: Database, admin: psycopg.Connection, make_database) -> None:
    with pytest.raises(NotFound, match="no branch nothing") as caught:
        worktree.add(admin, database.url, "wt", "nothing")
    assert "-b nothing" in str(caught.value.hint)
    with pytest.raises(Refused, match="already"):
        worktree.add(admin, database.url, "wt", "points", create=True)
    with pytest.raises(Refused, match="already"):
        worktree.add(admin, database.url, database.name, "points")
    with pytest.raises(NotInstalled):
        worktree.add(admin, make_database().url, "wt", "main")
    assert not [
        name for (name,) in admin.execute("select datname from pg_database where datname like 'pggit_scratch%'")
    ]
    assert not databases.exists(admin, "wt")
