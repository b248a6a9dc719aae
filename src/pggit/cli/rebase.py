"""`pggit rebase`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from pggit.cli.changing import ALLOW, DRY_RUN, YES, changing, tell
from pggit.cli.command import CHANGE, Argument, Option, command
from pggit.cli.run import Run
from pggit.cli.signer import SIGN, signing
from pggit.core.errors import EXIT_FOUND, EXIT_OK, UsageError

if TYPE_CHECKING:
    from pggit.repo.repository import Repository
    from pggit.work.change import How
    from pggit.work.rebase import Rebased


@command(
    CHANGE,
    "pggit rebase main",
    "pggit rebase main --dry-run",
    "pggit rebase --continue  # the live schema is what the commit shall be",
    "pggit rebase --skip",
    "pggit rebase --abort",
)
def rebase(
    run: Run,
    onto: Annotated[str | None, Argument("[ONTO]", help="The branch or commit to put the current branch on.")] = None,
    continue_: Annotated[bool, Option("--continue", help="Go on; the live schema is the resolution.")] = False,
    skip: Annotated[bool, Option("--skip", help="Go on without the commit that stopped it.")] = False,
    abort: Annotated[bool, Option("--abort", help="Give it up; all is as before.")] = False,
    sign: Annotated[bool, SIGN] = False,
    dry_run: Annotated[bool, DRY_RUN] = False,
    yes: Annotated[bool, YES] = False,
    allow: Annotated[tuple[str, ...], ALLOW] = (),
) -> int:
    """Put the commits of the current branch on another commit, and bring the live schema there.

    Where objects changed in both in different ways it stops: the live schema is what came before that commit. Make it
    what the commit shall be, and go on with --continue. Exits with status 1 where it stopped.
    """
    if (onto is not None) + continue_ + skip + abort != 1:
        raise UsageError("rebase takes a branch or commit, or one of --continue, --skip, --abort")
    verb = "--continue" if continue_ else "--skip" if skip else "--abort" if abort else str(onto)
    with (
        run.repository() as repository,
        signing(run, repository, asked=sign, dry_run=dry_run),
        changing(run, f"pggit rebase {verb}", dry_run=dry_run, yes=yes, allow=allow) as how,
    ):
        done = _run(repository, onto, verb, how)
    fields: dict[str, Any] = {"branch": done.branch, "put": done.put, "there": done.there, "waiting": done.waiting}
    tell(run, done.changed, _text(done, abort=abort), dry_run=dry_run, hash=done.changed.commit, **fields)
    if done.waiting and not run.json:
        run.out.lines(_how_to_go_on(done))
    return EXIT_FOUND if done.waiting else EXIT_OK


def _run(repository: Repository, onto: str | None, verb: str, how: How) -> Rebased:
    from pggit.work import rebase as work

    if onto is not None:
        return work.rebase(repository, onto, how=how)
    verbs = {"--continue": work.go_on, "--skip": work.skip, "--abort": work.abort}
    return verbs[verb](repository, how=how)


def _text(done: Rebased, *, abort: bool) -> str:
    at = (done.changed.commit or "")[:10]
    if abort:
        return f"The rebase is given up; {done.branch} is at {at}."
    if done.waiting:
        return f"Stopped at {done.waiting.todo[0][:10]}; HEAD is detached at {at}."
    if not done.changed.plan.statements:
        return f"{done.branch} is up to date."
    number = f"{done.put} {'commit' if done.put == 1 else 'commits'} put"
    there = f", {len(done.there)} there already" if done.there else ""
    return f"{done.branch} is at {at}: {number}{there}."


def _how_to_go_on(done: Rebased) -> list[str]:
    assert done.waiting
    stopped = done.waiting.todo[0][:10]
    return [
        *(f"  conflict: {key}" for key in done.waiting.conflicts),
        f'  ("pggit show {stopped}" shows what it changed; make the live schema what it shall be, then',
        '   "pggit rebase --continue"; "--skip" leaves it out, "--abort" gives the rebase up)',
    ]
