"""`revert`: the live schema goes back by what one commit changed, and that is committed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pggit.core import tree
from pggit.core.errors import Refused
from pggit.core.results import Commit
from pggit.core.state import State
from pggit.repo.protection import require_direct
from pggit.work.change import PLAINLY, How, alone, change, interrupted, resume
from pggit.work.merge.follow import merge_in
from pggit.work.replay import parent_of
from pggit.work.results import Changed
from pggit.work.switch import require_committed

if TYPE_CHECKING:
    from pggit.repo.repository import Repository


def revert(
    repository: Repository,
    commit: str,
    *,
    author: str | None = None,
    mainline: int | None = None,
    how: How = PLAINLY,
) -> Changed:
    """Take back what a commit changed against its parent, and commit that.

    Rows and values that go are kept in schema ``pggit_stash``; those that an earlier command kept come back. If it is
    interrupted, the same call finishes it.

    Args:
        repository: the tracked database.
        commit: which one.
        author: of the new commit.
        mainline: of a merge: the number of the parent that stays; 1 is the branch that was merged into.
        how: see there.

    Raises:
        NotFound: there is no such commit.
        Refused: the branch is protected; it has no parent, or several and ``mainline`` names none; something is not
            committed; objects changed since in another way; it is taken back already.
        PgGitError: as `pggit.apply.run.apply` does.
    """
    with alone(repository, how):
        reverted = repository.commit_info(commit)
        command = f"revert {reverted.hash}" + (f" -m {mainline}" if mainline else "")
        begun = interrupted(repository, command)
        if begun:
            return _committed(repository, resume(repository, begun, how), reverted, author)
        require_direct(repository)
        status = repository.status()
        wanted = _without(repository, reverted, mainline)
        if _equal(wanted, repository.load("HEAD")):
            raise Refused(f"what {reverted.short} changed is taken back already", hint="there is nothing to revert.")
        if status.changes and not _equal(wanted, repository.load("work")):
            require_committed(status.changes)
        done = change(repository, wanted, command, how, status)
        return done if how.dry_run else _committed(repository, done, reverted, author)


def _without(repository: Repository, reverted: Commit, mainline: int | None) -> State:
    """Return HEAD's state without what a commit changed."""
    parent = parent_of(reverted, mainline)
    head = repository.load("HEAD")
    changed = repository.load(reverted.hash, like=head)
    before = repository.load(parent, like=changed)
    made = merge_in(repository, changed, head, before)
    if made.conflicts:
        keys = ", ".join(sorted(one.key for one in made.conflicts))
        raise Refused(
            f"these changed after {reverted.short} in another way: {keys}",
            hint="Change them by hand and commit. Nothing was changed.",
        )
    return made.state


def _equal(a: State, b: State) -> bool:
    return tree.meaning(a) == tree.meaning(b)


def _committed(repository: Repository, done: Changed, reverted: Commit, author: str | None) -> Changed:
    if done.applied is None and done.resumed:
        return done
    first = reverted.message.splitlines()[0]
    message = f'Revert "{first}"\n\nThis takes back what commit {reverted.hash} changed.'
    return replace(done, commit=repository.commit(message, author=author).hash)
