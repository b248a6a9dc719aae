"""`cherry-pick`: what commits of elsewhere changed, in the live schema and as new commits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from pggit.core import ranges
from pggit.core.errors import Refused
from pggit.repo.protection import require_direct
from pggit.work.change import PLAINLY, How, alone, call, change, interrupted, resume
from pggit.work.replay import record, replay
from pggit.work.results import Changed
from pggit.work.switch import require_committed

if TYPE_CHECKING:
    from pggit.core.results import Commit
    from pggit.repo.repository import Repository

_NOTE = "\n\n(cherry picked from commit {})"


def cherry_pick(
    repository: Repository, names: Sequence[str], *, mainline: int | None = None, how: How = PLAINLY
) -> Changed:
    """Put what commits changed on HEAD, each as a new commit by its author, and bring the live schema there.

    All of them or none: they are put together in memory first, and the commits, HEAD and the live schema follow by
    one plan. If it is interrupted, the same call finishes it.

    Args:
        repository: the tracked database.
        names: commits in the order in which they are put, or ranges ``A..B``.
        mainline: of merges: the number of the parent that their changes are told against.
        how: see there.

    Raises:
        NotFound: there is no such commit.
        Refused: the branch is protected; objects changed here in another way; something is not committed; all of it is
            here already.
        PgGitError: as `pggit.apply.run.apply` does.
    """
    commits = [commit for name in names for commit in _named(repository, name)]
    with alone(repository, how):
        hashes = " ".join(commit.hash for commit in commits)
        command = f"cherry-pick {hashes}" + (f" -m {mainline}" if mainline else "")
        begun = interrupted(repository, command)
        if begun:
            return replace(resume(repository, begun, how), commit=repository.commit_info().hash)
        require_direct(repository)
        status = repository.status()
        require_committed(status.changes)
        head = repository.commit_info()
        state = repository.load(head.hash)
        found = replay(repository, state, commits, mainline=mainline)
        if found.stopped:
            raise Refused(
                f"what {found.stopped.short} changed was changed here in another way: {', '.join(found.conflicts)}",
                hint=f"pggit show {found.stopped.short} shows it. Nothing was changed.",
            )
        if not found.steps:
            raise Refused("what these commits changed is here already", hint="There is nothing to pick.")
        wanted = found.steps[-1].state
        if how.dry_run:
            return change(repository, wanted, command, how, status)
        tip = record(repository, head.hash, state, found.steps, note=_NOTE)
        last = [call("advance_head", head.hash, tip, f"cherry-pick: {found.steps[-1].commit.message}")]
        return replace(change(repository, wanted, command, how, status, last=last), commit=tip)


def _named(repository: Repository, name: str) -> list[Commit]:
    if ranges.parse(name) is None:
        return [repository.commit_info(name)]
    found = repository.log(name)
    if not found:
        raise Refused(f"there are no commits in {name}")
    return found[::-1]
