"""`export --git`: what git itself says of the repository that is written."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pggit.core.errors import Refused
from pggit.repo.repository import Repository
from pggit.work.export import export
from pggit.work.gitmirror import export_git
from pggit.work.switch import switch
from servers import session

pytest.importorskip("dulwich", reason="the extra git is not installed")


@pytest.fixture
def git(tmp_path: Path) -> Callable[..., list[str]]:
    """Run git in the repository that is exported; returns the lines that it prints."""

    def run(*arguments: str, at: str = "shop.git") -> list[str]:
        command = ["git", "-C", str(tmp_path / at), *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()

    return run


@pytest.fixture
def written(tmp_path: Path, repo: Repository) -> Callable[[], list[object]]:
    """Export the repository; returns how many commits were written, and the refs that moved."""
    return lambda: [(done := export_git(tmp_path / "shop.git", repo)).commits, *done.refs]


def commit(repo: Repository, statement: str, author: str) -> str:
    """Run a statement and commit; returns the hash."""
    session(repo).execute(statement.encode())
    return repo.commit(statement, author=author).hash


def test_git_sees_the_whole_history(repo, git, written, tmp_path) -> None:
    first = repo.commit_info().hash
    second = commit(repo, "create table public.points (id int)", "Ann Smith <ann@example.org>")
    repo.create_tag("v1", "HEAD", "The first one")
    repo.create_tag("light")
    switch(repo, "side", create=True)
    third = commit(repo, "create view public.v as select id from points", "bob <\n> <x")
    assert written() == [3, "refs/heads/main", "refs/heads/side", "refs/tags/light", "refs/tags/v1"]
    assert git("fsck", "--strict", "--full") == []
    assert git("log", "--format=%an|%ae|%s", "side") == [
        "bob   x||create view public.v as select id from points",
        "Ann Smith|ann@example.org|create table public.points (id int)",
        f"{repo.commit_info(first).author}||Initial commit",
    ]
    trailers = git("log", "--format=%(trailers:key=Pggit-Commit,valueonly,separator=)", "side")
    assert trailers == [third, second, first]
    (moment,) = git("log", "-1", "--format=%ct", "main")
    assert datetime.fromtimestamp(int(moment), UTC) == repo.commit_info(second).time.replace(microsecond=0)
    assert git("symbolic-ref", "HEAD") == ["refs/heads/side"]
    assert git("cat-file", "-t", "v1") == ["tag"]
    assert git("cat-file", "-t", "light") == ["commit"]
    assert git("diff", "--name-status", "main", "side") == ["M\tload.psql", "A\tpublic/view/v.sql"]
    # the files of a commit are those that an export of it writes, and they load
    for state in ("main", "side"):
        subprocess.run(["git", "clone", "-qb", state, tmp_path / "shop.git", tmp_path / state], check=True)
        assert export(tmp_path / state, state, repo).written == ()
        assert repo.diff(state, f"dir:{tmp_path / state}") == []


def test_only_what_is_new_is_written(repo, git, written, tmp_path) -> None:
    assert written() == [1, "refs/heads/main"]
    before = git("rev-parse", "main")
    assert written() == [0]
    commit(repo, "create table public.points (id int)", "ann")
    repo.create_branch("side", "HEAD~1")
    assert written() == [1, "refs/heads/main", "refs/heads/side"]
    assert git("rev-parse", "main~1") == before == git("rev-parse", "side")
    repo.delete_branch("side")
    repo.reset_head("HEAD~1", "back")
    assert written() == [0, "refs/heads/side", "refs/heads/main"]
    assert git("rev-parse", "main") == before
    again = export_git(tmp_path / "again.git", repo)
    assert again.commits == 1
    assert git("rev-parse", "main", at="again.git") == before


def test_what_others_did_in_git_stays(repo, git, written, tmp_path) -> None:
    written()
    subprocess.run(["git", "clone", "-q", tmp_path / "shop.git", tmp_path / "work"], check=True)
    theirs = ["-c", "user.name=ann", "-c", "user.email=ann@example.org", "commit", "-qm", "By hand", "--allow-empty"]
    git(*theirs, at="work")
    git("push", "-q", "origin", "main:elsewhere", at="work")
    assert written() == [0]
    assert len(git("log", "--format=%h", "elsewhere")) == 2
    git("push", "-q", "origin", "main", at="work")
    with pytest.raises(Refused, match="commits in git that no export made"):
        written()
    assert len(git("log", "--format=%h", "main")) == 2
    with pytest.raises(Refused, match="files checked out"):
        export_git(tmp_path / "work", repo)
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "file").touch()
    with pytest.raises(Refused, match="is not a git repository"):
        export_git(tmp_path / "other", repo)
