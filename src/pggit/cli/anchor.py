"""`pggit anchor`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pggit.cli.command import KEEP, Argument, Option, command
from pggit.cli.run import Run


@command(
    KEEP,
    "pggit anchor /var/audit/shop.anchors",
    'pggit anchor shop.anchors --reason "main was reset: ticket 12"  # where it was moved back',
    "pggit fsck --anchor shop.anchors  # whether the history is still that",
)
def anchor(
    run: Run,
    file: Annotated[str, Argument("FILE", help="Where records are; this one is put at its end.")],
    reason: Annotated[
        str | None, Option("--reason", metavar="TEXT", help="Why branches or tags are not where the last record leads.")
    ] = None,
) -> None:
    """Write down, signed and outside of the database, where all branches and tags are.

    A later pggit fsck --anchor FILE finds what was rewritten, whoever did it. Keep the file where those that may write
    to the database may not.
    """
    from pggit.cli.signer import signer_of
    from pggit.core.errors import UsageError
    from pggit.repo.signing.anchor import write_anchor

    if reason is not None and not reason.strip():
        raise UsageError("the reason is empty")
    with run.repository() as repository:
        repository.require_installed()
        done = write_anchor(repository, Path(file), signer_of(run), reason=reason)
    if run.json:
        refs = {ref: at.commit for ref, at in done.anchor.refs.items()}
        run.out.json(
            {
                "file": file,
                "record": done.record,
                "hash": done.anchor.hash,
                "refs": refs,
                "commits": done.anchor.commits,
            }
        )
        return
    run.out.line(
        f"Record {done.record} of {file}: {len(done.anchor.refs)} branches and tags, {done.anchor.commits} commits."
    )
