"""Worktrees: clones of the tracked database, each on a branch of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

from pggit.cli.changing import ALLOW, YES, changing
from pggit.cli.clone import age, size_of
from pggit.cli.command import COPY, Argument, Option, command
from pggit.cli.run import Run
from pggit.cli.stream import say
from pggit.core.errors import UsageError

if TYPE_CHECKING:
    from psycopg import Connection

    from pggit.work.worktree import Worktree


@command(
    COPY,
    "DATABASE_URL=$(pggit worktree add shop_points points)",
    "pggit worktree add shop_points -b points  # a new branch, at HEAD",
    "pggit worktree add shop_points points --with-data  # with the rows of all tables",
    "pggit worktree add shop_points points public.countries --with-data",
    name="worktree add",
)
def add(
    run: Run,
    name: Annotated[str, Argument("NAME", help="What the database is to be called.")],
    branch: Annotated[str, Argument("BRANCH", help="The branch that it is to be on.")],
    tables: Annotated[tuple[str, ...], Argument("[TABLE]...", help="With --with-data: only the rows of these.")] = (),
    create: Annotated[bool, Option("-b", "--create", help="Make the branch, at HEAD.")] = False,
    with_data: Annotated[bool, Option("--with-data", help="With rows, as they are at one moment.")] = False,
    yes: Annotated[bool, YES] = False,
    allow: Annotated[tuple[str, ...], ALLOW] = (),
) -> None:
    """Clone the tracked database, history and all, and bring the clone to a branch; print its URL.

    Nobody who is connected to the tracked database notices. Both know each other: worktree list in either shows all.
    """
    from pggit.db.connect import database_url
    from pggit.db.database import maintenance
    from pggit.work import worktree

    if tables and not with_data:
        raise UsageError("tables are for --with-data")
    url = database_url(run.settings)
    again = f"pggit worktree add {name} {branch}"
    with closing(maintenance(url)) as connection, changing(run, again, dry_run=False, yes=yes, allow=allow) as how:
        made, done = worktree.add(connection, url, name, branch, create=create, rows=tables or with_data, how=how)
    if run.json:
        run.out.json({"worktree": made, "branch": branch, "commit": done.commit})
        return
    how_made = f"copied by {made.strategy}" if made.strategy else "with rows, under one snapshot"
    say(f"{name}: {made.source}; {how_made}; on branch {branch}, in {made.milliseconds:.0f} ms")
    for remark in made.remarks:
        say(remark)
    run.out.line(made.url)


@command(COPY, "pggit worktree list", name="worktree list")
def list_worktrees(run: Run) -> None:
    """Show the tracked database and its worktrees: branch, commits ahead and behind, uncommitted changes, size, age."""
    from pggit.work import worktree

    with _server(run) as (connection, here):
        found = worktree.worktrees(connection, here)
    if run.json:
        run.out.json({"worktrees": found})
        return
    now = datetime.now(UTC)
    rows = [
        (
            f"{one.name} *" if one.name == here else one.name, one.branch or "",
            _number(one.ahead), _number(one.behind),
            one.problem or (f"{one.dirty} changed" if one.dirty else "clean"), size_of(one.bytes),
            age(now, one.made) if one.made else "the origin",
        )
        for one in found
    ]  # fmt: skip
    run.out.table(["WORKTREE", "BRANCH", "AHEAD", "BEHIND", "STATE", "SIZE", "AGE"], rows, styles=["green", "cyan"])


@command(COPY, "pggit worktree remove shop_points", name="worktree remove")
def remove(
    run: Run,
    name: Annotated[str, Argument("NAME", help="The worktree.")],
    force: Annotated[
        bool, Option("--force", help="Also one with work of its own, or that somebody is connected to.")
    ] = False,
) -> None:
    """Drop a worktree. One that has what its origin has not stays, unless forced."""
    from pggit.work import worktree

    with _server(run) as (connection, _):
        worktree.remove(connection, name, force=force)
    run.out.json({"removed": name}) if run.json else run.out.line(f"Removed {name}.")


@command(COPY, "pggit worktree prune --dry-run", "pggit worktree prune --older-than 1d", name="worktree prune")
def prune(
    run: Run,
    older_than: Annotated[
        str, Option("--older-than", metavar="TIME", help="Only those made before so long; 7d.")
    ] = "7d",
    dry_run: Annotated[bool, Option("--dry-run", help="Show what would go, drop nothing.")] = False,
) -> None:
    """Drop old worktrees that have nothing of their own, and that nobody is connected to."""
    from pggit.core.duration import duration_of
    from pggit.work import worktree

    with _server(run) as (connection, here):
        gone, stays = worktree.prune(connection, here, older_than=duration_of(older_than), dry_run=dry_run)
    if run.json:
        run.out.json({"dry_run": dry_run, "removed": [one.name for one in gone], "kept": [one.name for one in stays]})
        return
    run.out.lines(f"{'Would remove' if dry_run else 'Removed'} {one.name}." for one in gone)
    run.out.lines(f"{one.name} stays: {_why(one)}." for one in stays)
    if not gone and not stays:
        run.out.line("Nothing is to be removed.")


def _why(one: Worktree) -> str:
    parts = [
        one.problem,
        f"{one.dirty} changed objects" if one.dirty else None,
        f"{one.ahead} commits of its own" if one.ahead else None,
        f"{one.sessions} connected" if one.sessions else None,
    ]
    return ", ".join(part for part in parts if part)


def _number(count: int | None) -> str:
    return "" if count is None else str(count)


@contextmanager
def _server(run: Run) -> Iterator[tuple[Connection, str]]:
    """Connect to the server; yields the connection, and the name of the database that the settings lead to."""
    from pggit.db.connect import connect, database_url
    from pggit.db.database import maintenance

    url = database_url(run.settings)
    with closing(connect(url)) as connection:
        here = connection.info.dbname
    with closing(maintenance(url)) as connection:
        yield connection, here
