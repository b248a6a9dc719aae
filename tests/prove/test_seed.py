"""Rows are made for tables of any sort; what cannot be filled is told."""

from __future__ import annotations

import pytest

from pggit.apply.prove.seed import ROWS, seed

FILLED = {
    "types": """create type e as enum ('x', 'y'); create type c as (a int, b text); create domain d as text check (value ~ '@');
        create type r as range (subtype = float8);
        create table t (a bool, b smallint, c varchar(2), d char(1), e numeric(3,1), f timestamptz, g date, h interval, i uuid, j jsonb,
        k bytea, l inet, m int[], n e, o c, p d, q int4range, r r, s bit(3), t xml, u "char", v money, w point, x tsvector, y name, z e[])""",
    "counted": "create table t (a int generated always as identity, b serial, c int generated always as (b * 2) stored)",
    "no columns": "create table t ()",
    "checks": """create table t (a int check (a > 100), b text not null check (b in ('red', 'green')), c text not null check (length(c) >= 12),
        d int not null, e int not null, check (d < e), f date not null check (f > '2030-05-05'))""",
    "keys": "create table t (a text primary key, b int not null unique, c uuid unique, unique (b, c)); create unique index on t (lower(a))",
    "foreign keys": """create table b (i int not null); create table a (x int, y text, primary key (x, y));
        create table c (i int primary key, x int not null, y text not null, foreign key (x, y) references a);
        alter table b add foreign key (i) references c""",
    "itself": "create table t (id int primary key, up int not null references t)",
    "a tree": "create table t (id int primary key, up int references t)",
    "partitions": """create table t (a int, b date) partition by range (b);
        create table t1 partition of t for values from ('2020-01-01') to ('2020-02-01');
        create table t2 partition of t for values from ('2020-02-01') to ('2020-03-01') partition by list (a);
        create table t3 partition of t2 for values in (7); create table t4 partition of t2 default""",
    "hashed": "create table t (a int primary key) partition by hash (a); create table t1 partition of t for values with (modulus 2, remainder 0);"
        "create table t2 partition of t for values with (modulus 2, remainder 1); create table u (a int not null references t)",
    "excluded": "create table t (a int4range not null, exclude using gist (a with &&))",
    "names": """create schema "My S"; create table "My S"."T 1" ("A b" int not null, "c""d" text); create domain "My S"."D" as int check (value > 5);
        create table "My S".u (a "My S"."D" not null)""",
    "a trigger that refuses": """create function f() returns trigger language plpgsql as $$ begin raise exception 'no'; end $$;
        create table t (a int); create trigger g before insert on t for each row execute function f()""",
}  # fmt: skip


@pytest.mark.parametrize("name", FILLED)
def test_every_table_gets_rows(name, database):
    connection = database.connect()
    connection.execute(FILLED[name])
    found = seed(connection)
    assert found.empty == ()
    listed = connection.execute(
        "select c.oid::regclass::text from pg_class c join pg_namespace n on n.oid = relnamespace"
        " where relkind = 'r' and nspname !~ '^pg_|information'"
    ).fetchall()
    assert found.tables == len(listed)
    for (table,) in listed:
        ((rows,),) = connection.execute(f"select count(*) from {table}").fetchall()
        assert 1 <= rows <= ROWS
    connection.execute("set constraints all immediate")
    assert connection.execute("show session_replication_role").fetchone() == ("origin",)


def test_foreign_keys_hold(database):
    connection = database.connect()
    connection.execute(
        "create table a (x int, y text, primary key (x, y)); create table c (i int primary key, x int, y text not null)"
    )
    connection.execute(
        "create table b (i int not null references c); alter table c add constraint k foreign key (x, y) references a not valid"
    )
    assert seed(connection).empty == ()
    connection.execute("alter table c validate constraint k")


def test_what_cannot_be_filled_is_told(database):
    connection = database.connect()
    connection.execute(
        "create table never (a int check (a > 3 and a < 3)); create table after (a int); alter table never add primary key (a)"
    )
    found = seed(connection)
    assert found.tables == 1
    (said,) = found.empty
    assert said.startswith("public.never: ") and "violates check constraint" in said


def test_rows_that_are_there_stay(database):
    connection = database.connect()
    connection.execute("create table t (a int); insert into t values (42)")
    assert seed(connection).rows == 0
    assert connection.execute("select a from t").fetchall() == [(42,)]


def test_no_time_is_told(database):
    connection = database.connect()
    connection.execute("create table t (a int)")
    assert seed(connection, seconds=-1).empty == ("public.t: there was no time left",)


def test_without_the_right_to_silence_triggers(database, role):
    owner = role()
    connection = database.connect()
    connection.execute(f"grant create on schema public to {owner}")
    there = database.connect(user=owner)
    there.execute("create table u (a int primary key, b int references u)")
    assert seed(there).empty == ()
    assert there.execute("select count(*) from u").fetchone() == (ROWS,)
