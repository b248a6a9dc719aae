"""Clocks and a table of results."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

from psycopg import Connection


@dataclass(frozen=True, slots=True)
class Row:
    """One measured figure.

    Attributes:
        what: what was measured.
        tables: in a schema of how many tables.
        value: what came out, in the budget's unit; None where it was not measured.
        budget: the most that it may be, or None where DESIGN sets none.
        unit: of value and budget.
    """

    what: str
    tables: int
    value: float | None
    unit: str
    budget: float | None = None
    note: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the budget is met; None without one, or without a figure."""
        return None if self.budget is None or self.value is None else self.value <= self.budget

    @property
    def shown(self) -> str:
        """The figure with its unit."""
        return "not measured" if self.value is None else f"{self.value:.3g} {self.unit}"


def elapsed(call: Callable[[], object]) -> float:
    """Return the seconds that a call takes."""
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def execute_ms(connection: Connection, statement: str) -> float:
    """Return the milliseconds of one statement in its own transaction, its commit included."""
    return elapsed(lambda: connection.execute(statement)) * 1000


def median(values: list[float]) -> float:
    """Return the median."""
    return statistics.median(values)


def p95(values: list[float]) -> float:
    """Return the 95th percentile."""
    return sorted(values)[max(0, round(len(values) * 0.95) - 1)]
