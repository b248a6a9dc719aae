"""`pggit reset`."""

from __future__ import annotations

from typing import Annotated

from pggit.cli.changing import ALLOW, DRY_RUN, YES, changing, tell
from pggit.cli.command import CHANGE, Argument, Option, command
from pggit.cli.run import Run
from pggit.core.errors import UsageError


@command(
    CHANGE,
    "pggit reset HEAD~1  # the last commit is taken off the branch, the schema stays",
    "pggit reset --hard  # what is not committed goes",
    "pggit reset --hard v1.0 --dry-run",
)
def reset(
    run: Run,
    commit: Annotated[str, Argument("[COMMIT]", help="Where to; HEAD.")] = "HEAD",
    hard: Annotated[bool, Option("--hard", help="Change the live schema, too.")] = False,
    soft: Annotated[bool, Option("--soft", help="Leave the live schema as it is: the default.")] = False,
    dry_run: Annotated[bool, DRY_RUN] = False,
    yes: Annotated[bool, YES] = False,
    allow: Annotated[tuple[str, ...], ALLOW] = (),
) -> None:
    """Move the current branch to a commit; with --hard the live schema, too.

    Definitions that are not committed go with --hard; rows and values are kept. The reflog has where the branch was.
    """
    from pggit.work.reset import reset as change

    if hard and soft:
        raise UsageError("--hard and --soft do not go together")
    with run.repository() as repository:
        again = f"pggit reset --hard {commit}"
        with changing(run, again, dry_run=dry_run, yes=yes, allow=allow) as how:
            done = change(repository, commit, hard=hard, how=how)
        name = repository.branch or "HEAD"
    at = (done.commit or "")[:10]
    if dry_run and not hard and not run.json:
        run.out.line(f"{name} would be at {at}.")
        return
    tell(run, done, f"{name} is at {at}.", dry_run=dry_run, hash=done.commit, hard=hard)
