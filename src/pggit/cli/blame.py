"""`pggit blame` and `pggit history`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pggit.cli.command import LOOK, Argument, Option, command
from pggit.cli.run import Run
from pggit.cli.stream import block

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pggit.core.results import Event


@command(
    LOOK,
    "pggit blame public.orders  # the table and all that belongs to it",
    "pggit blame public.orders.total",
    'pggit blame "public.f(integer)" v1.0',
)
def blame(
    run: Run,
    object: Annotated[str, Argument("OBJECT", help="An object, or a relation with all of its own.")],
    at: Annotated[str, Argument("[AT]", help="The commit to begin at.")] = "HEAD",
) -> None:
    """Show for each object which commit gave it its definition."""
    from pggit.cli.commits import day, first_line

    with run.repository() as repository:
        found = repository.blame(object, at)
    if run.json:
        run.out.json({"objects": found})
        return
    rows = [(b.hash[:10], b.author, day(b.time), b.key, first_line(b.message)) for b in found]
    run.out.table(["COMMIT", "AUTHOR", "WHEN", "OBJECT", "MESSAGE"], rows, styles=["yellow", "", "green"])


@command(
    LOOK,
    "pggit history  # every captured change, newest first",
    "pggit history public.orders -n 10",
    "pggit history --json | jq '.events[].statement'",
)
def history(
    run: Run,
    object: Annotated[str | None, Argument("[OBJECT]", help="Only changes of this.")] = None,
    limit: Annotated[int | None, Option("-n", "--max-count", min=0, help="At most so many.")] = None,
) -> None:
    """Show who changed what, when, and by which statement, committed or not."""
    with run.repository() as repository:
        found = repository.history(object, limit=limit)
    if run.json:
        run.out.json({"events": found})
        return
    run.out.lines(_lines(run, found))


def _lines(run: Run, found: list[Event]) -> Iterator[str]:
    from pggit.cli.commits import when

    for event in found:
        verb = "new" if event.old is None else "deleted" if event.new is None else "modified"
        style = {"new": "green", "deleted": "red"}.get(verb, "yellow")
        yield run.out.style(f"{verb} {event.key}", style) + f"  ({event.tag or event.cause})"
        yield f"  When:   {when(event.time)}, transaction {event.xid}"
        if event.session_user:
            yield f"  Who:    {_who(event)}"
        yield f"  Commit: {run.out.style(event.commit[:10], 'yellow') if event.commit else 'not committed'}"
        if event.statement:
            yield from (run.out.style(line, "dim") for line in block(event.statement.strip(), before="    "))
        yield ""


def _who(event: Event) -> str:
    role = event.session_user or ""
    if event.current_user and event.current_user != role:
        role += f" as {event.current_user}"
    if event.application:
        role += f", {event.application}"
    return role + (f", from {event.client}" if event.client else "")
