"""Trying again where a lock was not to be had."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from pggit.core.errors import PgGitError
from pggit.db.session import sqlstate

Result = TypeVar("Result")

# lock_not_available, deadlock_detected, serialization_failure. Not query_canceled: what took too long once does again.
# https://www.postgresql.org/docs/current/errcodes-appendix.html
_PASSES = frozenset({"55P03", "40P01", "40001"})
_FIRST, _LONGEST = 0.5, 30.0


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a lock is waited for, beyond the ``lock_timeout`` of each attempt.

    Attributes:
        attempts: how often a step is tried at most.
        seconds: after so many from the first attempt none is begun any more.
    """

    attempts: int = 10
    seconds: float = 300.0

    def delay(self, attempt: int) -> float:
        """Return how many seconds to wait after an attempt (from 1): twice as long each time, less up to a half.

        The jitter keeps apart those who were refused by the same lock at the same moment.
        """
        longest: float = min(_LONGEST, _FIRST * 2 ** min(attempt - 1, 16))
        return longest * random.uniform(0.5, 1.0)


def retrying(body: Callable[[], Result], patience: Patience, waiting: Callable[[float, PgGitError], None]) -> Result:
    """Do something, and again after a while where it failed for want of a lock.

    Args:
        body: what to do; it leaves nothing behind where it fails.
        patience: how often and how long.
        waiting: called with (seconds until the next attempt, why) before each wait.

    Raises:
        PgGitError: that of the last attempt, or the first that waiting does not help against.
    """
    begun = time.monotonic()
    attempt = 1
    while True:
        try:
            return body()
        except PgGitError as error:
            delay = patience.delay(attempt)
            late = time.monotonic() + delay - begun > patience.seconds
            if sqlstate(error) not in _PASSES or attempt >= patience.attempts or late:
                raise
            waiting(delay, error)
        time.sleep(delay)
        attempt += 1
