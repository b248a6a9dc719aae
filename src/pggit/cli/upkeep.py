"""`pggit fsck`, `gc`, `health`, `pause`."""

from __future__ import annotations

from typing import Annotated

from pggit.cli.command import KEEP, Argument, command
from pggit.cli.run import Run
from pggit.core.duration import duration_of
from pggit.core.errors import EXIT_FOUND, EXIT_OK


@command(KEEP, "pggit fsck", "pggit fsck --json | jq '.findings[]'")
def fsck(run: Run) -> int:
    """Read the whole catalog and hash the whole store again; exit with status 1 where something is wrong."""
    with run.repository() as repository, run.working("Reading the catalog and the store …"):
        found = repository.fsck()
    if run.json:
        run.out.json({"findings": found})
    elif found:
        run.out.table(
            ["PROBLEM", "OBJECT", "MESSAGE"], [(f.problem, f.object, f.message) for f in found], styles=["red"]
        )
    else:
        run.out.line("The store is sound, and what was recorded is what is live.")
    return EXIT_FOUND if found else EXIT_OK


@command(KEEP, "pggit gc")
def gc(run: Run) -> None:
    """Remove commits that no ref and no reflog reaches, and what only they needed."""
    with run.repository() as repository, run.working("Looking for what nothing needs …"):
        removed = repository.gc()
    if run.json:
        run.out.json({"removed": removed})
        return
    run.out.line(
        "Removed " + (", ".join(f"{number} of {what}" for what, number in removed.items() if number) or "nothing") + "."
    )


@command(KEEP, "pggit health", "pggit health --json | jq '.checks[] | select(.status != \"ok\")'")
def health(run: Run) -> int:
    """Check that tracking works; exit with status 1 where it does not."""
    with run.repository() as repository:
        found = repository.health()
    if run.json:
        run.out.json({"checks": found})
    else:
        styles = {"ok": "green", "warning": "yellow"}
        width = max(len(check.name) for check in found)
        for check in found:
            word = run.out.style(f"{check.status:<8}", styles.get(check.status, "red"))
            run.out.line(f"{word} {check.name:<{width}}  {check.message}")
    return EXIT_FOUND if any(check.status == "error" for check in found) else EXIT_OK


@command(KEEP, 'pggit pause "1 hour"', "pggit pause 30min", "pggit pause 0  # resume")
def pause(
    run: Run,
    interval: Annotated[str, Argument("INTERVAL", help="How long: 30min, 2 hours; 0 resumes.")],
) -> None:
    """Record nothing for a time. The next status after it finds what happened meanwhile."""
    duration = duration_of(interval)
    with run.repository() as repository:
        repository.pause(duration)
    if run.json:
        run.out.json({"seconds": int(duration.total_seconds())})
        return
    run.out.line(f"Tracking is paused for {duration}." if duration else "Tracking is on.")
