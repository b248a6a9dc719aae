"""Who only looks makes nobody wait; who must wait is told for whom, and not for ever."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

import pggit
from pggit.cli.main import main
from pggit.core.errors import Busy
from pggit.db.connect import connect
from pggit.repo.repository import Repository
from servers import Database, session

READING = [
    "select * from pggit.status()",
    "select * from pggit.diff()",
    "select * from pggit.diff('work', 'HEAD')",
    "select * from pggit.log()",
    "select * from pggit.blame()",
    "select * from pggit.objects",
    "select * from pggit.health_check()",
    "select pggit.try_refresh(), pggit.try_work_tree(), pggit.try_fold()",
    "select * from pggit.live_objects(pggit.tree_of('HEAD'))",
    "select pggit.names('a', 'b'), pggit.rule_of('main'), pggit.require_direct('main'), pggit.is_known('t')",
]
AUDITING = ["select * from pggit.get_history('t')", "select * from pggit.fsck()", "select * from pggit.unrecorded()"]


@pytest.fixture
def tracked(database: Database) -> Database:
    """A tracked database with a table, and one change that is captured and not folded."""
    with pggit.open(database.url) as repo:
        repo.connection.execute("create table public.t (id int)")
        repo.init()
        repo.connection.execute("alter table public.t add a text; create view public.v as select a from public.t")
    return database


@pytest.fixture
def person(tracked: Database, role: Callable[..., str]) -> Callable[[str], str]:
    """Makes a role with a level."""

    def make(level: str) -> str:
        name = role()
        with pggit.open(tracked.url) as repo:
            repo.grant(level, name)
        return name

    return make


def soon(tracked: Database) -> Repository:
    """The repository for one who does not wait long."""
    return pggit.open(psycopg.conninfo.make_conninfo(tracked.url, options="-c lock_timeout=300ms"))


@pytest.mark.parametrize(("level", "calls"), [("reader", READING), ("auditor", READING + AUDITING)])
def test_who_looks_in_an_open_transaction_stops_nobody(
    tracked: Database, person: Callable, level: str, calls: list[str]
) -> None:
    looking = tracked.connect(user=person(level))
    looking.execute("begin")
    for call in calls:
        looking.execute(call)
        locks = "select mode from pg_locks where pid = pg_backend_pid() and relation is not null and mode <> 'AccessShareLock'"
        assert looking.execute(locks).fetchall() == [], call
    assert looking.execute("select pg_current_xact_id_if_assigned()").fetchone() == (None,), "it wrote something"
    with soon(tracked) as repo:
        assert not repo.status().clean
        assert repo.commit("beside it").message == "beside it"
        session(repo).execute("create table more (a int)")
        assert repo.history("public.more")
        assert repo.fsck() == []
        repo.gc()
        repo.diff()
    looking.execute("rollback")


def test_a_reader_may_call_nothing_that_locks(tracked: Database, person: Callable) -> None:
    with tracked.connect(user=person("auditor")) as looking:
        callable_ = looking.execute(
            "select p.oid::regprocedure::text, p.prosrc from pg_proc as p where p.pronamespace = 'pggit'::regnamespace"
            " and has_function_privilege(p.oid, 'execute')"
        ).fetchall()
    writing = ("lock_repository", "insert into", "update pggit", "delete from", "pggit.fold(", "write_tree")
    for signature, body in callable_:
        if not signature.startswith(("pggit.try_", "pggit.tree_of", "pggit.may_fold")):
            assert not [word for word in writing if word in body.lower()], signature


def test_looking_shows_what_folding_would(tracked: Database, person: Callable) -> None:
    """A reader sees the same as the owner sees after folding, whatever is pending."""
    statements = [
        "alter table t rename to u",
        "create schema s; create table s.x (id int primary key); create view s.y as select id from s.x",
        "alter schema s rename to s2",
        "create type mood as enum ('a', 'b'); create table m (m mood); create function f(mood) returns int language sql as 'select 1'",
        "alter type mood rename to humour",
        "drop view v; drop table u cascade",
        "create extension hstore; alter extension hstore add table m",
        "comment on table s2.x is 'c'; grant select on s2.x to public; alter default privileges grant select on tables to public",
        "grant execute on function pg_catalog.pg_ls_waldir() to public",
        "alter extension hstore drop table m",
        "drop schema s2 cascade",
        "create table p (a int) partition by list (a); create table p1 partition of p default; create index on p (a)",
        "alter table p add b int default 1",
    ]
    reader, auditor = person("reader"), person("auditor")
    with pggit.open(tracked.url) as repo, pggit.open(tracked.url_as(reader)) as looking:
        if tracked.version >= 15:
            statements.append("revoke execute on function pg_catalog.pg_ls_waldir() from public")
        for statement in statements:
            session(repo).execute(statement)
            seen, loaded = looking.status().changes, looking.load("work")
            reverse = looking.diff("work", "HEAD")
            with pggit.open(tracked.url_as(auditor)) as checking:
                assert checking.fsck() == [], statement
            assert seen == repo.status().changes, statement
            assert loaded.groups == repo.load("work").groups, statement
            back = {c.key: (c.old, c.new) for c in reverse if c.verb != "rename"}
            assert back == {c.key: (c.new, c.old) for c in repo.diff() if c.key in back}, statement
            # now all is folded, and once more it is the same
            assert looking.status().changes == seen, statement


def test_an_auditor_sees_what_is_not_folded(tracked: Database, person: Callable) -> None:
    with pggit.open(tracked.url_as(person("auditor"))) as auditor, pggit.open(tracked.url) as repo:
        pending = {(e.key, e.tag, e.old, e.new) for e in auditor.history()}
        assert {key for key, *_ in pending} >= {"column public.t.a", "view public.v"}
        folded = {(e.key, e.old, e.new) for e in repo.history()}
        assert {(key, old, new) for key, _, old, new in pending} == folded
        assert {e.key for e in auditor.history()} == {key for key, *_ in folded}
        session(repo).execute("drop table t cascade")
        assert ("table public.t", None) in {(e.key, e.new) for e in auditor.history()}
        assert len(auditor.history(limit=2)) == 2


def test_an_auditor_sees_drift_and_does_not_record_it(tracked: Database, person: Callable) -> None:
    with pggit.open(tracked.url) as repo, pggit.open(tracked.url_as(person("auditor"))) as auditor:
        repo.fsck()
        session(repo).execute("set session_replication_role = replica; alter event trigger pggit_ddl disable")
        session(repo).execute("create table unseen (a int)")
        session(repo).execute("alter event trigger pggit_ddl enable always; reset session_replication_role")
        found = {(f.problem, f.object) for f in auditor.fsck()}
        assert ("drift", "table public.unseen") in found
        assert session(repo).execute("select count(*) from pggit.change where tag = 'drift'").fetchone() == (0,)
        assert ("drift", "table public.unseen") in {(f.problem, f.object) for f in repo.fsck()}


def test_in_a_read_only_session_the_owner_looks(tracked: Database) -> None:
    with pggit.open(tracked.url) as repo:
        repo.connection.execute("set default_transaction_read_only = on")
        assert "view public.v" in {c.key for c in repo.status().changes}
        assert "view public.v" in {e.key for e in repo.history()}
        assert any("view public.v" in members for members in repo.load("work").groups.values())


@pytest.mark.parametrize("savepoint", [False, True])
def test_who_waits_is_told_for_whom(tracked: Database, person: Callable, savepoint: bool) -> None:
    name = person("writer")
    writer = tracked.connect(user=name)
    writer.execute("begin; savepoint s; select pggit.settle_history(); release s" if savepoint else "begin")
    writer.execute("select pggit.commit('held', true)")
    process = writer.info.backend_pid
    with soon(tracked) as repo:
        for call in (lambda: repo.commit("x"), repo.gc, repo.fsck, lambda: repo.set("author", "x")):
            with pytest.raises(Busy) as failure:
                call()
            assert f"process {process}, role {name}, since " in failure.value.message
            assert "pg_terminate_backend" in (failure.value.hint or "")
            assert failure.value.exit_status == 8
        # looking waits for nobody
        assert not repo.status().clean
        repo.diff(), repo.history(), repo.load("work"), repo.blame(), repo.log()
    writer.execute("rollback")
    with soon(tracked) as repo:
        repo.commit("free")


def test_the_wait_is_bounded_without_a_setting(tracked: Database) -> None:
    body = "select prosrc from pg_proc where oid = 'pggit.lock_repository(boolean)'::regprocedure"
    with tracked.connect() as connection:
        assert "interval '30 seconds'" in connection.execute(body).fetchone()[0]
        assert connection.execute("show lock_timeout").fetchone() == ("0",)
        waiting = connection.execute(
            "select p.oid::regprocedure from pg_proc as p where p.pronamespace = 'pggit'::regnamespace"
            " and p.prosrc ~ 'pggit\\.repository\\M[^;]*for update' and p.proname <> 'lock_repository'"
        ).fetchall()
    assert waiting == []


@pytest.mark.parametrize("action", ["upgrade", "uninstall"])
def test_upgrading_names_those_who_use_the_store(tracked: Database, person: Callable, action: str) -> None:
    name = person("reader")
    looking = tracked.connect(user=name)
    looking.execute("begin; select count(*) from pggit.blob")
    with soon(tracked) as repo:
        with pytest.raises(Busy) as failure:
            getattr(repo, action)()
        assert f"process {looking.info.backend_pid}, role {name}, since " in failure.value.message
        assert repo.status().changes
        session(repo).execute("create table t3 (a int)")
        looking.execute("rollback")
        getattr(repo, action)()
        assert repo.installed == (action == "upgrade")
        if action == "upgrade":
            assert "table public.t3" in {c.key for c in repo.status().changes}
            assert repo.connection.execute("show lock_timeout").fetchone() == ("300ms",)


def test_ddl_waits_at_most_for_one_attempt_of_an_upgrade(tracked: Database, person: Callable, tmp_path: Path) -> None:
    import threading
    import time

    looking = tracked.connect(user=person("reader"))
    looking.execute("begin; select count(*) from pggit.blob")

    waiting = psycopg.conninfo.make_conninfo(tracked.url, options="-c lock_timeout=4s")

    def upgrade() -> None:
        with pytest.raises(Busy), pggit.open(waiting) as repo:
            repo.upgrade()

    thread = threading.Thread(target=upgrade)
    thread.start()
    longest = 0.0
    with tracked.connect() as user:
        while thread.is_alive():
            started = time.monotonic()
            user.execute("create table z (a int); drop table z")
            longest = max(longest, time.monotonic() - started)
            time.sleep(0.05)
    thread.join()
    assert longest < 3
    looking.execute("rollback")


def test_a_lock_that_is_not_taken_leaves_no_setting_behind(tracked: Database) -> None:
    with tracked.connect() as connection:
        connection.execute("begin; select pggit.fold()")
        assert connection.execute("show lock_timeout").fetchone() == ("0",)
        with tracked.connect() as other:
            assert other.execute("select pggit.refresh(false), pggit.fold(false)").fetchone() == (None, None)
            assert other.execute("select pggit.try_refresh(), pggit.try_work_tree()").fetchone() == (None, None)
        connection.execute("rollback")


def test_psycopg_is_not_needed_to_be_told(tracked: Database, person: Callable) -> None:
    """In SQL the same: an error with SQLSTATE 55P03 that names who holds the lock."""
    name = person("admin")
    holder = tracked.connect(user=name)
    holder.execute("begin; select pggit.pause_tracking('0')")
    with tracked.connect() as waiting:
        waiting.execute("set lock_timeout = '200ms'")
        with pytest.raises(psycopg.errors.LockNotAvailable, match=f"role {name},"):
            waiting.execute("select pggit.pause_tracking('0')")
    holder.execute("rollback")


@pytest.mark.parametrize("command", [["fsck"], ["plan", "work", "empty"], ["status"]])
def test_a_table_that_its_owner_has_locked_is_not_waited_for_without_end(
    tracked: Database, role: Callable[..., str], monkeypatch: pytest.MonkeyPatch, capsys, tmp_path: Path, command
) -> None:
    """Any role can lock its own; what reads the definition of a view needs a lock on what it is of."""
    owner = role()
    with pggit.open(tracked.url) as repo:
        repo.connection.execute(f"create schema theirs authorization {owner}".encode())
    there = tracked.connect(user=owner)
    there.execute("create table theirs.t (a int); create view theirs.v as select a from theirs.t")
    monkeypatch.setenv("PGGIT_DB", psycopg.conninfo.make_conninfo(tracked.url, options="-c lock_timeout=300ms"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".pggit.toml").touch()
    with there.transaction():
        there.execute("lock table theirs.t, theirs.v in access exclusive mode")
        status = main(command)
        said = capsys.readouterr().err
        assert status in (0, 8)
        if command[0] in ("fsck", "plan"):
            assert status == 8
        assert (f"process {there.info.backend_pid}, role {owner}" in said) is (status == 8)


def test_sessions_wait_half_a_minute_unless_told_otherwise(tracked: Database) -> None:
    with connect(tracked.url) as plainly:
        assert plainly.execute("show lock_timeout").fetchone() == ("30s",)
    with connect(psycopg.conninfo.make_conninfo(tracked.url, options="-c lock_timeout=7min")) as told:
        assert told.execute("show lock_timeout").fetchone() == ("7min",)
