"""Tracked databases."""

from __future__ import annotations

from collections.abc import Callable

import psycopg
import pytest

from pggit.repo import install
from servers import Database


@pytest.fixture
def tracked(make_database: Callable[..., Database]) -> Database:
    """An empty database with the engine."""
    made = make_database()
    with psycopg.connect(made.url, autocommit=True) as connection:
        install.install(connection)
    return made


@pytest.fixture
def connection(tracked: Database) -> psycopg.Connection:
    """A superuser's autocommit connection to the tracked database."""
    return tracked.connect()
