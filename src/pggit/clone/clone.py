"""Clones: databases copied from a sealed template, handed out, put back to how they began, and dropped."""

from __future__ import annotations

import time
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from pggit.clone.copying import copied, finish, properties_of
from pggit.clone.isolation import isolate
from pggit.clone.label import Label, Labelled, labelled, require_trusted, sealed
from pggit.core.errors import NotFound, Refused
from pggit.db import database
from pggit.db.connect import connect, connection_url, uri
from pggit.db.scratch import drop_abandoned, making, new_name
from pggit.db.strategy import Strategy

if TYPE_CHECKING:
    from psycopg import Connection


@dataclass(frozen=True, slots=True)
class Clone:
    """A database that was just made.

    Attributes:
        name: of the database.
        url: leads to it, with the password of the connection that made it: never show it where it would be kept.
        template: what it is a copy of; None: it was made directly.
        source: what it was made from, in words.
        strategy: how the files were copied; None where none were: it was filled, or taken from a pool.
        milliseconds: from the call to the end.
        expires: when gc may drop it, UTC, in ISO form; None: never.
        remarks: what could not be carried over.
        servers: foreign servers that statements on the clone may reach.
    """

    name: str
    url: str
    template: str | None
    source: str
    strategy: Strategy | None
    milliseconds: float
    expires: str | None = None
    remarks: tuple[str, ...] = ()
    servers: tuple[str, ...] = ()


def create(
    connection: Connection,
    template: str,
    name: str,
    *,
    ttl: timedelta | None = None,
    strategy: Strategy | None = None,
    origin: str | None = None,
    isolated: bool = False,
) -> Clone:
    """Make a database as a copy of a sealed template.

    Args:
        connection: `maintenance` of the server, in autocommit mode.
        template: the name of the template.
        name: what the database is to be called.
        ttl: after so long `gc` may drop it; None: never.
        strategy: how the files are copied; None: how it is soonest, by earlier copies of this template or by estimate.
        origin: of a worktree: the database that it is a clone of.
        isolated: it reaches no other server: see `pggit.clone.isolation.isolate`.

    Raises:
        NotFound: there is no such template.
        Refused: there is a database of this name.
        PermissionDenied: the role may not create databases.
    """
    begun = time.monotonic()
    database.require_name(name)
    found = sealed(connection, template, name)
    if found.taken:
        raise Refused(f"there is a database {name} already", hint=f"pggit clone drop {name}, or take another name.")
    properties = properties_of(connection, found)
    with copied(connection, found, strategy) as (made, chosen, took):
        label = label_of(found.label.source, template, {chosen: [took]}, ttl, origin)
        if isolated:
            with closing(connect(connection_url(connection, made))) as target:
                isolate(target)
            database.require_unused(connection, made, timeout=5)
        remarks = finish(connection, made, properties, label, [(made, name)])
    return clone_of(connection, name, label, chosen, begun, remarks, () if isolated else servers_of(found.label))


def servers_of(label: Label) -> tuple[str, ...]:
    """Return the foreign servers that a template has by its label."""
    found = label.more.get("servers", [])
    return tuple(map(str, found)) if isinstance(found, list) else ()


def reset(connection: Connection, name: str, *, force: bool = False, strategy: Strategy | None = None) -> Clone:
    """Put a clone back to how it began: a new copy of its template takes its place.

    Args:
        connection: `maintenance` of the server, in autocommit mode.
        name: the clone.
        force: end the sessions that are connected to it.
        strategy: as `create` takes it.

    Raises:
        NotFound: there is no clone of this name, or its template is gone.
        Untrusted: another role has a template of that name now.
        Refused: it was not made from a template, or is a worktree.
        InUse: somebody is connected to it, and ``force`` is not set.
    """
    begun = time.monotonic()
    old = one(connection, name)
    if old.label.origin is not None:
        raise Refused(f"{name} is a worktree", hint="pggit reset --hard, or switch, in that database.")
    if old.label.base is None:
        raise Refused(f"{name} was made directly of {old.label.source}", hint="drop it, and create it again.")
    found = sealed(connection, old.label.base, name)
    if found.owner != old.owner:  # else it has been the owner's all the time, as has the clone
        require_trusted(found)
    if not force:
        database.require_unused(connection, name)
    properties, gone = properties_of(connection, found), new_name()
    with copied(connection, found, strategy) as (made, chosen, took), making(connection, gone):
        label = replace(old.label, made=_at(), took={chosen: [took]})
        if force:
            database.end_sessions(connection, name)
        remarks = finish(connection, made, properties, label, [(name, gone), (made, name)])
        database.drop_database(connection, gone, force=True)
    return clone_of(connection, name, label, chosen, begun, remarks)


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


def label_of(
    source: str, base: str | None, took: dict[str, list[float]], ttl: timedelta | None, origin: str | None
) -> Label:
    """Return the label of a clone that is being made now."""
    expires = (_now() + ttl).isoformat(timespec="seconds") if ttl is not None else None
    return Label("clone", source, _at(), base=base, took=took, expires=expires, origin=origin)


def clone_of(
    connection: Connection,
    name: str,
    label: Label,
    strategy: Strategy | None,
    begun: float,
    remarks: tuple[str, ...],
    servers: tuple[str, ...] = (),
) -> Clone:
    """Return what was made, just now; ``begun`` is by the monotonic clock."""
    return Clone(
        name=name,
        url=uri(connection_url(connection, name)),
        template=label.base,
        source=label.source,
        strategy=strategy,
        milliseconds=(time.monotonic() - begun) * 1000,
        expires=label.expires,
        remarks=remarks,
        servers=servers,
    )


def _now() -> datetime:
    return datetime.now(UTC)


def _at() -> str:
    return _now().isoformat(timespec="seconds")
