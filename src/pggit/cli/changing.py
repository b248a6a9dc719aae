"""What the commands have in common that change the live schema by a plan."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from pggit.cli.command import Option
from pggit.cli.run import Run

if TYPE_CHECKING:
    from pggit.plan.model import Plan
    from pggit.work.change import How
    from pggit.work.results import Changed

DRY_RUN = Option("--dry-run", help="Print the plan as SQL, change nothing.")
YES = Option("--yes", "-y", help="Do not ask where the plan has hazards.")
ALLOW = Option("--allow", metavar="HAZARD", help="data-loss: keep nothing of what goes.")
NO_APPLY = Option("--no-apply", help="Record the merge, leave the live schema as it is.")
ACCEPT = Option("--accept", metavar="RULE", help="Let findings of a rule through; needs --reason.")
REASON = Option("--reason", metavar="TEXT", help="Why they are accepted.")

_ASKED = ("data-loss", "rewrite", "long-lock")
_CODE = "runs-code"


@contextmanager
def changing(
    run: Run, again: str, *, dry_run: bool, yes: bool, allow: Sequence[str], of_others: bool = False
) -> Iterator[How]:
    """Say on standard error what a run does, for as long as the block lasts; yields how to change.

    Args:
        run: of the command.
        again: the command line, told where there is no terminal to ask on.
        dry_run, yes, allow: the options.
        of_others: the change comes from another database: code that it runs is asked about, too, or told where there is
            no terminal.
    """
    from pggit.cli.apply import asked, confirm
    from pggit.cli.progress import Lines
    from pggit.cli.stream import say
    from pggit.work.change import How

    def agree(plan: Plan) -> None:
        hazards = [hazard for hazard in _ASKED if hazard in plan.hazards]
        if of_others and _CODE in plan.hazards and not yes:
            if hazards or sys.stdin.isatty():
                hazards.append(_CODE)
            else:
                say(f"warning: code that came from there runs now, with your rights (hazard {_CODE})")
        if hazards and not yes:
            number = len(plan.statements)
            confirm(f"Run {number} statements (hazards: {', '.join(hazards)})?", f"{again} --yes")

    if dry_run:
        yield How(dry_run=True, allow=allow)
        return
    with Lines(run) as lines:
        yield How(allow=allow, agree=agree, secrets=lambda plan: asked(plan, {}), progress=lines)


def tell(run: Run, done: Changed, text: str, *, dry_run: bool, **fields: Any) -> None:
    """Print what a command did: the plan of a dry run, a document for programs, or a line and what is kept.

    Args:
        run: of the command.
        done: what it did.
        text: the line.
        dry_run: whether nothing was done.
        fields: of the document, besides those that all have.
    """
    if run.json:
        shown = {"statements": [statement.sql for statement in done.plan.statements], "dry_run": dry_run}
        run.out.json({**fields, **shown, "kept": done.kept, "returned": done.returned, "resumed": done.resumed})
        return
    if dry_run:
        from pggit.plan.script import script_lines

        run.out.script(script_lines(done.plan))
        return
    run.out.line(text)
    if done.resumed:
        run.out.line("  An interrupted run was finished.")
    run.out.lines(f"  kept:     {key}" for key in done.kept)
    run.out.lines(f"  returned: {key}" for key in done.returned)
    if done.kept:
        run.out.line('  (kept in schema pggit_stash until it is made again; "pggit stash kept" shows it)')
