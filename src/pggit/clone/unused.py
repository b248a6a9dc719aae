"""Templates that nobody needs any more."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from pggit.clone.label import Labelled, labelled
from pggit.clone.pool.claim import templates_in_use
from pggit.core.errors import NotFound
from pggit.db import database
from pggit.db.scratch import abandoned

if TYPE_CHECKING:
    from psycopg import Connection


@dataclass(frozen=True, slots=True)
class Unused:
    """A database that can go, and why."""

    name: str
    why: str


def gc(connection: Connection, *, older_than: timedelta | None = None, dry_run: bool = False) -> list[Unused]:
    """Drop this role's templates that nobody needs, and what interrupted commands left behind.

    A template goes when no clone, no pool and no other template is made of it, and a newer one of the same source has
    taken its place, or it was not copied for ``older_than``.

    Args:
        connection: `maintenance` of the server, in autocommit mode.
        older_than: None: the time alone is no reason.
        dry_run: drop nothing.

    Returns:
        What was dropped, or would be, in this order.

    Raises:
        InUse: somebody is connected to one that is to go.
    """
    found = list(_unused(connection, older_than))
    if not dry_run:
        for one in found:
            database.drop_database(connection, one.name)
    return found


def drop(connection: Connection, name: str) -> None:
    """Drop a template.

    Raises:
        NotFound: there is none of this name: what pgGit did not make it does not drop.
        InUse: somebody is connected to it.
        PermissionDenied: it is somebody else's.
    """
    if not labelled(connection, "template", name=name):
        raise NotFound(f"there is no template {name}", hint="pggit template list shows them.")
    database.drop_database(connection, name)


def _unused(connection: Connection, older_than: timedelta | None) -> Iterator[Unused]:
    for name in abandoned(connection):
        yield Unused(name, "its maker was interrupted")
    everything = labelled(connection)
    left = [one for one in everything if one.label.kind == "template"]
    others = {one.label.base for one in everything if one.label.kind != "template"}
    others |= templates_in_use(connection)
    gone = True
    while gone:
        gone = False
        needed = others | {one.label.base for one in left}
        for one in list(left):
            why = _why(connection, one, left, older_than) if one.mine and one.name not in needed else None
            if why:
                yield Unused(one.name, why)
                left.remove(one)
                gone = True


def _why(connection: Connection, one: Labelled, left: list[Labelled], older_than: timedelta | None) -> str | None:
    if not one.sealed and database.is_half_dropped(connection, one.name):
        return "dropping it was interrupted"
    label = one.label
    newer = [
        other
        for other in left
        if other.trusted and other.label.source == label.source and other.label.made > label.made
    ]
    if newer:
        return f"superseded by {max(newer, key=lambda other: other.label.made).name}"
    if older_than is None:
        return None
    last = max(datetime.fromisoformat(label.made), _end_of(label.used))
    return f"last used {last:%Y-%m-%d}" if datetime.now(UTC) - last >= older_than else None


def _end_of(day: str | None) -> datetime:
    """The last moment at which a template was used, as far as the day tells."""
    if day is None:
        return datetime.min.replace(tzinfo=UTC)
    end = datetime.fromisoformat(day).replace(tzinfo=UTC) + timedelta(days=1)
    return min(end, datetime.now(UTC))
