"""One applies at a time: an advisory lock of the session, which the server releases when the connection ends.

Any role that can connect can hold an advisory lock. If a role holds it that has no access to the repository, the lock
gets another key (`engine/68_lock.sql`); who has the lock then looks whether its key is still the one that counts.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from pggit.apply.journal import sql
from pggit.core.errors import Busy, PgGitError
from pggit.db.sqlstate import translated
from pggit.db.trust import schema_owner, trust_of

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
        Busy: another session had it all the time; the message says whose it is.
    """
    end = time.monotonic() + seconds
    delay, told = _FIRST, False
    renewable = _may_lock(connection)
    while (key := _locked(connection, renewable=renewable)) is None:
        if time.monotonic() >= end:
            raise Busy(
                f"another session is applying a plan to this database: {_holder(connection, renewable)}",
                hint="run it again when that is done; --lock-wait SECONDS waits longer. If that session is not pgGit's,"
                " select pg_terminate_backend(PROCESS) ends it.",
            )
        if waiting and not told:
            waiting(seconds, _holder(connection, renewable))
            told = True
        time.sleep(min(delay * random.uniform(0.5, 1.0), max(0.0, end - time.monotonic())))
        delay = min(delay * 2, _LONGEST)
    try:
        yield
    finally:
        with suppress(PgGitError):  # a connection that broke has released it
            _ask(connection, "unlock", key)


def _may_lock(connection: Connection) -> bool:
    """Whether the key is in a store that the role has access to, whose functions it may run."""
    owner = schema_owner(connection, "pggit")
    if owner is None or owner.other is not None or not trust_of(connection).runs(owner.oid):
        return False
    return bool(_ask(connection, "may_lock"))


def _locked(connection: Connection, *, renewable: bool) -> int | None:
    """Try to take the lock; returns its key, or None if another session has it."""
    key = _key(connection, renewable)
    while True:
        if not _ask(connection, "try_lock", key):
            renewed = int(_ask(connection, "renew", key)) if renewable else key
            if renewed == key:
                return None
            key = renewed
            continue
        present = _key(connection, renewable)
        if present == key:
            return key
        _ask(connection, "unlock", key)
        key = present


def _key(connection: Connection, renewable: bool) -> int:
    return int(_ask(connection, "key" if renewable else "public_key"))


def _holder(connection: Connection, renewable: bool) -> str:
    with translated():
        row = connection.execute(sql("holder").encode(), {"key": _key(connection, renewable)}).fetchone()
    if row is None:
        return "it ended just now"
    return f"process {row[0]}" + (f", role {row[1]}" if row[1] else "") + (f", since {row[2]}" if row[2] else "")


def _ask(connection: Connection, block: str, key: int | None = None) -> Any:
    with translated():
        row = connection.execute(sql(block).encode(), {"key": key}).fetchone()
    assert row is not None
    return row[0]
