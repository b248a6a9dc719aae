"""Clones have the schema, and on wish the rows; dumps are made without telling passwords."""

from __future__ import annotations

import pytest

from pggit.apply.prove.clone import cloned
from pggit.core.errors import SqlFailed, UsageError
from pggit.db import dump as dump_module
from pggit.db.dump import NoDumpProgram, dump, dump_program
from pggit.kinds.reader import read_state
from pggit.repo import install

SCHEMA = r"""create table t (id serial primary key, a text, "B b" bytea, c jsonb, d int generated always as (id * 2) stored);
insert into t (a, "B b", c) values (e'tab\t back\\slash \n line; \\. ''', '\x00ff', '{"a": "é"}'), (null, null, null), ('\.', '', '[]');
create table p (a int, b text) partition by list (a); create table p1 partition of p for values in (1); create table p2 partition of p default;
insert into p values (1, 'x'), (2, 'y'); create materialized view m as select count(*) as n from t; create schema "My S";
create table "My S"."T 1" (a int references t); insert into "My S"."T 1" values (1); create table empty (a int);
create function f() returns trigger language plpgsql as 'begin return null; end'; create trigger g before insert on t for each row execute function f()"""


def rows(connection, table):
    return connection.execute(f"select * from {table} as t order by t::text").fetchall()


def test_a_clone_with_rows(database):
    live = database.connect()
    live.execute(SCHEMA)
    with cloned(live, rows=True) as made:
        clone = made.own
        assert made.read() == read_state(live)
        for table in ("t", "p1", "p2", "m", '"My S"."T 1"', "empty"):
            assert rows(clone, table) == rows(live, table)
        assert clone.execute("select nextval('t_id_seq')").fetchone() == (4,)


def test_a_clone_without_rows(database):
    live = database.connect()
    live.execute(SCHEMA)
    with cloned(live) as made:
        clone = made.own
        assert made.read() == read_state(live)
        assert rows(clone, "t") == []
    assert live.execute("select count(*) from pg_database where datname like 'pggit_scratch_%'").fetchone() == (0,)


def test_a_clone_is_the_user_s_part_of_a_tracked_database(database):
    live = database.connect()
    live.execute(SCHEMA)
    install.install(live)
    for with_rows in (False, True):
        with cloned(live, rows=with_rows) as made:
            clone = made.own
            assert clone.execute("select to_regnamespace('pggit')").fetchone() == (None,)
            assert clone.execute("select count(*) from pg_event_trigger").fetchone() == (0,)
            assert made.read() == read_state(live)


def test_a_subscription_stays_where_it_is(database):
    live = database.connect()
    live.execute("create subscription s connection 'host=nowhere' publication p with (connect = false)")
    try:
        with cloned(live) as made:
            clone = made.own
            assert clone.execute("select count(*) from pg_subscription").fetchone() == (1,)  # the live one's
            assert "subscription s" in read_state(live, optional=True).groups
            assert "subscription s" not in read_state(clone, optional=True).groups
    finally:
        live.execute("alter subscription s set (slot_name = none); drop subscription s")


def test_the_program_is_of_the_server_s_version_or_newer(database):
    program = dump_program(database.version)
    assert dump_module.version_of(program) >= database.version
    assert "PostgreSQL database dump complete" in dump(program, database.url, "--schema-only")
    with pytest.raises(NoDumpProgram, match="there is no pg_dump of version 99 or newer"):
        dump_program(99)


def test_what_pg_dump_says_is_told(database):
    with pytest.raises(SqlFailed, match=r'pg_dump failed: .* database "nowhere" does not exist'):
        dump(dump_program(database.version), database.url.replace(database.name, "nowhere"))


def test_passwords_are_not_on_the_command_line():
    target, environment = dump_module.program_connection(
        "postgresql://u:s3cret@h:1/d?application_name=x&sslcertmode=allow", 15
    )
    assert "sslcertmode" not in target
    assert "s3cret" not in target and "x" in target
    assert environment["PGPASSWORD"] == "s3cret"
    with pytest.raises(UsageError, match="sslpassword"):
        dump_module.program_connection("host=h sslpassword=x", 18)
