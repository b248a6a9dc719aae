"""Names for commits, as git spells them."""

from __future__ import annotations

import time

import pytest

from pggit.core.errors import NotFound, PgGitError, UsageError
from pggit.repo.repository import Repository
from servers import session


@pytest.fixture
def commits(repo: Repository) -> list[str]:
    """Hashes of four commits, newest first."""
    for name in "abc":
        session(repo).execute(f"create table {name} ()")
        repo.commit(name)
        time.sleep(0.01)
    return [commit.hash for commit in repo.log()]


def at(repo: Repository, expression: str) -> str:
    return repo.commit_info(expression).hash


@pytest.mark.parametrize(
    ("expression", "back"),
    [
        ("HEAD", 0), ("@", 0), ("main", 0), ("heads/main", 0), ("HEAD~", 1), ("HEAD~0", 0), ("HEAD~2", 2), ("main~3", 3),
        ("HEAD^", 1), ("HEAD^^", 2), ("HEAD^1", 1), ("HEAD^0", 0), ("HEAD~1^", 2), ("HEAD^~2", 3), ("@~1", 1),
        ("HEAD@{0}", 0), ("HEAD@{1}", 1), ("main@{2}", 2), ("@{1}", 1), ("HEAD@{1}~1", 2), ("heads/main@{1}", 1),
        ("HEAD@{1 hour ago}", 3), ("HEAD@{2000-01-01}", 3), ("main@{now}", 0), ("HEAD@{tomorrow}", 0),
    ],
)  # fmt: skip
def test_steps_and_moments(repo: Repository, commits: list[str], expression: str, back: int) -> None:
    assert at(repo, expression) == commits[back]


def test_a_moment_between_two_commits(repo: Repository, commits: list[str]) -> None:
    moments = [move.time for move in repo.reflog()]
    for n, moment in enumerate(moments):
        assert at(repo, f"main@{{{moment.isoformat()}}}") == commits[n]


def test_hash_prefixes(repo: Repository, commits: list[str]) -> None:
    for length in (64, 63, 10, 7):
        assert at(repo, commits[1][:length]) == commits[1]
        assert at(repo, commits[1][:length].upper()) == commits[1]
    assert at(repo, f"{commits[1][:12]}~1") == commits[2]
    for none in (commits[1][:3], "f" * 64, "deadbeef", commits[1] + "0"):
        with pytest.raises(NotFound):
            at(repo, none)


def test_an_ambiguous_prefix_is_refused(repo: Repository, commits: list[str]) -> None:
    session(repo).execute(
        "insert into pggit.commit select decode(left(encode(hash, 'hex'), 20) || repeat('0', 44), 'hex'), tree, parents,"
        " author, authored_at, message, generation from pggit.commit where hash = decode(%s, 'hex')",
        [commits[0]],
    )
    with pytest.raises(NotFound, match="beginning of 2 commits"):
        at(repo, commits[0][:12])
    assert at(repo, commits[0]) == commits[0]


def test_a_name_that_looks_like_a_hash_is_the_ref(repo: Repository, commits: list[str]) -> None:
    repo.create_branch(commits[0][:6], commits[2])  # seven digits of a commit's hash are refused as a name
    assert at(repo, commits[0][:6]) == commits[2]
    assert at(repo, commits[0][:9]) == commits[0]


@pytest.mark.parametrize(
    "expression", ["nothing", "HEAD~4", "HEAD~999999999", "HEAD^2", "nothing~1", "nothing@{1}", "HEAD@{99}"]
)
def test_what_is_not_there(repo: Repository, commits: list[str], expression: str) -> None:
    started = time.monotonic()
    with pytest.raises(NotFound) as caught:
        at(repo, expression)
    assert expression in caught.value.message
    assert time.monotonic() - started < 5


@pytest.mark.parametrize(
    "expression", ["HEAD@{no time}", "HEAD~99999999999999", "HEAD^99999999999999", "HEAD@{99999999999999}"]
)
def test_what_makes_no_sense(repo: Repository, commits: list[str], expression: str) -> None:
    with pytest.raises((UsageError, NotFound)):
        at(repo, expression)


@pytest.mark.parametrize(
    "expression", ["", "HEAD~x", "'; drop table a; --", "HEAD\n", "HEAD~-1", "a b", "@{", "~1", "^"]
)
def test_nonsense_is_an_error_of_ours(repo: Repository, commits: list[str], expression: str) -> None:
    try:
        found = at(repo, expression)
    except PgGitError as error:
        assert error.exit_status in (2, 3)
    else:
        assert found in commits[:2]


def test_the_reflog_outlives_a_branch_that_was_made_again(repo: Repository, commits: list[str]) -> None:
    repo.create_branch("side", commits[3])
    repo.delete_branch("side")
    repo.create_branch("side", commits[1])
    assert at(repo, "side@{0}") == commits[1]
    assert at(repo, "side@{1}") == commits[3]


def test_a_commit_says_whether_a_name_is_one(repo: Repository, commits: list[str]) -> None:
    assert repo.is_commit("HEAD~1")
    assert not repo.is_commit("public.users")
    with pytest.raises(NotFound):
        repo.is_commit("HEAD~99")
