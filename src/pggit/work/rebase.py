"""`rebase`: the commits of a branch put on another commit, one after the other.

All of them are put together in memory. Where every one goes, the new commits, the branch and the live schema follow by
one plan. Where one conflicts, the live schema is brought to what came before it, HEAD is detached there, and the rest
is noted in the store (``pggit.rebase``) in the transaction that ends the plan. So at every moment either nothing
happened, or the plan was begun and the same command finishes it, or the rebase waits to be gone on with.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from pggit.core.errors import Refused
from pggit.db.sqlstate import translated
from pggit.repo.protection import require_direct
from pggit.work.change import PLAINLY, How, alone, call, change, interrupted, resume
from pggit.work.replay import Replay, record, replay
from pggit.work.results import Changed
from pggit.work.switch import require_committed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pggit.core.results import Commit, Status
    from pggit.repo.repository import Repository

_CONTINUE, _SKIP, _ABORT = (f"rebase --{verb}" for verb in ("continue", "skip", "abort"))


@dataclass(frozen=True, slots=True)
class Waiting:
    """A rebase that stopped at a conflict.

    Attributes:
        branch: the branch that is put elsewhere.
        original: hash of the commit that it is at until the end.
        onto: what it is put on, as it was written.
        tip: hash of the commit that is done last; HEAD is there.
        todo: hashes of the commits to come; the first is the one that stopped it.
        conflicts: keys of its objects that changed in both in different ways.
        time: when it stopped.
        by: the role that ran it.
    """

    branch: str
    original: str
    onto: str
    tip: str
    todo: tuple[str, ...]
    conflicts: tuple[str, ...]
    time: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Rebased:
    """What a rebase did.

    Attributes:
        changed: what was done to the live schema; its commit is the one at HEAD.
        branch: the branch.
        put: how many commits were put now.
        there: commits that change nothing any more and were left out.
        waiting: how it goes on, where it stopped; None where it is done.
    """

    changed: Changed
    branch: str
    put: int = 0
    there: tuple[Commit, ...] = ()
    waiting: Waiting | None = None


def waiting(repository: Repository) -> Waiting | None:
    """Return the rebase that stopped and is not done, or None."""
    with translated():
        row = repository.connection.execute("select * from pggit.rebase").fetchone()
    if row is None:
        return None
    branch, original, onto, tip, todo, conflicts, time, by = row
    return Waiting(branch, original, onto, tip, tuple(todo), tuple(conflicts), time, by)


def rebase(repository: Repository, onto: str, *, how: How = PLAINLY) -> Rebased:
    """Put the commits that the current branch has and another commit has not on that commit.

    If it is interrupted, the same call finishes it.

    Args:
        repository: the tracked database.
        onto: the commit, as a rule another branch.
        how: see there. A dry run plans the whole of it, or up to the conflict.

    Raises:
        NotFound: there is no such commit.
        Refused: HEAD is on no branch, or on a protected one; something is not committed; there are merges among the
            commits; another rebase waits.
        PgGitError: as `pggit.apply.run.apply` does: nothing of the step was done.
    """
    with alone(repository, how):
        command = f"rebase {onto}"
        begun = interrupted(repository, command)
        if begun:
            return _resumed(repository, resume(repository, begun, how))
        _require_none(repository)
        branch = repository.branch
        if branch is None:
            raise Refused("HEAD is on no branch", hint="pggit switch BRANCH goes to one.")
        require_direct(repository)
        status = repository.status()
        require_committed(status.changes)
        target, head = repository.commit_info(onto), repository.commit_info()
        commits = repository.log(f"{target.hash}..{head.hash}")[::-1]
        merges = [commit.short for commit in commits if len(commit.parents) > 1]
        if merges:
            raise Refused(
                f"there are merges among the commits of {branch}: {', '.join(merges)}",
                hint="A rebase puts a line of commits.",
            )
        if repository.merge_base(target.hash, head.hash) == [target.hash]:
            return Rebased(_nothing(repository, head.hash), branch)
        begin = Waiting(branch, head.hash, onto, target.hash, (), (), head.time, "")
        return _go_on(repository, begin, commits, command, how, status)


def go_on(repository: Repository, *, how: How = PLAINLY) -> Rebased:
    """Go on with a rebase: the live schema is what the commit that stopped it shall be.

    It keeps its author, time and message; where nothing differs it is left out. What was committed by hand meanwhile
    takes its place.

    Raises:
        Refused: no rebase waits; HEAD is on a branch.
        PgGitError: as `pggit.apply.run.apply` does.
    """
    with alone(repository, how):
        begun = interrupted(repository, _CONTINUE)
        if begun:
            return _resumed(repository, resume(repository, begun, how))
        at = _required(repository)
        status = repository.status()
        stopped = repository.commit_info(at.todo[0])
        if status.changes and not how.dry_run:
            with repository.connection.transaction():
                _commit_as(repository, stopped)
            status = repository.status()
        assert status.head is not None
        rest = [repository.commit_info(commit) for commit in at.todo[1:]]
        return _go_on(repository, replace(at, tip=status.head), rest, _CONTINUE, how, status)


def skip(repository: Repository, *, how: How = PLAINLY) -> Rebased:
    """Go on with a rebase without the commit that stopped it; what is not committed goes.

    Raises:
        Refused: no rebase waits; HEAD is on a branch.
        PgGitError: as `pggit.apply.run.apply` does.
    """
    with alone(repository, how):
        begun = interrupted(repository, _SKIP)
        if begun:
            return _resumed(repository, resume(repository, begun, how))
        at = _required(repository)
        rest = [repository.commit_info(commit) for commit in at.todo[1:]]
        return _go_on(repository, at, rest, _SKIP, how, repository.status())


def abort(repository: Repository, *, how: How = PLAINLY) -> Rebased:
    """Give a rebase up: HEAD and the live schema are those of the branch again; what is not committed goes.

    Raises:
        Refused: no rebase waits.
        PgGitError: as `pggit.apply.run.apply` does.
    """
    with alone(repository, how):
        begun = interrupted(repository, _ABORT)
        if begun:
            return _resumed(repository, resume(repository, begun, how))
        at = waiting(repository)
        if at is None:
            raise Refused("no rebase is in progress")
        # if the branch was moved meanwhile, it is where it was moved to
        tip = repository.commit_info(f"heads/{at.branch}").hash
        last = [call("rebase_abort")]
        done = change(repository, repository.load(tip), _ABORT, how, repository.status(), last=last, branch=at.branch)
        return Rebased(replace(done, commit=tip), at.branch)


def _go_on(
    repository: Repository, at: Waiting, commits: Sequence[Commit], command: str, how: How, status: Status
) -> Rebased:
    """Put commits on ``at.tip`` and end the rebase, or stop it where one conflicts."""
    base = repository.load(at.tip)
    found = replay(repository, base, commits)
    wanted = found.steps[-1].state if found.steps else base
    if how.dry_run:
        done = change(repository, wanted, command, how, status, branch=at.branch)
        return _told(at, done, found, None)
    tip = record(repository, at.tip, base, found.steps)
    if found.stopped is None:
        last = call("rebase_finish", at.branch, at.original, tip)
        stopped = None
    else:
        left = [commit.hash for commit in commits[commits.index(found.stopped) :]]
        stopped = replace(at, tip=tip, todo=tuple(left), conflicts=found.conflicts)
        last = call("rebase_stop", _written(stopped))
    done = change(repository, wanted, command, how, status, last=[last], branch=at.branch)
    return _told(at, replace(done, commit=tip), found, waiting(repository) if stopped else None)


def _told(at: Waiting, done: Changed, found: Replay, stopped: Waiting | None) -> Rebased:
    return Rebased(done, at.branch, len(found.steps), found.there, stopped)


def _written(at: Waiting) -> str:
    """Write what `pggit.rebase_stop` takes."""
    return json.dumps(
        {
            "branch": at.branch,
            "original": at.original,
            "onto": at.onto,
            "tip": at.tip,
            "todo": at.todo,
            "conflicts": at.conflicts,
        }
    )


def _commit_as(repository: Repository, original: Commit) -> None:
    """Commit the live schema by the author of a commit, at its time and with its message."""
    with translated():
        repository.connection.execute("select set_config('pggit.author', %s, true)", [original.author])
        repository.connection.execute("select pggit.commit(%s, false, %s)", [original.message, original.time])


def _resumed(repository: Repository, done: Changed) -> Rebased:
    """Tell how things stand after an interrupted run was finished."""
    at = waiting(repository)
    done = replace(done, commit=repository.commit_info().hash)
    return Rebased(done, at.branch if at else repository.branch or "", waiting=at)


def _nothing(repository: Repository, commit: str) -> Changed:
    from pggit.plan.model import Plan

    return Changed(Plan("work", "work", "", "", repository.major), None, commit=commit)


def _require_none(repository: Repository) -> None:
    at = waiting(repository)
    if at is not None:
        raise Refused(
            f"a rebase of {at.branch} onto {at.onto} stopped at {at.todo[0][:10]} and is not done",
            hint="pggit rebase --continue, --skip or --abort.",
        )


def _required(repository: Repository) -> Waiting:
    at = waiting(repository)
    if at is None:
        raise Refused("no rebase is in progress")
    if repository.branch is not None:
        raise Refused(
            f"HEAD is on branch {repository.branch}, and the rebase of {at.branch} stopped at {at.tip[:10]}",
            hint="pggit rebase --abort gives it up.",
        )
    return at
