"""`pggit import`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from pggit.cli.command import START, Argument, Option, command
from pggit.cli.run import Run
from pggit.cli.stream import say
from pggit.core.errors import NotFound, UsageError

if TYPE_CHECKING:
    from pggit.work.gitimport import GitImported, Want


@command(
    START,
    "pggit import --migrations migrations/",
    "pggit import --migrations db/migrate --branch before",
    "pggit import --git . --path schema  # the history of a git repository; again: what is new",
    "pggit import --git ../shop --migrations db/migrate --all  # each commit is all its migrations",
    name="import",
)
def import_(
    run: Run,
    branches: Annotated[tuple[str, ...], Argument("[BRANCH…]", help="Of git; the one that is checked out.")] = (),
    migrations: Annotated[
        str | None, Option("--migrations", metavar="DIR", help="Plain SQL files, or those of a migration tool.")
    ] = None,
    git: Annotated[
        str | None, Option("--git", metavar="DIR", help="A git repository; DIR of --migrations is within it.")
    ] = None,
    path: Annotated[
        str | None, Option("--path", metavar="DIR", help="Where in git the schema's files are; anywhere.")
    ] = None,
    every: Annotated[bool, Option("--all", help="All branches of git.")] = False,
    branch: Annotated[str | None, Option("--branch", metavar="NAME", help="The branch that takes them.")] = None,
    skip_broken: Annotated[
        bool, Option("--skip-broken", help="Record a git commit that does not load with its parent's schema.")
    ] = False,
) -> None:
    """Take over history: of a directory of migrations, one commit each, or of a git repository of SQL files.

    Understood are plain files, Flyway, dbmate, golang-migrate, goose, Diesel, Alembic's --sql and Django's sqlmigrate
    output. With --git each git commit becomes a commit, with the schema that its files make: all of them, in the order
    of dir:DIR, or migrations. All is run in a scratch database: the live schema is not touched.
    """
    if git is not None:
        _require_apart(path, migrations)
        from pggit.work.gitimport import Want

        _from_git(run, Path(git), Want(branches, every, branch, path or "", migrations, skip_broken))
        return
    if branches or path or every or skip_broken:
        raise UsageError("BRANCH, --path, --all and --skip-broken go with --git")
    if migrations is None:
        raise UsageError("nothing to import", hint="pggit import --migrations DIR, or --git DIR")
    _from_directory(run, migrations, branch)


def _require_apart(path: str | None, migrations: str | None) -> None:
    if path is not None and migrations is not None:
        raise UsageError("the files are the whole schema (--path) or migrations (--migrations)")


def _from_directory(run: Run, migrations: str, branch: str | None) -> None:
    directory = Path(migrations)
    if not directory.is_dir():
        raise NotFound(f"there is no directory {migrations}")
    with run.repository() as repository, run.counting("Replaying") as progress:
        done = repository.import_migrations(directory, branch=branch, progress=progress)
    if run.json:
        run.out.json(done)
        return
    run.out.line(f"{done.commits} commits on branch {done.branch}, the last is {done.tip[:10]}.")
    if not done.matches:
        run.out.line(f"The live schema is not what they end with: pggit diff {done.branch} work shows what differs.")


def _from_git(run: Run, directory: Path, want: Want) -> None:
    from pggit.work.gitimport import import_git

    with run.repository() as repository, run.counting("Taking") as progress:
        done = import_git(directory, repository, want, settings=run.settings, progress=progress)
    if run.json:
        broken = [{"git": commit, "why": why} for commit, why in done.broken]
        run.out.json({"directory": done.directory, "commits": done.commits, "loaded": done.loaded, "broken": broken,
                      "refs": done.refs})  # fmt: skip
        return
    run.out.lines(_lines(done))
    for move in done.refs:
        if move.problem:
            say(f"{move.problem}.{f' ({move.hint})' if move.hint else ''}")


def _lines(done: GitImported) -> Iterator[str]:
    for commit, why in done.broken:
        yield f"{commit[:10]} does not load, and has the schema of its parent: {why}"
    moved = [move for move in done.refs if not move.problem]
    if done.commits:
        yield f"{done.commits} commits taken; {done.loaded} different schemas loaded."
    for move in moved:
        way = f"{move.old[:10]}..{move.new[:10]}" if move.old else f"new at {move.new[:10]}"
        yield f"  {_short(move.source)} -> {_short(move.ref)}  {way}"
    if not done.commits and not moved:
        yield "Nothing is new."


def _short(ref: str) -> str:
    return ref.partition("/")[2]
