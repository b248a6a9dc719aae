"""A branch that lives in another worktree, or in the origin, of a database: found and fetched by its name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pggit.core.errors import PgGitError, Refused
from pggit.db.connect import connect
from pggit.repo.repository import Repository
from pggit.repo.share import fetch
from pggit.repo.share.stored import is_ancestor
from pggit.work.remotes import related

if TYPE_CHECKING:
    from collections.abc import Mapping

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class _There:
    """A branch that is checked out in another database: what it is called here, its branch, its commit."""

    remote: str
    branch: str
    commit: str


def brought(repository: Repository, name: str, say: Say) -> str:
    """Return what to merge under a name; where no commit has it here, a worktree's branch is fetched.

    A worktree is meant by its current branch or by its own name. A local branch comes first: that a worktree
    has commits of it that are not here is only said.

    Args:
        repository: the tracked database.
        name: a branch or any other name of a commit.
        say: called with what the user should know.

    Returns:
        The name, or ``WORKTREE/BRANCH``.

    Raises:
        Refused: no commit here is called so, and several worktrees are.
        PgGitError: the fetch failed.
    """
    here = {one.name: one.hash for one in repository.branches()}
    if name not in here and _is_commit(repository, name):
        return name
    urls = _worktrees(repository)
    there = list(_on_branch(urls, name, by_name=name not in here))
    if name in here:
        for one in there:
            if one.commit != here[name] and not _has(repository, one.commit, here[name]):
                say(
                    f"Worktree {one.remote} has commits of {name} that are not here; they are not merged. (pggit fetch"
                    f" {one.remote} {name}, then pggit merge {one.remote}/{name})"
                )
        return name
    if not there:
        return name
    if len(there) > 1:
        raise Refused(
            f"{name} is no commit here, and the branch of several worktrees: {', '.join(one.remote for one in there)}",
            hint=f"pggit fetch {there[0].remote} {name}, then pggit merge {there[0].remote}/{name}.",
        )
    return _fetched(repository, urls, there[0], say)


def _is_commit(repository: Repository, name: str) -> bool:
    with suppress(PgGitError):
        return repository.is_commit(name)
    return True  # it cannot be a branch, and what is wrong with it is for others to say


def _worktrees(repository: Repository) -> Mapping[str, str]:
    """Where the other worktrees are; none where the role cannot look."""
    with suppress(PgGitError):
        return related(repository)
    return {}


def _on_branch(urls: Mapping[str, str], name: str, *, by_name: bool) -> Iterator[_There]:
    for remote, url in urls.items():
        with suppress(PgGitError), Repository(connect(url)) as there:
            branch = there.branch
            if branch and (branch == name or (by_name and remote == name)):
                yield _There(remote, branch, there.commit_info().hash)


def _has(repository: Repository, commit: str, branch: str | None) -> bool:
    """Whether a branch's commit here comes from a commit that may not be here."""
    known = repository._rows("select from pggit.commit where hash = decode(%s, 'hex')", commit)
    return bool(known and branch and is_ancestor(repository.connection, commit, branch))


def _fetched(repository: Repository, urls: Mapping[str, str], found: _There, say: Say) -> str:
    with Repository(connect(urls[found.remote])) as there:
        came = fetch(repository, there, found.remote, [found.branch])
        changed = {change.group for change in there.status().changes}
    number = came.sent.commits
    say(f"Fetched branch {found.branch} of worktree {found.remote}: {number} commit{'' if number == 1 else 's'}.")
    if changed:
        say(f"{len(changed)} of its objects are changed and not committed: that is not merged.")
    return f"{found.remote}/{found.branch}"
