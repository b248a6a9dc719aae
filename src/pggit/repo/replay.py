"""Importing the history that a team already has: a directory of migrations, replayed one commit each.

The migrations run in a scratch database; the tracked database gets the commits, its schema is not touched.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pggit.core.errors import PgGitError
from pggit.db.connect import connect, connection_url
from pggit.db.scratch import scratch_database
from pggit.db.script import run_script
from pggit.db.sqlstate import translated
from pggit.repo import install
from pggit.repo.migrations import Migration, read_migrations

if TYPE_CHECKING:
    from psycopg import Connection

_CONTENT = ("blob", "tree", "commit", "commit_change")


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did.

    Attributes:
        commits: how many commits were made, one a migration.
        branch: the branch that holds them.
        tip: hash of the last of them.
        matches: whether the live schema is the one that the migrations end with.
    """

    commits: int
    branch: str
    tip: str
    matches: bool


def import_migrations(
    connection: Connection,
    directory: Path,
    *,
    branch: str | None = None,
    scratch: str | None = None,
    progress: Callable[[int, int, str], None] | None = None,
) -> Imported:
    """Replay a directory of migrations in a scratch database and take the commits over.

    In a repository that has nothing but its first commit the history becomes that of the current branch, and the live
    schema's own commit follows where it differs; otherwise it goes to a branch of its own.

    Args:
        connection: to the tracked database.
        directory: plain files, or those of Flyway, dbmate, golang-migrate, goose, Diesel, Alembic, Django.
        branch: the branch to make; by default as above, else ``migrations``.
        scratch: URL of the server for the scratch database; by default the tracked database's own.
        progress: called with (number, of how many, name) before each migration.

    Raises:
        UsageError: the directory cannot be understood.
        SqlFailed: a migration failed; the message names file and line. Nothing was taken over.
    """
    migrations = read_migrations(directory)
    with scratch_database(scratch or connection_url(connection)) as url, connect(url, own_path=True) as replay:
        with translated():
            install.install(replay)
        for number, migration in enumerate(migrations, 1):
            if progress:
                progress(number, len(migrations), migration.name)
            _replay(replay, migration)
        with translated(), connection.transaction():
            connection.execute("select pggit.lock_repository()")
            _take_over(replay, connection)
            tip = _one(replay, "select pggit.head()")
            return _settle(connection, tip, branch, len(migrations))


def _replay(connection: Connection, migration: Migration) -> None:
    try:
        run_script(connection, migration.statements, name=str(migration.path), one_transaction=migration.transactional)
        with translated():
            connection.execute("reset all")
            connection.execute(
                "select pggit.commit(%s, true, %s)", [migration.description or migration.name, migration.time]
            )
    except PgGitError as error:
        error.hint = error.hint or "Nothing was imported."
        raise


def _take_over(source: Connection, target: Connection) -> None:
    """Copy all content that the target does not have."""
    for table in _CONTENT:
        target.execute(f"create temporary table incoming (like pggit.{table}) on commit drop")
        with (
            source.cursor().copy(f"copy pggit.{table} to stdout (format binary)") as out,
            target.cursor().copy("copy pg_temp.incoming from stdin (format binary)") as into,
        ):
            for data in out:
                into.write(data)
        if table == "commit_change":
            target.execute(
                "insert into pggit.commit_change select i.* from pg_temp.incoming as i where not exists"
                " (select from pggit.commit_change as c where c.commit = i.commit and c.key = i.key)"
            )
        else:
            target.execute(f"insert into pggit.{table} select * from pg_temp.incoming on conflict do nothing")
        target.execute("drop table pg_temp.incoming")


def _settle(connection: Connection, tip: bytes, branch: str | None, count: int) -> Imported:
    """Point a branch at the imported history."""
    only_initial = _one(connection, "select count(*) = 1 from pggit.ref where commit is not null") and _one(
        connection, "select parents = '{}' from pggit.commit where hash = pggit.head()"
    )
    current = _one(connection, "select substr(pggit.current_branch(), 7)")
    name = branch or (current if only_initial else "migrations")
    connection.execute("select pggit.refresh()")
    live = _one(connection, "select pggit.write_tree()")
    exact, matches = connection.execute(
        "select c.tree = l.hash, t.meaning = l.meaning from pggit.commit as c join pggit.tree as t on t.hash = c.tree"
        " cross join pggit.tree as l where c.hash = %s and l.hash = %s",
        [tip, live],
    ).fetchone()  # type: ignore[misc]
    connection.execute("select pggit.move_ref('heads/' || %s, %s, %s)", [name, tip, f"import: {count} migrations"])
    if name == current and not exact:
        connection.execute(
            "select pggit.record_commit(%s, array[%s]::bytea[], pggit.author(), clock_timestamp(), %s)",
            [live, tip, "The live schema" if matches else "The live schema, where it differs from the migrations"],
        )
    return Imported(count, name, tip.hex(), matches)


def _one(connection: Connection, query: str):  # type: ignore[no-untyped-def]
    row = connection.execute(query).fetchone()
    return row[0] if row else None
