"""One applies at a time: an advisory lock of the session, which the server releases when the connection ends."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from pggit.apply.journal import sql
from pggit.core.errors import Busy, PgGitError
from pggit.db.session import run
from pggit.db.sqlstate import translated

if TYPE_CHECKING:
    from psycopg import Connection

_FIRST, _LONGEST = 0.1, 1.0


@contextmanager
def deployer_lock(
    connection: Connection, seconds: float, waiting: Callable[[float, str], None] | None = None
) -> Iterator[None]:
    """Hold the lock for as long as the block lasts.

    It is asked for again and again. A session that waits for it in the server would have a snapshot, for whose end a
    CREATE INDEX CONCURRENTLY of the one who holds it waits in turn.

    Args:
        connection: in autocommit mode.
        seconds: how long to wait for it at most.
        waiting: called once, with (seconds at most, who has it), where it must wait.

    Raises:
        Busy: somebody else had it all the time; the message says who.
    """
    end = time.monotonic() + seconds
    delay, told = _FIRST, False
    while not _try(connection):
        if time.monotonic() >= end:
            raise Busy(
                f"somebody else is applying a plan to this database: {_holder(connection)}",
                hint="run it again when that is done; --lock-wait SECONDS waits longer.",
            )
        if waiting and not told:
            waiting(seconds, _holder(connection))
            told = True
        time.sleep(min(delay * random.uniform(0.5, 1.0), max(0.0, end - time.monotonic())))
        delay = min(delay * 2, _LONGEST)
    try:
        yield
    finally:
        with suppress(PgGitError):  # a connection that broke has released it
            run(connection, sql("unlock"))


def _try(connection: Connection) -> bool:
    with translated():
        row = connection.execute(sql("try_lock").encode()).fetchone()
    assert row is not None
    return bool(row[0])


def _holder(connection: Connection) -> str:
    with translated():
        row = connection.execute(sql("holder").encode()).fetchone()
    if row is None:
        return "it ended just now"
    return f"process {row[0]}" + (f", role {row[1]}" if row[1] else "") + (f", since {row[2]}" if row[2] else "")
