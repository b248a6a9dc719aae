"""Every schema of the pairs loads, reads the same twice, and is captured as it is read."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest

from corpus.conftest import FOLDER, chosen
from engine.oracle import meaning, recorded_equals_live
from pggit.core import tree
from pggit.kinds.reader import read_state
from pggit.repo import install
from servers import Database, TestServer


def schemas() -> Iterator[Any]:
    if FOLDER is None:
        return
    for line in (FOLDER / "pairs.jsonl").read_text(encoding="utf-8").splitlines():
        pair = json.loads(line)
        for side in ("a", "b"):
            name = f"{pair['name']}-{side}"
            if pair[side].strip() and chosen(name):
                yield pytest.param(pair[side], int(pair.get("meta", {}).get("minVersion", 0)), id=name)


def load(database: Database, schema: str) -> psycopg.Connection:
    """Load a schema. What the server at hand cannot load is no case: an extension or a feature that it lacks."""
    connection = database.connect()
    try:
        connection.execute(schema.encode())
    except psycopg.errors.FeatureNotSupported as error:
        pytest.skip(f"not on this server: {error}")
    except (psycopg.errors.UndefinedFile, psycopg.errors.SyntaxError, psycopg.errors.InvalidParameterValue) as error:
        pytest.skip(f"not on this server: {error}")
    connection.execute("reset all")
    return connection


@pytest.mark.parametrize(("schema", "since"), schemas())
def test_a_schema(
    schema: str, since: int, server: TestServer, no_roles_left: None, make_database: Callable[..., Database]
) -> None:
    if server.version < since:
        pytest.skip(f"needs PostgreSQL {since}")
    roots = []
    for _ in range(2):
        database = make_database()
        connection = load(database, schema)
        roots.append(tree.root(read_state(connection))[1])
    assert roots[0] == roots[1]
    tracked = make_database()
    with psycopg.connect(tracked.url, autocommit=True) as connection:
        install.install(connection)
    connection = load(tracked, schema)
    recorded_equals_live(connection)
    assert meaning(connection).hex() == roots[0]
