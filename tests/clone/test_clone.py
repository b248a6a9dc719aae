"""Clones of a template: made, put back, dropped; what they carry over; who is in the way."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta

import psycopg
import pytest

from clone.conftest import names, unfinished
from pggit.clone import clone
from pggit.clone.label import Sealed, labelled
from pggit.core.errors import NotFound, PermissionDenied, Refused
from pggit.db import database as databases
from pggit.db.strategy import STRATEGIES, possible
from servers import TestServer, connect

Make = Callable[..., str]


def rows(server: TestServer, name: str, text: str) -> list[tuple]:
    with closing(connect(server.url_of(name))) as connection:
        return connection.execute(text.encode()).fetchall()


def test_a_clone_has_what_the_template_has(server: TestServer, admin: psycopg.Connection, make_template: Make) -> None:
    template = make_template("create table t(i serial); insert into t default values; insert into t default values")
    made = clone.create(admin, template, "My Clone")
    with closing(connect(made.url)) as connection:
        assert connection.execute("insert into t default values returning i").fetchall() == [(3,)]
        assert connection.execute("select current_database()").fetchone() == ("My Clone",)
    assert (made.template, made.source, made.expires) == (template, "by hand", None)
    assert made.strategy in possible(server.version)
    ((label,),) = [[found.label] for found in clone.clones(admin)]
    assert label.base == template
    assert 0 < label.took[made.strategy][0] <= made.milliseconds
    assert rows(server, clone.create(admin, template, "other").name, "select count(*) from t") == [(2,)]


def test_unlogged_rows_statistics_and_extensions_come_along(
    server: TestServer, admin: psycopg.Connection, make_template: Make
) -> None:
    template = make_template(
        "create unlogged table t as select i from generate_series(1, 100) as i; analyze t; drop extension plpgsql"
    )
    clone.create(admin, template, "c")
    assert rows(server, "c", "select count(*) from t") == [(100,)]
    assert rows(server, "c", "select n_distinct from pg_stats where tablename = 't'") == [(-1,)]
    assert rows(server, "c", "select extname from pg_extension") == []  # as in the template, not as in template1


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_every_strategy_copies(
    server: TestServer, admin: psycopg.Connection, make_template: Make, strategy: str
) -> None:
    if strategy not in possible(server.version):
        pytest.skip(f"PostgreSQL {server.version} has no {strategy}")
    template = make_template("create table t as select generate_series(1, 1000) as i")
    made = clone.create(admin, template, "c", strategy=strategy)
    assert made.strategy == strategy
    assert rows(server, "c", "select sum(i) from t") == [(500500,)]
    assert strategy in labelled(admin, name=template)[0].label.took


def test_what_create_database_does_not_copy(
    server: TestServer, role: Callable[..., str], admin: psycopg.Connection, make_template: Make
) -> None:
    owner, reader = role("login", "The Owner"), role()
    template = make_template()
    for statement in (
        f'alter database {template} owner to "{owner}"',
        f"revoke all on database {template} from public",
        f"grant connect on database {template} to {reader} with grant option",
        f'alter database {template} set search_path to a, "B c", pg_catalog',
        f"alter database {template} set work_mem to '7MB'",
        f"alter database {template} set application_name to 'it''s; drop table t'",
        f"alter role {reader} in database {template} set statement_timeout to '5s'",
    ):
        admin.execute(statement)
    made = clone.create(admin, template, "carried")
    assert made.remarks == ()
    query = (
        "select pg_get_userbyid(datdba), datacl::text, (select array_agg(x::text order by setrole) from"
        " (select setrole, setconfig from pg_db_role_setting s where s.setdatabase = d.oid) x)"
        " from pg_database d where datname = %s"
    )
    was, now = (admin.execute(query, (name,)).fetchone() for name in (template, "carried"))
    assert was == now
    assert now[2]
    with closing(connect(psycopg.conninfo.make_conninfo(made.url, user=reader))) as connection:
        assert connection.execute("show statement_timeout").fetchone() == ("5s",)
        assert connection.execute("show search_path").fetchone() == ('a, "B c", pg_catalog',)


def test_an_ordinary_role_clones_what_it_may(
    server: TestServer, role: Callable[..., str], admin: psycopg.Connection, make_template: Make
) -> None:
    maker, plain = role("login createdb"), role()
    template = make_template()
    admin.execute(f"alter database {template} set work_mem to '7MB'")
    admin.execute(f"alter database {template} set session_preload_libraries to ''")  # a superuser's to set
    with closing(databases.maintenance(psycopg.conninfo.make_conninfo(server.url, user=maker))) as connection:
        made = clone.create(connection, template, "of_maker")
        assert rows(server, "of_maker", "show work_mem") == [("7MB",)]
        assert "its owner is the current role" in made.remarks[0]
        assert "session_preload_libraries" in made.remarks[1]
        assert labelled(admin, name="of_maker")[0].owner == maker
        clone.reset(connection, "of_maker")
        clone.drop(connection, "of_maker")
    with closing(databases.maintenance(psycopg.conninfo.make_conninfo(server.url, user=plain))) as connection:
        with pytest.raises(PermissionDenied) as caught:
            clone.create(connection, template, "of_plain")
        assert "CREATEDB" in str(caught.value.hint)
    assert not unfinished(admin)


def test_a_template_that_is_not_sealed_is_none(admin: psycopg.Connection, make_template: Make) -> None:
    template = make_template()
    admin.execute(f"alter database {template} is_template false")
    with pytest.raises(NotFound, match="no template"):
        clone.create(admin, template, "c")
    with pytest.raises(NotFound, match="no template"):
        clone.create(admin, "no such", "c")


def test_a_name_that_is_taken(
    server: TestServer, admin: psycopg.Connection, make_template: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    template = make_template()
    clone.create(admin, template, "c")
    with pytest.raises(Refused, match="already"):
        clone.create(admin, template, "c")
    # taken while it was being copied: the last step refuses, and nothing is left
    look = clone.sealed

    def take(connection: psycopg.Connection, template: str, name: str) -> Sealed:
        found = look(connection, template, name)
        with closing(databases.maintenance(server.url)) as other:
            databases.create_database(other, name)
        return found

    monkeypatch.setattr(clone, "sealed", take)
    for work_mem in (None, "7MB"):  # without and with what must be carried over
        if work_mem:
            admin.execute(f"alter database {template} set work_mem to '{work_mem}'")
        with pytest.raises(Refused, match="there is a database d already"):
            clone.create(admin, template, "d")
        assert not unfinished(admin)
        assert databases.drop_database(admin, "d")


def test_reset_brings_back_how_it_began(server: TestServer, admin: psycopg.Connection, make_template: Make) -> None:
    template = make_template()
    made = clone.create(admin, template, "c", ttl=timedelta(hours=1))
    with closing(connect(made.url)) as connection:
        connection.execute("drop table t")
        with pytest.raises(databases.InUse, match=r"a session of postgres.*pid") as caught:
            clone.reset(admin, "c")
        assert "--force" in str(caught.value.hint)
        assert connection.execute("select 1").fetchone() == (1,)
        again = clone.reset(admin, "c", force=True)
        with pytest.raises(psycopg.OperationalError):
            connection.execute("select 1")
    assert again.expires == made.expires
    assert rows(server, "c", "select i from t") == [(1,)]
    assert not unfinished(admin)


def test_drop(server: TestServer, admin: psycopg.Connection, make_template: Make) -> None:
    made = clone.create(admin, make_template(), "c")
    with closing(connect(made.url)):
        with pytest.raises(databases.InUse):
            clone.drop(admin, "c")
        clone.drop(admin, "c", force=True)
    assert "c" not in names(admin)
    with pytest.raises(NotFound, match="no clone c"):
        clone.drop(admin, "c")
    with pytest.raises(NotFound, match="no clone that pgGit made"):
        clone.drop(admin, "postgres")


def test_gc_drops_what_is_over(server: TestServer, admin: psycopg.Connection, make_template: Make) -> None:
    template = make_template()
    for name, ttl in (("over", -1), ("later", 3600), ("used", -1)):
        clone.create(admin, template, name, ttl=timedelta(seconds=ttl))
    clone.create(admin, template, "forever")
    with closing(connect(server.url_of("used"))):
        dropped, used = clone.gc(admin)
        assert dropped == ["over"]
        assert [one.name for one in used] == ["used"]
        assert clone.gc(admin, force=True)[0] == ["used"]
    assert [one.name for one in clone.clones(admin)] == ["forever", "later"]


def test_somebody_connected_to_the_source_is_explained(server: TestServer, admin: psycopg.Connection) -> None:
    databases.create_database(admin, "busy")
    with (
        closing(connect(psycopg.conninfo.make_conninfo(server.url_of("busy"), application_name="the shop"))),
        pytest.raises(databases.InUse, match="busy is in use: the shop of postgres"),
    ):
        databases.create_database(admin, "copy", template="busy")
    databases.create_database(admin, "copy", template="busy")


@pytest.mark.parametrize("clients", [1, 4, 16])
def test_clients_clone_at_once(
    server: TestServer, admin: psycopg.Connection, make_template: Make, clients: int
) -> None:
    template = make_template()
    admin.execute(f"alter database {template} set work_mem to '7MB'")

    def work(number: int) -> list[str]:
        with closing(databases.maintenance(server.url)) as connection:
            return [clone.create(connection, template, f"c_{number}_{turn}").name for turn in range(2)]

    with ThreadPoolExecutor(clients) as pool:
        made = [name for of_one in pool.map(work, range(clients)) for name in of_one]
    assert sorted(one.name for one in clone.clones(admin)) == sorted(made)
    assert rows(server, made[-1], "select i from t") == [(1,)]
    assert not unfinished(admin)
