"""The fixtures themselves."""

from __future__ import annotations

from collections.abc import Callable

from servers import Database


def test_a_database_is_fresh_and_of_the_named_version(database: Database) -> None:
    connection = database.connect()
    assert connection.autocommit
    row = connection.execute("select current_setting('server_version_num')::int / 10000, current_user").fetchone()
    assert row == (database.version, "postgres")
    tables = connection.execute("select count(*) from pg_class where oid >= 16384").fetchone()
    assert tables == (0,)


def test_databases_are_apart(make_database: Callable[..., Database]) -> None:
    first, second = make_database(), make_database()
    first.connect().execute("create table t()")
    assert second.connect().execute("select to_regclass('t')").fetchone() == (None,)
    first.close()
    copy = make_database(template=first.name)
    assert copy.connect().execute("select to_regclass('t')::text").fetchone() == ("t",)


def test_a_role_goes_with_all_that_it_owns(database: Database, role: Callable[..., str]) -> None:
    name = role("login")
    connection = database.connect()
    connection.execute(f'grant create on schema public to "{name}"')
    mine = database.connect(user=name)
    mine.execute("create table t()")
    assert mine.execute("select current_user").fetchone() == (name,)
