"""`pggit stash`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pggit.cli.changing import ALLOW, DRY_RUN, YES, changing, tell
from pggit.cli.command import CHANGE, Argument, Option, command
from pggit.cli.run import Run
from pggit.core.errors import UsageError

if TYPE_CHECKING:
    from pggit.repo.repository import Repository
    from pggit.work.change import How

_ACTIONS = ("push", "list", "show", "pop", "drop", "kept", "drop-kept")


@command(
    CHANGE,
    "pggit stash  # put aside what is not committed",
    "pggit stash push -m 'half a migration'",
    "pggit stash list",
    "pggit stash show 1",
    "pggit stash pop  # put the last one back",
    "pggit stash drop 1",
    "pggit stash kept  # data that waits for its table or column",
    "pggit stash drop-kept kept_3 --yes",
)
def stash(
    run: Run,
    action: Annotated[str, Argument("[ACTION", help="push, list, show, pop, drop, kept or drop-kept; push.")] = "push",
    which: Annotated[str | None, Argument("[N]]", help="Which stash, 0 is the last; a name of what is kept.")] = None,
    message: Annotated[str | None, Option("-m", "--message", help="What is put aside.")] = None,
    dry_run: Annotated[bool, DRY_RUN] = False,
    yes: Annotated[bool, YES] = False,
    allow: Annotated[tuple[str, ...], ALLOW] = (),
) -> None:
    """Put aside what is not committed, and put it back; show what data is kept.

    The live schema goes back to HEAD. Rows and values that go are kept in schema pggit_stash, and are there again
    after pop. drop forgets a stash, drop-kept deletes kept data for good.
    """
    if action not in _ACTIONS:
        raise UsageError(f"{action!r} is none of {', '.join(_ACTIONS)}")
    if message is not None and action != "push":
        raise UsageError("-m goes with push")
    if which is not None and action in ("push", "list", "kept"):
        raise UsageError(f"stash {action} takes no {which!r}")
    with run.repository() as repository:
        if action in ("push", "pop"):
            with changing(run, f"pggit stash {action}", dry_run=dry_run, yes=yes, allow=allow) as how:
                _change(run, repository, action, which, message, how)
            return
        if dry_run or allow:
            raise UsageError(f"stash {action} changes no schema: it takes no --dry-run and no --allow")
        if action == "drop-kept":
            _drop_kept(run, repository, which, yes=yes)
            return
        {"list": _list, "show": _show, "drop": _drop, "kept": _kept}[action](run, repository, which)


def _change(run: Run, repository: Repository, action: str, which: str | None, message: str | None, how: How) -> None:
    from pggit.work import stash

    done = (
        stash.push(repository, message, how=how) if action == "push" else stash.pop(repository, _number(which), how=how)
    )
    text = "Put aside; the live schema is as in HEAD." if action == "push" else "Put back, and dropped from the list."
    tell(run, done, text, dry_run=how.dry_run, action=action)


def _number(which: str | None) -> int:
    if which is None:
        return 0
    if not which.isdecimal():
        raise UsageError(f"{which!r} is no number of a stash", hint="pggit stash list shows them.")
    return int(which)


def _list(run: Run, repository: Repository, which: str | None) -> None:
    from pggit.cli.commits import day, first_line
    from pggit.work.stash import stashes

    found = stashes(repository)
    if run.json:
        run.out.json({"stashes": found})
        return
    rows = [(str(one.number), one.ref, day(one.time), first_line(one.message)) for one in found]
    run.out.table(["N", "STATE", "WHEN", "MESSAGE"], rows, styles=["yellow", "yellow"])


def _show(run: Run, repository: Repository, which: str | None) -> None:
    from pggit.cli.changes import ddl_lines
    from pggit.work.stash import show

    found, changes = show(repository, _number(which))
    if run.json:
        run.out.json({"stash": found, "changes": changes})
        return
    run.out.lines([found.message, "", *ddl_lines(run.out, changes, major=repository.major)])


def _drop(run: Run, repository: Repository, which: str | None) -> None:
    from pggit.work.stash import drop

    found = drop(repository, _number(which))
    if run.json:
        run.out.json({"action": "drop", "stash": found})
        return
    run.out.line(f"Dropped {found.ref} ({found.hash[:10]}): {found.message}")


def _kept(run: Run, repository: Repository, which: str | None) -> None:
    from pggit.cli.commits import day
    from pggit.work.restore import kept

    found = kept(repository.connection)
    if run.json:
        run.out.json({"kept": found})
        return
    rows = [(one.name, one.key, one.branch or "", day(one.time), str(one.bytes)) for one in found]
    run.out.table(["NAME", "WHAT", "BRANCH", "WHEN", "BYTES"], rows, styles=["yellow"])


def _drop_kept(run: Run, repository: Repository, which: str | None, *, yes: bool) -> None:
    from pggit.cli.apply import confirm
    from pggit.work.restore import drop_kept

    if which is None:
        raise UsageError("drop-kept needs a name", hint="pggit stash kept shows the names.")
    if not yes:
        confirm(f"Delete {which} for good?", f"pggit stash drop-kept {which} --yes")
    drop_kept(repository.connection, which)
    if run.json:
        run.out.json({"action": "drop-kept", "name": which})
        return
    run.out.line(f"Deleted {which}.")
