"""Reading from a server that somebody else owns: answers take no longer and are no larger than they may be."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from threading import Event, Thread
from time import monotonic
from types import UnionType
from typing import TYPE_CHECKING, Any, LiteralString

from pggit.core.errors import Busy, ConnectionFailed, Refused
from pggit.db.sqlstate import translated

if TYPE_CHECKING:
    from psycopg import Connection

ANSWER_SECONDS = 60.0
"""So long a server may take for an answer, or for the next part of one."""

_CHUNK = 500
_NOTHING_KEPT = "Nothing of it was kept."
_NO_STORE = "it is not a store of pgGit's"
_SEE_THERE = "pggit fsck there names what is wrong."
_CHUNKED_LIBPQ = 170000


@contextmanager
def answering(connection: Connection, name: str) -> Iterator[None]:
    """Give up on a server that does not answer in time; the connection is of no use then.

    Args:
        connection: to the server.
        name: what it is called in the message.

    Raises:
        Busy: it took longer.
    """
    plain, seconds = connection.wait, ANSWER_SECONDS
    due: list[float] = []  # when the answer that is waited for is late
    expired = False
    ended = Event()

    def watch() -> None:
        """Sleep until an answer may be late. One that is asked for meanwhile is late after that."""
        nonlocal expired
        left = seconds
        while not ended.wait(left):
            waited_for = due[-1:]
            left = waited_for[0] - monotonic() if waited_for else seconds
            if left <= 0:
                expired = True
                with suppress(OSError), closing(socket.socket(fileno=os.dup(connection.pgconn.socket))) as ending:
                    ending.shutdown(socket.SHUT_RDWR)
                return

    def wait(*args: Any, **named: Any) -> Any:
        due.append(monotonic() + seconds)
        try:
            return plain(*args, **named)
        finally:
            due.pop()

    Thread(target=watch, daemon=True).start()
    connection.wait = wait  # type: ignore[method-assign]
    try:
        yield
    except ConnectionFailed as error:
        if not expired:
            raise
        raise Busy(
            f"{name} does not answer: no result within {seconds:g} seconds",
            hint="Nothing was kept of what was not complete.",
        ) from error
    finally:
        ended.set()
        connection.wait = plain  # type: ignore[method-assign]


def rows_of(
    connection: Connection,
    query: LiteralString,
    values: Sequence[object] | None,
    form: tuple[type | UnionType, ...],
    *,
    most: int,
    what: str,
) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of a query one by one; no more than a part of them is held.

    Args:
        connection: to the server.
        query: one statement.
        values: its parameters.
        form: the type of each column, ``| None`` if it can be null.
        most: so many rows there may be.
        what: what they are, for the message.

    Raises:
        Refused: there are more, or they have other types: what is read need not be the table that it seems to be. The
            connection is closed then, so that the rest need not be read.
    """
    from psycopg import pq

    size = _CHUNK if pq.version() >= _CHUNKED_LIBPQ else 1
    with translated(), connection.cursor() as cursor:
        try:
            for number, row in enumerate(cursor.stream(query, values, size=size)):
                if number >= most:
                    raise Refused(f"the other repository sends more than {most:,} {what}", hint=_NOTHING_KEPT)
                if len(row) != len(form) or not all(map(isinstance, row, form)):
                    raise Refused(
                        f"the other repository sends something else than {what}: {_NO_STORE}", hint=_SEE_THERE
                    )
                yield row
        except (Refused, UnicodeDecodeError) as error:
            connection.pgconn.finish()
            if isinstance(error, Refused):
                raise
            raise Refused(f"the other repository sends text that is not in UTF-8 as {what}", hint=_SEE_THERE) from error
