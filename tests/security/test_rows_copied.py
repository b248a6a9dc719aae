"""Rows of another role's tables, copied into a clone or made up for a proof, run that role's code with its rights alone."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing

import psycopg
import pytest

from pggit.apply.prove.clone import cloned
from pggit.apply.prove.rows import compare, fingerprints
from pggit.apply.prove.seed import seed
from pggit.apply.prove.survivors import Column, Table
from pggit.clone import direct
from pggit.clone.source.database import Live
from pggit.core.errors import Refused
from pggit.db import database as databases
from pggit.db.connect import connect, connection_url
from security.conftest import Attacker, set_trap
from servers import Database

TRAPS = """
create domain {schema}.dom as int check ({trap}() and value > 0);
create type {schema}.pair as (a {schema}.dom, b text);
create type {schema}.mood as enum ('sad', 'glad');
create function {schema}.one(int) returns int language plpgsql immutable as 'begin perform {trap}(); return 1; end';
create function {schema}.as_text({schema}.mood) returns text language plpgsql immutable
  as 'begin perform {trap}(); return ''sad''; end';
create cast ({schema}.mood as text) with function {schema}.as_text as assignment;
create table {schema}.t (id int generated always as identity primary key, v {schema}.dom default 1, m {schema}.mood,
  g int generated always as ({schema}.one(1)) stored, p {schema}.pair, l {schema}.dom[], "Odd ""name" text,
  check ({trap}()));
create table {schema}.parts (a int) partition by range (({schema}.one(a)));
create table {schema}.part partition of {schema}.parts for values from (0) to (9);
create function {schema}.as_int({schema}.mood) returns int language plpgsql immutable
  as 'begin perform {trap}(); return 1; end';
create cast ({schema}.mood as int) with function {schema}.as_int as implicit;
create table {schema}.numbers (n int primary key); insert into {schema}.numbers values (1);
create table {schema}.use (m {schema}.mood references {schema}.numbers); insert into {schema}.use values ('glad');
create table {schema}."odd (name" (a int, b int generated always as ({schema}.one(1)) stored);
create materialized view {schema}.mv as select {trap}() as x;
insert into {schema}.t (v, m, p, l, "Odd ""name") values (1, 'sad', (2, 'x,"y'), '{{3,4}}', E'\\\\N\\t'), (5, null, null, null, null);
insert into {schema}.parts values (1);
"""  # fmt: skip


@pytest.fixture
def owner(role: Callable[..., str], database: Database) -> Attacker:
    """A role that owns tables, and traps around them."""
    attacker = set_trap(database, role())
    with attacker.connect() as there:
        there.execute(TRAPS.format(schema=attacker.schema, trap=attacker.trap))
    return attacker


def rows(attacker: Attacker, url: str) -> list[list[tuple]]:
    with psycopg.connect(url) as there:
        return [
            there.execute(f"select {what} from {attacker.schema}.{table} order by 1").fetchall()
            for table, what in (("t", '*, v + 1, "Odd ""name"'), ("parts", "*"))
        ]


def loot(attacker: Attacker, url: str) -> list[str]:
    """What the attacker got in a copy of the database."""
    return Attacker(attacker.name, Database("copy", url, 0, attacker.database.server), attacker.schema).loot()


def test_a_clone_with_rows(owner):
    with connect(owner.database.url) as source, cloned(source, rows=True) as clone:
        url = connection_url(clone.own)
        assert rows(owner, url) == rows(owner, owner.database.url)
        assert loot(owner, url) == []


def test_a_clone_for_people(owner, server):
    with closing(databases.maintenance(server.url)) as connection:
        made = direct.fill(connection, Live(owner.database.url, rows=True), f"copy_{owner.database.name}")
        try:
            assert rows(owner, made.url) == rows(owner, owner.database.url)
            assert loot(owner, made.url) == []
        finally:
            databases.drop_database(connection, made.name, force=True)


@pytest.mark.parametrize("rows", [True, False])
def test_a_clone_without_owners_is_not_filled_by_a_superuser(owner, server, rows):
    """Generated columns, partition keys and constants run code without any rows."""
    with closing(databases.maintenance(server.url)) as connection, pytest.raises(Refused, match="without owners"):
        source = Live(owner.database.url, rows=rows, owners=False)
        direct.fill(connection, source, f"copy_{owner.database.name}")
    assert owner.loot() == []


def test_seeds(owner):
    with owner.connect() as there:
        there.execute(f"truncate {owner.schema}.t, {owner.schema}.parts")
    with connect(owner.database.url) as connection:
        assert seed(connection).rows >= 4
    # the table of the loot is seeded, too
    assert not {"ran as postgres", "is superuser"} & set(owner.loot())


def test_fingerprints(owner):
    table = f"{owner.schema}.t"
    what = [Table(table, table, (Column("m", "m", False), Column("v", "v", True)))]
    with connect(owner.database.url) as connection:
        before = fingerprints(connection, what)
        with owner.connect() as there:
            there.execute(f"alter table {table} alter m type text using 'x' || m")
            there.execute(
                f"create function {owner.schema}.as_mood(text) returns {owner.schema}.mood language plpgsql immutable"
                f" as 'begin perform {owner.trap}(); return ''sad''; end';"
                f" create cast (text as {owner.schema}.mood) with function {owner.schema}.as_mood"
            )
        compare(connection, what, before)
    assert owner.loot() == []
