"""`pggit status`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

from pggit.cli.command import LOOK, Option, command
from pggit.cli.run import Run

if TYPE_CHECKING:
    from pggit.core.results import Status
    from pggit.repo.upstream import Upstream
    from pggit.work.pending import Pending


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
    from pggit.repo.upstream import upstreams
    from pggit.work.pending import pending

    with run.repository() as repository:
        if coverage:
            return _coverage(run, repository.coverage())
        found = repository.status()
        upstream = upstreams(repository, found.branch).get(found.branch) if found.branch else None
        begun = pending(repository)
    if run.json:
        run.out.json({"branch": found.branch, "head": found.head, "clean": found.clean, "changes": found.changes,
                      "unseen": found.unseen, "tracked_by": found.tracked_by, "upstream": upstream,
                      "pending": begun})  # fmt: skip
        return 0
    run.out.lines([*_head_lines(run, found), *_upstream_lines(upstream), *_pending_lines(begun), *_lines(run, found)])
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


def _head_lines(run: Run, found: Status) -> Iterator[str]:
    yield (
        f"On branch {run.out.style(found.branch, 'bold')}" if found.branch else f"HEAD is at {(found.head or '')[:10]}"
    )
    if found.tracked_by == "snapshots":
        yield "Tracked by comparing snapshots: this role may not create event triggers."
    if found.unseen:
        yield f"{found.unseen} of the objects changed behind the event triggers; they were read again."


def _upstream_lines(found: Upstream | None) -> Iterator[str]:
    """Yield how the branch stands to origin's, in git's words."""
    if found is None:
        return
    follow = (
        f"pggit merge {found.name}" if found.name.startswith("git/") else f"pggit pull {found.name.partition('/')[0]}"
    )
    if found.ahead and found.behind:
        yield f"Your branch and '{found.name}' have diverged,"
        yield f"and have {found.ahead} and {found.behind} different commits each, respectively."
        yield f'  (use "pggit merge {found.name}" to bring them together)'
    elif found.ahead:
        yield f"Your branch is ahead of '{found.name}' by {_commits(found.ahead)}."
    elif found.behind:
        yield f"Your branch is behind '{found.name}' by {_commits(found.behind)}, and can be fast-forwarded."
        yield f'  (use "{follow}" to bring it, and the live schema, forward)'
    else:
        yield f"Your branch is up to date with '{found.name}'."


def _commits(number: int) -> str:
    return f"{number} commit{'' if number == 1 else 's'}"


def _pending_lines(found: list[Pending]) -> Iterator[str]:
    """Yield what was begun and is not done, with the commands that end it."""
    for one in found:
        yield one.about
        look = f'"{one.look}" tells more, ' if one.look else ""
        finish = f'"{one.finish}" finishes it, ' if one.finish else ""
        yield f'  ({look}{finish}"{one.give_up}" gives it up)'


def _lines(run: Run, found: Status) -> Iterator[str]:
    from pggit.cli.changes import short_lines

    if found.clean:
        yield "nothing to commit, the schema is as in HEAD"
        return
    yield "Changes not committed:"
    yield '  (use "pggit diff" to see them, "pggit commit -m MESSAGE" to record them)'
    yield ""
    yield from short_lines(run.out, found.changes)
