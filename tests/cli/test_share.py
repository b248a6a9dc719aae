"""`pggit remote`, `fetch`, `push`, `pull`, `init --from`."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest

from servers import Database


@pytest.fixture
def on(program, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Callable]:
    """Run `pggit` on a database: ``on(database)("status")``."""

    def choose(database: Database | str) -> Callable:
        url = database if isinstance(database, str) else database.url

        def run(*arguments: str):
            monkeypatch.setenv("PGGIT_DB", url)
            return program(*arguments)

        return run

    return choose


def test_a_new_database_from_another_and_back(shop, database, make_database, on, sql) -> None:
    """The round trip of two people: clone, commit, push to a branch, pull it there, and the other way."""
    theirs = make_database()
    mine, yours = on(database), on(theirs)
    done = yours("init", "--from", database.url)
    assert (done.status, done.err) == (0, "") or "create" in done.err
    assert done.out.startswith(f"Database {theirs.name} is on branch main, at ")
    assert done.out.endswith(": 2 commits came.\n")
    assert yours("status").lines[:1] == ["On branch main"]
    assert yours("diff", "origin/main", "work").out == ""
    assert yours("diff", "v1", "work").out == ""
    assert [finding for finding in yours("fsck", "--json").json["findings"] if finding["problem"] != "drift"] == []

    theirs.connect().execute("create table public.points (id int primary key)")
    assert yours("commit", "-m", "Points").status == 0
    refused = yours("push")
    assert refused.status == 6
    assert "branch main is checked out there" in refused.err
    done = yours("push", "origin", "main:points")
    assert done.status == 0
    assert "1 commits" in done.lines[0]
    assert done.lines[1].startswith("  main -> points  new at ")
    assert yours("push", "origin", "main:points").out == "origin: everything is there.\n"

    assert mine("remote", "add", "theirs", theirs.url).status == 0
    assert [(r["name"], r["source"]) for r in mine("remote", "list", "--json").json["remotes"]] == [
        ("theirs", "repository")
    ]
    done = mine("pull", "theirs", "main")
    assert done.status == 0, done.err
    assert mine("diff", "points", "work").out == ""
    assert mine("status").lines[0] == "On branch main"
    assert mine("reflog", "main").lines[1].endswith("pull: fast-forward to theirs/main")
    assert mine("pull").out.endswith(f"main is at {mine('log', '--json').json['commits'][0]['hash'][:10]}.\n")

    sql("create view public.v as select 1 as one")
    assert mine("commit", "-m", "A view").status == 0
    theirs.connect().execute("create table public.unsaved (id int)")
    refused = yours("pull")
    assert (refused.status, "not committed" in refused.err) == (6, True)
    assert yours("commit", "-m", "Unsaved").status == 0
    refused = yours("pull")
    assert (refused.status, "main and origin/main have diverged" in refused.err) == (6, True)
    assert "pggit merge origin/main" in refused.err


def test_worktree_and_origin_know_each_other(shop, database, on, sql) -> None:
    tree = f"{database.name}_tree"
    made = on(database)("worktree", "add", tree, "-b", "points")
    assert made.status == 0
    here, there = on(database), on(made.out.strip())
    try:
        (remote,) = there("remote", "list", "--json").json["remotes"]
        assert (remote["name"], remote["source"], database.name in remote["url"]) == ("origin", "worktree", True)
        from pggit.db.connect import connect

        with connect(made.out.strip()) as connection:
            connection.execute("create table public.points (id int primary key)")
        assert there("commit", "-m", "Points").status == 0
        done = there("push")
        assert done.status == 0, done.err
        assert "points -> points" in done.out
        assert here("log", "points", "--json").json["commits"][0]["message"] == "Points"
        assert here("switch", "points").status == 0
        sql("alter table public.points add column n int")
        assert here("commit", "-m", "A column").status == 0
        assert there("pull").status == 0
        assert there("diff", "origin/points", "work").out == ""
        assert here("fetch", tree).status == 0
        assert here("diff", f"{tree}/points", "work").out == ""
    finally:
        assert here("worktree", "remove", tree, "--force").status == 0


def test_remotes(shop, make_database, tmp_path: Path) -> None:
    other = make_database()
    refused = shop("fetch")
    assert (refused.status, "there is no remote" in refused.err) == (2, True)
    assert shop("fetch", "nobody").status == 3
    added = shop("remote", "add", "staging", "postgresql://me:secret@staging.example:5433/shop")
    assert (added.status, "not kept" in added.err) == (0, True)
    assert "postgresql://me@staging.example:5433/shop" in shop("remote", "list").out
    assert "staging" not in shop("config").out
    assert shop("remote", "add", "staging", other.url).status == 6
    assert shop("remote", "add", "a/b", other.url).status == 2
    assert shop("remote", "add", "x", "postgresql://h").status == 2
    (tmp_path / ".pggit.toml").write_text(f'[remotes.live]\nurl = "{other.url}"\n')
    assert shop("remote", "add", "live", other.url).status == 6
    assert [(r["name"], r["source"]) for r in shop("remote", "list", "--json").json["remotes"]] == [
        ("live", "settings"),
        ("staging", "repository"),
    ]
    refused = shop("fetch", "live")
    assert (refused.status, "live is not tracked" in refused.err) == (6, True)
    assert shop("remote", "remove", "live").status == 3
    assert shop("remote", "remove", "staging").status == 0
    assert "staging" not in shop("remote", "list").out


CODE = (
    "create function public.theirs() returns int language sql as 'select 1';"
    " create materialized view public.runs as select public.theirs() as a"
)


def test_code_of_theirs_is_told_of(shop, database, make_database, on) -> None:
    """Without a terminal it cannot be asked about."""
    mine, other = make_database(), make_database()
    assert on(mine)("init", "--from", database.url, "--yes").status == 0
    database.connect().execute(CODE.encode())
    assert on(database)("commit", "-m", "Code").status == 0
    told = "warning: code that came from there runs now, with your rights (hazard runs-code)"
    for done in (on(mine)("pull"), on(other)("init", "--from", database.url)):
        assert (done.status, told in done.err) == (0, True)
    done = on(make_database())("init", "--from", database.url, "--yes")
    assert (done.status, "warning" in done.err) == (0, False)


class Typed(io.StringIO):
    """Standard input that is a terminal."""

    def isatty(self) -> bool:
        return True


def test_on_a_terminal_code_of_theirs_is_asked_about(shop, database, make_database, on, monkeypatch) -> None:
    other = make_database()
    database.connect().execute(CODE.encode())
    shop("commit", "-m", "Code")
    monkeypatch.setattr("sys.stdin", Typed("n\n"))
    done = on(other)("init", "--from", database.url)
    assert done.status != 0
    assert "hazards: runs-code" in done.err
    assert other.connect().execute("select to_regclass('public.runs')").fetchone() == (None,)


def test_what_is_wrong(shop, database, make_database, on) -> None:
    other, here = make_database(), on(database)
    assert on(other)("init").status == 0
    assert here("remote", "add", "other", other.url).status == 0
    assert here("push", "other", "nowhere").status == 3
    assert here("push", "other", ":main").status == 2
    assert here("fetch", "other", "nowhere").status == 3
    assert here("push", "other", "main:copy", "--tags").status == 0
    assert on(other)("tag", "--json").json["tags"][0]["name"] == "v1"
    used = on(database)("init", "--from", other.url)
    assert (used.status, "has objects of its own" in used.err) == (6, True)
    assert on(database)("init", "--from", other.url, "--dry-run").status == 2
    bare = make_database()
    fresh = make_database()
    refused = on(fresh)("init", "--from", bare.url)
    assert refused.status == 6
    assert on(fresh)("status").status == 6  # nothing was installed
