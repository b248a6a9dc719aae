"""Clones that are made to try something reach no other server; those for people do not, if they are isolated."""

from __future__ import annotations

from contextlib import closing

import psycopg
import pytest

from pggit.apply.prove.clone import cloned
from pggit.clone import clone, direct, template
from pggit.clone.source.database import Live
from pggit.db import database as databases
from pggit.db.connect import connect
from pggit.kinds.reader import read_state
from servers import Database, TestServer


@pytest.fixture
def remote(make_database, server: TestServer, database: Database) -> Database:
    """A database that the tested one reaches as superuser by a foreign table and by dblink, and what it can change there."""
    other = make_database()
    other.connect().execute("create table touched (a int)")
    host = psycopg.conninfo.conninfo_to_dict(server.url)["host"]
    database.connect().execute(
        "create extension postgres_fdw; create extension dblink;"
        f"create server s foreign data wrapper postgres_fdw options (host '{host}', dbname '{other.name}');"
        "create user mapping for public server s options (user 'postgres', password 'x');"
        "create foreign table far (a int) server s options (table_name 'touched');"
        f"create function reach() returns text language sql volatile as $$ select dblink_exec('host={host}"
        f" dbname={other.name} user=postgres', 'insert into touched values (1)') $$;"
    )
    return other


def reached(connection: psycopg.Connection) -> list[str]:
    found = []
    for statement in ("select count(*) from public.far", "insert into public.far values (1)", "select public.reach()"):
        try:
            connection.execute("set search_path = public")
            connection.execute(statement)
        except psycopg.Error:
            continue
        found.append(statement)
    return found


def test_the_database_itself_reaches_it(database: Database, remote: Database) -> None:
    assert len(reached(database.connect())) == 3


@pytest.mark.parametrize("rows", [False, True])
def test_a_clone_for_a_proof(database: Database, remote: Database, rows: bool) -> None:
    live = database.connect()
    with cloned(live, rows=rows) as made:
        assert made.read() == read_state(live)
        with closing(connect(made.own.info.dsn)) as owner:  # even as a superuser
            assert reached(owner) == []
            assert "password=x" not in str(owner.execute("select umoptions from pg_catalog.pg_user_mapping").fetchall())
    assert remote.connect().execute("select count(*) from touched").fetchone() == (0,)


@pytest.mark.parametrize("way", ["template", "rows", "copy"])
def test_an_isolated_clone(server: TestServer, database: Database, remote: Database, way: str) -> None:
    made_of: list[str] = []
    with closing(databases.maintenance(server.url)) as connection:

        def make(name: str, *, isolated: bool) -> clone.Clone:
            if way == "rows":
                return direct.fill(connection, Live(database.url, rows=True), name, isolated=isolated)
            if way == "copy":
                return direct.copy(connection, database.name, name, isolated=isolated, force=True)
            made_of.append(template.build(connection, Live(database.url)).name)
            return clone.create(connection, made_of[-1], name, isolated=isolated)

        try:
            plain, isolated = make("plain_clone", isolated=False), make("isolated_clone", isolated=True)
            assert (plain.servers, isolated.servers) == (("s",), ())
            with closing(connect(isolated.url)) as inside:
                assert reached(inside) == []
                assert inside.execute("select * from pg_catalog.pg_user_mapping").fetchall() == []
                assert inside.execute("select srvoptions from pg_catalog.pg_foreign_server").fetchall() == [(None,)]
                assert "foreign table public.far" in read_state(inside).groups
            with closing(connect(plain.url)) as inside:
                assert len(reached(inside)) == 3
        finally:
            for name in ("plain_clone", "isolated_clone", *made_of):
                databases.drop_database(connection, name, force=True)
