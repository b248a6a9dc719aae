"""`pggit conflicts` and `pggit resolve`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from pggit.cli.command import CHANGE, Argument, Option, command
from pggit.cli.run import Run
from pggit.core.errors import EXIT_FOUND, EXIT_OK, UsageError
from pggit.files import read_text

if TYPE_CHECKING:
    from pggit.cli.resolver.session import Session
    from pggit.repo.repository import Repository
    from pggit.work.merge.results import Kept

_ALL_RESOLVED = 'All are resolved (use "pggit merge --continue" to end the merge).'


@command(CHANGE, "pggit conflicts", "pggit conflicts --json")
def conflicts(run: Run) -> int:
    """List the conflicts of the merge that stopped; exit with status 1 while some are not resolved."""
    from pggit.cli.merge import conflict_document, conflict_lines
    from pggit.work.merge.opened import open_merge

    with run.repository() as repository:
        repository.require_installed()
        kept = open_merge(repository)
    found = kept.conflicts if kept else ()
    left = [one for one in found if one.choice is None]
    if run.json:
        more = ("choice", "reason", "who", "time")
        told = [{**conflict_document(one), **{name: getattr(one, name) for name in more}} for one in found]
        run.out.json({"merge": kept.name if kept else None, "conflicts": told})
    elif kept is None:
        run.out.line("No merge is open.")
    else:
        run.out.lines(conflict_lines(run.out, found))
        run.out.line(f"{len(left)} of {len(found)} to resolve." if left else _ALL_RESOLVED)
    return EXIT_FOUND if left else EXIT_OK


@command(
    CHANGE,
    "pggit resolve public.users.email --theirs",
    'pggit resolve --all --ours --reason "main is in production"',
    "pggit resolve --kind function --theirs",
    "pggit resolve 'public.audit_*' --base",
    "pggit resolve public.users.email --sql fix.sql  # alter table users alter email type varchar(300)",
    "pggit resolve  # on a terminal: one after the other, base, ours and theirs side by side",
)
def resolve(
    run: Run,
    objects: Annotated[tuple[str, ...], Argument("[OBJECT…]", help="What is in conflict, or patterns with *.")] = (),
    every: Annotated[bool, Option("--all", help="All conflicts that are not resolved.")] = False,
    kind: Annotated[str | None, Option("--kind", metavar="KIND", help="Only objects of this kind.")] = None,
    ours: Annotated[bool, Option("--ours", help="Take our side.")] = False,
    theirs: Annotated[bool, Option("--theirs", help="Take their side.")] = False,
    base: Annotated[bool, Option("--base", help="Leave it as it was before either changed it.")] = False,
    sql: Annotated[
        str | None,
        Option("--sql", metavar="FILE", help="Take what this SQL makes of our side; - is standard input."),
    ] = None,
    edit: Annotated[bool, Option("--edit", help="Write that SQL in an editor.")] = False,
    interactive: Annotated[
        bool, Option("--interactive", "-i", help="Look at them one by one; without an option, on a terminal.")
    ] = False,
    reason: Annotated[str | None, Option("--reason", metavar="TEXT", help="Why, for the record.")] = None,
) -> None:
    """Say what becomes of conflicts, all in one transaction. A conflict may be resolved again.

    On a terminal, without an option that says what to take, they are shown one by one; each choice is stored at once.
    The record of who resolved what and why is in tables pggit.merges and pggit.conflicts.
    """
    from pggit.cli.commit import author_of

    ways = {"ours": ours, "theirs": theirs, "base": base, "sql": sql is not None, "edit": edit}
    chosen = [name for name, wanted in ways.items() if wanted]
    if interactive or (not chosen and not every and _at_terminal(run)):
        if chosen:
            raise UsageError(f"--interactive does not go with --{chosen[0]}")
        _interactive(run, objects, kind, reason)
        return
    if len(chosen) != 1:
        raise UsageError("resolve needs one of --ours, --theirs, --base, --sql and --edit")
    if not objects and not every and kind is None:
        raise UsageError("nothing is named", hint="Name objects, or say --all or --kind KIND.")
    record: dict[str, Any] = {"reason": reason, "author": author_of(run.settings)}
    with run.repository() as repository:
        keys = _resolve(run, repository, chosen[0], objects, kind, sql, record)
    if run.json:
        run.out.json({"resolved": keys, "choice": "sql" if chosen[0] == "edit" else chosen[0]})
    else:
        run.out.lines(f"resolved ({chosen[0]}): {key}" for key in keys)


def _at_terminal(run: Run) -> bool:
    from pggit.cli.resolver.terminal import is_terminal

    return is_terminal() and not run.json


def _interactive(run: Run, objects: tuple[str, ...], kind: str | None, reason: str | None) -> None:
    """Show conflicts one by one, and say at the end what is left."""
    if not _at_terminal(run):
        raise UsageError("--interactive needs a terminal", hint="pggit resolve OBJECT --ours|--theirs|--base")
    from pggit.cli.commit import author_of
    from pggit.cli.resolver.loop import run_session
    from pggit.cli.resolver.session import Session
    from pggit.work.merge.opened import chosen, required

    with run.repository() as repository:
        kept = required(repository)
        if not objects and kind is None and all(one.choice for one in kept.conflicts):
            run.out.line(_ALL_RESOLVED)
            return
        keys = chosen(kept, objects, kind) if objects or kind else [one.key for one in kept.conflicts]
        session = Session(repository, kept, keys, reason=reason, author=author_of(run.settings))
        try:
            run_session(session, lambda one: _sql_in_editor(run, (one,)), colored=run.out.colored)
        except KeyboardInterrupt:
            run.out.line(_left(session))
            raise
        run.out.line(_left(session))


def _left(session: Session) -> str:
    return f"{session.left} of {len(session.kept.conflicts)} to resolve." if session.left else _ALL_RESOLVED


def _resolve(
    run: Run,
    repository: Repository,
    way: Any,
    objects: tuple[str, ...],
    kind: str | None,
    file: str | None,
    record: dict[str, Any],
) -> list[str]:
    from pggit.work.merge.byhand import resolve_by_sql
    from pggit.work.merge.opened import resolve as take

    if way in ("ours", "theirs", "base"):
        return take(repository, way, objects=objects, kind=kind, **record)
    if len(objects) != 1 or kind is not None:
        raise UsageError(f"--{way} needs the name of one object")
    text = _edited(run, repository, objects[0]) if file is None else _read(file)
    return [resolve_by_sql(repository, objects[0], text, name=file or "the SQL", **record)]


def _read(file: str) -> str:
    if file == "-":
        return sys.stdin.read()
    return read_text(Path(file), pipe=True)


def _edited(run: Run, repository: Repository, object: str) -> str:
    """Let the user write SQL in an editor, where both sides are shown."""
    from pggit.work.merge.opened import chosen, required

    kept = required(repository)
    keys = chosen(kept, [object], None)
    return _sql_in_editor(run, tuple(one for one in kept.conflicts if one.key in keys))


def _sql_in_editor(run: Run, conflicts: tuple[Kept, ...]) -> str:
    from pggit.cli.commit import in_editor
    from pggit.cli.merge import conflict_lines
    from pggit.cli.output import Output
    from pggit.cli.stream import plain

    told = conflict_lines(Output("never"), conflicts)
    return in_editor(run, "RESOLVE.sql", "\n" + plain(told, before="-- "), "pggit resolve --sql FILE")
