"""The live schema follows another repository.

`pull`: fetch, and the current branch and the schema go forward to what came. `take_over`: a new repository from
another one.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pggit.core.errors import NotFound, PgGitError, Refused
from pggit.db.sqlstate import translated
from pggit.kinds.reader import read_state
from pggit.plan.model import Plan
from pggit.repo.protection import require_direct
from pggit.repo.share import fetch
from pggit.repo.share.stored import is_ancestor, set_remote
from pggit.work.change import PLAINLY, How, alone, call, change, interrupted, resume
from pggit.work.reset import reset
from pggit.work.results import Changed
from pggit.work.switch import require_committed, switch

if TYPE_CHECKING:
    from pggit.repo.repository import Repository
    from pggit.repo.share import Shared
    from pggit.repo.share.carry import Progress

_FIRST_BRANCH = "main"


def pull(
    here: Repository,
    there: Repository,
    remote: str,
    branch: str,
    *,
    how: How = PLAINLY,
    progress: Progress | None = None,
) -> tuple[Shared | None, Changed]:
    """Fetch a branch, and bring the current branch and the live schema to it.

    If it is interrupted, the same call finishes it.

    Args:
        here: the tracked database.
        there: the other repository.
        remote: what it is called here.
        branch: the one to fetch.
        how: how the schema is changed.
        progress: of the fetch, as there.

    Returns:
        What was fetched (None where an interrupted run was finished), and what was changed.

    Raises:
        Refused: the histories have diverged; the branch is protected; something is not committed; the servers are of
            different major versions.
        PgGitError: as `fetch` and `pggit.apply.run.apply` do.
    """
    require_one_major(here, there, remote)
    command = f"pull {remote} {branch}"
    with alone(here, how):
        begun = interrupted(here, command)
        if begun:
            return None, replace(resume(here, begun, how), commit=here.commit_info().hash)
        came = fetch(here, there, remote, [branch], progress=progress)
        status = here.status()
        target = here.commit_info(f"remotes/{remote}/{branch}").hash
        head = status.head or ""
        if is_ancestor(here.connection, target, head):
            return came, Changed(Plan("work", "work", "", "", here.major), None, commit=head)
        if not is_ancestor(here.connection, head, target):
            raise Refused(
                f"{here.branch or 'HEAD'} and {remote}/{branch} have diverged",
                hint=f"pggit merge {remote}/{branch} brings them together.",
            )
        require_direct(here)
        require_committed(status.changes)
        last = [call("advance_head", head, target, f"pull: fast-forward to {remote}/{branch}")]
        done = change(here, here.load(target), command, how, status, last=last)
        return came, replace(done, commit=target)


def take_over(
    here: Repository,
    there: Repository,
    remote: str,
    url: str | None,
    *,
    how: How = PLAINLY,
    progress: Progress | None = None,
) -> tuple[Shared, Changed]:
    """Bring the whole history of another repository into a new one, and the live schema to its current branch.

    If it is interrupted, the same call finishes it.

    Args:
        here: a database without objects of its own, tracked or not.
        there: the other repository.
        remote: what it is called here.
        url: where it is, without a password, to be written into the store; None: the name is known without that.
        how: how the schema is changed.
        progress: of the fetch, as there.

    Raises:
        NotFound: the other one has no commit on its current branch.
        Refused: this one has objects of its own; the servers are of different major versions.
        PgGitError: as `fetch` and `pggit.apply.run.apply` do.
    """
    require_one_major(here, there, remote)
    there.require_installed()
    branch = there.branch
    if branch is None or branch not in {known.name for known in there.branches() if known.hash}:
        raise NotFound(f"{remote} has no commit on its current branch")
    command = f"switch {branch}" if branch != _FIRST_BRANCH else f"reset --hard remotes/{remote}/{branch}"
    if not (here.installed and interrupted(here, command)):
        _require_new(here)
    here.init()
    if url is not None:
        set_remote(here.connection, remote, url)
    came = fetch(here, there, remote, progress=progress)
    try:
        if branch == _FIRST_BRANCH:
            return came, reset(here, f"remotes/{remote}/{branch}", hard=True, how=how)
        if branch not in {known.name for known in here.branches()}:
            here.create_branch(branch, f"remotes/{remote}/{branch}")
        return came, switch(here, branch, how=how)
    except PgGitError as error:
        left = f"The history has come; no object of branch {branch} is there yet. The same command goes on."
        error.hint = (error.hint or left).replace("Nothing was changed.", left)
        raise


def _require_new(here: Repository) -> None:
    with translated():
        groups = read_state(here.connection).groups
    own = sorted(group for group in groups if group != "schema public" and not group.startswith("extension "))
    if own:
        more = f" and {len(own) - 1} more" if own[1:] else ""
        raise Refused(
            f"database {here.database} has objects of its own: {own[0]}{more}",
            hint="It must be a new database; pggit remote add and pggit fetch bring history to this one.",
        )


def require_one_major(here: Repository, there: Repository, remote: str) -> None:
    """Check that two servers write definitions alike.

    Raises:
        Refused: they are of different major versions.
    """
    if here.major != there.major:
        raise Refused(
            f"{remote} is on PostgreSQL {there.major}, this database on {here.major}:"
            " a plan from one to the other would hold differences that are none",
            hint="pggit fetch takes the history, to look at.",
        )
