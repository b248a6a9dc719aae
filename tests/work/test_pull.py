"""`pull` and `take_over`: the live schema follows, also after `kill -9`."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest

import pggit
from pggit.core.errors import PgGitError, Refused
from pggit.db.connect import connection_url
from pggit.repo.repository import Repository
from pggit.repo.share import fetch
from pggit.work.pull import pull, take_over
from pggit.work.switch import switch
from servers import Database, session

WIDE = """
alter table public.users add nick text;
update public.users set nick = 'n' || id;
create index users_nick on public.users (nick);
alter table public.users add constraint users_nick_check check (nick <> '');
alter table public.orders alter total set not null;
create table public.notes (id int primary key);
"""


@pytest.fixture
def other(repo: Repository, make_database: Callable[..., Database]) -> Iterator[Repository]:
    """A second database that was taken over from the first, with rows of its own."""
    with pggit.open(make_database().url) as opened:
        take_over(opened, repo, "origin", connection_url(repo.connection))
        session(opened).execute("insert into users select n, 'mine' from generate_series(1, 50) as n")
        yield opened


def test_a_pull_keeps_rows(repo, sql, other) -> None:
    sql(WIDE)
    made = repo.commit("wide").hash
    came, done = pull(other, repo, "origin", "main")
    assert came and came.sent.commits == 1
    assert done.commit == other.commit_info().hash == made
    assert other.status().clean
    assert not other.fsck()
    assert session(other).execute("select count(*) from users where email = 'mine'").fetchone() == (50,)
    _, again = pull(other, repo, "origin", "main")
    assert (again.applied, again.commit) == (None, made)


def test_what_is_ahead_or_has_diverged(repo, sql, other) -> None:
    session(other).execute("create table mine (id int)")
    mine = other.commit("mine").hash
    assert pull(other, repo, "origin", "main")[1].commit == mine
    sql("create table theirs (id int)")
    repo.commit("theirs")
    with pytest.raises(Refused, match="main and origin/main have diverged") as raised:
        pull(other, repo, "origin", "main")
    assert raised.value.hint and "pggit merge origin/main" in raised.value.hint
    assert other.commit_info().hash == mine


def test_what_is_not_committed_stays(repo, sql, other) -> None:
    sql("create table theirs (id int)")
    repo.commit("theirs")
    session(other).execute("create table mine (id int)")
    with pytest.raises(Refused, match="not committed"):
        pull(other, repo, "origin", "main")
    assert session(other).execute("select to_regclass('mine') is not null").fetchone() == (True,)


def test_a_branch_that_is_not_main(repo, sql, make_database) -> None:
    switch(repo, "trunk", create=True)
    sql("create table theirs (id int)")
    made = repo.commit("theirs").hash
    with pggit.open(make_database().url) as opened:
        take_over(opened, repo, "origin", None)
        assert (opened.branch, opened.commit_info().hash) == ("trunk", made)
        assert opened.status().clean
        assert not opened.fsck()


def test_a_schema_that_may_not_be_made_is_told_of(repo, sql, make_database, role) -> None:
    """What came stays, and the message does not say otherwise; when the cause is gone the same call finishes it."""
    developer, made = role(), make_database()
    sql("create table theirs (a int)")
    repo.commit("a table of another role")
    repo.grant("writer", developer)
    with made.connect() as admin:
        admin.execute(f"alter database {made.name} owner to {developer}")
    with pggit.open(made.url_as(developer)) as opened:
        with pytest.raises(PgGitError, match="must be") as refused:
            take_over(opened, repo, "origin", None)
        assert "The history has come" in (refused.value.hint or "")
        assert "Nothing was" not in (refused.value.hint or "")
        assert repo.commit_info().hash in {commit.hash for commit in opened.log("origin/main")}
        with made.connect() as admin:
            admin.execute(f"alter role {developer} superuser")
        take_over(opened, repo, "origin", None)
        assert opened.commit_info().hash == repo.commit_info().hash
    with made.connect() as admin:
        admin.execute(f"alter database {made.name} owner to postgres; reassign owned by {developer} to postgres")


def test_killed_anywhere_the_same_command_finishes_it(repo, sql, other, tmp_path) -> None:
    sql(WIDE)
    made = repo.commit("wide").hash
    command = [
        sys.executable,
        "-u",
        "-m",
        "pggit",
        "--db",
        other.connection.info.dsn,
        "pull",
        "origin",
        "main",
        "--yes",
    ]
    for number in (1, 4, 6):
        puller = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=tmp_path)
        assert puller.stderr and puller.stdout
        for line in puller.stderr:
            if line.startswith("[") and int(line[1:].split("/")[0]) >= number:
                break
        puller.kill()
        puller.wait()
        puller.stderr.close()
        puller.stdout.close()
    again = subprocess.run(command, check=False, capture_output=True, text=True, cwd=tmp_path, timeout=60)
    assert again.returncode == 0, again.stderr
    assert other.commit_info().hash == made
    assert other.status().clean
    assert not other.fsck()
    assert session(other).execute("select count(*) from users").fetchone() == (50,)
    fetch(other, repo, "origin")
