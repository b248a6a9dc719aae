"""Clones made ahead of their use, and used ones dropped, by a thread of its own."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from pggit.clone import clone
from pggit.core.errors import PgGitError
from pggit.db import database

if TYPE_CHECKING:
    from psycopg import Connection

KEPT = timedelta(hours=24)
"""How long `clone gc` leaves a database, where its run could not drop it or was not to."""
_USED = 4
"""So many used ones may be there before dropping goes before making ahead."""


class Supply:
    """Clones of one template.

    While a test runs, the next one's clone is made and the last one's is dropped.

    Args:
        connection: `maintenance`, for the thread alone, which closes it.
        template: the name of the template.
        names: what the clones are called.
        ahead: how many are kept ready.
    """

    def __init__(self, connection: Connection, template: str, names: Iterator[str], ahead: int = 1) -> None:
        self._connection = connection
        self._template = template
        self._names = names
        self._ahead = ahead
        self._ready: deque[clone.Clone] = deque()
        self._used: deque[tuple[str, bool]] = deque()
        self._waiting = 0
        self._closing = False
        self._failure: BaseException | None = None
        self._broken = False
        self._changed = threading.Condition()
        self._remarks: list[str] = []
        self._thread = threading.Thread(target=self._work, name="pggit supply", daemon=True)
        self._thread.start()

    def take(self) -> clone.Clone:
        """Return a fresh clone.

        Raises:
            PgGitError: it could not be made.
        """
        with self._changed:
            self._waiting += 1
            self._changed.notify_all()
            try:
                while not self._ready and not self._failure:
                    self._changed.wait()
            finally:
                self._waiting -= 1
            if self._ready:
                found = self._ready.popleft()
                self._changed.notify_all()
                return found
            failure = self._failure
            assert failure is not None
            if not self._broken:
                self._failure = None  # the next one may come about
            raise failure

    def give_back(self, name: str, *, force: bool = True) -> None:
        """Have a clone dropped; without ``force`` only if nobody is connected to it."""
        with self._changed:
            self._used.append((name, force))
            self._changed.notify_all()

    def close(self) -> list[str]:
        """Drop all that was given back or is ready, and end the thread.

        Returns:
            What could not be dropped, and why.
        """
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        self._thread.join()
        return self._remarks

    def _work(self) -> None:
        try:
            with closing(self._connection):
                while (task := self._next()) is not None:
                    task()
        except BaseException as error:  # nobody may wait for a thread that is no more
            with self._changed:
                self._failure, self._broken = error, True
                self._changed.notify_all()
            self._remarks.append(f"clones are not made any more: {error!r}")

    def _next(self) -> Callable[[], None] | None:
        """Wait for something to do; None at the end."""
        with self._changed:
            while True:
                if self._closing:
                    self._used.extend((one.name, True) for one in self._ready)
                    self._ready.clear()
                    return partial(self._drop, *self._used.popleft()) if self._used else None
                lacking = not self._failure and len(self._ready) < self._waiting + self._ahead
                awaited = self._waiting and not self._ready
                if lacking and (awaited or len(self._used) <= _USED):
                    return self._make
                if self._used:
                    return partial(self._drop, *self._used.popleft())
                self._changed.wait()

    def _make(self) -> None:
        made, failure = None, None
        try:
            made = clone.create(self._connection, self._template, next(self._names), ttl=KEPT)
        except BaseException as error:  # whoever takes the next one gets it
            failure = error
        with self._changed:
            if made:
                self._ready.append(made)
            self._failure = failure
            self._changed.notify_all()

    def _drop(self, name: str, force: bool) -> None:
        try:
            database.drop_database(self._connection, name, force=force)
        except PgGitError as error:
            if isinstance(error, database.InUse) and not force:
                return  # somebody looks at what an earlier run kept
            self._remarks.append(f"database {name} could not be dropped: {error.message}")
