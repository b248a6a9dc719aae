"""Scratch databases come and go."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing

import pytest

from pggit.core.errors import PermissionDenied
from pggit.db.scratch import PREFIX, drop_abandoned, making, new_name, scratch_database
from servers import Database, TestServer, connect


def names(server: TestServer) -> set[str]:
    rows = server.admin.execute(f"select datname from pg_database where datname like '{PREFIX}%'").fetchall()
    return {name for (name,) in rows}


@pytest.mark.parametrize("form", ["connection", "url"])
def test_lives_as_long_as_the_block(server: TestServer, database: Database, form: str) -> None:
    before = names(server)
    with scratch_database(database.connect() if form == "connection" else database.url) as url:
        connection = connect(url)
        connection.execute("create table t()")
        assert len(names(server) - before) == 1
    assert names(server) == before  # although somebody was connected
    connection.close()


def test_goes_when_the_block_fails_or_the_connection_breaks(server: TestServer, database: Database) -> None:
    connection = database.connect()
    with pytest.raises(ZeroDivisionError), scratch_database(connection):
        raise ZeroDivisionError
    with scratch_database(connection):
        server.admin.execute("select pg_terminate_backend(%s)", (connection.info.backend_pid,))
        with pytest.raises(Exception, match="terminat"):
            connection.execute("select 1")
    assert names(server) == set()


def test_template(database: Database) -> None:
    connection = database.connect()
    connection.execute("create table t()")
    url = database.url
    database.close()
    with scratch_database(connect(url.replace(database.name, "postgres")), template=database.name) as scratch:
        copy = connect(scratch)
        assert copy.execute("select to_regclass('t')::text").fetchone() == ("t",)
        copy.close()


def test_takes_encoding_and_locale(server: TestServer) -> None:
    server.admin.execute(
        "create database latin template template0 encoding 'LATIN1' lc_collate 'C' lc_ctype 'C'"
        + (" locale_provider libc" if server.version >= 15 else "")
    )
    try:
        with scratch_database(server.url_of("latin")) as url:
            connection = connect(url)
            assert connection.execute("show server_encoding").fetchone() == ("LATIN1",)
            connection.close()
    finally:
        server.admin.execute("drop database latin with (force)")


def test_a_role_without_the_right_is_told_what_to_do(database: Database, role: Callable[..., str]) -> None:
    with pytest.raises(PermissionDenied, match="scratch") as caught, scratch_database(database.url_as(role("login"))):
        pass
    assert "PGGIT_SCRATCH" in str(caught.value.hint)
    with scratch_database(database.url_as(role("login createdb"))) as url:
        connect(url).close()


def test_what_a_killed_process_left_is_dropped(server: TestServer, database: Database) -> None:
    left, used, made = new_name(), new_name(), new_name()
    foreign = f"{PREFIX}keep"
    for name in (left, used, made, foreign):
        server.admin.execute(f'create database "{name}"')
    maker = database.connect()
    with making(maker, made), closing(connect(server.url_of(used))):
        assert drop_abandoned(server.admin) == [left]
        assert names(server) == {used, made, foreign}
    with making(maker, made):
        maker.close()  # as it ends with its process
    with scratch_database(database.url):
        assert names(server) >= {foreign}
        assert not names(server) & {used, made}
    server.admin.execute(f'drop database "{foreign}"')
