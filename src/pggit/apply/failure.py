"""What a failed run says: which statement, what is done, how to go on."""

from __future__ import annotations

from pggit.apply.journal import Position
from pggit.apply.steps import Step
from pggit.core.errors import ConnectionFailed, PermissionDenied, PgGitError, Refused
from pggit.plan.model import Plan


def explain(
    error: PgGitError, plan: Plan, step: Step, current: int | None, position: Position, *, journaled: bool
) -> None:
    """Put the place into an error's message, and what to do into its hint.

    Args:
        error: of a step.
        plan: that is run.
        step: that failed.
        current: index of the statement that failed, None where it was COMMIT.
        position: what is done.
        journaled: whether the run can be taken up again.
    """
    if current is not None or not isinstance(error, (Refused, PermissionDenied)):
        error.message = f"{_place(plan, step, current)}: {error.message}"
        error.args = (error.message,)
    error.hint = " ".join(part for part in (error.hint, _advice(error, position, journaled)) if part)


def _place(plan: Plan, step: Step, current: int | None) -> str:
    """Name the statement. What is refused or forbidden at COMMIT is about the run itself, and has no place."""
    of = len(plan.statements)
    if current is None:
        return f"COMMIT of statements {step.first + 1} to {step.end} of {of}"
    statement = plan.statements[current]
    return f"statement {current + 1} of {of} ({statement.verb} {statement.key})"


def _advice(error: PgGitError, position: Position, journaled: bool) -> str:
    if isinstance(error, ConnectionFailed):
        return "Apply the same plan again: it finds out what is done and goes on there."
    if not journaled:
        return "Nothing was changed."
    done = f"Statements 1 to {position.next} are done and stay." if position.next else "No statement is done."
    left = " What this one left behind is removed then." if position.begun else ""
    return f"{done} Apply the same plan again to go on, or give it up with pggit apply --abandon.{left}"
