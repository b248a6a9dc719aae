"""Installing, upgrading and removing the engine."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

import pggit
from pggit.core.errors import EngineError, NotInstalled, PermissionDenied, PgGitError, Refused
from pggit.repo import install
from pggit.repo.form import read_form
from pggit.repo.repository import Repository
from servers import Database, session

GOLDEN = Path(__file__).parent / "golden" / "engine.sql"
FORM = Path(pggit.__file__).parent / "repo" / "form.txt"


def normalised(dump: str) -> str:
    """A dump without what differs from run to run: comments about versions, settings, empty lines."""
    kept = [line for line in dump.splitlines() if not re.match(r"--|SET |SELECT pg_catalog\.set_config|$", line)]
    text = re.sub(r"Name: |; Owner: \w+", "", "\n".join(kept))
    return re.sub(r"(version\(\).*?AS \$\$ select ')[^']*'", r"\1…'", text, flags=re.DOTALL) + "\n"


def test_init(database: Database) -> None:
    with pggit.open(database.url) as repo:
        session(repo).execute("create table t (a int)")
        done = repo.init()
        assert (done.action, done.tracked_by, done.head) == ("install", "triggers", repo.commit_info().hash)
        assert repo.status().clean
        again = repo.init()
        assert (again.action, again.head) == ("none", done.head)
        assert len(repo.log()) == 1


def test_init_for_show_changes_nothing(database: Database, pg_dump) -> None:
    before = pg_dump(database)
    with pggit.open(database.url) as repo:
        assert repo.init(dry_run=True).action == "install"
        assert not repo.installed
    assert pg_dump(database) == before


def test_a_transaction_goes_on_with_its_settings(database: Database) -> None:
    settings = "select name, current_setting(name) from pg_settings where name not like 'plpgsql.%' order by name"
    with psycopg.connect(database.url) as connection:
        connection.execute("set lock_timeout = '7s'; set search_path = public; set timezone = 'Asia/Tokyo'")
        before = connection.execute(settings).fetchall()
        install.install(connection)
        assert connection.execute(settings).fetchall() == before
        install.upgrade(connection)
        assert connection.execute(settings).fetchall() == before


def test_two_sessions_at_once(database: Database) -> None:
    repos = [pggit.open(database.url) for _ in range(3)]
    with ThreadPoolExecutor(3) as pool:
        done = list(pool.map(lambda repo: repo.init(), repos))
    assert len({installed.head for installed in done}) == 1
    assert len(repos[0].log()) == 1
    for repo in repos:
        repo.close()


def test_a_role_that_may_not_create_event_triggers_tracks_by_snapshots(
    database: Database, role: Callable[..., str]
) -> None:
    name = role()
    database.connect().execute(
        f"grant create on database {database.name} to {name}; grant create on schema public to {name}"
    )
    with pggit.open(database.url_as(name)) as repo:
        assert repo.init().tracked_by == "snapshots"
        session(repo).execute("create table t (a int)")
        status = repo.status()
        assert ("create", "table public.t") in {(c.verb, c.key) for c in status.changes}
        assert status.tracked_by == "snapshots"
        repo.commit("t")
        assert repo.status().clean
        assert repo.upgrade().tracked_by == "snapshots"
        repo.uninstall()
        assert not repo.installed


def test_a_role_that_may_create_nothing_is_told_so(database: Database, role: Callable[..., str]) -> None:
    with pggit.open(database.url_as(role())) as repo, pytest.raises(PermissionDenied, match="database"):
        repo.init()


def test_uninstall_leaves_the_rest_as_it_was(database: Database, pg_dump, schema: str) -> None:
    database.connect().execute(schema)
    before = pg_dump(database)
    with pggit.open(database.url) as repo:
        repo.init()
        assert pg_dump(database, "--exclude-schema=pggit", "--schema=public") == pg_dump(database, "--schema=public")
        session(repo).execute("create table later (a int); drop table later")
        repo.commit("nothing much", allow_empty=True)
        repo.uninstall()
        with pytest.raises(NotInstalled):
            repo.status()
    assert pg_dump(database) == before


def test_install_and_upgrade_leave_the_user_s_part_as_it_was(repo: Repository, database: Database, pg_dump) -> None:
    before = pg_dump(database, "--schema=public")
    repo.upgrade()
    assert pg_dump(database, "--schema=public") == before


def store(repo: Repository) -> list[object]:
    return [
        repo.log(all=True), repo.branches(), repo.tags(), repo.reflog(), repo.history(), repo.settings(), repo.branch,
        repo.status().changes, session(repo).execute("select role, level from pggit.access order by 1").fetchall(),
    ]  # fmt: skip


def test_upgrade_keeps_everything(repo: Repository, database: Database, role: Callable[..., str]) -> None:
    reader, admin = role(), role()
    repo.grant("reader", reader)
    repo.grant("admin", admin)
    session(repo).execute("alter table users add age int")
    repo.commit("Age")
    repo.create_branch("side", "HEAD~1")
    repo.create_tag("v1", message="First")
    repo.set("author", "Ann")
    session(repo).execute("create table open_work ()")
    before = store(repo)
    assert repo.upgrade().action == "upgrade"
    assert store(repo) == before
    assert repo.fsck() == []
    session(repo).execute("create table after_upgrade ()")
    assert "table public.after_upgrade" in {c.key for c in repo.status().changes}
    assert repo.history("public.after_upgrade")
    with pggit.open(database.url_as(reader)) as as_reader:
        assert as_reader.log() == repo.log()
        with pytest.raises(PermissionDenied):
            as_reader.commit("x")
    with pggit.open(database.url_as(admin)) as as_admin:
        assert as_admin.commit("by admin").message == "by admin"
    actions = session(repo).execute("select action from pggit.upgrade_log order by at").fetchall()
    assert actions == [("install",), ("upgrade",)]


def test_an_upgraded_engine_is_the_installed_one(
    repo: Repository, database: Database, make_database: Callable[..., Database], pg_dump
) -> None:
    fresh = make_database()
    with pggit.open(fresh.url) as other:
        other.init()
    repo.upgrade()
    assert normalised(pg_dump(database, "-s", "-n", "pggit")) == normalised(pg_dump(fresh, "-s", "-n", "pggit"))
    triggers = "select evtname, evtevent, evtenabled, evtfoid::regproc::text, evttags from pg_event_trigger order by 1"
    assert database.connect().execute(triggers).fetchall() == fresh.connect().execute(triggers).fetchall()


def test_a_newer_engine_is_left_alone(repo: Repository) -> None:
    session(repo).execute("insert into pggit.upgrade_log (version, action) values (999, 'upgrade')")
    with pytest.raises(EngineError, match="999"):
        repo.upgrade()
    assert repo.log()


def test_an_upgrade_that_fails_changes_nothing(repo: Repository, database: Database, pg_dump) -> None:
    session(repo).execute("create schema pggit_before_upgrade")
    before = pg_dump(database)
    with pytest.raises(PgGitError):
        repo.upgrade()
    assert pg_dump(database) == before
    session(repo).execute("alter table users add age int")
    assert not repo.status().clean


def test_the_form_of_the_engine_is_what_fsck_compares_with(database: Database) -> None:
    """On each version of PostgreSQL the same; PGGIT_REWRITE_GOLDEN=1 writes the file again."""
    with pggit.open(database.url) as repo:
        repo.init()
        repo.connection.execute("set search_path = pg_catalog, pg_temp")
        found = read_form(repo)
    text = "".join(f"{value} {name}\n" for name, value in sorted(found.objects.items()))
    if os.environ.get("PGGIT_REWRITE_GOLDEN") and database.version == 18:
        FORM.write_text(text, encoding="utf-8")
    assert text == FORM.read_text(encoding="utf-8"), "PGGIT_REWRITE_GOLDEN=1 accepts the change"


def test_the_form_of_the_engine_is_on_record(database: Database, pg_dump) -> None:
    """A change of the engine shows in review; PGGIT_REWRITE_GOLDEN=1 writes the file anew."""
    if database.version != 18:
        pytest.skip("kept for 18")
    with pggit.open(database.url) as repo:
        repo.init()
    found = normalised(pg_dump(database, "-s", "-n", "pggit"))
    if os.environ.get("PGGIT_REWRITE_GOLDEN"):
        GOLDEN.write_text(found, encoding="utf-8")
    assert found == GOLDEN.read_text(encoding="utf-8"), "PGGIT_REWRITE_GOLDEN=1 accepts the change"


def test_a_commit_of_one_change_stores_little(database: Database) -> None:
    with pggit.open(database.url) as repo:
        session(repo).execute(
            "do $$ begin for n in 1..1000 loop execute format('create table t%s (id int primary key, a text, b int default 1,"
            " c date not null, d text)', n); end loop; end $$"
        )
        repo.init()
        total = (
            "select (select sum(pg_column_size(t.*)) from pggit.tree as t) + (select sum(pg_column_size(t.*)) from pggit.blob as t)"
            " + (select sum(pg_column_size(t.*)) from pggit.commit as t)"
        )
        before = repo._one(total)[0]
        session(repo).execute("alter table t500 add e int")
        repo.commit("one change")
        assert 0 < repo._one(total)[0] - before <= 64 * 1024


DEPENDENTS = """
create schema mine;
create view mine.v as select * from pggit.log();
create view mine.w as select * from mine.v;
create table mine.kept (id int primary key, c pggit.commit, note text);
insert into mine.kept select 1, c, 'precious' from pggit.commit as c limit 1;
create function mine.f() returns setof pggit.branches language sql as 'select * from pggit.branches';
create table mine.refers (c bytea references pggit.commit);
create materialized view mine.m as select * from pggit.branches;
"""


@pytest.mark.parametrize("verb", ["upgrade", "uninstall"])
def test_what_users_made_on_top_of_it_is_not_dropped_in_silence(database: Database, verb: str) -> None:
    """A column of a type of the schema would go with its values."""
    with pggit.open(database.url) as repo:
        repo.init()
        getattr(repo, verb)()  # nothing of pgGit's own is in the way
        repo.init()
        admin = database.connect()
        admin.execute(DEPENDENTS)
        with pytest.raises(Refused, match="would be dropped") as refused:
            getattr(repo, verb)()
        for name in (
            "view mine.v",
            "column c of table mine.kept",
            "function mine.f()",
            "table mine.refers",
            "view mine.m",
        ):
            assert name in refused.value.message, refused.value.message
        assert admin.execute("select note, (c).message is not null from mine.kept").fetchone() == ("precious", True)
        assert repo.installed
        getattr(repo, verb)(cascade=True)
        assert repo.installed is (verb == "upgrade")
        assert admin.execute("select * from mine.kept").fetchone() == (1, "precious")
