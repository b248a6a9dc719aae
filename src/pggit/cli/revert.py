"""`pggit revert`."""

from __future__ import annotations

from typing import Annotated

from pggit.cli.changing import ALLOW, DRY_RUN, YES, changing, tell
from pggit.cli.command import CHANGE, Argument, command
from pggit.cli.run import Run


@command(CHANGE, "pggit revert HEAD", "pggit revert 3f2a91 --dry-run")
def revert(
    run: Run,
    commit: Annotated[str, Argument("COMMIT", help="The commit.")],
    dry_run: Annotated[bool, DRY_RUN] = False,
    yes: Annotated[bool, YES] = False,
    allow: Annotated[tuple[str, ...], ALLOW] = (),
) -> None:
    """Take back what one commit changed, in the live schema and as a new commit.

    Objects that changed since in another way are conflicts, and nothing is done. Rows and values that go are kept.
    """
    from pggit.cli.commit import author_of
    from pggit.work.revert import revert as change

    with run.repository() as repository:
        with changing(run, f"pggit revert {commit}", dry_run=dry_run, yes=yes, allow=allow) as how:
            done = change(repository, commit, author=author_of(run.settings), how=how)
        message = "" if dry_run else repository.commit_info().message.splitlines()[0]
        place = repository.branch or "HEAD"
    tell(run, done, f"[{place} {(done.commit or '')[:10]}] {message}", dry_run=dry_run, hash=done.commit)
