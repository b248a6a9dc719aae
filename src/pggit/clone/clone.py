"""Clones: databases copied from a sealed template, handed out, put back to how they began, and dropped."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from pggit.clone import carry
from pggit.clone.label import Label, Labelled, Sealed, labelled, sealed
from pggit.core.errors import Busy, NotFound, Refused
from pggit.db import database
from pggit.db.connect import connection_url, uri
from pggit.db.scratch import drop_abandoned, making, new_name
from pggit.db.session import configure, run, transaction
from pggit.db.strategy import Facts, Strategy, choose
from pggit.kinds.ddl import literal
from pggit.kinds.ddl import name as quoted

if TYPE_CHECKING:
    from psycopg import Connection

_LEARNT = 1.3
"""A copy that was this much faster than the fastest before is worth noting."""


@dataclass(frozen=True, slots=True)
class Clone:
    """A database that was just made.

    Attributes:
        name: of the database.
        url: leads to it, with the password of the connection that made it: never show it where it would be kept.
        template: what it is a copy of.
        source: what that was made from, in words.
        strategy: how it was copied; None where it was taken from a pool.
        milliseconds: from the call to the end.
        expires: when gc may drop it, UTC, in ISO form; None: never.
        remarks: what could not be carried over.
    """

    name: str
    url: str
    template: str
    source: str
    strategy: Strategy | None
    milliseconds: float
    expires: str | None = None
    remarks: tuple[str, ...] = ()


def create(
    connection: Connection,
    template: str,
    name: str,
    *,
    ttl: timedelta | None = None,
    strategy: Strategy | None = None,
    origin: str | None = None,
) -> Clone:
    """Make a database as a copy of a sealed template.

    Args:
        connection: `maintenance` of the server, in autocommit mode.
        template: the name of the template.
        name: what the database is to be called.
        ttl: after so long `gc` may drop it; None: never.
        strategy: how the files are copied; None: how it is soonest, by earlier copies of this template or by estimate.
        origin: of a worktree: the database that it is a clone of.

    Raises:
        NotFound: there is no such template.
        Refused: there is a database of this name.
        PermissionDenied: the role may not create databases.
    """
    begun = time.monotonic()
    found = sealed(connection, template, name)
    if found.taken:
        raise Refused(f"there is a database {name} already", hint=f"pggit clone drop {name}, or take another name.")
    expires = (_now() + ttl).isoformat(timespec="seconds") if ttl is not None else None
    with _copied(connection, found, strategy) as (unfinished, chosen, took):
        label = Label(
            "clone", found.label.source, _at(), base=template, took={chosen: took}, expires=expires, origin=origin
        )
        remarks = _finish(connection, unfinished, found, label, [(unfinished, name)])
    return Clone(
        name=name,
        url=uri(connection_url(connection, name)),
        template=template,
        source=found.label.source,
        strategy=chosen,
        milliseconds=(time.monotonic() - begun) * 1000,
        expires=expires,
        remarks=tuple(remarks),
    )


def reset(connection: Connection, name: str, *, force: bool = False, strategy: Strategy | None = None) -> Clone:
    """Put a clone back to how it began: a new copy of its template takes its place.

    Args:
        connection: `maintenance` of the server, in autocommit mode.
        name: the clone.
        force: end the sessions that are connected to it.
        strategy: as `create` takes it.

    Raises:
        NotFound: there is no clone of this name, or its template is gone.
        InUse: somebody is connected to it, and ``force`` is not set.
    """
    begun = time.monotonic()
    old = one(connection, name)
    assert old.label.base is not None
    found = sealed(connection, old.label.base, name)
    if not force:
        database.require_unused(connection, name)
    gone = new_name()
    with _copied(connection, found, strategy) as (unfinished, chosen, took), making(connection, gone):
        if force:
            database.close_to_all(connection, name)
        label = replace(old.label, made=_at(), took={chosen: took})
        remarks = _finish(connection, unfinished, found, label, [(name, gone), (unfinished, name)])
        database.drop_database(connection, gone, force=True)
    return Clone(
        name=name,
        url=uri(connection_url(connection, name)),
        template=found.name,
        source=found.label.source,
        strategy=chosen,
        milliseconds=(time.monotonic() - begun) * 1000,
        expires=old.label.expires,
        remarks=tuple(remarks),
    )


def drop(connection: Connection, name: str, *, force: bool = False) -> None:
    """Drop a clone.

    Raises:
        NotFound: there is no clone of this name: what pgGit did not make it does not drop.
        InUse: somebody is connected to it, and ``force`` is not set.
    """
    one(connection, name)
    database.drop_database(connection, name, force=force)


def clones(connection: Connection) -> list[Labelled]:
    """Return the clones of a server, by name."""
    return labelled(connection, "clone")


def one(connection: Connection, name: str) -> Labelled:
    """Return the clone of a name.

    Raises:
        NotFound: there is none.
    """
    found = labelled(connection, "clone", name=name)
    if found:
        return found[0]
    if database.exists(connection, name):
        raise NotFound(f"database {name} is no clone that pgGit made", hint="pggit clone list shows them.")
    raise NotFound(f"there is no clone {name}", hint="pggit clone list shows them.")


def gc(connection: Connection, *, force: bool = False) -> tuple[list[str], list[Labelled]]:
    """Drop this role's clones whose time is over, and what interrupted commands left behind.

    Args:
        connection: `maintenance` of the server, in autocommit mode.
        force: also those that somebody is connected to.

    Returns:
        The names of the databases that were dropped; the clones that stay because they are in use.
    """
    now = _now()
    over = [clone for clone in clones(connection) if clone.mine and clone.label.expired(now)]
    dropped, used = [], []
    for clone in over:
        try:
            database.drop_database(connection, clone.name, force=force)
        except database.InUse:
            used.append(clone)
        else:
            dropped.append(clone.name)
    return dropped + drop_abandoned(connection), used


@contextmanager
def _copied(
    connection: Connection, template: Sealed, strategy: Strategy | None
) -> Iterator[tuple[str, Strategy, float]]:
    """Copy a template under an unfinished name, and drop the copy where the block fails.

    Yields:
        The name; how it was copied; milliseconds that this took.
    """
    label = template.label
    about = Facts(connection.info.server_version // 10000, template.fsync, label.files or 0, label.bytes or 0)
    chosen = strategy or choose(about, label.took)
    unfinished = new_name()
    with making(connection, unfinished):
        begun = time.monotonic()
        database.create_database(connection, unfinished, template=template.name, strategy=chosen)
        took = round((time.monotonic() - begun) * 1000, 1)
        try:
            yield unfinished, chosen, took
        except BaseException:
            if not connection.closed:
                database.drop_database(connection, unfinished, force=True)
            raise
    _note(connection, template, about.way(chosen), took)


def _finish(
    connection: Connection, unfinished: str, template: Sealed, label: Label, names: Sequence[tuple[str, str]]
) -> list[str]:
    """Give a copy its label, what CREATE DATABASE does not copy, and its name: all of it, or nothing.

    Args:
        connection: in autocommit mode.
        unfinished: the copy.
        template: what it is a copy of.
        label: for it.
        names: what is renamed to what, in this order.

    Returns:
        What could not be carried over.
    """
    noted = f"comment on database {quoted(unfinished)} is {literal(label.text())}"
    renamed = [f"alter database {quoted(old)} rename to {quoted(new)}" for old, new in names]
    remarks = []
    with database.explained(connection, *names[0]):
        if not template.properties:
            run(connection, ";\n".join([noted, *renamed]))
            return []
        found = carry.properties(connection, template.name)
        with transaction(connection):
            run(connection, noted)
            remarks = carry.give(connection, found, quoted(unfinished))
            run(connection, ";\n".join(renamed))
    return remarks


def _note(connection: Connection, template: Sealed, way: str, took: float) -> None:
    """Write into a template's own label when it was used and how long copying took, where that is news.

    It must wait for nobody: COMMENT locks out who copies the template, and waits for those who do.
    """
    before = template.label.took.get(way)
    today = _now().date().isoformat()
    known = before is not None and took > before / _LEARNT
    if not template.mine or (known and template.label.used == today):
        return
    label = replace(template.label, used=today, took=template.label.took | {way: min(took, before or took)})
    with suppress(Busy), transaction(connection):
        configure(connection, {"lock_timeout": "2ms"}, local=True)
        run(connection, f"comment on database {quoted(template.name)} is {literal(label.text())}")


def _now() -> datetime:
    return datetime.now(UTC)


def _at() -> str:
    return _now().isoformat(timespec="seconds")
