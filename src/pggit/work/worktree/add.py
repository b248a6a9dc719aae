"""Making a worktree."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pggit.clone import template
from pggit.clone.clone import Clone, clone_of, label_of
from pggit.clone.copying import copied, finish, properties_of, unfinished
from pggit.clone.label import sealed
from pggit.clone.source.database import Live
from pggit.core.errors import NotFound, Refused
from pggit.db import database
from pggit.db.connect import connect, connection_url
from pggit.db.session import run
from pggit.repo.repository import Repository
from pggit.work.change import PLAINLY, How
from pggit.work.switch import switch
from pggit.work.worktree.look import number_of, origin_of

if TYPE_CHECKING:
    from psycopg import Connection

    from pggit.clone.carry import Properties
    from pggit.db.strategy import Strategy
    from pggit.work.results import Changed


def add(
    connection: Connection,
    url: str,
    name: str,
    branch: str,
    *,
    create: bool = False,
    rows: bool | tuple[str, ...] = False,
    how: How = PLAINLY,
) -> tuple[Clone, Changed]:
    """Make a worktree: a clone of a tracked database, on a branch.

    It has its name when it is on the branch; whoever is connected to the origin notices nothing.

    Args:
        connection: `maintenance` of the server, in autocommit mode.
        url: leads to the tracked database, or to one of its worktrees: the new one then belongs to the same origin.
        name: what the database is to be called.
        branch: the branch that it is to be on.
        create: make the branch, at the HEAD of the database that ``url`` leads to.
        rows: the tables whose rows come along; True: all.
        how: how its schema is changed to that of the branch.

    Returns:
        The clone, and what was changed in it.

    Raises:
        NotFound: there is no such branch.
        Refused: there is a database of this name, or the branch is there and was to be made.
        NotInstalled: the database is not tracked.
    """
    begun = time.monotonic()
    database.require_free(connection, name)
    with Repository(connect(url)) as source:
        source.require_installed()
        here = source.connection.info.dbname
        _require_branch(source, branch, create=create)
    number, origin = origin_of(connection, here) or (number_of(connection, here), here)
    with _copy(connection, url, name, rows) as copy:
        with Repository(connect(connection_url(connection, copy.made))) as tree:
            done = switch(tree, branch, create=create, how=how)
        database.require_unused(connection, copy.made, timeout=5)
        label = replace(label_of(copy.source, copy.template, copy.took, None, origin), more={"origin": number})
        remarks = (*copy.remarks, *finish(connection, copy.made, copy.properties, label, [(copy.made, name)]))
    return clone_of(connection, name, label, copy.strategy, begun, remarks), done


@dataclass(frozen=True, slots=True)
class _Copy:
    """A copy of a tracked database under an unfinished name, and what its label will say."""

    made: str
    source: str
    template: str | None
    strategy: Strategy | None
    took: dict[str, list[float]]
    properties: Properties | None
    remarks: tuple[str, ...] = ()


@contextmanager
def _copy(connection: Connection, url: str, name: str, rows: bool | tuple[str, ...]) -> Iterator[_Copy]:
    """Copy a tracked database with its store: from a template of the schema, or with rows under one snapshot."""
    source = Live(url, rows=rows)
    if not rows:
        built = template.build(connection, source)
        found = sealed(connection, built.name, name)
        properties = properties_of(connection, found)
        with copied(connection, found, None) as (made, strategy, took):
            yield _Copy(made, source.label, built.name, strategy, {strategy: [took]}, properties, built.remarks)
        return
    with source.reading(connection) as reading, unfinished(connection) as made:
        database.create_database(connection, made, locale=reading.locale, private=True)
        with closing(connect(connection_url(connection, made))) as target:
            remarks = tuple(reading.fill(target))
            run(target, "analyze")
        if reading.properties is None or reading.properties.grants is None:
            database.open_to_public(connection, made)
        yield _Copy(made, source.label, None, None, {}, reading.properties, remarks)


def _require_branch(repository: Repository, branch: str, *, create: bool) -> None:
    there = branch in {known.name for known in repository.branches()}
    if there and create:
        raise Refused(f"there is a branch {branch} already", hint="leave -b out.")
    if not there and not create:
        raise NotFound(f"there is no branch {branch}", hint=f"pggit worktree add NAME -b {branch} makes it.")
