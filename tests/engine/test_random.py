"""Random DDL (DESIGN §4, rules 1 and 2): programs with renames, rollbacks, savepoints and failures, in one session and in several."""

from __future__ import annotations

import os

import psycopg
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.oracle import meaning, recorded_equals_live

EXAMPLES = int(os.environ.get("PGGIT_TEST_EXAMPLES", "4"))
PROPERTY = settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
    print_blob=False,
    derandomize=EXAMPLES <= 10,
)

TABLE, COLUMN, OTHER = (
    st.sampled_from(["t1", "t2", "t3"]),
    st.sampled_from(["a", "b", "c"]),
    st.sampled_from(["x1", "x2"]),
)
SCHEMA = st.sampled_from(["public", "s1", "s2"])
TEMPLATES = [
    "create table {s}.{t} (a int, b text)", "create table {t} (a int primary key, b {o})", "create table {t} () inherits ({t2})", "drop table {t} cascade",
    "create table {t} (a int) partition by range (a)", "create table {t} partition of {t2} for values from (1) to (10)",
    "alter table {t} attach partition {t2} for values from (10) to (20)", "alter table {t} detach partition {t2}",
    "alter table {s}.{t} add column {c} int default 1", "alter table {t} drop column {c} cascade", "alter table {t} rename column {c} to {c2}",
    "alter table {t} rename to {t2}", "alter table {s}.{t} set schema {s2}", "alter table {t} alter {c} type text", "alter table {t} alter {c} set not null",
    "alter table {t} add check ({c} is not null)", "alter table {t} add unique ({c})", "alter table {t} add foreign key ({c}) references {t2}",
    "create index on {t} ({c})", "create index {o} on {t} ((({c})::text)) where {c} is not null", "drop index {o}", "alter index {o} rename to {o2}",
    "create view v_{o} as select * from {t}", "create or replace view v_{o2} as select * from v_{o}", "alter view v_{o} rename to v_{o2}", "drop view v_{o} cascade",
    "create materialized view m_{o} as select {c} from {t}", "create type {o} as enum ('p', 'q')", "alter type {o} rename value 'p' to 'pp'",
    "alter type {o} rename to {o2}", "alter type {o} set schema {s}", "drop type {o} cascade", "create domain d_{o} as {o2}", "alter domain d_{o} rename to d_{o2}",
    "create function f(x {t}) returns int language sql as 'select 1'", "create function f_{o}(x {o}[]) returns {t} language plpgsql as 'begin end'",
    "create function b_{o}() returns setof {t} language sql begin atomic select * from {t}; end", "drop function f_{o} cascade", "drop function f cascade",
    "create sequence q_{o}", "alter sequence q_{o} owned by {t}.{c}", "alter table {t} alter {c} set default nextval('q_{o}')",
    "create policy p on {t} using ({c} is null)", "alter table {t} enable row level security", "create statistics st_{o} on a, b from {t}",
    "create trigger tr before update on {t} for each row execute function suppress_redundant_updates_trigger()", "drop trigger tr on {t}",
    "create rule r as on insert to {t} do also nothing", "comment on table {t} is '{c}'", "comment on column {t}.{c} is '{o}'", "comment on type {o} is 'x'",
    "grant select on all tables in schema {s} to public", "revoke all on {t} from public", "grant select ({c}) on {t} to public",
    "alter default privileges in schema {s} grant select on tables to public", "create schema {s}", "alter schema {s} rename to {s2}", "drop schema {s} cascade",
    "create temp table {t} (a int)", "do $$ begin create table {t} (a int); alter table {t2} rename {c} to {c2}; end $$",
    "do $$ begin begin create table {t} (b int); perform 1/0; exception when others then null; end; end $$",
    "create publication pub for table {t}", "drop publication pub", "create extension hstore", "alter table {t} add {c} hstore", "drop extension hstore cascade",
    "create table {t} (a int); create view v_{o} as select a from {t}; alter table {t} rename a to {c}", "set constraints all immediate", "savepoint {o}",
    "rollback to {o}", "select pggit.fold()",
]  # fmt: skip

STATEMENT = st.builds(
    lambda template, t, t2, c, c2, o, o2, s, s2: template.format(t=t, t2=t2, c=c, c2=c2, o=o, o2=o2, s=s, s2=s2),
    st.sampled_from(TEMPLATES), TABLE, TABLE, COLUMN, COLUMN, OTHER, OTHER, SCHEMA, SCHEMA,
)  # fmt: skip
ENDS = st.sampled_from(["commit", "commit", "commit", "rollback"])
ISOLATION = st.sampled_from(["read committed", "read committed", "repeatable read", "serializable"])
BLOCK = st.tuples(st.lists(STATEMENT, min_size=1, max_size=6), ENDS, ISOLATION)
ALONE = st.tuples(st.lists(STATEMENT, min_size=1, max_size=1), st.just(""), st.just(""))
PROGRAM = st.lists(BLOCK | ALONE | ALONE, min_size=5, max_size=14)


def run(connection: psycopg.Connection, statement: str) -> None:
    """Run a statement that may fail, though never because of us."""
    try:
        connection.execute(statement)
    except psycopg.Error as error:
        assert "pggit" not in str(error) or "pggit" in statement, f"{statement}: {error}"


def run_block(connection: psycopg.Connection, block: tuple[list[str], str, str]) -> None:
    statements, end, isolation = block
    if not end:
        run(connection, statements[0])
        return
    connection.execute(f"begin isolation level {isolation}")
    for number, statement in enumerate(statements):
        connection.execute(f"savepoint _{number}")
        try:
            connection.execute(statement)
        except psycopg.Error as error:
            assert "pggit" not in str(error) or "pggit" in statement, f"{statement}: {error}"
            connection.execute(f"rollback to _{number}")
    connection.execute(end)


def clear(connection: psycopg.Connection) -> None:
    connection.execute("drop extension if exists hstore cascade; drop publication if exists pub; discard temp")
    for schema in ("public", "s1", "s2"):
        connection.execute(f"drop schema if exists {schema} cascade")
    connection.execute(
        "create schema public; create table t1 (a int primary key, b text); create type x1 as enum ('p', 'q')"
    )
    connection.execute("select pggit.read_everything('drift')")  # examples are independent of one another


def test_random_programs(tracked, connection):
    @PROPERTY
    @given(PROGRAM)
    def check(program):
        clear(connection)
        for block in program:
            run_block(connection, block)
        recorded_equals_live(connection)

    check()


def test_random_programs_in_several_sessions(tracked, connection):
    sessions = [tracked.connect() for _ in range(3)]
    for session in sessions:
        session.execute("set lock_timeout = '60ms'")

    @PROPERTY
    @given(
        st.lists(
            st.tuples(st.integers(0, 2), STATEMENT | ENDS | ISOLATION.map("begin isolation level {}".format)),
            min_size=15,
            max_size=50,
        )
    )
    def check(steps):
        clear(connection)
        for number, statement in steps:
            session = sessions[number]
            if session.info.transaction_status == psycopg.pq.TransactionStatus.INERROR:
                session.execute("rollback")
            if "temp table" not in statement:
                run(session, statement)
        for session in sessions:
            if session.info.transaction_status != psycopg.pq.TransactionStatus.IDLE:
                session.execute(
                    "rollback" if session.info.transaction_status == psycopg.pq.TransactionStatus.INERROR else "commit"
                )
            session.execute("discard temp")
        recorded_equals_live(connection)

    check()


PIECES = [
    ["create table {s}a (x int, y text)", "alter table {s}a add z int default 3", "alter table {s}a add constraint ck check (x > 0)", "create index ix on {s}a (y)"],
    ["create table {s}b (k int primary key)", "comment on table {s}b is 'b'", "alter table {s}b enable row level security", "create policy p on {s}b using (k > 1)"],
    ["create type {s}e as enum ('m')", "alter type {s}e add value 'n'", "create function {s}f({s}e) returns int language sql as 'select 1'"],
    ["create sequence {s}q", "alter sequence {s}q increment 3", "grant usage on sequence {s}q to public"],
]  # fmt: skip
DETOURS = ["create table detour (a int); drop table detour", "alter table {s}a rename to aa; alter table {s}aa rename to a", "alter table {s}a add w int; alter table {s}a drop w",
           "create view vv as select 1; drop view vv", "grant select on {s}a to public; revoke select on {s}a from public"]  # fmt: skip


@st.composite
def paths(draw) -> list[str]:
    """One order in which the pieces can be made, with detours."""
    left = [list(piece) for piece in PIECES]
    made: list[str] = []
    while any(left):
        piece = draw(st.sampled_from([piece for piece in left if piece]))
        made.append(piece.pop(0))
        if made[-1].startswith("create table {s}a") or (draw(st.booleans()) and any("{s}a " in m for m in made)):
            made.append(draw(st.sampled_from(DETOURS)))
    return made


def test_two_paths_to_one_schema_give_equal_roots(tracked, connection):
    @PROPERTY
    @given(paths(), paths(), st.booleans())
    def check(one_path, other_path, detour_by_schema):
        roots = []
        for path in (one_path, other_path):
            connection.execute("drop schema if exists public cascade; drop schema if exists before cascade")
            first = "before" if detour_by_schema and path is one_path else "public"
            connection.execute(f"create schema {first}; set search_path = {first}")
            for statement in path:
                connection.execute(statement.format(s=""))
            if first == "before":
                connection.execute("alter schema before rename to public")
            connection.execute("set search_path = public")
            recorded_equals_live(connection)
            roots.append(meaning(connection))
        assert roots[0] == roots[1]

    check()
