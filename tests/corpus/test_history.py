"""A real history: one commit a migration, each equal to a full read, blamed on the right one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import pggit
from corpus.conftest import ALL, chosen
from pggit.core import tree
from pggit.core.state import State
from pggit.db.script import run_script
from pggit.kinds.reader import read_state
from pggit.repo.migrations import Migration, read_migrations
from servers import Database, connect


def replay(database: Database, migrations: list[Migration]) -> list[tuple[str, State]]:
    """Run the migrations, and read everything after each of them."""
    found = []
    with connect(database.url) as connection:
        for migration in migrations:
            run_script(connection, migration.statements, name=migration.name, one_transaction=migration.transactional)
            connection.execute("reset all")
            found.append((migration.description or migration.name, read_state(connection)))
    return found


def last_changed(states: list[tuple[str, State]]) -> dict[str, int]:
    """For each object of the last state: the number of the migration that gave it its definition."""
    changed: dict[str, int] = {}
    before: dict[str, str] = {}
    for number, (_, state) in enumerate(states):
        after = {key: exact for members in state.groups.values() for key, exact in members.items()}
        for key in before.keys() | after.keys():
            if before.get(key) != after.get(key):
                changed[key] = number
        before = after
    return {key: changed[key] for key in before}


def test_every_migration_is_a_commit(make_database: Callable[..., Database], corpus: Path) -> None:
    database, fresh = make_database(), make_database()
    if not database.connect().execute("select from pg_available_extensions where name = 'pgcrypto'").fetchall():
        pytest.skip("needs the extension pgcrypto")
    migrations = read_migrations(corpus / "history" / "crates.io")
    states = replay(fresh, migrations)
    with pggit.open(database.url) as repo:
        repo.init()
        done = repo.import_migrations(corpus / "history" / "crates.io", branch="crates")
        assert done.commits == len(migrations) == 285
        log = repo.log("crates")[::-1][-285:]
        assert [commit.message for commit in log] == [message for message, _ in states]
        for number, (commit, (message, state)) in enumerate(zip(log, states, strict=True)):
            if ALL or chosen(f"{number} {message}") or number == 284:
                assert tree.root(repo.load(commit.hash, like=state)) == tree.root(state), message
        numbers = {commit.hash: number for number, commit in enumerate(log)}
        blamed = {blame.key: numbers.get(blame.hash, -1) for blame in repo.blame(at="crates")}
    expected = last_changed(states)
    # what is there from the start is the first commit's
    expected |= {key: -1 for key in blamed if key in ("schema public", "extension plpgsql")}
    assert blamed == expected
