"""A session for each test, on a database that holds no rows yet; `--how` compares ways to come by one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from bookshop import Base
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

MIGRATIONS = sorted((Path(__file__).parents[1] / "migrations").glob("*.sql"))


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option by which the ways are compared."""
    parser.addoption(
        "--how",
        choices=("clone", "replay", "truncate", "rollback"),
        default="clone",
        help="Where tests have their database from: a clone by the plugin, all migrations run again for each test,"
        " one database whose tables are emptied after each test, or one whose transaction is rolled back.",
    )


@pytest.fixture
def database_url(request: pytest.FixtureRequest) -> str:
    """The URL of a database of this test's own."""
    how = request.config.getoption("how")
    if how == "clone":
        return str(request.getfixturevalue("pggit_db").sqlalchemy_url())
    return str(request.getfixturevalue("replayed" if how == "replay" else "shared"))


@pytest.fixture
def session(request: pytest.FixtureRequest, database_url: str) -> Iterator[Session]:
    """A session of SQLAlchemy."""
    if request.config.getoption("how") == "rollback":
        with request.getfixturevalue("shared_engine").connect() as connection, connection.begin() as transaction:
            with Session(connection, join_transaction_mode="create_savepoint") as session:
                yield session
            transaction.rollback()
        return
    engine = create_engine(database_url, poolclass=NullPool)
    with Session(engine) as session:
        yield session
    if request.config.getoption("how") == "truncate":
        names = ", ".join(f'"{name}"' for name in Base.metadata.tables)
        with engine.begin() as connection:
            connection.execute(text(f"truncate {names} restart identity cascade"))


# From here on: what the plugin spares a project, kept to be compared with it.


@pytest.fixture
def replayed(pggit_server: str, worker_id: str) -> Iterator[str]:
    """A database that all migrations were run in."""
    with _migrated(pggit_server, f"replayed_{worker_id}") as url:
        yield url


@pytest.fixture(scope="session")
def shared(pggit_server: str, worker_id: str) -> Iterator[str]:
    """One database for all tests of a worker."""
    with _migrated(pggit_server, f"shared_{worker_id}") as url:
        yield url


@pytest.fixture(scope="session")
def shared_engine(shared: str) -> Iterator[object]:
    """Connections to it."""
    engine = create_engine(shared)
    yield engine
    engine.dispose()


@contextmanager
def _migrated(server: str, name: str) -> Iterator[str]:
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(f"drop database if exists {name} with (force)")
        admin.execute(f"create database {name} strategy file_copy")
        url = server.replace("/postgres?", f"/{name}?")
        with psycopg.connect(url) as connection:
            for file in MIGRATIONS:
                connection.execute(file.read_text())
        try:
            yield url.replace("postgresql://", "postgresql+psycopg://")
        finally:
            admin.execute(f"drop database {name} with (force)")
