"""The steps of a plan: what is done, or not done, as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pggit.plan.model import Statement

Form = Literal["transaction", "alone", "repeat"]


@dataclass(frozen=True, slots=True)
class Step:
    """Statements that belong together.

    Attributes:
        form: ``transaction``: all in one; ``alone``: one statement outside of any; ``repeat``: one statement again
            and again, each time in a transaction of its own, until it changes no row.
        first: index of the first statement in the plan, from 0.
        statements: one or more for a transaction, else one.
    """

    form: Form
    first: int
    statements: tuple[Statement, ...]

    @property
    def end(self) -> int:
        """Index of the statement after the last."""
        return self.first + len(self.statements)


def steps(statements: Sequence[Statement], start: int = 0) -> list[Step]:
    """Return the steps of a plan from a statement on.

    Args:
        statements: all of the plan.
        start: index of the first statement that is not done yet.
    """
    found: list[Step] = []
    together: list[Statement] = []
    for index in range(start, len(statements)):
        statement = statements[index]
        if together and _goes_with(statement, together):
            together.append(statement)
            continue
        if together:
            found.append(Step("transaction", index - len(together), tuple(together)))
            together = []
        if _form(statement) == "transaction":
            together = [statement]
        else:
            found.append(Step(_form(statement), index, (statement,)))
    if together:
        found.append(Step("transaction", len(statements) - len(together), tuple(together)))
    return found


def _goes_with(statement: Statement, together: Sequence[Statement]) -> bool:
    """Whether a statement runs in the transaction of those before it."""
    if statement.repeat:
        return False
    return statement.transaction == "joined" or statement.transaction == together[0].transaction == "shared"


def _form(statement: Statement) -> Form:
    if statement.repeat:
        return "repeat"
    return "alone" if statement.transaction == "none" else "transaction"
