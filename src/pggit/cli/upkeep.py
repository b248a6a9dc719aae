"""`pggit fsck`, `gc`, `health`, `pause`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pggit.cli.command import KEEP, Argument, Option, command
from pggit.cli.run import Run
from pggit.core.duration import duration_of
from pggit.core.errors import EXIT_FOUND, EXIT_OK

if TYPE_CHECKING:
    from pggit.repo.repository import Repository
    from pggit.repo.signing.anchor import Compared


@command(
    KEEP,
    "pggit fsck",
    "pggit fsck --json | jq '.findings[]'",
    "pggit fsck --anchor shop.anchors  # whether the history is what pggit anchor wrote down",
)
def fsck(
    run: Run,
    anchor: Annotated[
        str | None, Option("--anchor", metavar="FILE", help="Compare the history with these anchors, too.")
    ] = None,
) -> int:
    """Read the whole catalog and hash the whole store again; exit with status 1 where something is wrong.

    With --anchor a history that was rewritten is an error; a branch or tag that was moved back or deleted is a warning
    where the reflog tells of it, status 1 too, and a note where a later anchor gives the reason.
    """
    compared = None
    with run.repository() as repository, run.working("Reading the catalog and the store …"):
        if anchor is not None:
            compared = _compared(run, repository, anchor)
        found = repository.fsck()
    if compared is not None:
        known = {(finding.problem, finding.object) for finding in compared.findings}
        found = [*compared.findings, *(one for one in found if (one.problem, one.object) not in known)]
    if run.json:
        run.out.json({"findings": found} | ({"records": compared.records} if compared else {}))
    elif found:
        rows = [(f.severity, f.problem, f.object, f.message) for f in found]
        run.out.table(["SEVERITY", "PROBLEM", "OBJECT", "MESSAGE"], rows, styles=["red"])
    else:
        history = f", and the history what {anchor} says in {compared.records} records" if compared else ""
        run.out.line(f"The store is sound, and what was recorded is what is live{history}.")
    return EXIT_FOUND if any(one.severity != "note" for one in found) else EXIT_OK


def _compared(run: Run, repository: Repository, file: str) -> Compared:
    from pathlib import Path

    from pggit.core.errors import UsageError
    from pggit.repo.signing import read_allowed_signers
    from pggit.repo.signing.anchor import compare

    if run.settings.allowed_signers is None:
        raise UsageError(
            "it is not known whose anchors count",
            hint="allowed_signers in .pggit.toml, or PGGIT_ALLOWED_SIGNERS, says it.",
        )
    repository.require_installed()
    return compare(repository, Path(file), read_allowed_signers(run.settings.allowed_signers))


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
