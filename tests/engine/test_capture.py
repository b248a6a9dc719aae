"""What event triggers do and do not see, by the experiments on PostgreSQL 15 and 18: a user's DDL goes through, and is recorded."""

from __future__ import annotations

import threading
import time

import psycopg
import pytest

from engine.oracle import drifted, fold, one, recorded_equals_live


@pytest.fixture
def plain(tracked, connection, role):
    """A connection of a role that has no rights on pggit, only on the schema public and to create schemas."""
    name = role()
    connection.execute(f"grant all on schema public to {name}; grant create on database {tracked.name} to {name}")
    fold(connection)
    return tracked.connect(user=name)


def who(connection: psycopg.Connection, key: str) -> tuple[str, str]:
    """Session and current user of the newest change of an object."""
    fold(connection)
    return connection.execute(
        "select session_user_name, current_user_name from pggit.history where key = %s order by id desc limit 1", [key]
    ).fetchone()


# -- who may do what, and who did it ------------------------------------------------------------------------------------

ORDINARY = [
    "create table t (id serial primary key, a text check (a <> '')); create index i on t (a); alter table t add b int default 1",
    "create view v as select * from t; create materialized view m as select 1 as a; comment on view v is 'x'",
    "create function f() returns int language plpgsql as 'begin return 1; end'; create procedure p() language sql as 'select 1'",
    "create type e as enum ('a'); create domain d as int; create type c as (x int); create sequence s",
    'create schema own; create table own.x (a e); alter schema own rename to "My Schema"; create table "My Schema"."T 1" ("A b" int)',
    "alter table t enable row level security; create policy p on t using (true); grant select on t to public; revoke all on t from public",
    "alter default privileges grant select on tables to public; alter default privileges revoke select on tables from public",
    "create temp table tt (id serial primary key); create temp view tv as select * from tt; alter table tt add b int; drop table tt cascade",
    "create function pg_temp.f() returns int language sql as 'select 1'; create type pg_temp.e as enum ('a')",
    "create extension hstore; create table h (a hstore); drop extension hstore cascade",
    "do $$ begin execute 'create table dynamic (a int)'; end $$; drop owned by current_user",
]


def test_a_role_without_rights_does_all_its_ddl(connection, plain):
    for statement in ORDINARY:
        plain.execute(statement)
        recorded_equals_live(connection)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        plain.execute("select * from pggit.capture")


def test_inside_security_definer_the_definer_is_recorded_as_current_user(connection, plain, tracked):
    connection.execute(
        "create function make(q text) returns void security definer language plpgsql as 'begin execute q; end'"
    )
    plain.execute("select make('create table by_definer (a int)'); create table by_invoker (a int)")
    user = plain.info.user
    assert who(connection, "table public.by_definer") == (user, "postgres")
    recorded_equals_live(connection)


def test_set_role_is_recorded_as_current_user(connection, plain):
    user = plain.info.user
    connection.execute(f"set role {user}; create table t (a int); reset role")
    assert who(connection, "table public.t") == ("postgres", user)


def test_who_when_and_where_from(connection, tracked, plain):
    plain.execute("set application_name = 'app'; create table t (a int)")
    fold(connection)
    row = connection.execute(
        "select cause, session_user_name, application, client, tag, statement, old, new is not null, commit, now() - at < '1 minute', xid > '0'"
        " from pggit.history where key = 'table public.t'"
    ).fetchone()
    statement = "set application_name = '***'; create table t (a int)"
    assert row[:5] == ("ddl", plain.info.user, "app", None, "CREATE TABLE") and row[6:] == (
        None,
        True,
        None,
        True,
        True,
    )
    assert row[5] in (statement, "set application_name = 'app'; create table t (a int)")


def test_settings_of_a_hostile_user_hide_nothing(connection, plain):
    statement = "create table hidden (a int)"
    for name in ("queued", "query", "invoker"):
        plain.execute(f"select set_config('pggit.{name}', 'postgres', false)")
    plain.execute("begin")
    plain.execute(
        "select set_config('pggit.queued', pg_current_xact_id()::text, true), set_config('pggit.invoker', 'postgres', true)"
    )
    plain.execute(
        "select set_config('pggit.query', pg_current_xact_id()::text || encode(sha256(convert_to(%s, 'UTF8')), 'hex'), true)",
        [statement],
    )
    plain.execute(statement)
    plain.execute("select set_config('pggit.queued', '', false)")
    plain.execute("commit")
    recorded_equals_live(connection)
    assert who(connection, "table public.hidden") == (plain.info.user, plain.info.user)
    assert one(connection, "select statement from pggit.history where key = 'table public.hidden'") == statement


# -- grants -------------------------------------------------------------------------------------------------------------


def test_grants_of_every_sort_are_recorded(tracked, connection, role):
    a, b = role(), role()
    connection.execute("create schema s; create table t (x int, y int); create view v as select 1; create sequence q")
    connection.execute(
        "create function f() returns int language sql as 'select 1'; create domain d as int; create table s.u (a int)"
    )
    connection.execute(
        "create procedure p() language sql as 'select 1'; create foreign data wrapper w; create server sv foreign data wrapper w"
    )
    for statement in f"""grant select on t to {a}; grant select (x), update (y) on t to {a}; grant all on all tables in schema public to {b};
        grant usage on sequence q to {a}; grant execute on function f to {a}; grant execute on all routines in schema public to {b};
        revoke execute on function f from public; grant usage on domain d to {a}; grant usage on schema s to {a} with grant option;
        grant usage on foreign data wrapper w to {a}; grant usage on foreign server sv to {a}; grant execute on procedure p to {a};
        alter default privileges in schema s grant select on tables to {a}; alter default privileges grant execute on functions to {b};
        alter default privileges in schema s revoke select on tables from {a}; revoke all on t from {a};
        grant select on pg_catalog.pg_class to {a}; grant usage on language sql to {a}; alter table t owner to {a};
        drop owned by {b}; drop owned by {a} cascade""".split(";"):
        connection.execute(statement)
        recorded_equals_live(connection)
    # in subtransactions
    connection.execute("create table z (x int)")
    fold(connection)
    with connection.transaction():
        connection.execute("create table zz (x int)")
        connection.execute(
            f"savepoint s1; grant select on z to {a}; savepoint s2; grant insert on z to {a}; rollback to s2; release s1"
        )
    recorded_equals_live(connection)
    connection.execute(f"drop owned by {a}, {b}")


# -- transactions -------------------------------------------------------------------------------------------------------


def test_what_is_rolled_back_leaves_nothing(connection):
    connection.execute("begin; create table t (a int); rollback")
    assert one(connection, "select pggit.fold()") == 0
    connection.execute("begin; create table kept (a int)")
    connection.execute("savepoint s; create table gone (a int); alter table kept rename to other; rollback to s")
    connection.execute(
        "savepoint s; drop table kept; rollback to s; savepoint q; alter table kept add b int; release q; commit"
    )
    recorded_equals_live(connection)
    assert one(connection, "select count(*) from pggit.history where key like '%gone' or key like '%other'") == 0
    with pytest.raises(psycopg.errors.UndefinedTable):
        connection.execute("create table x (a int); drop table nowhere")
    recorded_equals_live(connection)


def test_one_transaction_is_one_change_of_each_object(connection):
    connection.execute(
        "begin; create table t (a int); alter table t add b int; alter table t rename b to c; drop table t; create table t (z int); commit"
    )
    fold(connection)
    keys = [key for (key,) in connection.execute("select key from pggit.history").fetchall()]
    assert sorted(keys) == ["column public.t.z", "owner table public.t", "table public.t"]


def test_commit_inside_do_and_procedures(connection):
    connection.execute(
        "do $$ begin create table a (x int); commit; create table b (x int); rollback; create table c (x int); end $$"
    )
    recorded_equals_live(connection)
    connection.execute(
        "create procedure p() language plpgsql as $$ begin drop table a; commit; alter table c rename to d; end $$"
    )
    connection.execute("call p()")
    recorded_equals_live(connection)
    assert (
        one(
            connection,
            "select count(distinct xid) from pggit.history where key in ('table public.a', 'table public.c', 'table public.d')",
        )
        == 4
    )


def test_exceptions_caught_in_plpgsql(connection):
    connection.execute(
        "do $$ begin create table a (x int); begin create table b (x int); perform 1/0; exception when others then create table c (x int); end; end $$"
    )
    recorded_equals_live(connection)
    assert one(connection, "select count(*) from pggit.history where key = 'table public.b'") == 0


def test_set_constraints_immediate_and_more_after_it(connection):
    connection.execute("begin; create table t (a int); set constraints all immediate")
    connection.execute(
        "alter table t add b int; set constraints all deferred; alter table t add c int; create table u (x int); commit"
    )
    recorded_equals_live(connection)


def test_two_phase_commit(tracked, connection):
    connection.execute("create table z (a int)")
    connection.execute("begin; create table t (a int); alter table z add b int; prepare transaction 'p'")
    other = tracked.connect()
    other.execute("set lock_timeout = '1s'; create table u (a int); create table v (a int)")
    fold(other)
    connection.execute("commit prepared 'p'")
    recorded_equals_live(connection)
    connection.execute("begin; create table gone (a int); prepare transaction 'q'")
    connection.execute("rollback prepared 'q'")
    recorded_equals_live(connection)
    assert one(connection, "select count(*) from pggit.history where key = 'table public.gone'") == 0


def test_on_commit_drop(connection):
    connection.execute("begin; create temp table t (a int) on commit drop; create table u (a int); commit")
    recorded_equals_live(connection)


def test_a_deferred_trigger_of_the_user_that_does_ddl(connection):
    connection.execute(
        "create table t (a int); create function f() returns trigger language plpgsql as $$ begin execute 'create table made' || new.a || ' (x int)';"
        " return new; end $$; create constraint trigger c after insert on t deferrable initially deferred for each row execute function f()"
    )
    connection.execute("insert into t values (1)")
    recorded_equals_live(connection)
    connection.execute(
        "begin; create table before (a int); insert into t values (2); create table after (a int); commit"
    )
    recorded_equals_live(connection)


@pytest.mark.parametrize("isolation", ["repeatable read", "serializable", "serializable, read only, deferrable"])
def test_isolation_levels(connection, isolation):
    connection.execute("create table t (a int); create view v as select * from t")
    connection.execute(f"begin isolation level {isolation.split(',')[0]}; select 1")
    connection.execute(
        "alter table t rename a to b; alter table t add c int; drop view v; create table u (d int); commit"
    )
    recorded_equals_live(connection)


def test_read_only_transactions(tracked, connection):
    connection.execute("create table t (a int primary key)")
    fold(connection)
    if tracked.version >= 18:
        connection.execute("begin read only; reindex table t; commit")
    connection.execute("begin; create table u (a int)")
    connection.execute("set transaction read only")
    connection.execute("commit")
    assert one(connection, "select pggit.refresh()") in (0, 3)
    recorded_equals_live(connection)


@pytest.mark.parametrize(
    "setting", ["lock_timeout = '5ms'", "statement_timeout = '2s'", "idle_in_transaction_session_timeout = '2s'"]
)
def test_short_timeouts_are_left_as_they_are(connection, setting):
    connection.execute(f"set {setting}")
    before = one(connection, f"show {setting.split()[0]}")
    connection.execute(
        "begin; create table t (a int); create view v as select * from t; set constraints all immediate; commit"
    )
    assert one(connection, f"show {setting.split()[0]}") == before
    recorded_equals_live(connection)


def test_transaction_timeout(tracked, connection):
    if tracked.version < 17:
        pytest.skip("transaction_timeout came with 17")
    connection.execute("begin; set local transaction_timeout = '3s'; create table t (a int); commit")
    recorded_equals_live(connection)
    other = tracked.connect()
    other.execute("begin; set local transaction_timeout = '400ms'; create table u (a int)")
    time.sleep(0.5)
    with pytest.raises(psycopg.Error):
        other.execute("commit")
    recorded_equals_live(connection)


# -- concurrent index builds ----------------------------------------------------------------------------------------------


def test_concurrent_builds(tracked, connection):
    connection.execute("create table t (a int); insert into t values (1), (1)")
    for statement in [
        "create index concurrently i on t (a)",
        "reindex index concurrently i",
        "reindex table concurrently t",
        "drop index concurrently i",
    ]:
        connection.execute(statement)
        recorded_equals_live(connection)
    with pytest.raises(psycopg.errors.UniqueViolation):
        connection.execute("create unique index concurrently u on t (a)")
    # a failed build leaves an invalid index and no event
    assert drifted(connection) == {"index public.u"}
    assert ("indexes", "warning", "1 invalid") in connection.execute("select * from pggit.health_check()").fetchall()
    connection.execute("drop index u")
    recorded_equals_live(connection)


def test_detach_concurrently(tracked, connection):
    if tracked.version < 14:
        pytest.skip("came with 14")
    connection.execute(
        "create table p (a int) partition by list (a); create table p1 partition of p for values in (1); create index i on p (a)"
    )
    recorded_equals_live(connection)
    connection.execute("alter table p detach partition p1 concurrently")
    recorded_equals_live(connection)


# -- extensions ---------------------------------------------------------------------------------------------------------


def test_every_extension_at_hand(tracked, connection):
    """Each is created with CASCADE, its grants changed, moved where it can be, and dropped."""
    connection.execute("create schema ext")
    names = [
        name
        for (name,) in connection.execute(
            "select name from pg_available_extensions where name not in ('plpgsql', 'pg_stat_statements') order by name"
        ).fetchall()
    ]
    failed = []
    for number, name in enumerate(names):
        try:
            with connection.transaction():
                connection.execute(f'create extension "{name}" cascade')
        except psycopg.Error as error:
            # what fails without us as well (files that are not there) is none of ours
            assert "pggit" not in str(error), error
            failed.append(name)
            continue
        if number % 6 == 0:
            recorded_equals_live(connection)
        try:
            connection.execute(f'alter extension "{name}" set schema ext')
        except psycopg.Error as error:
            assert "pggit" not in str(error), error
        connection.execute(f'drop extension "{name}" cascade')
    assert len(failed) < len(names) / 2
    recorded_equals_live(connection)


def test_an_extension_is_updated(tracked, connection):
    version = one(connection, "select min(version) from pg_available_extension_versions where name = 'hstore'")
    connection.execute(f"create extension hstore version '{version}'")
    recorded_equals_live(connection)
    try:
        connection.execute("alter extension hstore update")
    except psycopg.Error:
        pytest.skip("the server has no older version")
    recorded_equals_live(connection)


def test_import_foreign_schema(tracked, connection):
    if not one(connection, "select count(*) from pg_available_extensions where name = 'postgres_fdw'"):
        pytest.skip("no postgres_fdw")
    connection.execute(
        "create schema there; create table there.a (x int not null, y text default 'x'); create table there.b (z int)"
    )
    port, host = one(connection, "show port"), one(connection, "show unix_socket_directories")
    connection.execute("create extension postgres_fdw")
    connection.execute(
        f"create server s foreign data wrapper postgres_fdw options (host '{host}', port '{port}', dbname '{tracked.name}')"
    )
    connection.execute("create user mapping for current_user server s options (user 'postgres')")
    recorded_equals_live(connection)
    connection.execute("create schema here; import foreign schema there from server s into here")
    recorded_equals_live(connection)
    connection.execute("drop server s cascade")
    recorded_equals_live(connection)


# -- what triggers cannot see: drift ---------------------------------------------------------------------------------------


def test_disabled_triggers_leave_drift(connection):
    connection.execute("create table t (a int)")
    fold(connection)
    connection.execute("alter event trigger pggit_ddl disable; alter event trigger pggit_drop disable")
    connection.execute(
        "alter table t add b int; create table u (a int); create function f() returns int language sql as 'select 1'"
    )
    connection.execute("alter event trigger pggit_ddl enable always; alter event trigger pggit_drop enable always")
    assert drifted(connection) >= {
        "table public.t",
        "column public.t.b",
        "table public.u",
        "column public.u.a",
        "owner table public.u",
    }
    recorded_equals_live(connection)


def test_dropped_unseen_is_drift(connection):
    connection.execute("create table t (a int); create table u (x int); create view v as select * from t")
    fold(connection)
    connection.execute(
        "alter event trigger pggit_drop disable; drop table t cascade; alter event trigger pggit_drop enable always"
    )
    assert drifted(connection) == {
        "table public.t",
        "column public.t.a",
        "owner table public.t",
        "view public.v",
        "owner view public.v",
    }


def test_renamed_unseen_ripples(connection):
    connection.execute(
        "create table t (a int); create view v as select a from t; create schema s; create table s.x (b int)"
    )
    fold(connection)
    connection.execute(
        "alter event trigger pggit_ddl disable; alter table t rename a to z; alter schema s rename to s2"
    )
    connection.execute("alter event trigger pggit_ddl enable always")
    assert drifted(connection) >= {
        "column public.t.a",
        "column public.t.z",
        "view public.v",
        "schema s",
        "table s2.x",
        "column s.x.b",
    }
    recorded_equals_live(connection)


def test_event_triggers_off_is_drift(tracked, connection):
    if tracked.version < 17:
        pytest.skip("event_triggers came with 17")
    connection.execute("set event_triggers = off; create table t (a int); set event_triggers = on")
    assert drifted(connection) == {"table public.t", "column public.t.a", "owner table public.t"}


def test_replica_sessions_are_recorded(connection):
    connection.execute(
        "set session_replication_role = replica; create table t (a int); set session_replication_role = origin"
    )
    recorded_equals_live(connection)


def test_reassign_owned_is_drift(tracked, connection, role):
    a, b = role(), role()
    connection.execute(
        f"create table t (a int); alter table t owner to {a}; create view v as select 1; alter view v owner to {a}"
    )
    fold(connection)
    connection.execute(f"reassign owned by {a} to {b}")
    assert drifted(connection) == {"owner table public.t", "owner view public.v"}


def test_catalog_edits_are_drift(connection):
    connection.execute("create table t (a int); create function f() returns int language sql as 'select 1'")
    fold(connection)
    connection.execute("set allow_system_table_mods = on; update pg_class set relname = 'edited' where relname = 't'")
    assert {"table public.edited", "table public.t"} <= drifted(connection)


def test_cluster_truncate_and_vacuum_change_nothing(connection):
    connection.execute("create table t (a int primary key); insert into t select 1; cluster t using t_pkey")
    recorded_or_drifted = drifted(connection)
    assert recorded_or_drifted <= {"table public.t"}  # the mark of CLUSTER
    for statement in ("truncate t", "vacuum full t", "vacuum freeze t", "reindex table t", "analyze t"):
        connection.execute(statement)
        assert drifted(connection) == set(), statement


def test_renamed_roles_are_found_by_fsck(tracked, connection, role):
    name = role()
    connection.execute(f"create table t (a int); alter table t owner to {name}; grant select on t to {name}")
    fold(connection)
    connection.execute(f"alter role {name} rename to {name}_2")
    try:
        found = connection.execute("select object from pggit.fsck() where problem = 'drift'").fetchall()
        assert ("owner table public.t",) in found
        recorded_equals_live(connection)
    finally:
        connection.execute(f"alter role {name}_2 rename to {name}")


def test_event_triggers_themselves(connection):
    connection.execute("create function et() returns event_trigger language plpgsql as 'begin end'")
    fold(connection)
    connection.execute(
        "create event trigger mine on ddl_command_end when tag in ('CREATE TABLE') execute function et()"
    )
    drifted(connection)
    connection.execute(
        "alter event trigger mine rename to mine2; alter event trigger mine2 disable; comment on event trigger mine2 is 'x'"
    )
    drifted(connection)
    connection.execute("drop event trigger mine2")
    drifted(connection)
    recorded_equals_live(connection)


def test_pausing_leaves_drift(connection):
    connection.execute("select pggit.pause_tracking('1 hour'); create table t (a int)")
    assert one(connection, "select count(*) from pggit.capture") == 0
    assert ("tracking", "warning") in connection.execute(
        "select check_name, status from pggit.health_check()"
    ).fetchall()
    connection.execute("select pggit.pause_tracking('0')")
    connection.execute("create table u (a int)")
    assert one(connection, "select pggit.fold()") == 1
    assert drifted(connection) == {"table public.t", "column public.t.a", "owner table public.t"}


def test_capture_does_not_hold_up_a_reader_of_status(tracked, connection):
    """Folding holds the repository's row; capture goes on meanwhile."""
    other = tracked.connect()
    connection.execute("begin; select pggit.refresh()")
    done = threading.Event()

    def ddl() -> None:
        other.execute("create table t (a int)")
        done.set()

    thread = threading.Thread(target=ddl)
    thread.start()
    assert done.wait(5)
    thread.join()
    connection.execute("commit")
    recorded_equals_live(connection)
