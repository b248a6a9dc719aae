"""`pggit status`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

from pggit.cli.command import LOOK, Option, command
from pggit.cli.run import Run

if TYPE_CHECKING:
    from pggit.core.results import Status


@command(
    LOOK,
    "pggit status  # what is not committed",
    "pggit status --json  # the same for programs",
    "pggit status --coverage  # what is in the database that pgGit does not model",
)
def status(
    run: Run,
    coverage: Annotated[bool, Option("--coverage", help="List what exists and no kind models.")] = False,
) -> int:
    """Show what changed in the live schema since the last commit."""
    with run.repository() as repository:
        if coverage:
            return _coverage(run, repository.coverage())
        found = repository.status()
    if run.json:
        run.out.json({"branch": found.branch, "head": found.head, "clean": found.clean, "changes": found.changes,
                      "unseen": found.unseen, "tracked_by": found.tracked_by})  # fmt: skip
        return 0
    run.out.lines(_lines(run, found))
    return 0


def _coverage(run: Run, found: list[tuple[str, str]]) -> int:
    if run.json:
        run.out.json({"not_modelled": [{"catalog": catalog, "object": name} for catalog, name in found]})
        return 0
    if not found:
        run.out.line("Everything in this database is modelled.")
        return 0
    run.out.table(["CATALOG", "NOT MODELLED"], found)
    return 0


def _lines(run: Run, found: Status) -> Iterator[str]:
    from pggit.cli.changes import short_lines

    yield (
        f"On branch {run.out.style(found.branch, 'bold')}" if found.branch else f"HEAD is at {(found.head or '')[:10]}"
    )
    if found.tracked_by == "snapshots":
        yield "Tracked by comparing snapshots: this role may not create event triggers."
    if found.unseen:
        yield f"{found.unseen} of the objects changed behind the event triggers; they were read again."
    if found.clean:
        yield "nothing to commit, the schema is as in HEAD"
        return
    yield "Changes not committed:"
    yield '  (use "pggit diff" to see them, "pggit commit -m MESSAGE" to record them)'
    yield ""
    yield from short_lines(run.out, found.changes)
