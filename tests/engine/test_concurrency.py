"""Several sessions at once: what is recorded is what is live, and nobody waits, deadlocks or fails because of us."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import psycopg
import pytest

from engine.oracle import fold, one, recorded_equals_live

READ_COMMITTED = "read committed"


def begin(connection: psycopg.Connection, isolation: str = READ_COMMITTED) -> None:
    connection.execute(f"begin isolation level {isolation}")


def together(*work: Callable[[], object]) -> list[BaseException]:
    """Run functions at the same time; what they raised."""
    raised: list[BaseException] = []

    def call(function: Callable[[], object]) -> None:
        try:
            function()
        except BaseException as error:
            raised.append(error)

    threads = [threading.Thread(target=call, args=(function,)) for function in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return raised


@pytest.fixture
def sessions(tracked, connection):
    """Two sessions beside ``connection``."""
    return tracked.connect(), tracked.connect()


def test_the_later_of_two_that_touch_one_table_wins_whoever_began_first(connection, sessions):
    a, b = sessions
    connection.execute("create table t (x int)")
    begin(a)
    a.execute("create table other (y int)")
    b.execute("comment on table t is 'said by b'")
    a.execute("alter table t add column z int")
    a.execute("commit")
    recorded_equals_live(connection)


@pytest.mark.parametrize("first", [READ_COMMITTED, "repeatable read", "serializable"])
@pytest.mark.parametrize("second", [READ_COMMITTED, "repeatable read", "serializable"])
def test_one_renames_a_type_while_the_other_comments_on_its_function(connection, sessions, first, second):
    a, b = sessions
    for order in (0, 1):
        connection.execute("drop schema public cascade; create schema public")
        connection.execute("create type e as enum ('a'); create function f(e) returns int language sql as 'select 1'")
        recorded_equals_live(connection)
        begin(a, first)
        begin(b, second)
        (a, b)[order].execute("select 1")
        a.execute("alter type e rename to e2")
        b.execute("comment on function f(e) is 'x'")
        (a, b)[order].execute("commit")
        (b, a)[order].execute("commit")
        recorded_equals_live(connection)


def test_a_reading_made_early_is_not_taken_for_a_later_state(connection, sessions):
    a, b = sessions
    connection.execute("create type e as enum ('a'); create function f(e) returns int language sql as 'select 1'")
    begin(a)
    a.execute("comment on function f(e) is 'x'")
    a.execute("set constraints all immediate")
    b.execute("alter type e rename to e2")
    a.execute("create table t (x int)")
    a.execute("commit")
    recorded_equals_live(connection)


def test_folding_while_others_are_in_progress(connection, sessions):
    a, b = sessions
    connection.execute("create type e as enum ('a'); create table t (x e)")
    begin(a)
    a.execute("create function f(e) returns int language sql as 'select 1'")
    a.execute("set constraints all immediate")
    b.execute("alter type e rename to e2")
    recorded_equals_live(connection)
    a.execute("comment on function f(e2) is 'x'")
    a.execute("commit")
    recorded_equals_live(connection)


def test_two_renames_under_one_view_both_finish_quickly(connection, sessions):
    a, b = sessions
    connection.execute("create table t1 (x int); create table t2 (y int); create view v as select * from t1, t2")
    for session in sessions:
        session.execute("set deadlock_timeout = '10s'")
        begin(session)
    a.execute("alter table t1 rename to u1")
    b.execute("alter table t2 rename to u2")
    a.execute("comment on view v is 'x'")
    started = time.monotonic()
    assert together(lambda: a.execute("commit"), lambda: b.execute("commit")) == []
    assert time.monotonic() - started < 9, "neither waited for the deadlock to be noticed"
    recorded_equals_live(connection)


def test_capture_waits_for_no_lock_that_another_holds(connection, sessions):
    a, b = sessions
    connection.execute("create table t1 (x int); create table t2 (y int); create view v as select * from t1, t2")
    begin(a)
    a.execute("lock table t2 in access exclusive mode")
    b.execute("set lock_timeout = '5s'")
    started = time.monotonic()
    b.execute("comment on view v is 'x'")
    assert time.monotonic() - started < 1
    a.execute("rollback")
    recorded_equals_live(connection)


@pytest.mark.parametrize("isolation", ["repeatable read", "serializable"])
def test_unrelated_transactions_do_not_fail_to_serialise(tracked, connection, isolation):
    sessions = [tracked.connect() for _ in range(20)]
    for number, session in enumerate(sessions):
        begin(session, isolation)
        session.execute(f"create table t{number} (x int)")
    for number, session in enumerate(sessions):
        session.execute(f"alter table t{number} add column y int; comment on table t{number} is 'x'")
    for session in sessions:
        session.execute("commit")
    recorded_equals_live(connection)


def test_a_hundred_serializable_transactions_at_once_all_commit(tracked, connection):
    def work(session: psycopg.Connection, worker: int) -> Callable[[], None]:
        def run() -> None:
            for number in range(10):
                begin(session, "serializable")
                session.execute(f"create table t_{worker}_{number} (x int)")
                session.execute(f"create index on t_{worker}_{number} (x)")
                session.execute("commit")

        return run

    assert together(*[work(tracked.connect(), worker) for worker in range(10)]) == []
    recorded_equals_live(connection)


def test_the_same_statement_in_open_transactions_waits_for_nobody(connection, sessions):
    a, b = sessions
    begin(a)
    begin(b)
    b.execute("set local lock_timeout = '200ms'")
    a.execute("create temp table x (a int); create table if not exists pg_temp.y (a int); create schema s1")
    b.execute("create temp table x (a int); create table if not exists pg_temp.y (a int); create schema s2")
    b.execute("commit")
    a.execute("commit")
    recorded_equals_live(connection)


def test_sessions_fold_at_the_same_time(tracked, connection):
    for number in range(30):
        connection.execute(f"create table t{number} (x int)")
    sessions = [tracked.connect() for _ in range(4)]
    assert together(*[lambda s=s: fold(s) for s in sessions]) == []
    recorded_equals_live(connection)
    keys = [key for (key,) in connection.execute("select key from pggit.change where key like 'table %'")]
    assert len(keys) == len(set(keys)) == 30


def test_sessions_commit_at_the_same_time(tracked, connection):
    def work(session: psycopg.Connection, worker: int) -> Callable[[], None]:
        def run() -> None:
            for number in range(3):
                with session.transaction():
                    session.execute(f"create table t_{worker}_{number} (x int)")
                one(session, "select pggit.commit(%s, true)", f"{worker} {number}")

        return run

    assert together(*[work(tracked.connect(), worker) for worker in range(10)]) == []
    rows = connection.execute("select message, cardinality(parents) from pggit.log() order by authored_at").fetchall()
    assert sorted(message for message, _ in rows[1:]) == sorted(f"{w} {n}" for w in range(10) for n in range(3))
    assert [parents for _, parents in rows] == [0] + [1] * 30
    assert one(connection, "select count(distinct generation) from pggit.commit") == 31
    # no commit but the newest has two children, so the history is a line
    assert one(connection, "select max(n) from (select count(*) as n from pggit.commit group by parents) as x") == 1
    recorded_equals_live(connection)
    assert connection.execute("select * from pggit.status()").fetchall() == []


def test_folding_is_refused_where_it_could_not_see_what_it_reads(connection):
    begin(connection, "repeatable read")
    with pytest.raises(psycopg.Error, match="READ COMMITTED"):
        connection.execute("select pggit.fold()")
    connection.execute("rollback")
