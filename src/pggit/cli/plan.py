"""`pggit plan`."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from pggit.cli.command import CHANGE, Argument, Option, command
from pggit.cli.run import Run
from pggit.cli.stream import block, confirm
from pggit.core.errors import UsageError

if TYPE_CHECKING:
    from pggit.cli.output import Output
    from pggit.plan.model import Plan, Statement
    from pggit.plan.renames import Choose

_RENAMES = ("ask", "auto", "off")
_STYLES = {"create": "green", "drop": "red", "rename": "cyan"}
_GRAVE = ("data-loss", "rewrite", "long-lock", "not-reversible")


@command(
    CHANGE,
    "pggit plan work feature --out plan.json  # what would make the live schema that of feature",
    "pggit plan postgresql://host/shop dir:schema/ --sql > review.sql",
    "pggit plan work dir:schema/ --rename public.users=public.clients",
    "pggit plan HEAD~1 HEAD --reverse --sql  # the way back",
    "pggit plan work HEAD --ignore grants --ignore 'audit.*'",
)
def plan(
    run: Run,
    a: Annotated[str, Argument("A", help="The state to start from.")],
    b: Annotated[str, Argument("B", help="The state to reach.")],
    out: Annotated[
        str | None, Option("--out", metavar="FILE", help="Write the plan there, for apply and prove.")
    ] = None,
    sql: Annotated[bool, Option("--sql", help="Print a script, hazards as comments.")] = False,
    reverse: Annotated[bool, Option("--reverse", help="Plan the way back, from B to A.")] = False,
    rename: Annotated[
        tuple[str, ...], Option("--rename", metavar="OLD=NEW", help="These two are one object; may be repeated.")
    ] = (),
    renames: Annotated[
        str | None,
        Option("--renames", metavar="HOW", help="What looks like a rename: ask, auto (take it for one) or off."),
    ] = None,
    ignore: Annotated[
        tuple[str, ...],
        Option(
            "--ignore",
            metavar="RULE",
            help="Leave as it is: owner, grants, comments, tablespace, a kind, 'schema NAME', a name, a pattern.",
        ),
    ] = (),
    online: Annotated[
        bool, Option("--online", help="Make type changes that rewrite by a new column, a trigger and a backfill.")
    ] = False,
    roles: Annotated[bool, Option("--roles", help="Plan for roles and subscriptions too.")] = False,
    owners: Annotated[
        bool | None,
        Option("--owners/--no-owners", help="Whether owners and grants count; of SQL files, where they say so."),
    ] = None,
) -> None:
    """Show the statements that turn one state into another, in order, with their locks and hazards.

    Nothing is run. A state is a commit (HEAD~2, a branch, a tag, a hash), work (the live schema), another database by
    its URL, dir:PATH or a file of SQL, or empty.
    """
    from pggit.plan.model import to_json
    from pggit.plan.script import script_lines

    start, end = (b, a) if reverse else (a, b)
    made = _plan(run, start, end, rename, _choice(run, renames), ignore, online, roles, owners)
    if out:
        write_plan(made, out)
    if run.json:
        run.out.json_text(to_json(made))
    elif sql:
        run.out.script(script_lines(made))
    else:
        run.out.lines(plan_lines(run.out, made))
        if out and made.statements:
            run.out.line(f"Written to {out}: pggit prove {out}, then pggit apply {out}.")


def _plan(
    run: Run,
    a: str,
    b: str,
    rename: tuple[str, ...],
    choose: Choose | None,
    ignore: tuple[str, ...],
    online: bool,
    roles: bool,
    owners: bool | None,
) -> Plan:
    from pggit.plan.make import plan as make
    from pggit.plan.renames import parse
    from pggit.repo.states import needs_repository

    tracked = any(map(needs_repository, (a, b)))
    with run.repository() if tracked else nullcontext() as repository, run.working("Planning …"):
        return make(
            a, b, repository, rename=parse(rename), choose=choose, ignore=ignore, online=online, optional=roles,
            owners=owners, settings=run.settings,
        )  # fmt: skip


def _choice(run: Run, renames: str | None) -> Choose | None:
    if renames is not None and renames not in _RENAMES:
        raise UsageError(f"--renames is one of {', '.join(_RENAMES)}, not {renames!r}")
    if renames == "off":
        return None
    if renames == "ask" or (renames is None and sys.stdin.isatty() and sys.stdout.isatty() and not run.json):
        return _ask
    from pggit.plan.planner import always

    return always


def _ask(old: str, new: str) -> bool:
    return confirm(f"Was {old} renamed to {new}?", default=True)


def write_plan(made: Plan, out: str) -> None:
    """Write a plan to a file, for apply and prove.

    Raises:
        UsageError: the file cannot be written.
    """
    from pggit.files import replace_text
    from pggit.plan.model import to_json

    try:
        replace_text(Path(out), to_json(made))
    except OSError as error:
        raise UsageError(f"{out} cannot be written: {error.strerror}") from None


def plan_lines(out: Output, made: Plan) -> Iterator[str]:
    """Yield a plan for people: numbered statements, what to know of each, a sum."""
    from pggit.plan.script import remarks

    for old, new in made.renames:
        yield out.style(f"renamed: {old} → {new}", "cyan")
    for note in made.notes:
        yield out.style(f"note: {note}", "dim")
    if not made.statements:
        yield "Nothing to do: the two are equal."
        return
    width = len(str(len(made.statements)))
    for number, statement in enumerate(made.statements, 1):
        first, *rest = block(f"{statement.sql};")
        yield f"{number:>{width}}  {out.style(first, *_style(statement))}"
        yield from (f"{'':>{width}}  {line}" for line in rest)
        for remark in remarks(statement):
            styles = ("red",) if remark.startswith("HAZARD") and remark.split()[1].rstrip(":") in _GRAVE else ("dim",)
            yield f"{'':>{width}}    {out.style(remark, *styles)}"
    yield ""
    yield _sum(made)


def _style(statement: Statement) -> tuple[str, ...]:
    return (_STYLES[statement.verb],) if statement.verb in _STYLES else ()


def _sum(made: Plan) -> str:
    number = len(made.statements)
    told = f"{number} {'statement' if number == 1 else 'statements'}"
    counted = Counter(hazard.kind for statement in made.statements for hazard in statement.hazards)
    hazards = ", ".join(f"{kind} {times}" for kind, times in sorted(counted.items()))
    return f"{told}; hazards: {hazards}." if hazards else f"{told}, no hazards."
