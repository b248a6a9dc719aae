"""Tracked databases as repositories, and directories of SQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import pggit
from pggit.repo.repository import Repository
from servers import Database, TestServer, session

SCHEMA = """
create table public.users (id int primary key, email text not null);
create table public.orders (id int primary key, user_id int references users, total numeric(10, 2));
create index orders_user on public.orders (user_id);
create view public.totals as select user_id, sum(total) as total from orders group by user_id;
create function public.twice(a int) returns int language sql as 'select a * 2';
"""


@pytest.fixture
def schema() -> str:
    """SQL of a small schema."""
    return SCHEMA


@pytest.fixture
def repo(database: Database) -> Iterator[Repository]:
    """A repository with a small schema in its first commit."""
    with pggit.open(database.url) as opened:
        session(opened).execute(SCHEMA)
        opened.init()
        yield opened


@pytest.fixture
def sql_files(tmp_path: Path) -> Callable[..., str]:
    """Write SQL files; returns the directory's path: ``sql_files(users="create table …")``."""
    count = 0

    def write(**files: str) -> str:
        nonlocal count
        count += 1
        directory = tmp_path / f"schema{count}"
        directory.mkdir()
        for name, text in files.items():
            (directory / f"{name}.sql").write_text(text)
        return str(directory)

    return write


@pytest.fixture
def databases(server: TestServer) -> Callable[[], set[str]]:
    """Names of all databases of the server."""

    def names() -> set[str]:
        return {name for (name,) in server.admin.execute("select datname from pg_database").fetchall()}

    return names
