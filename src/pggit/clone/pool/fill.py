"""The filler of a pool: it keeps so many databases ready, until the pool is gone.

One fills at a time, whoever has the advisory lock; others stand by, and one of them takes over when its session ends.
It may be killed at any moment: what it was making has an unfinished name, and the next one drops it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from random import uniform
from typing import TYPE_CHECKING

from pggit.clone.pool.control import LOCK_CLASS, PoolState, open_control, present_as_filler, query, states
from pggit.clone.pool.ready import PoolChanged, gc, put, tidy
from pggit.core.errors import ConnectionFailed, NotFound, PgGitError
from pggit.db.database import maintenance
from pggit.db.session import run
from pggit.db.sqlstate import translated

if TYPE_CHECKING:
    from psycopg import Connection

_TIMER = 5.0
"""Seconds between two looks where nobody calls."""
_STANDBY = 1.0
"""Seconds between two tries to take over."""
_FIRST, _LONGEST, _GIVE_UP = 0.1, 15.0, 3600.0
"""Seconds between two attempts to connect; after so many without a connection the filler ends."""

Say = Callable[[str], None]


def fill(url: str, name: str, say: Say) -> None:
    """Fill a pool until it is gone.

    Args:
        url: leads to any database of the server, as the role that the pool belongs to.
        name: the pool.
        say: told in a line what is done.

    Raises:
        NotFound: there is no such pool at the beginning.
        ConnectionFailed: there was no connection for an hour.
    """
    _Filler(url, name, say).run()


@dataclass
class _Filler:
    """One run of a filler.

    Attributes:
        seen: whether the pool was there once.
        lost: when there was a connection last, by the monotonic clock.
        attempt: so many attempts to connect have failed since.
        problem: why filling failed last.
    """

    url: str
    name: str
    say: Say
    seen: bool = False
    lost: float = 0.0
    attempt: int = 0
    problem: str | None = None

    def run(self) -> None:
        """Fill; connect again where the connection breaks; at the end drop what nobody will claim."""
        while True:
            try:
                self._serve()
            except ConnectionFailed as error:
                self._wait_to_connect(error)
            except NotFound:
                if not self.seen:
                    raise
                break
        self.say(f"pool {self.name} is gone")
        with closing(maintenance(self.url)) as connection:
            gc(connection)

    def _serve(self) -> None:
        """Fill until the connection breaks, or the pool is not found any more."""
        with closing(maintenance(self.url)) as connection:
            control = open_control(connection)
        with closing(control):
            pool = self._look(control)
            self.seen, self.attempt = True, 0
            present_as_filler(control, pool.id)
            run(control, "listen pggit_pool")
            self._stand_by(control)
            self.say(f"filling pool {self.name}")
            while True:
                self._fill(control)
                self.lost = time.monotonic()
                _wait(control, _TIMER)

    def _look(self, control: Connection) -> PoolState:
        found = states(control, self.name)
        if not found:
            raise NotFound(f"there is no pool {self.name}", hint="pggit pool status shows them.")
        return found[0]

    def _stand_by(self, control: Connection) -> None:
        """Wait until nobody else fills the pool."""
        told = False
        while True:
            pool = self._look(control)
            self.lost = time.monotonic()
            if query(control, "try_lock", {"class": LOCK_CLASS, "pool": pool.id}) == [(True,)]:
                return
            if not told:
                self.say(f"standing by: {pool.filler or 'somebody else'} fills pool {self.name}")
                told = True
            _wait(control, _STANDBY)

    def _fill(self, control: Connection) -> None:
        """Make what is missing; where that fails, note why in the pool for all to see."""
        pool = self._look(control)
        try:
            tidy(control, pool.id)
            while pool.ready < pool.size:
                _make(control, pool)
                pool = self._look(control)
        except ConnectionFailed:
            raise
        except PoolChanged:
            query(control, "wake", {"name": self.name})
        except PgGitError as error:
            self._note(control, pool, error.message)
        else:
            self._note(control, pool, None)

    def _note(self, control: Connection, pool: PoolState, problem: str | None) -> None:
        query(control, "problem", {"id": pool.id, "problem": problem})
        if problem is not None and problem != self.problem:
            self.say(f"cannot fill pool {self.name}: {problem}")
        self.problem = problem

    def _wait_to_connect(self, error: ConnectionFailed) -> None:
        if not self.seen or time.monotonic() - self.lost > _GIVE_UP:
            raise error
        if self.attempt == 0:
            self.say(f"lost the connection: {error.message}")
        time.sleep(min(_LONGEST, _FIRST * 2 ** min(self.attempt, 16)) * uniform(0.5, 1.0))
        self.attempt += 1


def _make(control: Connection, pool: PoolState) -> None:
    """Make what is missing; of two and more a half each on two connections, as one waits for the disk mostly."""
    missing = pool.size - pool.ready
    if missing == 1:
        put(control, pool)
        return
    with closing(open_control(control)) as other, ThreadPoolExecutor(1) as executor:
        half = executor.submit(_puts, other, pool, missing // 2)
        _puts(control, pool, missing - missing // 2)
        half.result()


def _puts(control: Connection, pool: PoolState, count: int) -> None:
    for _ in range(count):
        put(control, pool)


def _wait(control: Connection, seconds: float) -> None:
    """Wait until somebody calls, or the time is over."""
    with translated():
        for _ in control.notifies(timeout=seconds, stop_after=1):
            pass
