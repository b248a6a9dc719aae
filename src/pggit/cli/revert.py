"""`pggit revert`."""

from __future__ import annotations

from typing import Annotated

from pggit.cli.changing import ALLOW, DRY_RUN, YES, changing, tell
from pggit.cli.command import CHANGE, Argument, Option, command
from pggit.cli.run import Run
from pggit.cli.signer import SIGN, signing


@command(CHANGE, "pggit revert HEAD", "pggit revert 3f2a91 --dry-run", "pggit revert -m 1 HEAD  # a merge")
def revert(
    run: Run,
    commit: Annotated[str, Argument("COMMIT", help="The commit.")],
    mainline: Annotated[
        int | None, Option("-m", "--mainline", min=1, help="Of a merge: the number of the parent that stays.")
    ] = None,
    sign: Annotated[bool, SIGN] = False,
    dry_run: Annotated[bool, DRY_RUN] = False,
    yes: Annotated[bool, YES] = False,
    allow: Annotated[tuple[str, ...], ALLOW] = (),
) -> None:
    """Take back what one commit changed, in the live schema and as a new commit.

    Objects that changed since in another way are conflicts, and nothing is done. Rows and values that go are kept.
    """
    from pggit.cli.commit import author_of
    from pggit.cli.commits import first_line
    from pggit.work.revert import revert as change

    again = f"pggit revert {commit}" + (f" -m {mainline}" if mainline else "")
    with run.repository() as repository:
        with (
            signing(run, repository, asked=sign, dry_run=dry_run),
            changing(run, again, dry_run=dry_run, yes=yes, allow=allow) as how,
        ):
            author = author_of(run.settings)
            done = change(repository, commit, author=author, mainline=mainline, how=how)
        message = "" if dry_run else first_line(repository.commit_info().message)
        place = repository.branch or "HEAD"
    tell(run, done, f"[{place} {(done.commit or '')[:10]}] {message}", dry_run=dry_run, hash=done.commit)
