"""A copy of a sealed template that has no name of its own yet."""

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
from pggit.db.strategy import Facts, Strategy, choose
from pggit.kinds.ddl import literal
from pggit.kinds.ddl import name as quoted

if TYPE_CHECKING:
    from psycopg import Connection

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
    unfinished = new_name()
    with making(connection, unfinished):
        begun = time.monotonic()
        database.create_database(connection, unfinished, template=template.name, strategy=chosen, closed=closed)
        took = round((time.monotonic() - begun) * 1000, 1)
        try:
            yield unfinished, chosen, took
        except BaseException:
            if not connection.closed:
                database.drop_database(connection, unfinished, force=True)
            raise
    _note(connection, template, about.way(chosen), took)


def finish(
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
    today = datetime.now(UTC).date().isoformat()
    known = before is not None and took > before / _LEARNT
    if not template.mine or (known and template.label.used == today):
        return
    label = replace(template.label, used=today, took=template.label.took | {way: min(took, before or took)})
    with suppress(Busy), transaction(connection):
        configure(connection, {"lock_timeout": "2ms"}, local=True)
        run(connection, f"comment on database {quoted(template.name)} is {literal(label.text())}")
