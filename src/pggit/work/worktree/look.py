"""Worktrees as they are now: branch, what they have that their origin has not, and the other way round."""

from __future__ import annotations

from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pggit.clone.label import Labelled, labelled
from pggit.core.errors import NotFound, PgGitError
from pggit.db import database
from pggit.db.connect import connect, connection_url
from pggit.db.sqlstate import translated
from pggit.repo.repository import Repository

if TYPE_CHECKING:
    from psycopg import Connection

_AT_ONCE = 4


@dataclass(frozen=True, slots=True)
class Worktree:
    """A worktree, or the origin itself, as it is now.

    Attributes:
        name: of the database.
        origin: the name of the database that it is a clone of; None: it is the origin, or that is gone.
        branch: the current one.
        head: its commit.
        ahead: how many commits of the branch are on no branch or tag of the origin.
        behind: how many commits of the origin's branch of this name are not here; None: it has none.
        dirty: how many tables, functions and other objects of their own differ from HEAD.
        bytes: of the database.
        made: when, UTC, in ISO form; None for the origin.
        sessions: how many are connected.
        problem: why the rest is not known.
    """

    name: str
    origin: str | None
    branch: str | None = None
    head: str | None = None
    ahead: int | None = None
    behind: int | None = None
    dirty: int | None = None
    bytes: int = 0
    made: str | None = None
    sessions: int = 0
    problem: str | None = None

    @property
    def has_work(self) -> bool:
        """Whether it has, or may have, what its origin does not."""
        return bool(self.dirty or self.ahead) or self.problem is not None


def worktrees(connection: Connection, name: str) -> list[Worktree]:
    """Return a tracked database and its worktrees, by name.

    Args:
        connection: `maintenance` of the server, in autocommit mode.
        name: the database, or one of its worktrees.

    Raises:
        NotFound: it is a worktree, and its origin is gone.
    """
    number, origin = origin_of(connection, name) or (number_of(connection, name), name)
    if name_of(connection, number) is None:
        raise NotFound(f"database {origin}, of which {name} is a worktree, is gone")
    found = worktrees_of(connection, number)
    with Repository(connect(connection_url(connection, origin))) as repository:
        first = Worktree(origin, None, bytes=database.size(connection, origin))
        first = _with_state(first, repository, repository)
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            opened = list(pool.map(lambda one: _open(connection, one.name), found))
        others = [
            _described(connection, one, origin, tree, repository) for one, tree in zip(found, opened, strict=True)
        ]
    return [first, *others]


def worktrees_of(connection: Connection, number: int) -> list[Labelled]:
    """Return the worktrees of the database of a number (oid), by name.

    Any role can write into the label of its own database that it is a worktree of another one. It counts if the role is
    trusted, or owns that other one, too.
    """
    owner = _owner_of(connection, number)
    return [
        one
        for one in labelled(connection, "clone")
        if one.label.more.get("origin") == number and (one.trusted or one.owner == owner)
    ]


def look(connection: Connection, found: Labelled) -> Worktree:
    """Describe one worktree; where its origin is gone, all that it has is its own."""
    origin = name_of(connection, found.label.more["origin"])
    if origin is None:
        return Worktree(found.name, None, problem=f"its origin {found.label.origin} is gone")
    with Repository(connect(connection_url(connection, origin))) as repository:
        return _described(connection, found, origin, _open(connection, found.name), repository)


def _open(connection: Connection, name: str) -> Repository | PgGitError:
    try:
        return Repository(connect(connection_url(connection, name)))
    except PgGitError as error:
        return error


def _described(
    connection: Connection, found: Labelled, origin: str, tree: Repository | PgGitError, repository: Repository
) -> Worktree:
    one = Worktree(
        found.name,
        origin,
        bytes=database.size(connection, found.name),
        made=found.label.made,
        sessions=found.sessions,
    )
    if isinstance(tree, PgGitError):
        return replace(one, problem=tree.message)
    with tree:
        try:
            return _with_state(one, tree, repository)
        except PgGitError as error:
            return replace(one, problem=error.message)


def _with_state(one: Worktree, tree: Repository, origin: Repository) -> Worktree:
    status = tree.status()
    one = replace(one, branch=status.branch, head=status.head, dirty=len({change.group for change in status.changes}))
    if tree is origin:
        return one
    there = {known.name: known.hash for known in origin.branches()}
    ours = tree.reachable([status.head] if status.head else [])
    theirs = there.get(status.branch or "")
    if status.branch in there:
        behind = origin.reachable([theirs] if theirs else []) - ours
        return replace(one, ahead=len(ours - _all(origin, ours)), behind=len(behind))
    return replace(one, ahead=len(ours - _all(origin, ours)))


def _all(origin: Repository, among: Collection[str]) -> set[str]:
    """Which of some commits are on any branch or tag of a repository."""
    tips = [known.hash for known in origin.branches() if known.hash] + [tag.hash for tag in origin.tags()]
    return origin.reachable(tips) & set(among)


def origin_of(connection: Connection, name: str) -> tuple[int, str] | None:
    """Return number (oid) and name of the database that a worktree is a clone of; None if ``name`` is not a worktree.

    The name is the present one; where the database is gone, that which it had. A label counts as for `worktrees_of`.
    """
    found = labelled(connection, "clone", name=name)
    if not found or found[0].label.origin is None:
        return None
    number = int(found[0].label.more["origin"])
    if not found[0].trusted and found[0].owner != _owner_of(connection, number):
        return None
    return number, name_of(connection, number) or found[0].label.origin


def _owner_of(connection: Connection, number: int) -> str | None:
    """Return the owner of the database of a number; None if it is gone."""
    with translated():
        row = connection.execute(
            "select pg_catalog.pg_get_userbyid(datdba) from pg_catalog.pg_database where oid = %s", (number,)
        ).fetchone()
    return str(row[0]) if row else None


def number_of(connection: Connection, name: str) -> int:
    """Return the number (oid) of a database that is there."""
    with translated():
        row = connection.execute(
            "select oid::bigint from pg_catalog.pg_database where datname = %s", (name,)
        ).fetchone()
    assert row is not None
    return int(row[0])


def name_of(connection: Connection, number: int) -> str | None:
    """Return the name of the database of a number; None where it is gone."""
    with translated():
        row = connection.execute("select datname from pg_catalog.pg_database where oid = %s", (number,)).fetchone()
    return str(row[0]) if row else None
