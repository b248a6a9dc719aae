"""Importing the history that a team already has: a directory of migrations, replayed one commit each.

The migrations run in a sandbox; the tracked database gets the commits, its schema is not touched.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pggit.core.errors import PgGitError
from pggit.core.state import State, empty_state
from pggit.db.connect import connection_url
from pggit.db.sqlstate import translated
from pggit.repo.migrations import Migration, read_migrations
from pggit.repo.record import changed_groups, record_changes
from pggit.sandbox.sandbox import Sandbox, open_sandbox
from pggit.settings import load

if TYPE_CHECKING:
    from psycopg import Connection

    from pggit.repo.repository import Repository


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
    repository: Repository,
    directory: Path,
    *,
    branch: str | None = None,
    scratch: str | None = None,
    progress: Callable[[int, int, str], None] | None = None,
) -> Imported:
    """Replay a directory of migrations in a sandbox and record the states that they lead to as commits.

    In a repository that has nothing but its first commit the history becomes that of the current branch, and the live
    schema's own commit follows where it differs; otherwise it goes to a branch of its own.

    Args:
        repository: the tracked database.
        directory: plain files, or those of Flyway, dbmate, golang-migrate, goose, Diesel, Alembic, Django.
        branch: the branch to make; by default as above, else ``migrations``.
        scratch: URL of the server for the scratch database; by default the tracked database's own.
        progress: called with (number, of how many, name) before each migration.

    Raises:
        UsageError: the directory cannot be understood.
        SqlFailed: a migration failed; the message names file and line. Nothing was taken over.
        Refused: a migration has a statement that concerns the whole server.
    """
    migrations = read_migrations(directory)
    connection = repository.connection
    steps = list(_steps(migrations, scratch or connection_url(connection), progress))
    with translated(), connection.transaction():
        connection.execute("select pggit.lock_repository()")
        (author,) = repository._one("select pggit.author()")
        first = min((one.time for one in migrations if one.time), default=None)
        empty = changed_groups(empty_state(), State())
        tip = record_changes(repository, empty, [], author=author, time=first, message="Before the migrations")
        for migration, changed in zip(migrations, steps, strict=True):
            message = migration.description or migration.name
            tip = record_changes(repository, changed, [tip], author=author, time=migration.time, message=message)
        return _settle(connection, bytes.fromhex(tip), branch, len(migrations))


def _steps(
    migrations: Sequence[Migration], server: str, progress: Callable[[int, int, str], None] | None
) -> Iterator[dict[str, Any]]:
    """Run the migrations one after the other, and yield what each of them changed."""
    before = empty_state()
    with open_sandbox(server, trust=load().trust_source) as sandbox:
        for number, migration in enumerate(migrations, 1):
            if progress:
                progress(number, len(migrations), migration.name)
            after = _replay(sandbox, migration)
            yield changed_groups(after, before)
            before = after


def _replay(sandbox: Sandbox, migration: Migration) -> State:
    try:
        sandbox.run_script(migration.statements, str(migration.path), one_transaction=migration.transactional)
        return sandbox.read()
    except PgGitError as error:
        error.hint = error.hint or "Nothing was imported."
        raise


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
