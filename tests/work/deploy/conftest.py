"""A shop in production, and the schema that it shall have."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from pggit.core.tree import meaning
from pggit.kinds.reader import read_state
from pggit.work.deploy.target import Target
from servers import Database

SHOP = """
create table public.users (id int primary key, email text not null);
create table public.orders (id int primary key, user_id int references public.users, total numeric(10, 2));
create index orders_user on public.orders (user_id);
insert into public.users select n, 'user' || n || '@example.org' from generate_series(1, 50) as n;
insert into public.orders select n, 1 + n % 50, n from generate_series(1, 200) as n;
"""
WIDER = """
create table public.users (id int primary key, email text not null, nick text,
    constraint users_nick check (nick <> ''));
create index users_by_nick on public.users (nick);
create table public.orders (id int primary key, user_id int references public.users, total numeric(10, 2));
create index orders_user on public.orders (user_id);
create index orders_total on public.orders (total);
create table public.notes (id int primary key, text text default 'none');
"""
"""Takes several steps: indexes are built concurrently, a constraint is validated on its own."""


@pytest.fixture
def production(database: Database) -> Database:
    """The remote."""
    database.connect().execute(SHOP.encode())
    return database


@pytest.fixture
def wider(tmp_path: Path) -> str:
    """The state to bring it to, as an expression."""
    file = tmp_path / "wider.sql"
    file.write_text(WIDER)
    return f"dir:{file}"


@pytest.fixture
def to(production: Database, tmp_path: Path) -> Callable[..., Target]:
    """Makes the target of a deployment: ``to(backup="none", …)``."""

    def make(**options: object) -> Target:
        return Target(**{"name": "production", "url": production.url, "state": tmp_path / "state"} | options)  # type: ignore[arg-type]

    return make


def schema(database: Database) -> str:
    """The semantic hash of what is in a database."""
    with database.connect() as connection:
        return meaning(read_state(connection))


def chance(seed: int = 1) -> random.Random:
    """Chance that is the same each time."""
    return random.Random(seed)
