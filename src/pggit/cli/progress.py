"""How a plan is shown, before and while it runs."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from pggit.cli.stream import Spinner, block, say, spinning

if TYPE_CHECKING:
    from pggit.apply.results import Event
    from pggit.apply.steps import Step
    from pggit.cli.output import Output
    from pggit.cli.run import Run

_FORMS = {
    "transaction": "in one transaction",
    "alone": "outside of any transaction",
    "repeat": "again and again until no row is changed, each time in a transaction",
}


class Lines:
    """Says on standard error what a run does: a line a statement, and on a terminal what it does just now.

    It is the function that `apply` calls with each event, for as long as the block lasts. For programs it is silent.
    """

    def __init__(self, run: Run) -> None:
        self._silent = run.json
        self._terminal = not run.json and sys.stderr.isatty()
        self._colored = self._terminal and run.out.colored
        self._stack = ExitStack()
        self._status: Spinner | None = None
        self._last: Event | None = None

    def __enter__(self) -> Lines:
        if self._terminal:
            self._status = self._stack.enter_context(spinning("Checking …", colored=self._colored))
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        self._stack.close()
        if isinstance(error, KeyboardInterrupt) and self._last is not None and not self._silent:
            say(
                f"Interrupted at statement {self._last.number} of {self._last.of}: what was not committed is rolled"
                " back. Run the same command again to go on."
            )

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Show nothing that moves for as long as the block lasts: it asks something."""
        if self._status is None:
            yield
            return
        with self._status.paused():
            yield

    def __call__(self, event: Event) -> None:
        """Show one event."""
        self._last = event
        if self._silent:
            return
        if event.what in ("begin", "batch"):
            self._now(_line(event))
            return
        self._print(_line(event))
        if event.what in ("retry", "waiting"):
            self._now(_line(event))

    def _now(self, text: str) -> None:
        if self._status is not None:
            self._status.update(text)

    def _print(self, text: str) -> None:
        if self._status is None:
            say(text)
            return
        self._status.line(text)


def _line(event: Event) -> str:
    if event.statement is None:
        return f"Somebody else is applying a plan ({event.note}): waiting for at most {event.seconds:.0f} s"
    rows = f", {event.rows} rows" if event.rows >= 0 and event.statement.repeat else ""
    said = {
        "begin": "…",
        "batch": f"… {event.seconds:.0f} s{rows}",
        "done": f"{event.seconds * 1000:.0f} ms{rows}",
        "found": "was done by the interrupted run",
        "retry": f"{event.note}: again in {event.seconds:.1f} s",
    }[event.what]
    width = len(str(event.of))
    return f"[{event.number:>{width}}/{event.of}] {event.statement.verb} {event.statement.key}  {said}"


def step_lines(out: Output, steps: Iterable[Step], resumed_from: int | None) -> Iterator[str]:
    """Yield the lines of a dry run: each statement with its hazards, by steps."""
    if resumed_from:
        yield f"An interrupted run would be taken up with statement {resumed_from}."
    for step in steps:
        yield out.style(f"-- {_FORMS[step.form]}", "dim")
        for number, statement in enumerate(step.statements, step.first + 1):
            first, *rest = block(f"{statement.sql};")
            yield f"{number:>4}  {first}"
            yield from (f"      {line}" for line in rest)
            for hazard in statement.hazards:
                yield out.style(f"      -- {hazard.kind}: {hazard.message}", "yellow")
