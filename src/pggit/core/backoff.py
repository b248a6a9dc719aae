"""How long to wait before each new attempt: an endless series of delays."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import count
from typing import Literal, get_args

Backoff = Literal["exponential", "linear", "fibonacci", "fixed"]
BACKOFFS: tuple[str, ...] = get_args(Backoff)


def delays(
    kind: Backoff,
    *,
    first: float = 0.5,
    longest: float = 30.0,
    jitter: float = 0.5,
    chance: random.Random | None = None,
) -> Iterator[float]:
    """Yield the seconds to wait after the first failure, the second, and so on, without end.

    Args:
        kind: ``exponential`` 1, 2, 4, 8 …; ``linear`` 1, 2, 3, 4 …; ``fibonacci`` 1, 2, 3, 5 …; ``fixed`` 1, 1, 1 …
            times ``first``.
        first: seconds.
        longest: no delay has more seconds.
        jitter: the share of each delay that is left to chance, from 0 to 1. It keeps apart those who failed at the
            same moment.
        chance: where chance is taken from, by default the process's own.
    """
    draw = (chance or random).uniform
    for step in _steps(kind):
        yield min(longest, first * step) * draw(1.0 - jitter, 1.0)


def _steps(kind: Backoff) -> Iterator[int]:
    """Yield how many times the first delay each one is. Numbers stop growing where no cap can tell them apart."""
    if kind == "linear":
        yield from count(1)
    one, other = 1, 2
    while True:
        yield one
        if kind == "fixed" or one > 2**60:
            continue
        one, other = (other, other * 2) if kind == "exponential" else (other, one + other)
