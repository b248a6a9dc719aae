"""Real schemas read without anything that no kind models, and come back from a commit as they were."""

from __future__ import annotations

from pathlib import Path

import pytest

import pggit
from pggit.core import tree
from pggit.db.load import load_directory
from pggit.kinds.coverage import unmodelled
from pggit.kinds.reader import read_state
from servers import Database, session


@pytest.mark.parametrize(("file", "version", "tables"), [("pagila-schema", 18, 20), ("danbooru-structure", 15, 60)])
def test_a_real_schema(file: str, version: int, tables: int, database: Database, corpus: Path) -> None:
    if database.version != version:
        pytest.skip(f"is tried on {version}")
    with pggit.open(database.url) as repo:
        load_directory(repo.connection, corpus / "real" / f"{file}.sql")
        session(repo).execute("reset all")
        assert unmodelled(repo.connection) == []
        live = read_state(repo.connection)
        assert sum(group.startswith("table ") for group in live.groups) >= tables
        repo.init()
        assert repo.load("HEAD") == live
        assert repo.status().clean
        assert tree.root(read_state(repo.connection)) == tree.root(live)
        assert repo.fsck() == []
