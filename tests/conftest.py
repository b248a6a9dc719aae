"""Fixtures: servers, databases and roles, real ones all."""

from __future__ import annotations

import hashlib
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from servers import Database, TestServer, available_versions, running, sweep

_VERSIONS = available_versions()


def pytest_report_header() -> str:
    """Say which servers the tests run on."""
    shown = ", ".join(f"{version} ({path})" for version, path in _VERSIONS.items())
    return f"pggit: PostgreSQL {shown or '- none found'}"


def pytest_sessionstart(session: pytest.Session) -> None:
    """Clear away what killed runs left behind."""
    if not hasattr(session.config, "workerinput"):
        sweep()


_WHOLE = ("engine/test_capture", "repo/test_install")
"""Modules whose tests run on all servers every day."""

_OLDER = 12
"""Of the others one in so many runs on all versions but the newest."""

_SAMPLED = {
    "cli/": 2,
    "cli/test_json": 1,
    "clone/": 2,
    "killed": 2,  # kill -9 at many points takes long
    "corpus/test_pairs": 4,
    "corpus/test_plans": 4,
    "engine/test_names": 3,
    "engine/test_redact": 5,
    "kinds/test_alter": 4,
    "kinds/test_cases": 4,
    "kinds/test_corpus": 5,
    "kinds/test_coverage": 3,
    "plan/test_cases": 4,
    "plan/test_inheritance": 2,
    "plan/test_rebuild": 2,
    "plan/test_sequences": 3,
    "scenario": 2,
    "security/": 3,  # make test-security runs all
    "security/test_altered_evidence": 6,
    "security/test_definitions": 5,
    "security/test_states": 5,
    "security/test_refs": 4,
    "work/": 2,
    "work/merge/test_clashes": 3,
    "work/merge/test_laws": 5,
    "work/merge/test_triples": 4,
    "work/test_export": 3,
}
"""Parts of names of very many tests, or of long ones: one in so many is enough every day. The longest part counts."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out tests by lot, always the same ones; ``make test-corpus`` runs all."""
    if os.environ.get("PGGIT_CORPUS_ALL") == "1" or len(_VERSIONS) < 2:
        return
    newest = f"[pg{max(_VERSIONS, key=int)}"
    left_out = [item for item in items if _lot(item.nodeid) % _one_in(item.nodeid, newest)]
    config.hook.pytest_deselected(items=left_out)
    gone = set(left_out)
    items[:] = [item for item in items if item not in gone]


def _one_in(nodeid: str, newest: str) -> int:
    """Of how many such tests one is run."""
    every = _SAMPLED.get(max((part for part in _SAMPLED if part in nodeid), key=len, default=""), 1)
    if "[pg" in nodeid and newest not in nodeid and not any(module in nodeid for module in _WHOLE):
        return max(every, _OLDER)
    return every


def _lot(nodeid: str) -> int:
    return int.from_bytes(hashlib.sha256(nodeid.encode()).digest()[:4], "big")


@pytest.fixture(scope="session", params=list(_VERSIONS), ids=[f"pg{version}" for version in _VERSIONS])
def server(request: pytest.FixtureRequest) -> Iterator[TestServer]:
    """A running server of each major version in turn."""
    with running(request.param) as started:
        yield started


@pytest.fixture
def make_database(server: TestServer) -> Iterator[Callable[..., Database]]:
    """Makes databases: ``make_database(template="template0", name=None)``; all are dropped after the test."""
    made: list[Database] = []

    def make(template: str = "template0", name: str | None = None) -> Database:
        made.append(server.create_database(template, name))
        return made[-1]

    yield make
    for database in reversed(made):
        server.drop_database(database)


@pytest.fixture
def database(make_database: Callable[..., Database]) -> Database:
    """A fresh, empty database."""
    return make_database()


@pytest.fixture
def role(server: TestServer) -> Iterator[Callable[..., str]]:
    """Makes roles: ``role("login createdb", name=None)`` returns the name; they are dropped after the test.

    Ask for it *after* ``database`` where the role owns things in it: either order works, dropping the database first
    is quicker.
    """
    made: list[str] = []

    def make(attributes: str = "login", name: str | None = None) -> str:
        made.append(server.create_role(attributes, name))
        return made[-1]

    yield make
    for name in reversed(made):
        server.drop_role(name)


@pytest.fixture
def pg_dump(server: TestServer) -> Callable[..., str]:
    """Runs pg_dump, Debian's where the packaged server brings none: ``pg_dump(database, "-s")``."""
    candidates = [server.bindir, Path(f"/usr/lib/postgresql/{server.version}/bin")]
    program = next((path / "pg_dump" for path in candidates if (path / "pg_dump").exists()), None)
    if program is None:
        pytest.skip(f"no pg_dump of version {server.version}")

    def dump(database: Database, *options: str) -> str:
        done = subprocess.run([program, *options, database.url], capture_output=True, text=True, check=True)
        lines = done.stdout.splitlines()
        return "\n".join(line for line in lines if not line.startswith(("\\restrict", "\\unrestrict")))

    return dump
