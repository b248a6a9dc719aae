"""Plans run: transactions, resumption, what is refused, what is left behind."""

from __future__ import annotations

import threading
import time
from dataclasses import replace

import psycopg
import pytest

from apply.plans import LONG, SETUP, invalid_indexes, journal_is_gone, s, semantic
from pggit.apply.retry import Patience
from pggit.apply.run import abandon, apply
from pggit.core.errors import Busy, ConnectionFailed, PermissionDenied, Refused, SqlFailed, UsageError
from pggit.core.tree import root
from pggit.kinds.reader import read_within
from pggit.plan.model import Hazard, from_json, to_json

QUICK = Patience(attempts=3, seconds=5)
T = "create table public.t (id int primary key, a int); insert into public.t values (1, 1), (2, 1)"
INDEX = s(
    "create unique index concurrently t_a on public.t using btree (a)", "create", "index public.t_a",
    transaction="none", undo="drop index concurrently if exists public.t_a",
)  # fmt: skip
ADD = s("alter table public.t add column b int", "create", "column public.t.b", relation="table public.t")
BAD = s("alter table public.t add column id int", "create", "column public.t.id")


def test_a_plan_of_all_sorts_leads_to_its_end(planned):
    target, plan = planned(SETUP, LONG)
    seen = []
    done = apply(target.connect(), plan, progress=seen.append)
    assert semantic(target) == plan.to_hash == done.hash
    assert (done.statements, done.of, done.already, done.resumed_from, done.rows) == (12, 12, False, None, 2000)
    assert journal_is_gone(target) and not invalid_indexes(target)
    assert [e.number for e in seen if e.what == "done"] == list(range(1, 13))
    assert [e.rows for e in seen if e.what == "batch"] == [300, 600, 900, 1200, 1500, 1800, 2000]
    again = apply(target.connect(), from_json(to_json(plan)))
    assert again.already and again.statements == 0


def test_what_is_shared_is_all_or_nothing_and_keeps_no_journal(planned):
    target, plan = planned(T, [ADD])
    broken = replace(plan, statements=(ADD, BAD))
    with pytest.raises(SqlFailed, match=r'statement 2 of 2 \(create column public.t.id\): column "id"') as error:
        apply(target.connect(), broken)
    assert error.value.sqlstate == "42701"
    assert error.value.hint == "Nothing was changed."
    assert semantic(target) == plan.from_hash
    assert journal_is_gone(target)


def test_a_single_transaction_that_leads_elsewhere_is_rolled_back(planned):
    target, plan = planned(T, [ADD])
    wrong = replace(plan, statements=(replace(ADD, sql="alter table public.t add column b bigint"),))
    with pytest.raises(Refused, match="all was rolled back"):
        apply(target.connect(), wrong)
    assert semantic(target) == plan.from_hash


def test_ddl_of_somebody_else_between_check_and_commit_rolls_back(planned):
    target, plan = planned(T, [ADD])
    other = target.connect()

    def interfere(event):
        if event.what == "begin":
            other.execute("create table public.meanwhile ()")

    with pytest.raises(Refused, match="all was rolled back"):
        apply(target.connect(), plan, progress=interfere)
    assert (
        other.execute("select count(*) from pg_attribute where attrelid = 't'::regclass and attname = 'b'").fetchone()[
            0
        ]
        == 0
    )


def test_several_steps_that_lead_elsewhere_are_over_and_say_so(planned):
    target, plan = planned(
        T, [ADD, replace(ADD, sql="alter table public.t add c int", key="column public.t.c", transaction="own")]
    )
    wrong = replace(plan, to_hash="0" * 64)
    with pytest.raises(Refused, match="what it did stays, and the run is over"):
        apply(target.connect(), wrong)
    assert semantic(target) == plan.to_hash
    assert journal_is_gone(target)


def test_failure_in_the_middle_keeps_what_is_done_and_goes_on_when_mended(planned):
    own = replace(ADD, transaction="own")
    target, plan = planned(T, [own, replace(INDEX, sql="create index concurrently t_a on public.t (a)")])
    plan = replace(plan, statements=(own, replace(INDEX, sql="create unique index concurrently t_a on public.t (a)")))
    connection = target.connect()
    with pytest.raises(
        SqlFailed, match=r"statement 2 of 2 \(create index public.t_a\): could not create unique"
    ) as error:
        apply(connection, plan)
    assert "Statements 1 to 1 are done and stay. Apply the same plan again to go on" in error.value.hint
    assert invalid_indexes(target) == []  # what failed is taken back at once
    assert connection.execute("show statement_timeout").fetchone()[0] == "0"
    journal = connection.execute("select prosrc from pg_proc where proname = 'plan'").fetchone()[0]
    assert from_json(journal) == plan
    connection.execute("delete from public.t where id = 2")
    seen = []
    with pytest.raises(Refused, match="what it did stays"):  # a unique index is not what the model has
        apply(connection, plan, progress=seen.append)
    assert [(e.what, e.number) for e in seen] == [("begin", 2), ("done", 2)]
    assert journal_is_gone(target)


def test_failure_of_the_first_step_leaves_no_journal(planned):
    target, plan = planned(T, [ADD])
    with pytest.raises(SqlFailed) as error:
        apply(target.connect(), replace(plan, statements=(INDEX, ADD)))
    assert error.value.hint == "Nothing was changed."
    assert journal_is_gone(target) and not invalid_indexes(target)


def test_commit_that_fails_is_called_so(planned):
    deferred = "create table public.c (id int references public.t deferrable initially deferred)"
    target, plan = planned(f"{T}; {deferred}", [ADD])
    plan = replace(plan, statements=(s("insert into public.c values (7)", "backfill"), replace(ADD)))
    with pytest.raises(SqlFailed, match=r"COMMIT of statements 1 to 2 of 2: insert or update"):
        apply(target.connect(), plan)
    assert semantic(target) == plan.from_hash


def test_a_database_that_is_not_at_the_start_is_refused(planned):
    target, plan = planned(T, [ADD])
    target.connect().execute("create table public.more ()")
    with pytest.raises(Refused, match="not as the plan expects") as error:
        apply(target.connect(), plan)
    assert "pggit plan" in error.value.hint


def test_a_server_of_another_version_is_refused(planned):
    target, plan = planned(T, [ADD])
    with pytest.raises(Refused, match="written for PostgreSQL 12"):
        apply(target.connect(), replace(plan, major=12))


def test_data_loss_is_refused_before_anything_runs(planned):
    lose = s(
        "alter table public.t drop column a", "drop", "column public.t.a", hazards=(Hazard("data-loss", "a is lost"),)
    )
    target, plan = planned(T, [ADD, lose])
    with pytest.raises(Refused, match=r"data-loss .*: 2: drop column public.t.a"):
        apply(target.connect(), plan, allow=["rewrite"])
    assert semantic(target) == plan.from_hash
    with pytest.raises(UsageError, match="no hazard 'everything'"):
        apply(target.connect(), plan, allow=["everything"])
    assert apply(target.connect(), plan, allow=["data-loss"]).statements == 2
    assert semantic(target) == plan.to_hash


def test_another_plan_under_way_is_refused_and_can_be_abandoned(planned):
    own = replace(ADD, transaction="own")
    target, plan = planned(T, [own])
    stuck = replace(plan, statements=(own, BAD, INDEX))
    with pytest.raises(SqlFailed):
        apply(target.connect(), stuck)
    other = replace(plan, from_hash=plan.to_hash, notes=("another",))
    with pytest.raises(Refused, match="stopped before statement 2 of 3") as error:
        apply(target.connect(), other)
    assert "pggit apply --abandon" in error.value.hint
    given_up = abandon(target.connect())
    assert (given_up.plan, given_up.statements, given_up.of) == (stuck.hash, 1, 3)
    assert journal_is_gone(target)
    with pytest.raises(Refused, match="no plan is under way"):
        abandon(target.connect())
    assert semantic(target) == plan.to_hash


def test_a_foreign_schema_of_the_journal_s_name_is_left_alone(planned):
    target, plan = planned(T, [ADD])
    target.connect().execute("create schema pggit_apply create table precious ()")
    with pytest.raises(Refused, match="not a journal"):
        apply(target.connect(), plan)
    with pytest.raises(Refused, match="not a journal"):
        abandon(target.connect())
    assert target.connect().execute("select to_regclass('pggit_apply.precious')").fetchone()[0]


def test_ten_at_once_one_applies(planned):
    target, plan = planned(SETUP, LONG)
    results, errors = [], []

    def deploy():
        try:
            results.append(apply(target.connect(), plan))
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=deploy) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert sorted(result.already for result in results) == [False] + [True] * 9
    assert sum(result.statements for result in results) == 12
    assert semantic(target) == plan.to_hash


def test_somebody_else_applying_is_waited_for_only_so_long(planned):
    target, plan = planned(T, [ADD])
    with psycopg.connect(target.url, autocommit=True) as other:
        other.execute("select pg_advisory_lock(hashtextextended('pggit apply', 0))")
        pid = other.info.backend_pid
        seen = []
        with pytest.raises(Busy, match=rf"another session is applying .* process {pid}, role postgres"):
            apply(target.connect(), plan, lock_wait=0.3, progress=seen.append)
        assert [event.what for event in seen] == ["waiting"]


@pytest.mark.parametrize("held", ["access exclusive", "row exclusive"])
def test_a_lock_is_tried_for_again_until_it_is_had(planned, held):
    target, plan = planned(T, [replace(ADD, lock_timeout=50)])
    blocker = target.connect()
    blocker.execute("begin")
    blocker.execute(f"lock table public.t in {held} mode")
    threading.Timer(0.8, lambda: blocker.execute("commit")).start()
    seen = []
    done = apply(target.connect(), plan, progress=seen.append, patience=Patience(10, 20))
    assert done.retries >= 1
    assert [e.what for e in seen].count("retry") == done.retries
    assert "lock timeout" in next(e.note for e in seen if e.what == "retry")
    assert semantic(target) == plan.to_hash


def test_a_lock_that_is_never_had_ends_the_run(planned):
    target, plan = planned(T, [replace(ADD, lock_timeout=50)])
    blocker = target.connect()
    blocker.execute("begin; lock table public.t")
    seen = []
    with pytest.raises(Busy, match=r"statement 1 of 1 .*lock timeout") as error:
        apply(target.connect(), plan, progress=seen.append, patience=QUICK)
    assert error.value.hint == "Nothing was changed."
    assert len([e for e in seen if e.what == "retry"]) == 2
    blocker.execute("rollback")
    assert semantic(target) == plan.from_hash


def test_an_index_build_that_met_a_lock_timeout_is_tried_anew(planned):
    index = replace(INDEX, sql="create index concurrently t_a on public.t using btree (a)", lock_timeout=100)
    target, plan = planned(T, [index])
    old = target.connect()
    old.execute("begin; insert into public.t values (9, 9)")  # the build waits for its end
    threading.Timer(1.2, lambda: old.execute("commit")).start()
    done = apply(target.connect(), plan, patience=Patience(20, 30))
    assert done.retries >= 1
    assert not invalid_indexes(target) and journal_is_gone(target)
    assert semantic(target) == plan.to_hash


def test_a_statement_that_takes_too_long_is_not_tried_again(planned):
    target, plan = planned(T, [ADD])
    slow = s("select pg_sleep(10)", "validate", statement_timeout=100)
    began = time.monotonic()
    with pytest.raises(Busy, match="statement timeout"):
        apply(target.connect(), replace(plan, statements=(ADD, slow)))
    assert time.monotonic() - began < 5
    assert semantic(target) == plan.from_hash


def test_a_begun_index_that_is_complete_is_not_built_again(planned):
    target, plan = planned("create table public.t (a int)", [INDEX, ADD])
    connection = target.connect()
    began = _interrupted_in(connection, plan, "begin")
    assert began == 1
    connection.execute(INDEX.sql)
    oid = connection.execute("select 't_a'::regclass::oid").fetchone()
    seen = []
    done = apply(connection, plan, progress=seen.append)
    assert [(e.what, e.number) for e in seen] == [("found", 1), ("begin", 2), ("done", 2)]
    assert connection.execute("select 't_a'::regclass::oid").fetchone() == oid
    assert done.resumed_from == 1 and done.statements == 1


def test_a_begun_index_that_is_invalid_is_built_anew(planned):
    target, plan = planned("create table public.t (a int)", [INDEX, ADD])
    connection = target.connect()
    _interrupted_in(connection, plan, "begin")
    connection.execute(INDEX.sql)
    connection.execute("update pg_index set indisvalid = false where indexrelid = 't_a'::regclass")
    apply(connection, plan)
    assert semantic(target) == plan.to_hash and not invalid_indexes(target)


def test_abandoning_removes_what_is_half_done(planned):
    target, plan = planned("create table public.t (a int)", [INDEX, ADD])
    connection = target.connect()
    _interrupted_in(connection, plan, "begin")
    connection.execute(INDEX.sql)
    connection.execute("update pg_index set indisvalid = false where indexrelid = 't_a'::regclass")
    assert abandon(connection).statements == 0
    assert semantic(target) == plan.from_hash and not invalid_indexes(target) and journal_is_gone(target)


def test_a_begun_drop_that_is_done_is_found_done(planned):
    drop = s("drop index concurrently public.t_a", "drop", "index public.t_a", transaction="none")
    target, plan = planned("create table public.t (a int); create index t_a on public.t (a)", [drop, ADD])
    connection = target.connect()
    _interrupted_in(connection, plan, "begin")
    connection.execute("drop index public.t_a")
    apply(connection, plan)
    assert semantic(target) == plan.to_hash


def test_a_begun_statement_that_only_running_can_tell_of(planned):
    drop = s("drop index concurrently public.t_a", "drop", "constraint t_a on public.t", transaction="none")
    target, plan = planned("create table public.t (a int); create index t_a on public.t (a)", [drop, ADD])
    connection = target.connect()
    _interrupted_in(connection, plan, "begin")
    connection.execute("drop index public.t_a")
    seen = []
    apply(connection, plan, progress=seen.append)
    assert ("found", 1) in [(e.what, e.number) for e in seen]
    assert semantic(target) == plan.to_hash


class _Stop(BaseException):
    """Stands for the end of the process: nothing of ours runs afterwards."""


def _interrupted_in(connection, plan, what: str) -> int:
    """Begin to apply, and stop at the first event of a sort; returns the number of its statement."""

    def stop(event):
        if event.what == what:
            raise _Stop(event.number)

    with pytest.raises(_Stop) as stopped:
        apply(connection, plan, progress=stop)
    return stopped.value.args[0]


def test_a_lost_connection_says_to_run_again(planned):
    target, plan = planned(T, [replace(ADD, transaction="own"), replace(BAD, sql="select pg_sleep(9)")])
    connection, admin = target.connect(), target.connect()

    def terminate(event):
        if event.number == 2:
            pid = connection.info.backend_pid
            threading.Timer(0.2, lambda: admin.execute("select pg_terminate_backend(%s)", (pid,))).start()

    with pytest.raises(ConnectionFailed, match="statement 2 of 2") as error:
        apply(connection, plan, progress=terminate, made_here=True)
    assert "Apply the same plan again" in error.value.hint


def test_the_session_is_as_before_and_the_backfill_saw_its_search_path(planned):
    trigger = """
    create table public.audit (id int);
    create function public.note() returns trigger language plpgsql as 'begin insert into audit values (new.id); return new; end';
    create trigger note after update on public.t for each row execute function public.note();
    """
    fill = s("update public.t set b = 1 where b is null", "backfill", repeat=True, scans=True, transaction="own")
    target, plan = planned(f"{T}; {trigger}", [ADD, fill])
    connection = target.connect()
    connection.execute("set TimeZone = 'Europe/Paris'; set lock_timeout = '7s'; set search_path = public, pg_temp")
    settings = ("TimeZone", "lock_timeout", "search_path", "check_function_bodies", "application_name", "row_security")
    before = [connection.execute(f"show {name}").fetchone() for name in settings]
    zones = []
    apply(connection, plan, progress=lambda e: zones.append(connection.execute("show TimeZone").fetchone()[0]))
    assert set(zones) == {"Europe/Paris"}
    assert [connection.execute(f"show {name}").fetchone() for name in settings] == before
    assert connection.execute("select count(*) from public.audit").fetchone()[0] == 2
    assert connection.execute("select pg_try_advisory_lock(hashtextextended('pggit apply', 0))").fetchone()[0]


def test_subscribers_hear_nothing_of_the_journal(planned):
    target, plan = planned(
        f"{T}; create publication everything for all tables", [replace(ADD, transaction="own"), ADD2]
    )
    connection = target.connect()
    connection.execute("select pg_create_logical_replication_slot('listening', 'test_decoding')")
    apply(connection, plan)
    changes = connection.execute("select data from pg_logical_slot_get_changes('listening', null, null)").fetchall()
    assert not [data for (data,) in changes if "pggit" in data]


ADD2 = replace(ADD, sql="alter table public.t add column c int", key="column public.t.c")


def test_an_owner_needs_no_more_than_create_on_the_database(planned, role):
    own = replace(ADD, transaction="own")
    target, plan = planned("create table public.t (a int)", [own, INDEX])
    admin, owner = target.connect(), role()
    admin.execute(f"alter table public.t owner to {owner}; grant create on schema public to {owner}")
    steps = replace(plan, from_hash=semantic(target))
    with pytest.raises(PermissionDenied, match=r"^schema pggit_apply, the journal of the run, cannot be made") as error:
        apply(target.connect(user=owner), steps)
    assert (
        error.value.hint
        == "the role needs CREATE on the database, or a plan that is one transaction. Nothing was changed."
    )
    at_once = replace(steps, statements=(ADD,), to_hash=_after(target, ADD.sql))
    assert apply(target.connect(user=owner), at_once).statements == 1
    admin.execute(f"grant create on database {target.name} to {owner}")
    two = replace(
        steps,
        statements=(INDEX,),
        from_hash=semantic(target),
        to_hash=_after(target, "create unique index t_a on public.t (a)"),
    )
    assert apply(target.connect(user=owner), two).statements == 1
    assert journal_is_gone(target)


def _after(target, text: str) -> str:
    connection = target.connect()
    with connection.transaction(force_rollback=True):
        connection.execute(text)
        return root(read_within(connection))[1]


def test_a_tracked_database_records_the_plan_and_not_the_journal(planned):
    from pggit.repo.repository import Repository

    target, plan = planned(T, [replace(ADD, transaction="own"), ADD2])
    repository = Repository(target.connect())
    repository.init()
    apply(target.connect(), plan)
    assert [change.key for change in repository.status().changes] == ["column public.t.b", "column public.t.c"]
    assert {event.key for event in repository.history()} >= {"column public.t.b", "column public.t.c"}
    assert not [event.key for event in repository.history() if event.key and "pggit_apply" in event.key]
