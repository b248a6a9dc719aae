"""`pggit deploy`."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, Annotated

from pggit.cli.command import CHANGE, Argument, Option, command
from pggit.cli.run import Run
from pggit.cli.stream import ask, say, say_lines
from pggit.core.errors import Refused, UsageError

if TYPE_CHECKING:
    from pggit.plan.model import Plan
    from pggit.work.deploy.results import Deployed, How
    from pggit.work.deploy.target import Target


@command(
    CHANGE,
    "pggit deploy --to production  # HEAD; shows the plan, asks for the database's name",
    "pggit deploy v2.1 --to staging --yes",
    "pggit deploy dir:schema/ --to postgresql://deployer@db.example.com/shop --dry-run",
    "pggit deploy --to production --backup schema --allow data-loss",
)
def deploy(
    run: Run,
    state: Annotated[str, Argument("[STATE]", help="The state to bring it to; HEAD.")] = "HEAD",
    to: Annotated[
        str | None, Option("--to", metavar="REMOTE", help="The remote: its name in .pggit.toml, or a URL.")
    ] = None,
    env: Annotated[
        str | None, Option("--env", metavar="NAME", help="The environment, where the remote does not say it.")
    ] = None,
    backup: Annotated[
        str | None, Option("--backup", metavar="WHAT", help="What is backed up before: full, schema or none; full.")
    ] = None,
    no_prove: Annotated[bool, Option("--no-prove", help="Do not prove the plan on a clone first.")] = False,
    dry_run: Annotated[bool, Option("--dry-run", help="Show the plan, check what can be checked.")] = False,
    yes: Annotated[bool, Option("--yes", "-y", help="Do not ask for the name of the database.")] = False,
    allow: Annotated[
        tuple[str, ...], Option("--allow", metavar="HAZARD", help="Run statements with this hazard: data-loss.")
    ] = (),
    ignore: Annotated[
        tuple[str, ...], Option("--ignore", metavar="RULE", help="Leave as it is: as pggit plan takes it.")
    ] = (),
    rename: Annotated[
        tuple[str, ...], Option("--rename", metavar="OLD=NEW", help="These two are one object; may be repeated.")
    ] = (),
    online: Annotated[
        bool, Option("--online", help="Make type changes that rewrite by a new column, a trigger and a backfill.")
    ] = False,
    secret: Annotated[
        tuple[str, ...], Option("--secret", metavar="LABEL=VALUE", help="A value that the plan does not hold.")
    ] = (),
    secrets: Annotated[
        str | None, Option("--secrets", metavar="FILE", help="A file of such values, one a line; - is standard input.")
    ] = None,
    lock_wait: Annotated[
        int, Option("--lock-wait", metavar="SECONDS", min=0, help="How long to wait for somebody else who applies; 60.")
    ] = 60,
) -> None:
    """Bring a remote database to a state.

    The plan is shown and proven on a clone, the database backed up, the plan applied, the database read again. If a
    statement fails, what was done is taken back, and that is looked at, too. Where this cannot be done the message
    says what state the database is in, and where the backup is. Run again after an interruption, it goes on.
    """
    from dataclasses import replace

    from pggit.plan.renames import parse
    from pggit.repo.states import needs_repository
    from pggit.work.deploy.deploy import deploy as bring
    from pggit.work.deploy.target import find_target

    if to is None:
        raise UsageError("where to?", hint="--to REMOTE names a section [remotes.REMOTE] of .pggit.toml, or is a URL.")
    target = find_target(run.settings, to, environment=env, backup=backup)
    tracked = run.repository() if needs_repository(state) else nullcontext()
    with tracked as repository, _telling(run, target, yes=yes, secret=secret, secrets=secrets) as telling:
        how = replace(
            telling, dry_run=dry_run, prove=not no_prove, allow=allow, ignore=ignore, rename=tuple(parse(rename)),
            online=online, lock_wait=lock_wait,
        )  # fmt: skip
        done = bring(state, target, repository=repository, settings=run.settings, how=how)
    if run.json:
        run.out.json(done)
        return
    _tell(run, done)


@contextmanager
def _telling(run: Run, target: Target, *, yes: bool, secret: Sequence[str], secrets: str | None) -> Iterator[How]:
    """Say on standard error what happens, for as long as the block lasts."""
    from pggit.apply.prove.verdict import Verdict
    from pggit.cli.apply import asked, given
    from pggit.cli.plan import plan_lines
    from pggit.cli.progress import Lines
    from pggit.cli.prove import verdict_lines
    from pggit.work.deploy.results import How

    def agree(plan: Plan, database: str) -> None:
        if not run.json:
            say_lines(plan_lines(run.out, plan))
        if not yes:
            with lines.paused():
                _ask_name(target, database)

    def proven(verdict: Verdict) -> None:
        if not run.json:
            say_lines(verdict_lines(run, verdict))

    def values(plan: Plan) -> dict[str, str]:
        found = given(plan, secret, secrets)
        return found | asked(plan, found)

    with Lines(run) as lines:
        yield How(
            secrets=values,
            agree=agree,
            proven=proven,
            progress=lines,
            tell=lambda text: None if run.json else say(text),
        )


def _ask_name(target: Target, database: str) -> None:
    """Ask for the name of the database.

    Raises:
        UsageError: there is no terminal to ask on.
        Refused: another name was typed.
    """
    if not sys.stdin.isatty():
        raise UsageError("there is no terminal to ask on", hint="pggit deploy --yes does not ask.")
    typed = ask(f"To change database {database} of {target.name}, type its name")
    if typed.strip() != database:
        raise Refused(f"{typed.strip()!r} is not the name of the database: nothing was changed")


def _tell(run: Run, done: Deployed) -> None:
    from pggit.cli.progress import step_lines

    name = f"{done.remote} (database {done.database})"
    if done.already:
        run.out.line(f"{name} is already there, at {done.hash[:10]}: nothing to do, no backup made.")
        return
    if done.dry_run:
        run.out.lines(step_lines(run.out, done.steps, None))
        run.out.line(f"Checked: state, lock{''.join(', ' + right for right in done.checked)}. Nothing was changed.")
        return
    number = f"{done.statements} {'statement' if done.statements == 1 else 'statements'}"
    lost = f"; the connection was lost {done.reconnects} times" if done.reconnects else ""
    run.out.line(f"Ran {number} in {done.seconds:.1f} s{lost}. {name} is at {done.hash[:10]}, read again.")
    run.out.line({"proven": "The plan was proven on a clone first."}.get(done.proof, "The plan was not proven first."))
    run.out.line(f"Backup: {done.backup.file} ({done.backup.kind})" if done.backup else "No backup was made.")
