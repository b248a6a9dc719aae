"""`pggit prove`."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING, Annotated, cast, get_args

from pggit.cli.apply import read_plan
from pggit.cli.command import CHANGE, Argument, Option, command
from pggit.cli.run import Run
from pggit.cli.stream import block
from pggit.core.errors import EXIT_FOUND, EXIT_OK, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from psycopg import Connection

    from pggit.apply.prove.verdict import Verdict
    from pggit.plan.model import Plan

_STYLES = {"ok": "green", "skipped": "yellow", "failed": "red"}


@command(
    CHANGE,
    "pggit prove plan.json",
    "pggit prove plan.json --rows real  # on a clone with the rows of the live database",
    "pggit --db postgresql://host/shop prove plan.json --target postgresql://me:secret@host/next",
)
def prove(
    run: Run,
    plan: Annotated[str, Argument("PLAN", help="The file that pggit plan wrote; - is standard input.")],
    rows: Annotated[
        str, Option("--rows", metavar="WHICH", help="The clone's rows: none, seeded (made for it) or real; seeded.")
    ] = "seeded",
    target: Annotated[
        str | None, Option("--target", metavar="STATE", help="What the plan leads to, where it cannot tell: a URL.")
    ] = None,
    edited: Annotated[bool, Option("--edited", help="Accept a file that was changed after it was written.")] = False,
) -> int:
    """Apply a plan to a clone of the database, and see whether it does what it must; exit with status 1 where not.

    The clone is read again and dumped by pg_dump, and must be as the target by both; a second plan must be empty; rows
    must survive, unless the plan says that they are lost. The live database is only read.
    """
    verdict = _prove(run, plan, rows, target, edited=edited)
    if run.json:
        run.out.json({"proven": verdict.proven, **_fields(verdict)})
    else:
        run.out.lines(verdict_lines(run, verdict))
    return EXIT_OK if verdict.proven else EXIT_FOUND


def _prove(run: Run, plan: str, rows: str, target: str | None, *, edited: bool) -> Verdict:
    from pggit.apply.prove.verdict import Rows

    if rows not in get_args(Rows):
        raise UsageError(f"--rows is one of {', '.join(get_args(Rows))}, not {rows!r}")
    read = read_plan(plan, edited=edited)
    with run.connection() as connection:
        return prove_here(run, connection, read, rows=rows, target=target)


def prove_here(
    run: Run, connection: Connection, plan: Plan, *, rows: str = "seeded", target: str | None = None
) -> Verdict:
    """Prove a plan for the database that a connection leads to."""
    from pggit.apply.prove.against import prove_against
    from pggit.apply.prove.verdict import Rows
    from pggit.repo.states import needs_repository

    in_store = needs_repository(target or plan.target)
    with run.repository() if in_store else nullcontext() as repository, run.working("Proving …"):
        return prove_against(
            plan, connection, target, rows=cast(Rows, rows), repository=repository, settings=run.settings
        )


def verdict_lines(run: Run, verdict: Verdict) -> Iterator[str]:
    """Yield a verdict as lines: the checks, what they say nothing about, and in the end whether it is proven."""
    width = max(len(check.name) for check in verdict.checks)
    for check in verdict.checks:
        word = run.out.style(f"{check.status:<7}", _STYLES[check.status])
        first, *more = block(check.message)
        yield f"{word} {check.name:<{width}}  {first}"
        yield from (f"{'':{width + 9}} {line}" for line in more)
    for note in verdict.notes:
        yield f"note    {note}"
    for told in verdict.not_exercised:
        yield f"not exercised: {told}"
    word = run.out.style("Proven", "green", "bold") if verdict.proven else run.out.style("Not proven", "red", "bold")
    yield f"{word} on {verdict.on}."


def _fields(verdict: Verdict) -> dict[str, object]:
    return {name: getattr(verdict, name) for name in ("on", "checks", "not_exercised", "notes")}
