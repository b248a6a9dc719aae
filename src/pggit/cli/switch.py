"""`pggit switch`."""

from __future__ import annotations

from typing import Annotated

from pggit.cli.changing import ALLOW, DRY_RUN, YES, changing, tell
from pggit.cli.command import CHANGE, Argument, Option, command
from pggit.cli.run import Run


@command(
    CHANGE,
    "pggit switch loyalty",
    "pggit switch -c loyalty  # make it first",
    "pggit switch main --dry-run  # what would be run",
)
def switch(
    run: Run,
    name: Annotated[str, Argument("NAME", help="The branch.")],
    create: Annotated[bool, Option("-c", "--create", help="Make the branch at HEAD first.")] = False,
    dry_run: Annotated[bool, DRY_RUN] = False,
    yes: Annotated[bool, YES] = False,
    allow: Annotated[tuple[str, ...], ALLOW] = (),
) -> None:
    """Change the live schema to that of another branch, and move HEAD there.

    What is not committed is refused, unless the branch begins at HEAD. Rows and values that the branch has no place
    for are kept until they have one again. If it is interrupted, the same command finishes it.
    """
    from pggit.work.switch import switch as change

    again = f"pggit switch {name}"
    with (
        run.repository() as repository,
        changing(run, again, dry_run=dry_run, yes=yes, allow=allow) as how,
    ):
        done = change(repository, name, create=create, how=how)
    tell(run, done, f"On branch {name}.", dry_run=dry_run, branch=name, hash=done.commit, created=create)
