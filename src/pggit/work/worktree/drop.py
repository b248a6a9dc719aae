"""Dropping worktrees, but not the work that is in them only."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from pggit.clone import clone
from pggit.core.errors import NotFound, Refused
from pggit.db import database
from pggit.work.worktree.look import Worktree, look, worktrees

if TYPE_CHECKING:
    from psycopg import Connection


def remove(connection: Connection, name: str, *, force: bool = False) -> None:
    """Drop a worktree.

    Args:
        connection: `maintenance` of the server, in autocommit mode.
        name: the worktree.
        force: also one that has what its origin has not, or that somebody is connected to.

    Raises:
        NotFound: there is no worktree of this name.
        Refused: it has work that would be lost.
        InUse: somebody is connected to it.
    """
    found = clone.one(connection, name)
    if found.label.origin is None:
        raise NotFound(f"{name} is a clone and no worktree", hint=f"pggit clone drop {name}.")
    drop_clone(connection, name, force=force)


def drop_clone(connection: Connection, name: str, *, force: bool = False) -> None:
    """Drop a clone; one that is a worktree, too, but not the work in it unless forced.

    Raises:
        NotFound: there is no clone of this name.
        Refused: it is a worktree with work that would be lost.
        InUse: somebody is connected to it, and ``force`` is not set.
    """
    found = clone.one(connection, name)
    if found.label.origin is not None and not force:
        _refuse_loss(look(connection, found))
    clone.drop(connection, name, force=force)


def prune(
    connection: Connection, name: str, *, older_than: timedelta, dry_run: bool = False
) -> tuple[list[Worktree], list[Worktree]]:
    """Drop the worktrees of a database that have nothing of their own, are old, and that nobody is connected to.

    Args:
        connection: `maintenance` of the server, in autocommit mode.
        name: the database, or one of its worktrees, which stays.
        older_than: only those that were made before so long.
        dry_run: drop nothing.

    Returns:
        Those that were, or would be, dropped; those that stay although they are old enough.
    """
    before = datetime.now(UTC) - older_than
    old = [
        one
        for one in worktrees(connection, name)[1:]
        if one.name != name and one.made is not None and datetime.fromisoformat(one.made) <= before
    ]
    gone, stays = [], []
    for one in old:
        if one.has_work or one.sessions:
            stays.append(one)
            continue
        try:
            if not dry_run:
                database.drop_database(connection, one.name)
        except database.InUse:
            stays.append(one)
        else:
            gone.append(one)
    return gone, stays


def _refuse_loss(one: Worktree) -> None:
    if not one.has_work:
        return
    parts = [
        f"uncommitted changes ({one.dirty})" if one.dirty else "",
        f"commits that its origin does not have ({one.ahead})" if one.ahead else "",
        one.problem or "",
    ]
    raise Refused(
        f"worktree {one.name} has work of its own: {', '.join(part for part in parts if part)}",
        hint="--force drops it all the same.",
    )
