"""`pggit export`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from pggit.cli.command import KEEP, Argument, Option, command
from pggit.cli.run import Run
from pggit.core.errors import UsageError

if TYPE_CHECKING:
    from pggit.work.export import Exported


@command(
    KEEP,
    "pggit export schema  # the live schema, in the directory schema",
    "pggit export schema --state v1.0 --dry-run  # which files would change",
    "pggit export schema --state postgresql://host/shop --no-owners",
    "pggit diff work dir:schema  # nothing, now",
    "pggit export --git shop.git  # the whole history, a git repository; again: what is new",
)
def export(
    run: Run,
    directory: Annotated[str, Argument("DIR", help="Where to; new, empty, or written by an earlier export.")],
    state: Annotated[
        str | None, Option("--state", metavar="STATE", help="What to write; work, the live schema.")
    ] = None,
    no_owners: Annotated[bool, Option("--no-owners", help="Leave owners and grants out.")] = False,
    dry_run: Annotated[bool, Option("--dry-run", help="Write nothing, tell what would be.")] = False,
    git: Annotated[bool, Option("--git", help="Write the whole history as a bare git repository.")] = False,
) -> None:
    """Write a schema as files of SQL: one for each table, view or function with all that belongs to it.

    The files load in the order that load.psql lists, by psql and as the state dir:DIR. To export again writes what
    changed, and removes the files of what is gone.
    """
    from pggit.repo.states import needs_repository
    from pggit.work.export import export as write

    if git:
        if state is not None or dry_run:
            raise UsageError("--git writes the whole history: --state and --dry-run do not go with it")
        _export_git(run, directory, owners=not no_owners)
        return
    state = state or "work"
    with (
        run.repository() if needs_repository(state) else nullcontext() as repository,
        run.working("Reading …"),
    ):
        done = write(Path(directory), state, repository, owners=not no_owners, dry_run=dry_run, settings=run.settings)
    if run.json:
        run.out.json(done)
        return
    run.out.lines(_lines(run, done, dry_run))


def _export_git(run: Run, directory: str, *, owners: bool) -> None:
    from pggit.work.gitmirror import export_git

    with run.repository() as repository, run.counting("Writing") as progress:
        safe = run.settings.safe_directory
        done = export_git(Path(directory), repository, owners=owners, safe_directory=safe, progress=progress)
    if run.json:
        run.out.json(done)
        return
    run.out.lines(f"{{secret}} stands for {label}." for label in done.secrets)
    run.out.line(
        f"Wrote {done.commits} commits to {done.directory}; refs moved: {', '.join(done.refs)}."
        if done.refs
        else f"{done.directory} is as it should be."
    )


def _lines(run: Run, done: Exported, dry_run: bool) -> Iterator[str]:
    for path in done.removed:
        yield "    " + run.out.style(f"removed: {path}", "red")
    for path in done.written:
        yield "    " + run.out.style(f"written: {path}", "green")
    for path in done.kept:
        yield f"{done.directory}/{path} is no file of this export; loading the directory runs it too."
    for label in done.secrets:
        yield f"{{secret}} stands for {label}."
    count = len(done.files)
    would = "Would write" if dry_run else "Wrote"
    changed = len(done.written)
    yield (
        f"{would} {changed} and {'remove' if dry_run else 'removed'} {len(done.removed)} of the files of"
        f" {done.directory}, which are {count} and load.psql."
        if done.written or done.removed
        else f"{done.directory} is as it should be: {count} files and load.psql."
    )
