"""What applying a plan reports, while it runs and when it is done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from pggit.plan.model import Statement

What = Literal["waiting", "begin", "done", "batch", "found", "retry"]


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened while a plan runs.

    Attributes:
        what: ``waiting``: somebody else is applying; ``begin``, ``done``: a statement; ``batch``: one round of a
            statement that repeats; ``found``: an earlier run had done the statement; ``retry``: a lock was not to be
            had, ``seconds`` from now all from this statement on is tried again.
        number: of the statement, from 1; 0 while waiting.
        of: how many statements the plan has.
        statement: the statement, None while waiting.
        seconds: that it took; for ``retry`` and ``waiting`` until the next attempt.
        rows: that were changed by it so far, -1 where it does not count them.
        note: why it waits.
    """

    what: What
    number: int
    of: int
    statement: Statement | None = None
    seconds: float = 0.0
    rows: int = -1
    note: str = ""


Progress = Callable[[Event], None]


@dataclass(frozen=True, slots=True)
class Applied:
    """What applying a plan did.

    Attributes:
        already: the database was at the plan's end before; nothing was run.
        statements: how many statements of the plan were run now.
        of: how many the plan has.
        resumed_from: number of the statement, from 1, with which an interrupted run was taken up again, or None.
        retries: how often a lock was waited for anew.
        rows: how many rows the statements that repeat have changed.
        seconds: that it took, without waiting for others that apply.
        hash: semantic hash of the state that was read at the end.
    """

    already: bool
    statements: int
    of: int
    resumed_from: int | None
    retries: int
    rows: int
    seconds: float
    hash: str


@dataclass(frozen=True, slots=True)
class Abandoned:
    """A run that was given up.

    Attributes:
        plan: hash of its plan.
        statements: how many statements were done, and stay.
        of: how many the plan has.
    """

    plan: str
    statements: int
    of: int
