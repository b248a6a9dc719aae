"""Every schema of the pairs loads, reads the same twice, and is captured as it is read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest

from corpus.conftest import FOLDER, chosen
from corpus.databases import new_database, run, without_traces
from engine.oracle import meaning, recorded_equals_live
from pggit.core import tree
from pggit.kinds.reader import read_state
from pggit.repo import install
from servers import TestServer


def schemas() -> Iterator[Any]:
    if FOLDER is None:
        return
    for line in (FOLDER / "pairs.jsonl").read_text(encoding="utf-8").splitlines():
        pair = json.loads(line)
        for side in ("a", "b"):
            name = f"{pair['name']}-{side}"
            if pair[side].strip() and chosen(name):
                yield pytest.param(pair[side], int(pair.get("meta", {}).get("minVersion", 0)), id=name)


@contextmanager
def loaded(server: TestServer, schema: str, *, tracked: bool = False) -> Iterator[psycopg.Connection]:
    """A new database with a schema in it; it and the roles that the schema made are gone afterwards."""
    with without_traces(server), new_database(server) as connection:
        if tracked:
            install.install(connection)
        run(connection, schema)
        yield connection


@pytest.mark.parametrize(("schema", "since"), list(schemas()))
def test_a_schema(schema: str, since: int, server: TestServer) -> None:
    if server.version < since:
        pytest.skip(f"needs PostgreSQL {since}")
    roots = []
    for _ in range(2):
        with loaded(server, schema) as connection:
            roots.append(tree.root(read_state(connection))[1])
    assert roots[0] == roots[1]
    with loaded(server, schema, tracked=True) as connection:
        if "event trigger" in schema.lower():
            # event triggers are not called for DDL on event triggers: the manifest finds it
            connection.execute("select pggit.refresh()")
        recorded_equals_live(connection)
        assert meaning(connection).hex() == roots[0]
