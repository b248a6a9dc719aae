"""Rows that a plan must leave are found to be there, or not."""

from __future__ import annotations

import pytest

from pggit.apply.prove.rows import compare, fingerprints
from pggit.apply.prove.survivors import survivors
from pggit.kinds.reader import read_state
from pggit.plan.model import Hazard, Plan, Statement

SETUP = """create schema s; create table t (id int primary key, a text, b int, "C c" jsonb, g int generated always as (id) stored);
insert into t select n, 'a' || n, n * 10, jsonb_build_object('n', n) from generate_series(1, 20) as n;
insert into t (id) values (0); create table e (a int)"""


def plan(*statements: str, lost: str = "", renames: tuple[tuple[str, str], ...] = ()) -> Plan:
    hazards = (Hazard("data-loss", "x"),)
    made = tuple(
        Statement(sql, "alter", lost or "table public.t", hazards=hazards if lost else ()) for sql in statements
    )
    return Plan("a", "b", "", "", 18, statements=made, renames=renames)


def survival(connection, given: Plan):
    connection.execute(SETUP)
    a = read_state(connection)
    connection.execute("begin")
    for statement in given.statements:
        connection.execute(statement.sql)
    connection.execute("commit")
    b = read_state(connection)
    connection.execute(
        "drop schema if exists public cascade; drop schema if exists s cascade; drop schema if exists r cascade; create schema public"
    )
    connection.execute(SETUP)
    connection.execute("alter type z.c drop attribute x" if "type z.c" in str(given) else "select")
    tables = survivors(given, a, b)
    before = fingerprints(connection, tables)
    for statement in given.statements:
        connection.execute(statement.sql)
    return compare(connection, tables, before)


@pytest.fixture
def connection(database):
    return database.connect()


KEPT = {
    "nothing": plan(),
    "a new column": plan("alter table t add d int default 1"),
    "rows moved": plan("update t set a = a", "cluster t using t_pkey"),
    "a wider type": plan("alter table t alter b type bigint"),
    "text": plan("alter table t alter b type text"),
    "a column dropped with a word": plan("alter table t drop b", lost="column public.t.b"),
    "a table dropped with a word": plan("drop table t", lost="table public.t"),
    "a generated column dropped": plan("alter table t drop g"),
    "an empty table dropped": plan("drop table e"),
    "a renamed column": plan("alter table t rename b to n", renames=(("column public.t.b", "column public.t.n"),)),
    "a renamed table": plan("alter table t rename to u", renames=(("table public.t", "table public.u"),)),
    "both renamed": plan(
        "alter table t rename to u", "alter table u rename b to n",
        renames=(("table public.t", "table public.u"), ("column public.u.b", "column public.u.n")),
    ),
    "another schema": plan("alter table t set schema s", renames=(("table public.t", "table s.t"),)),
    "a renamed schema": plan("alter schema public rename to r", renames=(("schema public", "schema r"),)),
}  # fmt: skip


@pytest.mark.parametrize("name", KEPT)
def test_rows_survive(name, connection):
    found = survival(connection, KEPT[name])
    assert found.lost == ()
    assert found.converted == ()
    assert found.rows == (0 if name == "a table dropped with a word" else 21)


LOST = {
    "a column dropped": (plan("alter table t drop b"), "are not there"),
    "a column made anew": (plan("alter table t drop b", "alter table t add b int"), "public.t.b had 20 values"),
    "a column filled otherwise": (plan("alter table t drop b", "alter table t add b int not null default 1"), "had 20 values"),
    "a table made anew": (plan("drop table t", SETUP.split(";")[1]), "had 21 rows"),
    "a table dropped": (plan("drop table t"), "are not there"),
    "a row deleted": (plan("delete from t where id = 3"), "had 21 rows, public.t has 20"),
    "a value changed": (plan("update t set a = 'x' where id = 3"), "values of public.t.a changed"),
    "values in other rows": (plan("update t as x set a = y.a from t as y where y.id = 21 - x.id and x.id > 0"), "in other rows"),
    "a value lost in a new type": (plan("alter table t alter b type text using null"), "had 20 values"),
}  # fmt: skip


@pytest.mark.parametrize("name", LOST)
def test_rows_are_lost(name, connection):
    given, said = LOST[name]
    found = survival(connection, given)
    assert said in "; ".join(found.lost)


def test_other_values_of_another_type_are_told(connection):
    found = survival(connection, plan("alter table t alter a type int using length(a)"))
    assert found.lost == ()
    assert found.converted == ("public.t.a from text to integer",)


def test_values_of_a_type_that_changed_are_told(connection):
    connection.execute("create schema z; create type z.c as (a int, b int); create type z.outer as (c z.c, d int)")
    connection.execute(
        "create table z.t (a z.outer[], b z.c, c int); insert into z.t values (array[row(row(1, 2), 3)::z.outer], (1, 2), 1)"
    )
    found = survival(connection, plan("alter type z.c add attribute x int"))
    assert found.lost == ()
    assert [told.split(" ")[0] for told in found.converted] == ["z.t.a", "z.t.b"]


def test_a_loss_that_was_declared_covers_only_what_it_names(connection):
    found = survival(connection, plan("alter table t drop b, drop a", lost="column public.t.b"))
    assert "are not there" in "; ".join(found.lost)
