"""`reset`: the branch moves to another commit, and with ``--hard`` the live schema, too."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pggit.plan.model import Plan
from pggit.repo.protection import require_direct
from pggit.work.change import PLAINLY, How, alone, call, change, interrupted, resume
from pggit.work.results import Changed

if TYPE_CHECKING:
    from pggit.repo.repository import Repository


def reset(repository: Repository, commit: str = "HEAD", *, hard: bool = False, how: How = PLAINLY) -> Changed:
    """Move the current branch (or a detached HEAD) to a commit.

    The reflog remembers where it was. Rows and values that go with ``hard`` are kept in schema ``pggit_stash``.
    If it is interrupted, the same call finishes it.

    Args:
        repository: the tracked database.
        commit: where to, as `Repository.commit_info` takes it.
        hard: bring the live schema there, too: what is not committed goes. Otherwise it stays, and `status` shows
            what differs.
        how: see there.

    Raises:
        NotFound: there is no such commit.
        Refused: the branch is protected; data would be lost that cannot be kept.
        PgGitError: as `pggit.apply.run.apply` does.
    """
    message = f"reset: moving to {commit}"
    if not hard:
        target = repository.commit_info(commit).hash
        if target != repository.commit_info().hash:
            require_direct(repository)
        if not how.dry_run:
            repository.reset_head(target, message)
        return Changed(Plan("work", "work", "", "", repository.major), None, commit=target)
    with alone(repository, how):
        command = f"reset --hard {commit}"
        begun = interrupted(repository, command)
        if begun:
            return replace(resume(repository, begun, how), commit=repository.commit_info().hash)
        status = repository.status()
        target = repository.commit_info(commit).hash
        if target != status.head:
            require_direct(repository)
        last = [call("reset_head", target, message)] if target != status.head else []
        done = change(repository, repository.load(target), command, how, status, last=last)
        return replace(done, commit=target)
