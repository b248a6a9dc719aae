"""Which way CREATE DATABASE copies a template soonest.

PostgreSQL copies block by block through the log (``wal_log``, since 15) or file by file (``file_copy``), since 18 with
the file system's own means (``file_clone``: ``file_copy_method = clone``), which on XFS and btrfs shares the blocks.
https://www.postgresql.org/docs/current/sql-createdatabase.html#CREATE-DATABASE-STRATEGY
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from pggit.core.errors import UsageError

Strategy = Literal["wal_log", "file_copy", "file_clone"]
STRATEGIES: tuple[Strategy, ...] = get_args(Strategy)
TRIES = 3
"""So many copies tell how long a strategy takes."""
_SINCE: Mapping[Strategy, int] = {"wal_log": 15, "file_copy": 0, "file_clone": 18}


@dataclass(frozen=True, slots=True)
class Facts:
    """What decides how long a copy takes.

    Attributes:
        major: major version of the server.
        fsync: whether the server waits for the disk.
        files: of the template.
        bytes: of the template.
    """

    major: int
    fsync: bool
    files: int
    bytes: int

    def way(self, strategy: Strategy) -> str:
        """Return the name under which the time of a copy is remembered: it is another one with fsync."""
        return f"{strategy} fsync" if self.fsync else strategy


@dataclass(frozen=True, slots=True)
class _Cost:
    """Milliseconds: at once, for a file, for a megabyte; measured by `bench/cloning.py`."""

    once: float
    file: float
    megabyte: float

    def of(self, facts: Facts) -> float:
        return self.once + facts.files * self.file + facts.bytes / 1e6 * self.megabyte


_COSTS: Mapping[tuple[Strategy, bool], _Cost] = {
    ("wal_log", False): _Cost(8, 0.035, 2.1),
    ("wal_log", True): _Cost(20, 0.045, 2.7),
    ("file_copy", False): _Cost(8, 0.025, 1.3),
    ("file_copy", True): _Cost(150, 1.9, 0.8),
    # without blocks to share it is a copy within the kernel: hardly slower, so it is worth a first try
    ("file_clone", False): _Cost(8, 0.025, 1.2),
    ("file_clone", True): _Cost(150, 1.9, 0.5),
}


def possible(major: int) -> list[Strategy]:
    """Return the strategies that a server of this major version has."""
    return [strategy for strategy in STRATEGIES if major >= _SINCE[strategy]]


def estimate(facts: Facts, strategy: Strategy) -> float:
    """Return how many milliseconds a copy takes by the model: barrier + files · c + bytes / bandwidth."""
    return _COSTS[strategy, facts.fsync].of(facts)


def choose(facts: Facts, measured: Mapping[str, Sequence[float]]) -> Strategy:
    """Return the strategy that takes the least time.

    Args:
        facts: about server and template.
        measured: how many milliseconds earlier copies of this template took, by `Facts.way`. What was tried less than
            three times may be quicker than it was, up to its estimate: the first copy finds nothing in memory.
    """

    def expected(strategy: Strategy) -> float:
        times = measured.get(facts.way(strategy), ())
        return min(times if len(times) >= TRIES else [*times, estimate(facts, strategy)])

    return min(possible(facts.major), key=expected)


def named(text: str, major: int) -> Strategy:
    """Return the strategy of a name that somebody wrote.

    Raises:
        UsageError: there is none, or this server does not have it.
    """
    for strategy in STRATEGIES:
        if strategy == text.replace("-", "_"):
            if strategy in possible(major):
                return strategy
            raise UsageError(f"PostgreSQL {major} cannot copy a database by {text}: that is since {_SINCE[strategy]}")
    raise UsageError(f"{text!r} is no strategy", hint=f"they are {', '.join(STRATEGIES)}")
