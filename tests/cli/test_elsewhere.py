"""What other databases have of a branch: ahead and behind, branches of worktrees that are merged by their name."""

from __future__ import annotations

import pytest

import pggit as library
from pggit.core.errors import PgGitError
from pggit.work.change import How
from pggit.work.switch import switch
from servers import session


@pytest.fixture
def on(program, monkeypatch):
    """Run `pggit` on a database: ``on(url)("status")``."""

    def choose(url):
        def run(*arguments):
            monkeypatch.setenv("PGGIT_DB", url)
            return program(*arguments)

        return run

    return choose


@pytest.fixture
def trees(shop, database, on):
    """Makes worktrees: ``trees("points")`` returns name and URL of one on a new branch of that name."""
    made = []

    def make(branch, *, new=True):
        name = f"{database.name}_{branch}{len(made)}"
        done = on(database.url)("worktree", "add", name, *(["-b"] if new else []), branch)
        assert done.status == 0, done.err
        made.append(name)
        return name, done.out.strip()

    yield make
    for name in made:
        on(database.url)("worktree", "remove", name, "--force")


def run_sql(url, text):
    with library.open(url) as there:
        session(there).execute(text)


def test_ahead_and_behind(shop, database, make_database, on, sql):
    theirs = make_database().url
    mine, yours = on(database.url), on(theirs)
    assert "Your branch" not in mine("status").out and mine("status", "--json").json["upstream"] is None
    yours("init", "--from", database.url)
    assert yours("status").lines[1] == "Your branch is up to date with 'origin/main'."
    run_sql(theirs, "create table public.a (id int)")
    yours("commit", "-m", "a")
    assert yours("status").lines[1] == "Your branch is ahead of 'origin/main' by 1 commit."
    assert yours("status", "--json").json["upstream"] == {"name": "origin/main", "ahead": 1, "behind": 0}
    for name in "bc":
        sql(f"create table {name} (id int)")
        mine("commit", "-m", name)
    yours("fetch")
    assert yours("status").lines[1:4] == [
        "Your branch and 'origin/main' have diverged,",
        "and have 1 and 2 different commits each, respectively.",
        '  (use "pggit merge origin/main" to bring them together)',
    ]
    assert "origin/main: ahead 1, behind 2" in yours("branch", "-v").out
    (standing,) = yours("branch", "-v", "--json").json["standings"]
    assert standing["upstream"] == {"name": "origin/main", "ahead": 1, "behind": 2}
    yours("reset", "--hard", "origin/main~1", "--yes")
    assert yours("status").lines[1:3] == [
        "Your branch is behind 'origin/main' by 1 commit, and can be fast-forwarded.",
        '  (use "pggit pull origin" to bring it, and the live schema, forward)',
    ]
    # of several remotes that have the branch, origin is meant; without one of that name none
    mine("remote", "add", "one", theirs)
    mine("fetch", "one")
    assert mine("status", "--json").json["upstream"]["name"] == "one/main"
    mine("remote", "add", "two", theirs)
    mine("fetch", "two")
    assert mine("status", "--json").json["upstream"] is None
    assert mine("remote").lines == ["one", "two"]
    assert [line.split()[0] for line in mine("remote", "-v").lines] == ["REMOTE", "one", "two"]
    assert mine("remote", "-v").out == mine("remote", "list").out
    assert mine("remote", "nope").status == 2 and "Usage: pggit remote" in mine("remote", "--help").out


def test_what_is_begun_is_told(shop, sql):
    assert shop("status", "--json").json["pending"] == []
    for branch, price in (("side", "numeric(11,2)"), ("main", "numeric(12,2)")):
        shop("switch", *(["-c"] if branch == "side" else []), branch)
        sql(f"alter table products alter price type {price}")
        assert shop("commit", "-m", price).status == 0
    shop("merge", "side")
    assert shop("status").lines[1:3] == [
        "The merge of side is open: 1 of 1 conflicts are not resolved.",
        '  ("pggit conflicts" tells more, "pggit merge --continue" finishes it, "pggit merge --abort" gives it up)',
    ]
    shop("resolve", "--all", "--ours")
    assert shop("status").lines[1] == "The merge of side is open: all conflicts are resolved."
    assert [one["what"] for one in shop("status", "--json").json["pending"]] == ["merge"]
    shop("merge", "--abort")
    assert shop("rebase", "side", "--yes").status == 1
    status = shop("status")
    assert status.lines[1].startswith("The rebase of main onto side stopped at ")
    assert "column public.products.price" in status.lines[1] and '"pggit rebase --continue"' in status.lines[2]
    shop("rebase", "--abort", "--yes")
    assert shop("status", "--json").json["pending"] == []


def test_a_plan_that_was_interrupted_is_told(shop, sql, database, role):
    sql("insert into customers (name, email) select 'n' || n, 'e' || n from generate_series(1, 300) as n")
    shop("switch", "-c", "wide")
    sql("create index customers_name on customers (name); alter table customers add constraint c check (name <> '')")
    shop("commit", "-m", "wide")
    shop("switch", "main", "--yes")

    def stop(event):
        if event.what == "done" and event.number == 3:
            raise KeyboardInterrupt

    with library.open(database.url) as repository, pytest.raises((KeyboardInterrupt, PgGitError)):
        switch(repository, "wide", how=How(progress=stop))
    (one,) = shop("status", "--json").json["pending"]
    assert (one["what"], one["finish"], one["give_up"]) == ("plan", "pggit switch wide", "pggit apply --abandon")
    assert shop("status").lines[1].startswith("pggit switch wide was interrupted: it began at ")
    reader = role("login")
    shop("grant", "reader", reader)
    told = shop("--db", database.url_as(reader), "status")
    assert told.status == 0 and " was interrupted: " in told.lines[1]
    assert shop("switch", "wide", "--yes").status == 0
    assert shop("status", "--json").json["pending"] == []


def test_a_branch_of_a_worktree_is_fetched_and_merged(shop, database, trees, on, sql):
    name, url = trees("points")
    here, there = on(database.url), on(url)
    run_sql(url, "alter table customers add points int")
    there("commit", "-m", "Points")
    run_sql(url, "create table unsaved (id int)")
    sql("create table own (id int)")
    here("commit", "-m", "own")
    # the branch is known here, as worktree add made it there only
    assert "points" not in [one["name"] for one in here("branch", "--json").json["branches"]]
    done = here("merge", "points", "--yes")
    assert done.status == 0, done.err
    assert done.err.splitlines()[:2] == [
        f"Fetched branch points of worktree {name}: 1 commit.",
        "1 of its objects are changed and not committed: that is not merged.",
    ]
    assert here("log", "--json").json["commits"][0]["message"] == f"Merge {name}/points into main"
    assert "column public.customers.points" in here("show", "--json", "HEAD").out
    assert here("merge", name).out == "Already up to date.\n"
    assert here("merge", "nope").status == 3
    # a worktree by its name, and the origin's branch from within a worktree
    run_sql(url, "drop table unsaved; create table more (id int)")
    there("commit", "-m", "More")
    assert here("merge", name, "--yes").err.splitlines()[0] == f"Fetched branch points of worktree {name}: 1 commit."
    here("branch", "-m", "main", "trunk")
    back = there("merge", "trunk", "--yes")
    assert back.status == 0 and back.err.splitlines()[0] == "Fetched branch trunk of worktree origin: 3 commits."


def test_a_local_branch_comes_first(shop, database, trees, on):
    name, url = trees("points")
    here, there = on(database.url), on(url)
    assert here("branch", "points").status == 0
    assert here("merge", "points").err == ""
    run_sql(url, "alter table customers add points int")
    there("commit", "-m", "Points")
    done = here("merge", "points")
    assert done.out == "Already up to date.\n"
    assert done.err == (
        f"Worktree {name} has commits of points that are not here; they are not merged."
        f" (pggit fetch {name} points, then pggit merge {name}/points)\n"
    )
    assert here("fetch", name, "points").status == 0
    assert here("merge", f"{name}/points", "--yes").err.startswith("[")


def test_a_branch_of_several_worktrees_is_refused(shop, database, trees, on):
    (first, _), (second, other) = trees("points"), trees("others")
    assert on(other)("branch", "-m", "others", "points").status == 0
    done = on(database.url)("merge", "points")
    assert done.status == 6
    assert "the branch of several worktrees: " in done.err and first in done.err and second in done.err


def test_a_request_for_the_branch_of_a_worktree(shop, database, trees, on):
    _, url = trees("points")
    main = on(database.url)
    main("protect", "main")
    nothing = main("request", "open", "points")
    assert (nothing.status, main("branch", "--json").json["branches"][-1]["name"]) == (6, "main")
    assert "there is nothing to merge" in nothing.err
    run_sql(url, "alter table public.customers add points int")
    assert on(url)("commit", "-m", "Points").status == 0
    opened = on(database.url)("request", "open", "points")
    assert opened.status == 0
    assert "Fetched branch points of worktree" in opened.err
    assert "    new:       column public.customers.points" in opened.lines
    run_sql(url, "alter table public.customers add more int")
    assert on(url)("commit", "-m", "More").status == 0
    assert on(url)("push", "origin", "points").status == 0
    assert on(database.url)("request", "update", "1", "--json").json["revision"]["number"] == 2
    assert on(database.url)("request", "merge", "1").status == 0
    assert on(database.url)("status", "--json").json["clean"] is True
