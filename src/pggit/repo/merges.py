"""The merges that the store keeps: their commits, and the one that is open with its conflicts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from json import dumps
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pggit.repo.repository import Repository


def record(
    repository: Repository,
    theirs: str,
    groups: Mapping[str, Mapping[str, Any] | None],
    message: str,
    *,
    author: str | None = None,
) -> str:
    """Record a merge into HEAD as a commit beside the branch; returns its hash.

    Args:
        theirs: hash of the second parent.
        groups: what differs from HEAD: key of the group → key of the object → definition; None where it goes.
        message: of the commit.
        author: of the commit.
    """
    with by(repository, author):
        (head,) = repository._one("select encode(pggit.head(), 'hex')")
        (made,) = repository._one("select pggit.record_merge(%s, %s, %s, %s)", head, theirs, dumps(groups), message)
    return str(made)


def conclude(repository: Repository, commit: str, head: str, message: str) -> None:
    """Move the current branch from ``head`` to the commit of a merge; the live schema stays."""
    repository._call("select pggit.conclude_merge(%s, %s, %s)", commit, head, message)


def start(
    repository: Repository,
    theirs: str,
    name: str,
    message: str,
    conflicts: Sequence[Mapping[str, Any]],
    *,
    author: str | None = None,
) -> None:
    """Keep a merge into HEAD that stopped at conflicts.

    Raises:
        Refused: another one is open.
    """
    with by(repository, author):
        repository._call(
            "select pggit.start_merge(encode(pggit.head(), 'hex'), %s, %s, %s, %s)",
            theirs,
            name,
            message,
            dumps(conflicts),
        )


def put_conflicts(repository: Repository, merge: int, conflicts: Sequence[Mapping[str, Any]]) -> None:
    """Write down which conflicts an open merge has now; what was resolved stays."""
    repository._call("select pggit.put_conflicts(%s, %s)", merge, dumps(conflicts))


def current(repository: Repository) -> tuple[Any, ...] | None:
    """Return (id, ours, theirs, name, message, started_at, started_by) of the merge that is open."""
    rows = repository._rows(
        "select id, encode(ours, 'hex'), encode(theirs, 'hex'), name, message, started_at, started_by"
        " from pggit.merges where state = 'open'"
    )
    return rows[0] if rows else None


def conflicts(repository: Repository, merge: int) -> list[tuple[Any, ...]]:
    """Return the rows of a merge's conflicts, in the order of `Kept`'s attributes."""
    return repository._rows(
        "select key, group_key, class, attributes, base, ours, theirs, together, message, choice, objects, reason,"
        " resolved_by, resolved_at from pggit.conflicts where merge = %s order by key",
        merge,
    )


def resolve(
    repository: Repository, choices: Sequence[Mapping[str, Any]], reason: str | None, *, author: str | None = None
) -> None:
    """Resolve conflicts of the open merge in one transaction: each with key, choice and objects."""
    with by(repository, author):
        repository._call("select pggit.resolve_conflicts(%s, %s)", dumps(choices), reason)


def abort(repository: Repository, *, author: str | None = None) -> None:
    """Give up the open merge."""
    with by(repository, author):
        repository._call("select pggit.abort_merge()")


@contextmanager
def by(repository: Repository, author: str | None) -> Iterator[None]:
    """One transaction in which what is recorded is this author's."""
    with repository._transaction():
        if author:
            repository._one("select set_config('pggit.author', %s, true)", author)
        yield
