"""Clones without a template: live databases with rows, and copies of files."""

from __future__ import annotations

import threading
from contextlib import closing

import psycopg
import pytest

from clone.conftest import names, unfinished
from pggit.clone import clone, direct
from pggit.clone.source.database import Live
from pggit.core.errors import NotFound, Refused
from pggit.db import database as databases
from servers import Database, TestServer, connect

SHOP = """
create table users (id int primary key, name text); create table orders (id int primary key, of int references users);
insert into users select i, 'u' || i from generate_series(1, 50) as i; insert into orders select i, i from generate_series(1, 20) as i
"""


def count(url: str, table: str) -> int:
    with closing(connect(url)) as connection:
        return connection.execute(f"select count(*) from {table}").fetchone()[0]


def test_a_live_database_with_its_rows_at_one_moment(admin: psycopg.Connection, database: Database) -> None:
    user = database.connect()
    user.execute(SHOP)
    done = threading.Event()

    def write() -> None:
        writer = database.connect()
        number = 1000
        while not done.is_set():
            number += 1
            with writer.transaction():
                writer.execute("insert into users values (%s, 'x')", (number,))
                writer.execute("insert into orders values (%s, %s)", (number, number))

    thread = threading.Thread(target=write)
    thread.start()
    try:
        made = direct.fill(admin, Live(database.url, rows=True), "c")
    finally:
        done.set()
        thread.join()
    assert user.execute("select 1").fetchone() == (1,)  # nobody was disturbed
    assert (made.template, made.strategy) == (None, None)
    assert count(made.url, "users") - 50 == count(made.url, "orders") - 20  # both tables at one moment
    with pytest.raises(Refused, match="directly"):
        clone.reset(admin, "c")
    clone.drop(admin, "c")


def test_rows_of_some_tables(admin: psycopg.Connection, database: Database) -> None:
    database.connect().execute(SHOP)
    made = direct.fill(admin, Live(database.url, rows=("users",)), "c")
    assert (count(made.url, "users"), count(made.url, "orders")) == (50, 0)
    with pytest.raises(NotFound, match="no table nothing"):
        direct.fill(admin, Live(database.url, rows=("nothing",)), "d")
    assert "d" not in names(admin)
    assert not unfinished(admin)


def test_files_are_copied_where_nobody_is_connected(
    server: TestServer, admin: psycopg.Connection, database: Database
) -> None:
    user = database.connect()
    user.execute(SHOP)
    admin.execute(f"alter database \"{database.name}\" set work_mem to '9MB'")
    with pytest.raises(databases.InUse, match=f"database {database.name} is in use: a session of postgres"):
        direct.copy(admin, database.name, "c")
    assert user.execute("select 1").fetchone() == (1,)
    made = direct.copy(admin, database.name, "c", force=True)
    with pytest.raises(psycopg.OperationalError):
        user.execute("select 1")
    assert count(made.url, "users") == 50
    with closing(connect(server.url_of("c"))) as connection:
        assert connection.execute("show work_mem").fetchone() == ("9MB",)
    assert made.strategy
    with pytest.raises(NotFound):
        direct.copy(admin, "no such", "d")
    with pytest.raises(Refused, match="already"):
        direct.copy(admin, database.name, "c")
    assert not unfinished(admin)


def test_rows_of_tables_whose_functions_look_for_unqualified_names(
    admin: psycopg.Connection, database: Database
) -> None:
    """pg_dump's own script cannot be restored: it is for a ``search_path`` of nothing."""
    database.connect().execute(
        "revoke create on schema public from public;"
        " create function lo(t text) returns text language sql immutable as 'select lower(t)';"
        " create function norm(t text) returns text language sql immutable as 'select lo(trim(t))';"
        " create table tags (id int primary key, e text check (norm(e) <> ''), n text generated always as (norm(e)) stored);"
        " insert into tags (id, e) values (1, ' A');"
        " create table parts (e text) partition by list (norm(e));"
        " create table part partition of parts for values in ('a'); insert into parts values ('A ')"
    )
    made = direct.fill(admin, Live(database.url, rows=True), "c")
    with closing(connect(made.url)) as connection:
        assert connection.execute("select n, (select e from parts) from tags").fetchall() == [("a", "A ")]
    clone.drop(admin, "c")
