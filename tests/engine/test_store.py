"""The store: damage is found, what is needed stays, a broken capture leaves a gap that is closed; settings, rights, health."""

from __future__ import annotations

import psycopg
import pytest

import pggit
from engine.oracle import drifted, fold, live, one, recorded, recorded_equals_live
from pggit.repo import install
from servers import session


def findings(connection: psycopg.Connection) -> set[str]:
    return {problem for (problem,) in connection.execute("select problem from pggit.fsck()").fetchall()}


@pytest.fixture
def history(connection):
    """Two commits on top of the first, and a clean fsck."""
    connection.execute("create table t (a int); create view v as select a from t")
    one(connection, "select pggit.commit('one')")
    connection.execute("alter table t add b int")
    one(connection, "select pggit.commit('two')")
    assert findings(connection) == set()
    return connection


DAMAGE = {
    "damaged blob": 'update pggit.blob set definition = \'{"type": "bigint"}\' where definition = \'{"type": "integer"}\'',
    "damaged tree": 'update pggit.tree set entries = entries || \'{"x": "00"}\' where hash = (select root from pggit.repository)',
    "damaged commit": "update pggit.commit set message = 'other' where message = 'one'",
    "missing tree": "delete from pggit.tree where hash = (select tree from pggit.commit where message = 'one')",
    "missing parent": "delete from pggit.commit where message = 'one'",
    "missing commit": "delete from pggit.commit where message = 'two'",
    "damaged history": "update pggit.commit_change set key = 'column public.t.z' where key = 'column public.t.b'",
    "missing object": "delete from pggit.blob where hash = (select new from pggit.commit_change where key = 'column public.t.b')",
}


@pytest.mark.parametrize("problem", DAMAGE)
def test_fsck_finds_damage(history, problem):
    history.execute(DAMAGE[problem])
    assert problem in findings(history)


def test_many_trees_are_compared_as_two_are(history):
    """Each pair of commits' trees, also with no tree before, both ways, and the same pair twice."""
    by_two = """
      with pair as (
        select distinct a.tree as old, b.tree as new from (select tree from pggit.commit union select null) as a, pggit.commit as b
      )
      select p.old, p.new, d.* from pair as p cross join lateral pggit.diff_trees(p.old, p.new) as d order by 1, 2, 3, 4"""
    at_once = """
      select d.* from pggit.diff_pairs(
        array(select a.tree from (select tree from pggit.commit union all select null) as a, pggit.commit as b order by a.tree, b.tree),
        array(select b.tree from (select tree from pggit.commit union all select null) as a, pggit.commit as b order by a.tree, b.tree)) as d
      order by 1, 2, 3, 4"""
    found = history.execute(at_once).fetchall()
    assert found == history.execute(by_two).fetchall()
    assert len(found) > 3


def test_gc_keeps_what_is_needed(history):
    one(history, "select pggit.create_branch('side')")
    history.execute("create table later (x int)")
    one(history, "select pggit.commit('three')")
    before = history.execute("select hash, message from pggit.log()").fetchall()
    for _ in range(2):
        history.execute("select * from pggit.gc()")
        assert findings(history) == set()
    assert history.execute("select hash, message from pggit.log()").fetchall() == before
    assert len(history.execute("select * from pggit.diff('HEAD~2', 'HEAD')").fetchall()) > 0
    recorded_equals_live(history)


def test_gc_removes_what_nothing_reaches(history):
    orphan = "insert into pggit.commit select '\\x00', tree, parents, author, authored_at, message, generation from pggit.commit where message = 'one'"
    history.execute(orphan)
    history.execute(
        "insert into pggit.blob values ('\\x01', '\\x01', '{}'); insert into pggit.tree values ('\\x02', '\\x02', '{}')"
    )
    assert dict(history.execute("select * from pggit.gc()").fetchall()) == {"commit": 1, "tree": 1, "blob": 1}


def set_on_fire(connection: psycopg.Connection) -> None:
    """Capture can write nothing from now on but that it failed."""
    connection.execute(
        "create function public.broken() returns trigger language plpgsql as 'begin raise exception ''disk on fire''; end'"
    )
    connection.execute(
        "create trigger aaa before insert on pggit.capture for each row when (new.error is null) execute function public.broken()"
    )
    connection.execute("alter table pggit.capture enable always trigger aaa")
    drifted(connection)


def test_warn_lets_ddl_through_and_the_gap_is_closed(connection):
    set_on_fire(connection)
    connection.execute("create table t (a int); create table u (x int); drop table u")
    assert ("gaps", "warning") in connection.execute("select check_name, status from pggit.health_check()").fetchall()
    fold(connection)
    assert "table public.t" not in recorded(connection)
    assert "table public.t" in drifted(connection)
    assert one(connection, "select cause from pggit.history where key = 'table public.t'") == "gap"
    assert ("gaps", "ok") in connection.execute("select check_name, status from pggit.health_check()").fetchall()


def test_block_stops_ddl_that_cannot_be_recorded(connection):
    set_on_fire(connection)
    one(connection, "select pggit.set('on_error', 'block')")
    with pytest.raises(psycopg.Error, match="pggit could not record CREATE TABLE: disk on fire"):
        connection.execute("create table t (a int)")
    assert one(connection, "select to_regclass('t')") is None
    one(connection, "select pggit.set('on_error', null)")
    connection.execute("create table t (a int)")


def test_an_error_at_the_end_of_the_transaction_is_a_gap(connection):
    connection.execute(
        "create function public.broken() returns trigger language plpgsql as 'begin raise exception ''disk on fire''; end';"
    )
    connection.execute(
        "create trigger aaa before insert on pggit.reading for each row execute function public.broken()"
    )
    fold(connection)
    connection.execute("create table t (a int)")
    assert drifted(connection) is not None
    assert "table public.t" in recorded(connection)


def test_auto_commit_makes_one_commit_a_transaction(connection, tracked, role):
    name = role()
    connection.execute(f"grant all on schema public to {name}")
    one(connection, "select pggit.commit('grants')")
    one(connection, "select pggit.set('auto_commit', 'on')")
    connection.execute("create table a (x int); create table b (x int)")
    tracked.connect(user=name).execute("create table c (x int)")
    connection.execute("begin; create table gone (x int); rollback")
    fold(connection)
    rows = connection.execute("select author, message from pggit.log() limit 3").fetchall()
    assert [author for author, _ in rows] == [name, "postgres", "postgres"]
    assert [message for _, message in rows][2] == "grants"
    assert connection.execute("select * from pggit.diff()").fetchall() == []
    assert one(connection, "select count(*) from pggit.history where commit is null") == 0


def test_ignored_objects_are_not_tracked(connection):
    one(connection, "select pggit.set('ignore', '^table public\\.tmp_')")
    connection.execute("create table tmp_x (a int); create table kept (a int)")
    one(connection, "select pggit.refresh()")
    keys = set(recorded(connection))
    assert "table public.kept" in keys and not any("tmp_x" in key for key in keys)
    assert one(connection, "select pggit.refresh()") == 0
    connection.execute("alter table tmp_x add b int")
    fold(connection)
    assert not any("tmp_x" in key for key in recorded(connection))
    one(connection, "select pggit.set('ignore', null)")
    assert "table public.tmp_x" in drifted(connection)


def test_ignored_kinds_are_not_tracked(connection):
    connection.execute("create table t (a int primary key); create index i on t (a); comment on table t is 'x'")
    fold(connection)
    one(connection, "select pggit.set('ignore_kinds', 'index,comment,view')")
    one(connection, "select pggit.refresh()")
    connection.execute("create view v as select 1; create index i2 on t (a)")
    one(connection, "select pggit.refresh()")
    assert {key.split()[0] for key in recorded(connection)} & {"index", "comment", "view"} == set()
    assert set(recorded(connection)) < set(live(connection))
    with pytest.raises(psycopg.Error):
        connection.execute("select pggit.set('ignore', '(')")
    with pytest.raises(psycopg.Error, match="there is no setting"):
        connection.execute("select pggit.set('colour', 'red')")


def test_an_owner_who_is_no_superuser_tracks_by_snapshots(server, role, make_database):
    owner = role("login createrole")
    database = make_database()
    server.admin.execute(f"alter database {database.name} owner to {owner}")
    database.connect().execute(f"alter schema public owner to {owner}")
    with pggit.open(database.url_as(owner)) as repo:
        assert repo.init().tracked_by == "snapshots"
        session(repo).execute("create table t (a int); create view v as select * from t")
        status = repo.status()
        assert {change.key for change in status.changes} >= {"table public.t", "view public.v"}
        repo.commit("one")
        session(repo).execute("alter table t rename a to b")
        assert {c.key for c in repo.status().changes} >= {"view public.v"}
        repo.commit("two")
        assert repo.fsck() == []
        assert ("event triggers", "warning") in session(repo).execute(
            "select check_name, status from pggit.health_check()"
        ).fetchall()
        session(repo).execute("drop table t cascade")
        assert repo.status().changes
        repo.uninstall()
        assert not repo.installed


READER = ["status()", "diff()", "log()", "blame()", "health_check()", "version()", "tree_of('HEAD')"]
AUDITOR = ["get_history('t')", "fsck()"]
WRITER = [
    "refresh()",
    "fold()",
    "tree_of('work')",
    "create_branch('b')",
    "create_tag('v1')",
    "commit('x', true)",
    "delete_ref('tags/v1')",
]
ADMIN = [
    "set('auto_commit', 'off')",
    "pause_tracking('0')",
    "gc()",
    "protect('main')",
    "unprotect('main')",
]


@pytest.mark.parametrize(
    ("level", "may"),
    [
        (None, []),
        ("reader", READER),
        ("auditor", READER + AUDITOR),
        ("writer", READER + AUDITOR + WRITER),
        ("admin", READER + AUDITOR + WRITER + ADMIN),
    ],
)
def test_each_level_may_call_just_what_is_its(tracked, connection, role, level, may):
    name = role()
    if level:
        one(connection, "select pggit.grant_access(%s, %s)", level, name)
    session = tracked.connect(user=name)
    for call in READER + AUDITOR + WRITER + ADMIN:
        if call in may:
            session.execute(f"select * from pggit.{call}")
        else:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                session.execute(f"select * from pggit.{call}")
    internals = [
        "grant_access('admin', current_user)",
        "revoke_access(current_user)",
        "lock_repository()",
        "apply_groups('{}', '1', now(), '', null)",
        "append_capture('', '{}', '{}', '{}', '{}', '{}')",
        "initialize('triggers')",
        "record_commit('', '{}', '', now(), '')",
    ]
    for call in internals:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            session.execute(f"select pggit.{call}")
    for table, least in [
        ("branches", 1),
        ("objects", 1),
        ("tags", 1),
        ("history", 2),
        ("statement", 2),
        ("capture", 2),
        ("requests", 1),
        ("approval", 1),
        ("note_key", 5),
    ]:
        if ["", "reader", "auditor", "writer", "admin"].index(level or "") >= least:
            session.execute(f"select * from pggit.{table}")
        else:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                session.execute(f"select * from pggit.{table}")
    for table in ("commit", "blob", "ref", "change", "setting", "protection", "request", "approval"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            session.execute(f"delete from pggit.{table}")


def test_public_may_do_nothing(connection):
    granted = connection.execute(
        "select p.oid::regprocedure::text from pg_proc as p cross join lateral aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) as a"
        " where p.pronamespace = 'pggit'::regnamespace and a.grantee = 0 union all"
        " select c.oid::regclass::text from pg_class as c cross join lateral aclexplode(c.relacl) as a"
        " where c.relnamespace = 'pggit'::regnamespace and a.grantee = 0"
    ).fetchall()
    assert granted == []


def test_every_function_pins_its_search_path(connection):
    assert (
        connection.execute(
            "select p.oid::regprocedure from pg_proc as p where p.pronamespace = 'pggit'::regnamespace"
            " and not exists (select from unnest(p.proconfig) as c(s) where starts_with(c.s, 'search_path='))"
        ).fetchall()
        == []
    )


def test_health_metrics_version_and_upgrade_log(connection):
    assert {status for _, status, _ in connection.execute("select * from pggit.health_check()").fetchall()} == {"ok"}
    connection.execute("alter event trigger pggit_ddl disable")
    assert ("event triggers", "error", "3 of 4 enabled") in connection.execute(
        "select * from pggit.health_check()"
    ).fetchall()
    connection.execute(
        "alter event trigger pggit_ddl enable always; create publication p for all tables; drop publication p"
    )
    assert one(connection, "select pggit.version()") == pggit.__version__
    connection.execute("alter event trigger pggit_ddl disable; create table public.unseen ()")
    connection.execute("alter event trigger pggit_ddl enable always; select pggit.refresh()")
    assert (
        one(
            connection,
            "select count(*) from pggit.performance_metrics where metric_type = 'version_query_ms' and metric_value > 0",
        )
        == 1
    )
    install.upgrade(connection)
    rows = connection.execute("select version, action, who from pggit.upgrade_log order by at").fetchall()
    assert rows == [(install.ENGINE_VERSION, "install", "postgres"), (install.ENGINE_VERSION, "upgrade", "postgres")]


def test_statements_and_users_are_told_apart_within_a_transaction(connection, role):
    name = role()
    connection.execute(f"grant all on schema public to {name}")
    fold(connection)
    connection.execute("begin")
    connection.execute("create table a (x int)")
    connection.execute(f"set local role {name}")
    connection.execute("create table b (x int)")
    connection.execute("reset role")
    connection.execute("create view v as select 1")
    connection.execute("commit")
    fold(connection)
    rows = connection.execute(
        "select key, tag, statement, current_user_name from pggit.history where key in ('table public.a', 'table public.b', 'view public.v') order by key"
    ).fetchall()
    assert rows == [
        ("table public.a", "CREATE TABLE", "create table a (x int)", "postgres"),
        ("table public.b", "CREATE TABLE", "create table b (x int)", name),
        ("view public.v", "CREATE VIEW", "create view v as select 1", "postgres"),
    ]


def test_the_text_of_a_statement_is_stored_once(connection):
    text = ";".join(f"create table t{number} (a int)" for number in range(50))
    connection.execute(text)
    assert one(connection, "select count(*) from pggit.capture where query is not null") == 1
    fold(connection)
    assert one(connection, "select count(*) from pggit.statement") == 1
    assert one(connection, "select count(*) from pggit.history where statement = %s", text) == 150
    assert (
        one(connection, "select count(*) from pggit.capture")
        == one(connection, "select count(*) from pggit.reading")
        == 0
    )
