"""A tracked shop with rows, and what is in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

import pggit
from pggit.repo.repository import Repository
from servers import Database, session

SHOP = """
create type public.mood as enum ('sad', 'glad');
create table public.users (id int primary key, email text not null);
create table public.orders (id int generated always as identity primary key, user_id int references users, total numeric(10, 2));
create index orders_user on public.orders (user_id);
insert into public.users select n, 'user' || n || '@example.org' from generate_series(1, 100) as n;
insert into public.orders (user_id, total) select 1 + n % 100, n from generate_series(1, 300) as n;
"""


@pytest.fixture
def repo(database: Database) -> Iterator[Repository]:
    """A repository with the shop in its first commit."""
    with pggit.open(database.url) as opened:
        session(opened).execute(SHOP)
        opened.init()
        yield opened


@pytest.fixture
def sql(repo: Repository) -> Callable[[str], list[tuple[Any, ...]]]:
    """Run SQL in the repository's database; returns the rows."""

    def run(text: str) -> list[tuple[Any, ...]]:
        cursor = session(repo).execute(text.encode())
        return cursor.fetchall() if cursor.description else []

    return run


@pytest.fixture
def is_sound(repo: Repository) -> Callable[[], bool]:
    """Whether nothing differs from HEAD, and the store knows all of the catalogs."""
    return lambda: repo.status().clean and not repo.fsck()
