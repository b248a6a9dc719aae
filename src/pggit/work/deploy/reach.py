"""Talking to a remote that may go away: connecting again with patience, until the circuit breaker opens."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from contextlib import closing
from typing import TYPE_CHECKING, TypeVar

from pggit.core.backoff import delays
from pggit.core.errors import ConnectionFailed, PgGitError, Refused
from pggit.db.connect import NotAdmitted, connect
from pggit.db.same import leads_to
from pggit.db.session import run
from pggit.work.deploy.breaker import Breaker
from pggit.work.deploy.target import Target

if TYPE_CHECKING:
    from psycopg import Connection

Result = TypeVar("Result")


class Reach:
    """The way to one remote.

    Args:
        target: the remote.
        tell: called with a sentence where a connection failed, or its breaker's file is damaged.
        sleep: waits so many seconds.
        chance: of the jitter.
        look_only: nothing is changed there, so that it may be protected.

    Attributes:
        lost: how many connections broke that had been there.
    """

    def __init__(
        self,
        target: Target,
        tell: Callable[[str], None],
        *,
        sleep: Callable[[float], None] = time.sleep,
        chance: random.Random | None = None,
        look_only: bool = False,
    ) -> None:
        self.target = target
        self.forbidden = () if look_only else target.forbidden
        self.tell = tell
        self.sleep = sleep
        self.chance = chance
        self.lost = 0
        self._silent: set[str] = set()
        self.breaker = Breaker(
            target.state / "breakers" / f"{target.file_name}.json",
            target.name,
            after=target.breaker_after,
            seconds=target.breaker_seconds,
            warn=tell,
        )

    def connect(self) -> Connection:
        """Connect in autocommit mode, trying again as often as the remote's settings say.

        Raises:
            BreakerOpen: the remote failed too often; at once, or after the attempt that was too much.
            NotAdmitted: the server refuses the role, the password or the database; that is not tried again.
            Refused: the database is a protected one under another address.
            ConnectionFailed: all attempts failed.
        """
        waits = delays(self.target.backoff, chance=self.chance)
        for left in range(self.target.retries, -1, -1):
            self.breaker.admit()
            try:
                return self._permitted(connect(self.target.url))
            except NotAdmitted:
                self.breaker.succeeded()
                raise
            except ConnectionFailed as error:
                self.breaker.failed(error.message)
                if not left:
                    raise
                self._wait(next(waits), error)
        raise AssertionError("range is never empty")

    def persevering(self, body: Callable[[Connection], Result]) -> Result:
        """Do something with a connection; where that breaks, again with a new one, until the breaker opens.

        Args:
            body: what to do. It must find out by itself what an earlier call of it has done.

        Raises:
            ConnectionFailed: as `connect` does; or one that is not about this connection.
            PgGitError: whatever the body raises.
        """
        waits = delays(self.target.backoff, chance=self.chance)
        while True:
            with closing(self.connect()) as connection:
                try:
                    return body(connection)
                except ConnectionFailed as error:
                    if _is_there(connection):
                        raise
                    self.lost += 1
                    self.breaker.failed(error.message)
                    broken = error
            self._wait(next(waits), broken)

    def _permitted(self, connection: Connection) -> Connection:
        """Check that a new connection does not lead to a protected database: each may lead to another server.

        What does not answer is compared by address, once; that is said.
        """
        try:
            for what, url in self.forbidden:
                same = leads_to(url, connection)
                if same:
                    raise Refused(
                        f"{self.target.name} leads to the same database as {what}, which is protected: nothing is"
                        " deployed there",
                        hint="Take protected = true out of .pggit.toml to allow it. --dry-run shows the plan.",
                    )
                if same is None and what not in self._silent:
                    self._silent.add(what)
                    self.tell(f"{what} is protected and does not answer: it was compared by address only")
        except BaseException:
            connection.close()
            raise
        return connection

    def _wait(self, seconds: float, error: ConnectionFailed) -> None:
        self.tell(f"{error.message}: again in {seconds:.1f} s")
        self.sleep(seconds)


def _is_there(connection: Connection) -> bool:
    """Whether a connection still works."""
    try:
        run(connection, "select 1")
    except PgGitError:
        return False
    return True
