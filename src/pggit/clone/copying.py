"""Databases that are being made: under an unfinished name, then finished at one stroke."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pggit.clone import carry
from pggit.clone.label import Label, Sealed
from pggit.core.errors import Busy
from pggit.db import database
from pggit.db.scratch import making, new_name
from pggit.db.session import configure, run, transaction
from pggit.db.strategy import TRIES, Facts, Strategy, choose
from pggit.kinds.ddl import literal
from pggit.kinds.ddl import name as quoted

if TYPE_CHECKING:
    from psycopg import Connection

    from pggit.clone.carry import Properties

_LEARNT = 1.3
"""A copy that was this much faster than the fastest before is worth noting."""


@contextmanager
def copied(
    connection: Connection, template: Sealed, strategy: Strategy | None, *, closed: bool = False
) -> Iterator[tuple[str, Strategy, float]]:
    """Copy a template under an unfinished name, and drop the copy where the block fails.

    Args:
        connection: to the server, in autocommit mode.
        template: a sealed one.
        strategy: how; None: as it is soonest.
        closed: nobody can connect to the copy.

    Yields:
        The name; how it was copied; milliseconds that this took.
    """
    label = template.label
    about = Facts(connection.info.server_version // 10000, template.fsync, label.files or 0, label.bytes or 0)
    chosen = strategy or choose(about, label.took)
    with unfinished(connection) as name:
        begun = time.monotonic()
        database.create_database(
            connection, name, template=template.name, strategy=chosen, closed=closed, private=template.properties
        )
        took = round((time.monotonic() - begun) * 1000, 1)
        yield name, chosen, took
    _note(connection, template, about.way(chosen), took)


@contextmanager
def unfinished(connection: Connection) -> Iterator[str]:
    """Yield a name for a database that is being made, and drop what has it where the block fails."""
    name = new_name()
    with making(connection, name):
        try:
            yield name
        except BaseException:
            if not connection.closed:
                database.drop_database(connection, name, force=True)
            raise


def properties_of(connection: Connection, template: Sealed) -> Properties | None:
    """Return what of a template CREATE DATABASE does not copy; None where it has nothing of its own."""
    return carry.properties(connection, template.name) if template.properties else None


def finish(
    connection: Connection, made: str, properties: Properties | None, label: Label, names: Sequence[tuple[str, str]]
) -> tuple[str, ...]:
    """Give a database its label, the properties of another one, and its name: all of it, or nothing.

    Args:
        connection: in autocommit mode.
        made: the database, under its unfinished name.
        properties: what CREATE DATABASE does not copy.
        label: what pgGit knows of it.
        names: what is renamed to what, in this order.

    Returns:
        What could not be carried over.

    Raises:
        InUse: somebody is connected to the first of them.
        Refused: the name is taken.
    """
    noted = f"comment on database {quoted(made)} is {literal(label.text())}"
    renamed = [f"alter database {quoted(old)} rename to {quoted(new)}" for old, new in names]
    with database.explained(connection, *names[0]), transaction(connection):
        run(connection, noted)
        left = carry.give(connection, properties, quoted(made)) if properties else []
        for statement in renamed:
            run(connection, statement)
    return tuple(left)


def _note(connection: Connection, template: Sealed, way: str, took: float) -> None:
    """Write into a template's own label when it was used and how long copying took, where that is news.

    It must wait for nobody: COMMENT locks out who copies the template, and waits for those who do.
    """
    before = template.label.took.get(way, [])
    today = datetime.now(UTC).date().isoformat()
    known = len(before) >= TRIES and took > before[0] / _LEARNT
    if not template.mine or (known and template.label.used == today):
        return
    label = replace(template.label, used=today, took=template.label.took | {way: sorted([*before, took])[:TRIES]})
    with suppress(Busy), transaction(connection):
        configure(connection, {"lock_timeout": "2ms"}, local=True)
        run(connection, f"comment on database {quoted(template.name)} is {literal(label.text())}")
