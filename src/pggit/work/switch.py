"""`switch`: HEAD moves to another branch, and the live schema with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pggit.core.errors import Refused
from pggit.plan.model import Plan
from pggit.work.change import PLAINLY, How, alone, call, change, interrupted, resume
from pggit.work.results import Changed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pggit.core.results import Change
    from pggit.repo.repository import Repository

_SHOWN = 5


def switch(repository: Repository, branch: str, *, create: bool = False, how: How = PLAINLY) -> Changed:
    """Change the live schema to that of a branch, and move HEAD there.

    What is not committed stays so where the branch is at HEAD's commit. Rows and values that the branch has no place
    for are kept in schema ``pggit_stash`` until a later command makes it again. If it is interrupted, the same call
    finishes it.

    Args:
        repository: the tracked database.
        branch: the branch.
        create: make it first, at HEAD.
        how: see there.

    Raises:
        NotFound: there is no such branch.
        Refused: something is not committed, or data would be lost that cannot be kept.
        PgGitError: as `pggit.apply.run.apply` does.
    """
    if create:
        return _moved(repository.commit_info().hash if how.dry_run else repository.switch(branch, create=True))
    command = f"switch {branch}"
    with alone(repository, how):
        begun = interrupted(repository, command)
        if begun:
            done = resume(repository, begun, how)
            return _at(done, repository)
        status = repository.status()
        tip = next((known.hash for known in repository.branches() if known.name == branch), None)
        if tip is None or tip == status.head or not repository.diff(tip, "work"):
            return _moved(tip if tip and how.dry_run else repository.switch(branch))
        require_committed(status.changes)
        wanted = repository.load(tip)
        done = change(repository, wanted, command, how, status, last=[call("move_head", branch, tip)], branch=branch)
        return _at(done, repository, tip)


def require_committed(changes: Iterable[Change]) -> None:
    """Check that nothing would be thrown away that no commit has.

    Raises:
        Refused: naming what would.
    """
    keys = [change.key for change in changes]
    if keys:
        more = f" and {len(keys) - _SHOWN} more" if len(keys) > _SHOWN else ""
        raise Refused(
            f"changes are not committed: {', '.join(keys[:_SHOWN])}{more}",
            hint="pggit commit records them, pggit stash puts them aside.",
        )


def _moved(commit: str) -> Changed:
    """HEAD moved, and the schema did not."""
    return Changed(Plan("work", "work", "", "", 0), None, commit=commit)


def _at(done: Changed, repository: Repository, commit: str | None = None) -> Changed:
    from dataclasses import replace

    return replace(done, commit=commit or repository.commit_info().hash)
