"""`pggit drift`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

from pggit.cli.apply import ask, asked, given
from pggit.cli.command import LOOK, Argument, Option, command
from pggit.cli.run import Run
from pggit.core.errors import EXIT_FOUND, EXIT_OK, UsageError

if TYPE_CHECKING:
    from pggit.apply.results import Applied
    from pggit.core.results import Event
    from pggit.plan.model import Plan
    from pggit.repo.repository import Repository
    from pggit.work.drift import Drift


@command(
    LOOK,
    "pggit drift  # what nobody committed",
    "pggit --db postgresql://host/shop drift dir:schema/ --json  # needs nothing installed there",
    "pggit drift postgresql://host/staging --ignore owners --ignore 'schema audit'",
    "pggit drift v1.0 --repair --dry-run  # the statements that bring it back",
    "pggit drift v1.0 --repair --yes",
)
def drift(
    run: Run,
    state: Annotated[str, Argument("[STATE]", help="What the database should be: HEAD.")] = "HEAD",
    ignore: Annotated[
        tuple[str, ...],
        Option("--ignore", metavar="RULE", help="May differ: owners, grants, comments, a kind, 'schema s', audit.*"),
    ] = (),
    repair: Annotated[bool, Option("--repair", help="Bring the database back to the state; asks.")] = False,
    dry_run: Annotated[bool, Option("--dry-run", help="Show what --repair would run.")] = False,
    yes: Annotated[bool, Option("--yes", "-y", help="Do not ask.")] = False,
    allow: Annotated[
        tuple[str, ...], Option("--allow", metavar="HAZARD", help="Run statements with this hazard: data-loss.")
    ] = (),
    secret: Annotated[
        tuple[str, ...], Option("--secret", metavar="LABEL=VALUE", help="A value that the state does not hold.")
    ] = (),
) -> int:
    """Show what of the live database differs from what it should be; exit with status 1 where something does.

    The state is a commit, a directory or file of SQL, or another database. The catalogs are read in full, so that
    what the event triggers could not see shows too. --repair plans the way back and runs it: status 0 then.
    """
    from pggit.work.drift import drift as look

    if (dry_run or yes or allow or secret) and not repair:
        raise UsageError("--dry-run, --yes, --allow and --secret belong to --repair", hint="pggit drift --repair")
    with run.repository() as repository:
        with run.working("Reading …"):
            found = look(repository, state, ignore=ignore, settings=run.settings)
        if not repair or not found.objects:
            _show(run, found, repository.database, repair=repair)
            return EXIT_FOUND if found.objects else EXIT_OK
        return _repair(run, repository, state, found, ignore, dry_run=dry_run, yes=yes, allow=allow, secret=secret)


def _show(run: Run, found: Drift, database: str, *, repair: bool) -> None:
    if run.json:
        run.out.json({"drift": bool(found.objects), **_fields(found)})
        return
    run.out.lines(_lines(run, found, database))
    if found.objects and not repair:
        run.out.line('  (use "pggit drift --repair" to bring it back)')


def _fields(found: Drift) -> dict[str, object]:
    return {"state": found.state, "ignored": found.ignored, "history": found.history, "objects": found.objects}


def _lines(run: Run, found: Drift, database: str) -> Iterator[str]:
    if not found.objects:
        yield f"Database {database} is as {found.state}."
        return
    yield f"Database {database} differs from {found.state}:"
    yield ""
    told = [(line, _who(event) if found.history else "") for line, event in _told(run, found)]
    for number, (line, who) in enumerate(told):
        yield line
        if who and (number + 1 == len(told) or told[number + 1][1] != who):
            yield "        " + run.out.style(who, "dim")


def _told(run: Run, found: Drift) -> Iterator[tuple[str, Event | None]]:
    """Yield a line for each change, for a group that came or went as a whole one, with what was captured of it."""
    from pggit.cli.changes import by_group, short_lines

    events = {one.change.key: one.event for one in found.objects}
    for group, members in by_group(found.changes):
        whole = members[0].key == group and members[0].verb in ("create", "drop")
        for changes in [members] if whole else [[change] for change in members]:
            for line in short_lines(run.out, changes):
                yield line, events[changes[0].key]


def _who(event: Event | None) -> str:
    from pggit.cli.commits import day

    if event is None:
        return "by whom is not known: no event trigger saw it"
    return f"{event.current_user or event.session_user or event.cause}, {day(event.time)}, {event.tag or event.cause}"


def _repair(
    run: Run,
    repository: Repository,
    state: str,
    found: Drift,
    ignore: tuple[str, ...],
    *,
    dry_run: bool,
    yes: bool,
    allow: tuple[str, ...],
    secret: tuple[str, ...],
) -> int:
    """Plan the way back, show it, and run it."""
    from pggit.apply import check
    from pggit.work.drift import repair

    with run.working("Planning …"):
        plan = repair(repository, state, ignore=ignore, settings=run.settings)
    if not run.json:
        _show(run, found, repository.database, repair=True)
        _show_plan(run, plan)
    if dry_run:
        if run.json:
            run.out.json({"drift": True, **_fields(found), "plan": plan.statements})
        return EXIT_FOUND
    check.allowed(plan, allow)  # before anybody is asked
    if not yes:
        ask(repository.connection, plan, "pggit drift --repair --yes")
    done = _applied(run, repository, plan, allow, secret)
    if run.json:
        run.out.json({"drift": False, **_fields(found), "plan": plan.statements, "applied": done})
    else:
        run.out.line(f"Database {repository.database} is as {found.state} again.")
    return EXIT_OK


def _show_plan(run: Run, plan: Plan) -> None:
    from pggit.apply.steps import steps
    from pggit.cli.progress import step_lines

    run.out.line("")
    run.out.lines(step_lines(run.out, steps(plan.statements), None))


def _applied(run: Run, repository: Repository, plan: Plan, allow: tuple[str, ...], secret: tuple[str, ...]) -> Applied:
    from pggit.apply.run import apply
    from pggit.cli.progress import Lines

    values = given(plan, secret, None)
    values |= asked(plan, values)
    with Lines(run) as lines:
        return apply(repository.connection, plan, allow=allow, secrets=values, progress=lines, made_here=True)
