"""`pggit cherry-pick`."""

from __future__ import annotations

from typing import Annotated

from pggit.cli.changing import ALLOW, DRY_RUN, YES, changing, tell
from pggit.cli.command import CHANGE, Argument, Option, command
from pggit.cli.run import Run
from pggit.cli.signer import SIGN, signing


@command(
    CHANGE,
    "pggit cherry-pick 3f2a91",
    "pggit cherry-pick main..hotfix  # all that hotfix has and main has not",
    "pggit cherry-pick -m 1 3f2a91  # what a merge brought",
    name="cherry-pick",
)
def cherry_pick(
    run: Run,
    commits: Annotated[tuple[str, ...], Argument("COMMIT…", help="Commits, the first one first; or A..B.")],
    mainline: Annotated[
        int | None, Option("-m", "--mainline", min=1, help="Of merges: the parent to tell their changes against.")
    ] = None,
    sign: Annotated[bool, SIGN] = False,
    dry_run: Annotated[bool, DRY_RUN] = False,
    yes: Annotated[bool, YES] = False,
    allow: Annotated[tuple[str, ...], ALLOW] = (),
) -> None:
    """Put what commits changed on HEAD, in the live schema and each as a new commit by its author.

    All or none: where an object changed here in another way, nothing is done.
    """
    from pggit.cli.commits import first_line
    from pggit.work.pick import cherry_pick as pick

    again = " ".join(["pggit cherry-pick", *([f"-m {mainline}"] if mainline else []), *commits])
    with run.repository() as repository:
        with (
            signing(run, repository, asked=sign, dry_run=dry_run),
            changing(run, again, dry_run=dry_run, yes=yes, allow=allow) as how,
        ):
            done = pick(repository, commits, mainline=mainline, how=how)
        message = "" if dry_run else first_line(repository.commit_info().message)
        place = repository.branch or "HEAD"
    tell(run, done, f"[{place} {(done.commit or '')[:10]}] {message}", dry_run=dry_run, hash=done.commit)
