"""What the databases of a test run are called: the name tells who made one, and so whether it is still in use."""

from __future__ import annotations

import itertools
import re
import secrets
from collections.abc import Iterator

_MADE = re.compile(r"(pggit_test_[0-9a-f]{8}_[a-z0-9]+)_[0-9]+")


def new_maker(worker: str) -> str:
    """Return a name for one process of a test run; as long as it is there it holds the lock of this name.

    Args:
        worker: which process: ``main``, ``gw0``.
    """
    return f"pggit_test_{secrets.token_hex(4)}_{worker}"


def names(maker: str) -> Iterator[str]:
    """Return names for the databases of a process, one after the other."""
    return (f"{maker}_{number}" for number in itertools.count(1))


def maker_of(name: str) -> str | None:
    """Return who made a database; None where that was no test run."""
    found = _MADE.fullmatch(name)
    return found[1] if found else None
