"""Objects in pg_temp stand before those of pg_catalog only where a search_path does not say otherwise."""

from __future__ import annotations

from collections.abc import Callable

import psycopg
import pytest

import pggit
from security.conftest import Attacker
from servers import Database

DOMAINS = "create domain pg_temp.text as pg_catalog.text check ({trap}()); create domain pg_temp.bytea as pg_catalog.bytea check ({trap}())"
VIEWS = [
    "create temporary view pg_class as select * from pg_catalog.pg_class where {trap}()",
    "create temporary view pg_namespace as select * from pg_catalog.pg_namespace where {trap}()",
    "create temporary view pg_proc as select * from pg_catalog.pg_proc where {trap}()",
]


def tried(connection: psycopg.Connection, *statements: str) -> None:
    """Run statements that may fail."""
    for statement in statements:
        try:
            connection.execute(statement)
        except psycopg.Error:
            continue


def test_every_function_searches_pg_temp_last(tracked: Database) -> None:
    with tracked.connect() as connection:
        wrong = connection.execute(
            "select p.oid::regprocedure::text from pg_proc as p join pg_namespace as n on n.oid = p.pronamespace"
            " where n.nspname like 'pggit%' and not coalesce('search_path=pg_catalog, pg_temp' = any (p.proconfig), false)"
        ).fetchall()
    assert wrong == []


@pytest.mark.parametrize("traps", [[DOMAINS], VIEWS], ids=["domains", "views"])
def test_ddl_of_a_role_that_can_only_connect(attacker: Attacker, traps: list[str]) -> None:
    with attacker.connect() as connection:
        tried(connection, *(trap.format(trap=attacker.trap) for trap in traps))
        tried(
            connection, "alter default privileges grant select on tables to public", "create temporary table t (a int)"
        )
        tried(connection, f"create table {attacker.schema}.t (a int primary key)", f"drop table {attacker.schema}.t")
    assert attacker.loot() == []


@pytest.mark.parametrize("level", ["reader", "auditor", "writer", "admin"])
@pytest.mark.parametrize("traps", [[DOMAINS], VIEWS], ids=["domains", "views"])
def test_calls_of_a_role_with_access(attacker: Attacker, level: str, traps: list[str]) -> None:
    with pggit.open(attacker.database.url) as repository:
        repository.grant(level, attacker.name)
    with attacker.connect() as connection:
        tried(connection, *(trap.format(trap=attacker.trap) for trap in traps))
        functions = connection.execute(
            "select p.proname, p.pronargs - p.pronargdefaults, p.proargtypes::oid[] from pg_proc as p"
            " join pg_namespace as n on n.oid = p.pronamespace"
            " where n.nspname like 'pggit%' and has_function_privilege(p.oid, 'execute') and p.prokind = 'f'"
        ).fetchall()
        assert len(functions) > 10
        for name, count, types in functions:
            arguments = ", ".join("null::" + _type(connection, oid) for oid in types[:count])
            tried(connection, f"select * from pggit.{name}({arguments})")
    assert attacker.loot() == []


def _type(connection: psycopg.Connection, oid: int) -> str:
    row = connection.execute("select pg_catalog.format_type(%s, null)", [oid]).fetchone()
    assert row is not None
    name = row[0].replace("pg_catalog.", "")
    return name if "." in name else f"pg_catalog.{name}" if " " not in name else name


def test_the_attack_works_on_an_older_engine(make_database: Callable[..., Database], role: Callable[..., str]) -> None:
    """What the tests above try is an attack: it succeeds where functions search pg_temp first."""
    from security.conftest import install_older, set_trap

    database = make_database()
    install_older(database)
    attacker = set_trap(database, role())
    with attacker.connect() as connection:
        tried(
            connection, DOMAINS.format(trap=attacker.trap), "alter default privileges grant select on tables to public"
        )
    assert "is superuser" in attacker.loot()
