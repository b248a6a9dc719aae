"""Plans that make tables anew, because PostgreSQL cannot alter their partition key: rows and next values survive."""

from __future__ import annotations

import psycopg
import pytest

from plan.pairs import planned
from servers import TestServer

_COLUMNS = "id integer generated always as identity, k integer not null, n serial, s text default 'x', g integer generated always as (k * 2) stored"
_OTHER = "create table o (i integer primary key);"
_LATER = (
    "alter table t add foreign key (k) references o; create index on t (s); create view v as select id, s from t;"
    "create table r (k integer); comment on table t is 'c'; comment on column t.s is 'd'; grant select on t to public;"
    "alter table t enable row level security; create policy p on t using (k > 0);"
)
_SHAPES = {
    "plain": f"create table t ({_COLUMNS});",
    "list": f"create table t ({_COLUMNS}) partition by list (k); create table t1 partition of t for values in (1, 2, 3);"
    "create table t2 partition of t default;",
    "hash": f"create table t ({_COLUMNS}) partition by hash (k); create table h0 partition of t for values with (modulus 2, remainder 0);"
    "create table h1 partition of t for values with (modulus 2, remainder 1);",
    "two levels": f"create table t ({_COLUMNS}) partition by list ((k % 10)); create table t2 partition of t default partition by range (k);"
    "create table t21 partition of t2 for values from (0) to (100);",
    "same partitions": f"create table t ({_COLUMNS}) partition by range (k); create table t1 partition of t for values from (0) to (3);"
    "create table t2 partition of t default;",
}
_ROWS = (
    "insert into o select generate_series(1, 9); insert into t (k, s) select i, 'row ' || i from generate_series(1, 6) as i;"
    "select nextval('t_id_seq'); select nextval('t_n_seq'); select nextval('t_n_seq')"
)


@pytest.mark.parametrize("after", _SHAPES)
@pytest.mark.parametrize("before", _SHAPES)
def test_rows_survive(server: TestServer, before: str, after: str) -> None:
    if before == after:
        pytest.skip("nothing to do")
    a, b = (_OTHER + _SHAPES[name] + _LATER for name in (before, after))
    with planned(server, a, b, _ROWS) as (connection, _):
        assert _rows(connection) == [(i, i, i, f"row {i}", 2 * i) for i in range(1, 7)]
        connection.execute("insert into t (k) values (7)")
        assert _rows(connection)[-1] == (8, 7, 9, "x", 14)
        with pytest.raises(psycopg.errors.ForeignKeyViolation):
            connection.execute("insert into t (k) values (77)")


def test_keys_that_refer_to_it(server: TestServer) -> None:
    """Foreign keys of others are made again, and hold."""
    later = "create table r (k integer references t (k)); create table u (k integer constraint c check (k > 0) references t)"
    a = f"create table t (k integer primary key, v text); {later}"
    b = (
        "create table t (k integer primary key, v text) partition by hash (k);"
        f"create table h partition of t for values with (modulus 1, remainder 0); {later}"
    )
    rows = "insert into t select i, i::text from generate_series(1, 5) as i; insert into r values (3); insert into u values (4)"
    for before, after in ((a, b), (b, a)):
        with planned(server, before, after, rows) as (connection, _):
            assert connection.execute("select sum(k), string_agg(v, '' order by k) from t").fetchone() == (15, "12345")
            with pytest.raises(psycopg.errors.ForeignKeyViolation):
                connection.execute("delete from t where k = 4")


def _rows(connection: psycopg.Connection) -> list[tuple[object, ...]]:
    return connection.execute("select id, k, n, s, g from t order by k").fetchall()


def test_type_of_the_partition_key(server: TestServer) -> None:
    """PostgreSQL alters no column of a partition key: the table is made anew, with its partitions."""
    a = (
        "create table t (k integer, v text) partition by range (k); create table t1 partition of t for values from (0) to (100);"
        "create view w as select k from t"
    )
    b = (
        "create table t (k bigint, v text) partition by range (k); create table t1 partition of t for values from (0) to (100);"
        "create view w as select k from t"
    )
    rows = "insert into t select i, i::text from generate_series(1, 5) as i"
    for before, after in ((a, b), (b, a)):
        with planned(server, before, after, rows) as (connection, _):
            assert connection.execute("select sum(k), string_agg(v, '' order by k) from t1").fetchone() == (15, "12345")


def test_partition_that_becomes_partitioned(server: TestServer) -> None:
    """Its rows go into its own partitions, and its siblings stay."""
    a = (
        "create table t (k integer, j integer, primary key (k, j)) partition by list (k);"
        "create table t1 partition of t for values in (1); create table t2 partition of t for values in (2)"
    )
    b = (
        "create table t (k integer, j integer, primary key (k, j)) partition by list (k);"
        "create table t1 partition of t for values in (1) partition by list (j); create table t1a partition of t1 default;"
        "create table t2 partition of t for values in (2)"
    )
    rows = "insert into t values (1, 5), (1, 6), (2, 7)"
    for before, after in ((a, b), (b, a)):
        with planned(server, before, after, rows) as (connection, plan):
            assert connection.execute("select k, j from t order by 1, 2").fetchall() == [(1, 5), (1, 6), (2, 7)]
            assert not [one.sql for one in plan.statements if "t2" in one.sql]
