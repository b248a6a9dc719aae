"""`pggit apply`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from pggit.cli import stream
from pggit.cli.command import CHANGE, Argument, Option, command
from pggit.cli.run import Run
from pggit.core.errors import Refused, UsageError
from pggit.files import read_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from psycopg import Connection

    from pggit.apply.results import Applied
    from pggit.apply.retry import Patience
    from pggit.plan.model import Plan


@command(
    CHANGE,
    "pggit apply plan.json  # asks",
    "pggit --db postgresql://host/shop apply plan.json --yes",
    "pggit apply plan.json --dry-run  # checks state, lock and rights, changes nothing",
    "pggit apply plan.json --prove --yes  # on a clone first",
    "pggit apply plan.json --yes --allow data-loss",
    "pggit apply plan.json --secrets passwords.txt",
    "pggit apply --abandon  # give up a run that was interrupted",
)
def apply(
    run: Run,
    plan: Annotated[str | None, Argument("[PLAN]", help="The file that pggit plan wrote; - is standard input.")] = None,
    dry_run: Annotated[bool, Option("--dry-run", help="Check what can be checked, show what would run.")] = False,
    yes: Annotated[bool, Option("--yes", "-y", help="Do not ask.")] = False,
    allow: Annotated[
        tuple[str, ...], Option("--allow", metavar="HAZARD", help="Run statements with this hazard: data-loss.")
    ] = (),
    secret: Annotated[
        tuple[str, ...], Option("--secret", metavar="LABEL=VALUE", help="A value that the plan does not hold.")
    ] = (),
    secrets: Annotated[
        str | None, Option("--secrets", metavar="FILE", help="A file of such values, one a line; - is standard input.")
    ] = None,
    lock_wait: Annotated[
        int, Option("--lock-wait", metavar="SECONDS", min=0, help="How long to wait for somebody else who applies; 60.")
    ] = 60,
    retries: Annotated[
        int, Option("--retries", metavar="NUMBER", min=0, help="How often to try again for a table's lock; 9.")
    ] = 9,
    retry_for: Annotated[
        int, Option("--retry-for", metavar="SECONDS", min=0, help="How long to try again for a table's lock; 300.")
    ] = 300,
    prove: Annotated[
        bool, Option("--prove", help="Prove the plan on a clone first, with rows made for it; run it only if proven.")
    ] = False,
    edited: Annotated[
        bool, Option("--edited", help="Accept a file that was changed; what its statements lose is found again.")
    ] = False,
    abandon: Annotated[bool, Option("--abandon", help="Give up an interrupted run: what is done stays.")] = False,
) -> None:
    """Run a plan, safely: only on a database that is as the plan expects it, and one at a time.

    If it is interrupted, applying the same plan again goes on where it stopped. Statements that would delete rows or
    values run with --allow data-loss only.
    """
    from pggit.apply.retry import Patience

    if abandon:
        _abandon(run, plan, yes=yes, lock_wait=lock_wait)
        return
    if plan == secrets == "-":
        raise UsageError("plan and secrets cannot both come on standard input")
    read = read_plan(plan, edited=edited)
    values = given(read, secret, secrets)
    with run.connection() as connection:
        if dry_run:
            _look(run, connection, read, allow, lock_wait)
            return
        if prove:
            _prove(run, connection, read)
        if not yes:
            ask(connection, looked_at(connection, read), "pggit apply PLAN --yes")
        values |= asked(read, values)
        _apply(run, connection, read, allow, values, lock_wait, Patience(retries + 1, retry_for))


def _apply(
    run: Run,
    connection: Connection,
    plan: Plan,
    allow: Sequence[str],
    secrets: dict[str, str],
    lock_wait: int,
    patience: Patience,
) -> None:
    from pggit.apply.run import apply
    from pggit.cli.progress import Lines

    with Lines(run) as lines:
        done = apply(
            connection, plan, allow=allow, secrets=secrets, progress=lines, lock_wait=lock_wait, patience=patience
        )
    if run.json:
        run.out.json(done)
        return
    run.out.line(_told(done, connection.info.dbname))


def looked_at(connection: Connection, plan: Plan) -> Plan:
    """Return a plan with the hazards that its statements have in a database, whatever its file says."""
    from pggit.apply import check

    return check.looked_at(connection, plan, check.live_state(connection, plan))


def _prove(run: Run, connection: Connection, plan: Plan) -> None:
    """Refuse a plan that is not proven on a clone of the database. One that is at its end needs no proof."""
    from pggit.apply.look import look
    from pggit.cli.prove import prove_here, verdict_lines
    from pggit.plan.model import HAZARDS

    found = look(connection, plan, allow=HAZARDS)
    if found.already:
        return
    if found.resumed_from:
        raise Refused(
            "a run of this plan was interrupted: the database is no longer what a proof starts from",
            hint="Apply it without --prove to go on.",
        )
    verdict = prove_here(run, connection, plan)
    stream.say_lines(verdict_lines(run, verdict))
    if not verdict.proven:
        raise Refused("the plan is not proven, nothing was run", hint="pggit prove tells more.")


def _told(done: Applied, name: str) -> str:
    if done.already:
        return f"Database {name} is already there, nothing to do."
    again = f" (with {done.resumed_from} an interrupted run was taken up again)" if done.resumed_from else ""
    number = f"{done.statements} {'statement' if done.statements == 1 else 'statements'}"
    rows = f", {done.rows} rows filled" if done.rows else ""
    return f"Ran {number} of {done.of}{again}{rows} in {done.seconds:.1f} s. Database {name} is at {done.hash[:10]}."


def _look(run: Run, connection: Connection, plan: Plan, allow: Sequence[str], lock_wait: int) -> None:
    from pggit.apply.look import look
    from pggit.cli.progress import step_lines

    with run.working("Checking …"):
        found = look(connection, plan, allow=allow, lock_wait=lock_wait)
    if run.json:
        run.out.json(found)
        return
    if found.already:
        run.out.line(f"Database {connection.info.dbname} is already there, nothing would be run.")
        return
    run.out.lines(step_lines(run.out, found.steps, found.resumed_from))
    run.out.line(f"Checked: state, lock{''.join(', ' + right for right in found.checked)}. Nothing was changed.")


def _abandon(run: Run, plan: str | None, *, yes: bool, lock_wait: int) -> None:
    from pggit.apply.run import abandon

    if plan is not None:
        raise UsageError("--abandon takes no plan", hint="it gives up the run that was interrupted, whichever it is.")
    with run.connection() as connection:
        name = connection.info.dbname
        if not yes:
            confirm(f"Give up the interrupted run in {name}? What it did stays.", "pggit apply --abandon --yes")
        done = abandon(connection, lock_wait=lock_wait)
    if run.json:
        run.out.json(done)
        return
    run.out.line(f"The run of plan {done.plan[:10]} is given up; {done.statements} of {done.of} statements stay done.")


def read_plan(plan: str | None, *, edited: bool = False) -> Plan:
    """Read the file of a plan; ``-`` is standard input.

    Args:
        plan: the file.
        edited: accept a file that was changed after it was written.

    Raises:
        UsageError: none is given, or it is no plan.
        NotFound: there is no such file.
    """
    from pggit.plan.model import from_json

    if plan is None:
        raise UsageError("there is no plan to apply", hint="pggit apply PLAN; pggit plan A B --out PLAN writes one.")
    return from_json(_text(plan), plan, edited=edited)


def _text(name: str) -> str:
    """Return what is in a file, or on standard input."""
    if name == "-":
        return sys.stdin.read()
    return read_text(Path(name), pipe=True)


def given(plan: Plan, pairs: Sequence[str], file: str | None) -> dict[str, str]:
    """Return the secrets that the command line gives, by label."""
    from pggit.apply.secrets import labels

    known = labels(plan)
    lines = [line for line in _text(file).splitlines() if line.strip()] if file else []
    found = {}
    for pair in (*lines, *pairs):
        # a label may have a = in it
        label = next((label for label in known if pair.startswith(f"{label}=")), None)
        if label is None:
            raise UsageError(
                f"the plan has no secret {pair.partition('=')[0]!r}", hint=f"it has: {'; '.join(known) or 'none'}"
            )
        found[label] = pair[len(label) + 1 :]
    return found


def asked(plan: Plan, given: dict[str, str]) -> dict[str, str]:
    """Ask for the secrets that were not given, where there is a terminal."""
    from pggit.apply.secrets import labels

    missing = [label for label in labels(plan) if label not in given]
    if not missing or not sys.stdin.isatty():
        return {}
    return {label: stream.ask(label, hidden=True) for label in missing}


def ask(connection: Connection, plan: Plan, without: str) -> None:
    """Ask whether a plan is to be run; ``without`` is the command that does not ask.

    Raises:
        UsageError: there is no terminal to ask on.
    """
    hazards = ", ".join(sorted(plan.hazards)) or "none"
    number = len(plan.statements)
    confirm(
        f"Run {number} {'statement' if number == 1 else 'statements'} in database {connection.info.dbname}"
        f" (hazards: {hazards})?",
        without,
    )


def confirm(question: str, without: str) -> None:
    """Ask, and end the command where the answer is no.

    Args:
        question: what to ask.
        without: the command line that does not ask.

    Raises:
        UsageError: there is no terminal to ask on.
    """
    if not sys.stdin.isatty():
        raise UsageError("there is no terminal to ask on", hint=f"{without} does not ask.")
    stream.confirm(question, abort=True)
