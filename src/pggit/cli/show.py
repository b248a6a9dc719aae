"""`pggit show`."""

from __future__ import annotations

from typing import Annotated

from pggit.cli.command import LOOK, Argument, Option, command
from pggit.cli.run import Run


@command(LOOK, "pggit show  # the commit at HEAD", "pggit show HEAD~2 --stat", "pggit show v1.0 --json")
def show(
    run: Run,
    commit: Annotated[str, Argument("[COMMIT]", help="The commit.")] = "HEAD",
    stat: Annotated[bool, Option("--stat", help="Only how much changed, by relation.")] = False,
) -> None:
    """Show a commit and what it changed."""
    with run.repository() as repository:
        found, changes = repository.show(commit)
        current, major = repository.branch, repository.major
    if run.json:
        run.out.json({"commit": found, "changes": changes})
        return
    from pggit.cli.changes import ddl_lines, stat_lines
    from pggit.cli.commits import commit_lines

    body = stat_lines(run.out, changes) if stat else ddl_lines(run.out, changes, major=major)
    run.out.lines([*commit_lines(run.out, found, current), *body])
