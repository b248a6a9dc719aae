"""`rebase` puts a line of commits on another commit; it can be interrupted, stopped and given up."""

from __future__ import annotations

import random
import subprocess
import sys
import time

import pytest

from pggit.core.errors import NotFound, PgGitError, Refused
from pggit.work.change import How
from pggit.work.rebase import abort, go_on, rebase, skip, waiting
from pggit.work.switch import switch
from servers import session


def steps(repo, sql, *texts):
    """Commit each statement; returns the hashes."""
    made = []
    for number, text in enumerate(texts):
        sql(text)
        made.append(repo.commit(f"{text.split(' public.')[1].split()[0]} {number}", author="Ann").hash)
    return made


@pytest.fixture
def forked(repo, sql):
    """Branch feature with three commits; main has two of its own. HEAD is on feature; returns feature's commits."""
    switch(repo, "feature", create=True)
    made = steps(
        repo,
        sql,
        "create table public.a (id int primary key, v text)",
        "alter table public.users add nick text",
        "create view public.values as select id, v from public.a",
    )
    sql("insert into public.a values (1, 'kept')")
    sql("update public.users set nick = 'n' || id")
    switch(repo, "main")
    steps(repo, sql, "create table public.mine (id int)", "alter table public.users add age int")
    switch(repo, "feature")
    return made


@pytest.fixture
def conflicting(repo, sql, forked):
    """Main also changed what feature's second and third commit change."""
    switch(repo, "main")
    steps(repo, sql, "alter table public.users add nick varchar(20) default 'x'")
    switch(repo, "feature")
    return forked


def subjects(repo, span):
    return [commit.message for commit in repo.log(span)]


def test_a_line_of_commits(repo, sql, forked, is_sound):
    main = repo.commit_info("main").hash
    done = rebase(repo, "main")
    assert is_sound()
    assert (done.branch, done.put, done.there, done.waiting) == ("feature", 3, (), None)
    assert repo.branch == "feature"
    assert repo.merge_base("feature", "main") == [main]
    assert subjects(repo, "main..feature") == ["values 2", "users 1", "a 0"]
    times = lambda commits: [(c.author, c.time) for c in commits]  # noqa: E731
    assert times(repo.log("main..feature")[::-1]) == times([repo.commit_info(commit) for commit in forked])
    assert sql("select v, (select count(*) from public.users where nick = 'n' || id) from public.a") == [("kept", 100)]
    assert sql("select to_regclass('public.mine') is not null") == [(True,)]
    assert repo.commit_info("feature@{1}").hash == forked[-1]
    again = rebase(repo, "main")
    assert (again.put, again.changed.plan.statements) == (0, ())


def test_what_is_there_already_is_left_out(repo, sql, forked, is_sound):
    from pggit.work.pick import cherry_pick

    switch(repo, "main")
    cherry_pick(repo, [forked[0]])
    switch(repo, "feature")
    done = rebase(repo, "main")
    assert is_sound()
    assert [commit.hash for commit in done.there] == [forked[0]]
    assert subjects(repo, "main..feature") == ["values 2", "users 1"]


def test_forward_only(repo, sql, forked, is_sound):
    repo.create_branch("old", "main~2")
    switch(repo, "old")
    assert rebase(repo, "main").put == 0
    assert repo.commit_info("old").hash == repo.commit_info("main").hash
    assert is_sound()


def test_a_conflict_is_resolved_in_the_live_schema(repo, sql, conflicting, is_sound):
    done = rebase(repo, "main")
    at = done.waiting
    assert at and at == waiting(repo)
    assert (at.branch, at.onto, at.todo, at.conflicts) == (
        "feature", "main", tuple(conflicting[1:]), ("column public.users.nick",),
    )  # fmt: skip
    assert (at.original, done.put) == (conflicting[2], 1)
    assert repo.branch is None
    assert is_sound()  # at the commit before
    assert repo.commit_info("feature").hash == conflicting[2]
    assert sql("select v from public.a") == [("kept",)]
    with pytest.raises(Refused, match=r"onto main stopped at .* and is not done"):
        rebase(repo, "main")
    sql("alter table public.users alter nick type varchar(99)")
    done = go_on(repo)
    assert done.waiting is None
    assert waiting(repo) is None
    assert repo.branch == "feature"
    assert is_sound()
    assert subjects(repo, "main..feature") == ["values 2", "users 1", "a 0"]
    made, changes = repo.show("feature~1")
    assert {change.key for change in changes} == {"column public.users.nick"}
    assert (made.author, made.time) == ("Ann", repo.commit_info(conflicting[1]).time)


def test_a_resolution_committed_by_hand(repo, sql, conflicting, is_sound):
    rebase(repo, "main")
    sql("alter table public.users alter nick type varchar(99)")
    repo.commit("By hand")
    assert go_on(repo).waiting is None
    assert subjects(repo, "main..feature") == ["values 2", "By hand", "a 0"]
    assert is_sound()


def test_skipped(repo, sql, conflicting, is_sound):
    rebase(repo, "main")
    sql("create table public.attempt (id int)")
    done = skip(repo)
    assert done.waiting is None
    assert subjects(repo, "main..feature") == ["values 2", "a 0"]
    assert sql("select to_regclass('public.attempt')") == [(None,)]
    assert is_sound()


def test_given_up(repo, sql, conflicting, is_sound):
    rebase(repo, "main")
    sql("create table public.attempt (id int)")
    done = abort(repo)
    assert (repo.branch, done.changed.commit, waiting(repo)) == ("feature", conflicting[2], None)
    assert is_sound()
    assert sql("select v from public.values") == [("kept",)]
    assert sql("select to_regclass('public.attempt'), to_regclass('public.mine')") == [(None, None)]
    for gone in (go_on, skip, abort):
        with pytest.raises(Refused, match="no rebase is in progress"):
            gone(repo)


def test_merges_are_refused(repo, sql, forked):
    repo._one(
        "select pggit.record_commit((select tree from pggit.commit where hash = pggit.head()),"
        " array[pggit.head(), pggit.resolve('main')], 'ann', now(), 'Merge')"
    )
    sql("create table public.later (id int)")
    repo.commit("later")
    with pytest.raises(Refused, match="there are merges among the commits of feature"):
        rebase(repo, _aside(repo, sql))


def _aside(repo, sql):
    """A commit that feature does not have; HEAD is on feature again."""
    switch(repo, "main")
    sql("create table public.aside (id int)")
    made = repo.commit("aside").hash
    switch(repo, "feature")
    return made


def test_refused(repo, sql, forked):
    with pytest.raises(NotFound):
        rebase(repo, "nope")
    sql("create table public.open (id int)")
    with pytest.raises(Refused, match="not committed"):
        rebase(repo, "main")
    sql("drop table public.open")
    session(repo).execute("update pggit.ref set target = null, commit = pggit.head() where name = 'HEAD'")
    with pytest.raises(Refused, match="HEAD is on no branch"):
        rebase(repo, "main")


def test_where_the_server_refuses_nothing_happened(repo, sql, forked, is_sound):
    """What no comparison of objects shows: main has no place for what feature built on."""
    switch(repo, "main")
    sql("drop table public.orders")
    repo.commit("no orders")
    switch(repo, "feature")
    sql("create view public.sums as select sum(total) from public.orders")
    repo.commit("sums")
    before = repo.commit_info().hash
    with pytest.raises(PgGitError):
        rebase(repo, "main")
    assert (repo.branch, repo.commit_info().hash, waiting(repo)) == ("feature", before, None)
    assert is_sound()


def test_a_dry_run_changes_nothing(repo, sql, conflicting, database, pg_dump):
    repo.status()
    before = pg_dump(database)
    assert rebase(repo, "main", how=How(dry_run=True)).put == 1
    assert pg_dump(database) == before


def test_killed_anywhere_the_same_command_finishes_it(repo, sql, conflicting, database, is_sound):
    """Killed at moments drawn at random, by the clock: the command said again ends in the same state."""
    seed = int(time.time())
    chance = random.Random(seed)
    print("seed", seed)
    stopped = 0
    for _ in range(2):
        for arguments in (["rebase", "main"], ["rebase", "--skip"]):
            for attempt in range(3):
                tool = _started(database, arguments)
                try:
                    tool.wait(timeout=chance.uniform(0.2, 1.8) if attempt < 2 else 60)
                except subprocess.TimeoutExpired:
                    tool.kill()
                    tool.wait()
                    stopped += 1
                    time.sleep(0.2)
                at = waiting(repo)
                if (at is not None) == (arguments[1] == "main") and not _begun(sql):
                    break
            assert (waiting(repo) is not None) == (arguments[1] == "main"), seed
            assert is_sound(), seed
        assert subjects(repo, "main..feature") == ["values 2", "a 0"], seed
        assert sql("select v from public.a") == [("kept",)], seed
        from pggit.work.reset import reset

        reset(repo, conflicting[2], hard=True)
        assert is_sound(), seed
    assert stopped


def _started(database, arguments):
    command = [sys.executable, "-m", "pggit", "--db", database.url, *arguments, "--yes"]
    return subprocess.Popen(command, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)


def _begun(sql):
    return sql("select to_regnamespace('pggit_apply') is not null") == [(True,)]
