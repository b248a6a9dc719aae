"""Databases that are being made, and clones of a state, are open to nobody who may not connect to their source."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

import pggit
from pggit.clone import clone, direct, template
from pggit.clone.source.database import Live
from pggit.clone.source.files import files_of
from pggit.clone.source.state import Committed
from pggit.db import database as databases
from pggit.db.connect import connect
from pggit.db.scratch import scratch_database
from servers import Database, TestServer

CONNECTED = "select pg_catalog.has_database_privilege(%s, %s, 'connect')"


@pytest.fixture
def stranger(role: Callable[..., str]) -> str:
    return role()


@pytest.fixture
def watched(server: TestServer, stranger: str) -> Callable[[Callable[[], object]], list[str]]:
    """Run something while the stranger tries to connect to each new database; returns those that let it in."""

    def run(made: Callable[[], object]) -> list[str]:
        before = {name for (name,) in server.admin.execute("select datname from pg_database").fetchall()}
        entered, done = [], threading.Event()

        def knock() -> None:
            with closing(connect(server.url)) as looking:
                while not done.is_set():
                    names = looking.execute("select datname from pg_catalog.pg_database").fetchall()
                    for name in {name for (name,) in names} - before:
                        url = psycopg.conninfo.make_conninfo(server.url_of(name), user=stranger)
                        try:
                            psycopg.connect(url, connect_timeout=2).close()
                        except psycopg.Error:
                            continue
                        entered.append(name)

        thread = threading.Thread(target=knock)
        thread.start()
        try:
            made()
        finally:
            done.set()
            thread.join()
        return entered

    return run


def test_a_scratch_database(database: Database, watched) -> None:
    def made() -> None:
        for _ in range(5):
            with scratch_database(database.url):
                pass

    assert watched(made) == []


def test_a_template_while_it_is_built(server: TestServer, database: Database, tmp_path: Path, watched) -> None:
    (tmp_path / "a.sql").write_text("create table t (); select pg_sleep(0.5)")
    built = []
    with closing(databases.maintenance(server.url)) as connection:
        assert watched(lambda: built.append(template.build(connection, files_of(tmp_path, None, tmp_path)))) == []
        made = clone.create(connection, built[0].name, "open_clone")
        try:  # the source says nothing of who may connect: everybody may
            row = connection.execute("select datacl from pg_catalog.pg_database where datname = %s", [made.name])
            assert row.fetchone() == (None,)
        finally:
            databases.drop_database(connection, made.name, force=True)
            databases.drop_database(connection, built[0].name, force=True)


@pytest.mark.parametrize("of", ["state", "rows"])
def test_a_clone_of_what_is_closed_is_closed(server: TestServer, database: Database, stranger: str, of: str) -> None:
    with pggit.open(database.url) as repository:
        repository.init()
    server.admin.execute(f'revoke all on database "{database.name}" from public')
    with closing(databases.maintenance(server.url)) as connection:
        if of == "state":
            built = template.build(connection, Committed(database.url, "HEAD"))
            made = clone.create(connection, built.name, "closed_clone")
        else:
            built = None
            made = direct.fill(connection, Live(database.url, rows=True), "closed_clone")
        try:
            assert connection.execute(CONNECTED, [stranger, made.name]).fetchone() == (False,)
        finally:
            databases.drop_database(connection, made.name, force=True)
            if built:
                databases.drop_database(connection, built.name, force=True)
