"""Schemas of other projects: what is read from each is rebuilt in a new database and read again, equal.

They are no part of this project. ``PGGIT_CORPUS`` names the directory with ``pairs.jsonl``; without ``PGGIT_CORPUS_ALL``
only every fifth pair is tried.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from kinds.rebuild import definitions, rebuild
from kinds.subscriptions import drop_subscriptions
from pggit.core.state import State
from pggit.kinds import coverage
from pggit.kinds.reader import read_state
from servers import Database, TestServer

_CORPUS = os.environ.get("PGGIT_CORPUS")
_STEP = 1 if os.environ.get("PGGIT_CORPUS_ALL") else 5

pytestmark = pytest.mark.skipif(not _CORPUS, reason="PGGIT_CORPUS is not set")


def _pairs() -> Iterator[Any]:
    if not _CORPUS:
        return
    lines = (Path(_CORPUS) / "pairs.jsonl").read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines[::_STEP]):
        pair = json.loads(line)
        for side in ("a", "b"):
            if pair[side].strip():
                yield pytest.param(pair[side], id=f"{number * _STEP}-{pair['name']}-{side}")


@pytest.fixture
def roles(server: TestServer) -> Iterator[None]:
    """Drops what roles a schema makes."""
    listed = "select rolname from pg_roles"
    before = {name for (name,) in server.admin.execute(listed)}
    yield
    for (name,) in server.admin.execute(listed).fetchall():
        if name not in before:
            server.drop_role(name)


@pytest.fixture
def original(database: Database, roles: None) -> Iterator[psycopg.Connection]:
    """A connection to a database that is without subscriptions afterwards, before the roles that own them go."""
    connection = database.connect()
    yield connection
    drop_subscriptions(connection)


def _unnamed(state: State) -> dict[str, dict]:
    """Definitions without the names of NOT NULLs that are only inherited: a partition has its own only if it is attached.

    Plans attach it (`pggit.plan.partitions`), a rebuild in any order does not.
    """
    found = definitions(state)
    for definition in found.values():
        told = definition.get("not_null")
        if isinstance(told, dict) and told.get("inherited"):
            definition["not_null"] = {**told, "name": None}
    return found


@pytest.mark.parametrize("schema", _pairs())
def test_rebuild(schema: str, original: psycopg.Connection, make_database: Callable[..., Database]) -> None:
    """A schema that loads is read, rebuilt in either order of writing, and equal; nothing in it goes unseen."""
    try:
        original.execute(schema.encode())
    except psycopg.Error as error:
        pytest.skip(f"does not load: {error}")
    state = read_state(original)
    assert coverage.unmodelled(original) == []
    for backwards in (False, True):
        rebuilt = make_database().connect()
        rebuild(state, rebuilt, backwards=backwards)
        assert _unnamed(read_state(rebuilt)) == _unnamed(state)
