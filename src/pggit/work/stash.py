"""`stash`: what is not committed is put aside, and put on the live schema again later."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pggit.core.errors import NotFound, Refused
from pggit.work.change import PLAINLY, How, alone, call, change, interrupted, resume
from pggit.work.merge.follow import merge_in
from pggit.work.results import Changed, Stash

if TYPE_CHECKING:
    from pggit.core.results import Change
    from pggit.repo.repository import Repository

_PUSH = "stash push"


def push(repository: Repository, message: str | None = None, *, how: How = PLAINLY) -> Changed:
    """Record what is not committed as a stash, and bring the live schema back to HEAD.

    Rows and values that go are kept in schema ``pggit_stash``, and come back with `pop`. If it is interrupted, the
    same call finishes it.

    Args:
        repository: the tracked database.
        message: what it is; by default it says where HEAD was.
        how: see there.

    Raises:
        Refused: nothing is to be put aside, or data would be lost that cannot be kept.
        PgGitError: as `pggit.apply.run.apply` does.
    """
    with alone(repository, how):
        begun = interrupted(repository, _PUSH)
        if begun:
            return resume(repository, begun, how)
        status = repository.status()
        if not status.changes:
            raise Refused("nothing to stash, the schema is as in HEAD")
        head = repository.commit_info()
        agreed = how.agree

        def recording(plan: object) -> None:
            # not before the plan is known to be allowed, and before anything is changed
            agreed(plan)  # type: ignore[arg-type]
            first = head.message.splitlines()[0]
            repository.record_stash(message or f"On {status.branch or 'no branch'}: {head.short} {first}")

        return change(repository, repository.load("HEAD"), _PUSH, replace(how, agree=recording), status)


def stashes(repository: Repository) -> list[Stash]:
    """Return the stashes, the last one first."""
    return [Stash(number, *row) for number, row in enumerate(repository.stash_refs())]


def find(repository: Repository, number: int = 0) -> Stash:
    """Return a stash by its number; 0 is the last one.

    Raises:
        NotFound: there is none.
    """
    found = stashes(repository)
    if number >= len(found):
        raise NotFound(
            f"there is no stash {number}" if found else "there are no stashes", hint="pggit stash list shows them."
        )
    return found[number]


def show(repository: Repository, number: int = 0) -> tuple[Stash, list[Change]]:
    """Return a stash and what it changes."""
    found = find(repository, number)
    return found, repository.diff(found.base, found.ref)


def pop(repository: Repository, number: int = 0, *, how: How = PLAINLY) -> Changed:
    """Put a stash on the live schema, and drop it.

    What is not committed stays, too. If it is interrupted, the same call finishes it.

    Args:
        repository: the tracked database.
        number: which one; 0 is the last.
        how: see there.

    Raises:
        NotFound: there is no such stash.
        Refused: objects of it changed meanwhile in another way.
        PgGitError: as `pggit.apply.run.apply` does.
    """
    with alone(repository, how):
        found = find(repository, number)
        command = f"stash pop {found.ref}"
        begun = interrupted(repository, command)
        if begun:
            return resume(repository, begun, how)
        status = repository.status()
        work = repository.load("work")
        base = repository.load(found.base, like=work)
        made = merge_in(repository, base, work, repository.load(found.ref, like=base))
        if made.conflicts:
            raise Refused(
                f"these changed in the live schema, too: {', '.join(sorted(one.key for one in made.conflicts))}",
                hint=f"pggit diff {found.base[:10]} {found.ref} shows what the stash changes. Nothing was changed.",
            )
        return change(repository, made.state, command, how, status, last=[call("delete_ref", found.ref)])


def drop(repository: Repository, number: int = 0) -> Stash:
    """Forget a stash. Its commit stays in the reflog.

    Raises:
        NotFound: there is no such stash.
    """
    found = find(repository, number)
    repository.delete_stash(found.ref)
    return found
