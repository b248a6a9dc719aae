"""The library: every method, what it returns and what it raises."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

import pggit
from pggit.core import results
from pggit.core.errors import (
    ConnectionFailed,
    NotFound,
    NothingToCommit,
    NotInstalled,
    PermissionDenied,
    Refused,
    UsageError,
)
from pggit.repo.repository import Repository
from servers import Database, TestServer, session

UNSEEN = """
alter event trigger pggit_ddl disable;
alter table users add hidden int;
alter event trigger pggit_ddl enable always;
"""


def verbs(changes) -> list[tuple[str, str]]:
    return [(change.verb, change.key) for change in changes]


def test_status(repo: Repository) -> None:
    clean = repo.status()
    assert clean == results.Status("main", repo.commit_info().hash, (), 0, "triggers")
    assert clean.clean
    session(repo).execute("alter table users add age int; drop function twice")
    status = repo.status()
    assert not status.clean
    assert verbs(status.changes) == [
        ("drop", "function public.twice(integer)"),
        ("drop", "owner function public.twice(integer)"),
        ("create", "column public.users.age"),
    ]
    assert status.unseen == 0


def test_status_finds_what_the_triggers_could_not_see(repo: Repository) -> None:
    session(repo).execute(UNSEEN)
    status = repo.status()
    assert status.unseen >= 1
    assert ("create", "column public.users.hidden") in verbs(status.changes)


def test_commit_and_log(repo: Repository) -> None:
    first = repo.commit_info()
    session(repo).execute("alter table users add age int")
    made = repo.commit("Age", author="Ann <ann@example.org>")
    assert made == repo.commit_info("HEAD")
    assert (made.parents, made.author, made.message, made.refs) == (
        (first.hash,),
        "Ann <ann@example.org>",
        "Age",
        ("heads/main",),
    )
    assert len(made.hash) == 64
    assert made.short == made.hash[:10]
    assert abs(datetime.now(UTC) - made.time) < timedelta(minutes=5)
    assert [commit.hash for commit in repo.log()] == [made.hash, first.hash]
    assert repo.log(limit=1) == [made]
    assert repo.log("HEAD~1") == [repo.commit_info(first.hash)]
    assert [commit.message for commit in repo.log(object="public.users")] == ["Age", "Initial commit"]
    assert [commit.message for commit in repo.log(object="public.orders")] == ["Initial commit"]
    assert repo.status().clean


def test_the_author_of_one_commit_is_not_that_of_the_next(repo: Repository) -> None:
    session(repo).execute("create table a ()")
    repo.commit("a", author="Ann")
    session(repo).execute("create table b ()")
    assert repo.commit("b").author == "postgres"
    repo.set("author", "Bob")
    session(repo).execute("create table c ()")
    assert repo.commit("c").author == "Bob"


def test_nothing_to_commit(repo: Repository) -> None:
    with pytest.raises(NothingToCommit):
        repo.commit("nothing")
    assert len(repo.log()) == 1
    assert repo.commit("empty", allow_empty=True).message == "empty"
    assert len(repo.log()) == 2
    with pytest.raises(UsageError, match="message"):
        repo.commit("  ")


def test_log_of_all_branches(repo: Repository) -> None:
    repo.create_branch("side")
    session(repo).execute("create table a ()")
    repo.commit("on main")
    repo.create_tag("v1")
    assert [commit.message for commit in repo.log("side")] == ["Initial commit"]
    assert [commit.message for commit in repo.log("side", all=True)] == ["on main", "Initial commit"]
    assert repo.log()[0].refs == ("heads/main", "tags/v1")


def test_diff_and_show(repo: Repository) -> None:
    session(repo).execute("alter table users alter email drop not null; create table extra ()")
    made = repo.commit("second")
    commit, changes = repo.show()
    assert commit == made
    assert changes == repo.diff("HEAD~1", "HEAD")
    alter = next(change for change in changes if change.verb == "alter" and change.key == "column public.users.email")
    assert alter.group == "table public.users"
    assert (alter.old, alter.new) == ({"type": "text", "not_null": True}, {"type": "text"}) or alter.old != alter.new
    assert {(c.verb, c.key) for c in repo.diff("HEAD", "HEAD~1")} == {
        ({"create": "drop", "drop": "create"}.get(c.verb, c.verb), c.key) for c in changes
    }
    assert repo.diff() == []
    assert {c.group for c in repo.diff("HEAD~1", "HEAD", objects=["public.extra"])} == {"table public.extra"}
    assert all("owner" not in c.key for c in repo.diff("HEAD~1", "HEAD", owners=False))
    with pytest.raises(NotFound, match="no object"):
        repo.diff("HEAD~1", "HEAD", objects=["public.nothing"])


def test_show_of_the_first_commit_has_everything(repo: Repository) -> None:
    _, changes = repo.show("HEAD")
    assert {change.verb for change in changes} == {"create"}
    assert "table public.users" in {change.key for change in changes}


def test_a_renamed_column_is_a_rename(repo: Repository) -> None:
    session(repo).execute("comment on column users.email is 'x'; alter table users alter email set default 'a'")
    repo.commit("before")
    session(repo).execute("alter table users rename email to mail")
    found = {(c.verb, c.old_key, c.key) for c in repo.status().changes if c.verb != "alter"}
    assert found == {
        ("rename", "column public.users.email", "column public.users.mail"),
        ("rename", "default public.users.email", "default public.users.mail"),
        ("rename", "comment column public.users.email", "comment column public.users.mail"),
    }


def test_a_grant_to_another_role_is_no_rename(repo: Repository, role: Callable[..., str]) -> None:
    one, other = role(), role()
    session(repo).execute(f"grant select on users to {one}")
    repo.commit("one")
    session(repo).execute(f"revoke select on users from {one}; grant select on users to {other}")
    assert {(c.verb, c.key) for c in repo.status().changes} == {
        ("drop", f"acl {one} on table public.users"),
        ("create", f"acl {other} on table public.users"),
    }


def test_blame(repo: Repository) -> None:
    session(repo).execute("alter table users add age int")
    made = repo.commit("Age")
    found = {blame.key: blame for blame in repo.blame("public.users")}
    assert found["column public.users.age"] == results.Blame(
        "column public.users.age", made.hash, made.author, made.time, "Age"
    )
    assert found["column public.users.email"].message == "Initial commit"
    assert {b.key for b in repo.blame("public.users", "HEAD~1")} == found.keys() - {"column public.users.age"}
    assert found.keys() < {blame.key for blame in repo.blame()}
    with pytest.raises(NotFound, match=r"public\.users\.age at HEAD~1"):
        repo.blame("public.users.age", "HEAD~1")


def test_blame_goes_back_to_who_made_it_again(repo: Repository) -> None:
    session(repo).execute("drop view totals")
    for type_ in ("bigint", "int"):
        session(repo).execute(f"alter table orders alter total type {type_}")
        repo.commit(type_)
    assert repo.blame("public.orders.total")[0].message == "int"


def test_history(repo: Repository) -> None:
    session(repo).execute("set application_name = 'tool'; alter table users add age int")
    event = repo.history("public.users.age")[0]
    assert (event.key, event.tag, event.cause, event.application) == (
        "column public.users.age",
        "ALTER TABLE",
        "ddl",
        "tool",
    )
    assert (event.session_user, event.current_user, event.old, event.commit) == ("postgres", "postgres", None, None)
    assert event.new is not None
    assert "alter table users add age int" in (event.statement or "")
    made = repo.commit("Age")
    assert repo.history("public.users.age")[0].commit == made.hash
    assert repo.history(limit=1) == repo.history()[:1]
    assert repo.history("public.orders") == []
    with pytest.raises(NotFound, match="no object"):
        repo.history("public.nothing")


def test_branches(repo: Repository) -> None:
    head = repo.commit_info()
    assert repo.create_branch("side") == head.hash
    assert [(b.name, b.hash, b.current, b.message) for b in repo.branches()] == [
        ("main", head.hash, True, "Initial commit"),
        ("side", head.hash, False, "Initial commit"),
    ]
    assert repo.switch("side") == head.hash
    assert repo.branch == "side"
    session(repo).execute("create table a ()")
    made = repo.commit("a")
    assert {b.name: b.hash for b in repo.branches()} == {"main": head.hash, "side": made.hash}
    with pytest.raises(Refused, match="not that of main"):
        repo.switch("main")
    assert repo.branch == "side"
    session(repo).execute("drop table a")
    repo.switch("main")
    repo.delete_branch("side")
    assert [b.name for b in repo.branches()] == ["main"]
    for call, error in (
        (lambda: repo.delete_branch("main"), Refused),
        (lambda: repo.delete_branch("side"), NotFound),
        (lambda: repo.switch("side"), NotFound),
        (lambda: repo.create_branch("main"), Refused),
        (lambda: repo.create_branch("x", "nothing"), NotFound),
        (lambda: repo.create_branch("a b"), UsageError),
        (lambda: repo.create_branch("work"), UsageError),
    ):
        with pytest.raises(error):
            call()


def test_tags(repo: Repository) -> None:
    head = repo.commit_info().hash
    assert repo.create_tag("v1", message="First") == head
    (tag,) = repo.tags()
    assert (tag.name, tag.hash, tag.message) == ("v1", head, "First")
    with pytest.raises(Refused, match="exists"):
        repo.create_tag("v1")
    repo.delete_tag("v1")
    assert repo.tags() == []
    with pytest.raises(NotFound):
        repo.delete_tag("v1")


def test_reflog(repo: Repository) -> None:
    first = repo.commit_info().hash
    session(repo).execute("create table a ()")
    made = repo.commit("a").hash
    newest, oldest = repo.reflog()
    assert (newest.ref, newest.old, newest.new, newest.message) == ("heads/main", first, made, "commit: a")
    assert (oldest.old, oldest.new, oldest.who) == (None, first, "postgres")
    assert repo.reflog("main", limit=1) == [newest]
    with pytest.raises(NotFound, match="no reflog"):
        repo.reflog("nothing")


def test_settings_and_pause(repo: Repository) -> None:
    repo.set("ignore_kinds", "owner")
    assert repo.settings() == {"ignore_kinds": "owner"}
    repo.set("ignore_kinds", None)
    assert repo.settings() == {}
    for name, value in (("colour", "red"), ("on_error", "explode")):
        with pytest.raises(UsageError):
            repo.set(name, value)
    repo.pause(timedelta(minutes=5))
    session(repo).execute("alter table users add quiet int")
    assert repo.history("public.users.email") == []
    assert repo.status().unseen >= 1
    repo.pause(timedelta(0))
    session(repo).execute("alter table users add loud int")
    assert repo.status().unseen == 0


def test_health_coverage_fsck_and_gc(repo: Repository) -> None:
    assert {check.status for check in repo.health()} == {"ok"}
    assert repo.coverage() == []
    assert repo.fsck() == []
    assert set(repo.gc()) == {"commit", "tree", "blob"}
    session(repo).execute("create table a (); drop table a")
    repo.status()
    repo.gc()
    assert repo.fsck() == []


def test_fsck_reports_drift_and_damage(repo: Repository) -> None:
    session(repo).execute(UNSEEN)
    assert [(f.problem, f.object) for f in repo.fsck() if "column" in f.object] == [
        ("drift", "column public.users.hidden")
    ]
    session(repo).execute(
        'update pggit.blob set definition = \'{"type": "wrong"}\' where definition = \'{"type": "text"}\''
    )
    session(repo).execute("update pggit.commit set message = 'forged'")
    assert {"damaged commit", "damaged blob"} & {finding.problem for finding in repo.fsck()} >= {"damaged commit"}


def test_fsck_says_nothing_of_drift_that_was_undone(repo: Repository) -> None:
    """There is nothing to commit, so nothing would ever end it."""
    unseen = "alter event trigger pggit_ddl disable; alter event trigger pggit_drop disable; {};"
    unseen += " alter event trigger pggit_ddl enable always; alter event trigger pggit_drop enable always"
    session(repo).execute(unseen.format("create table public.x (a int)"))
    (found,) = [f.message for f in repo.fsck() if f.object == "table public.x"]
    assert found.endswith("recorded now")
    (found,) = [f.message for f in repo.fsck() if f.object == "table public.x"]
    assert found.endswith("recorded, in no commit yet")
    session(repo).execute(unseen.format("drop table public.x"))
    assert {f.object for f in repo.fsck()} >= {"table public.x"}  # it is found now
    assert repo.status().clean
    assert repo.fsck() == []


def test_before_init_everything_says_so(database: Database) -> None:
    with pggit.open(database.url) as repo:
        assert not repo.installed
        for call in (
            repo.status, repo.log, repo.blame, repo.history, repo.branches, repo.tags, repo.reflog, repo.fsck, repo.gc,
            repo.health, repo.settings, repo.upgrade, repo.uninstall, repo.show, repo.diff,
            lambda: repo.commit("x"), lambda: repo.create_branch("x"), lambda: repo.switch("x"),
            lambda: repo.create_tag("x"), lambda: repo.grant("reader", "postgres"), lambda: repo.load("HEAD"),
            lambda: repo.set("author", "x"), lambda: repo.pause(timedelta(0)),
        ):  # fmt: skip
            with pytest.raises(NotInstalled) as caught:
                call()
            assert "pggit init" in str(caught.value.hint)


def test_a_server_that_goes_away(repo: Repository, server: TestServer) -> None:
    pid = repo.connection.info.backend_pid
    session(repo).execute("create table a ()")
    server.admin.execute("select pg_terminate_backend(%s, 5000)", [pid])
    with pytest.raises(ConnectionFailed):
        repo.commit("lost")
    with pytest.raises(ConnectionFailed):
        repo.status()


def test_a_server_that_goes_away_while_it_works_loses_nothing(
    repo: Repository, server: TestServer, database: Database
) -> None:
    session(repo).execute("create table a ()")
    pid = repo.connection.info.backend_pid
    server.admin.execute("set statement_timeout = 0")
    with pytest.raises(ConnectionFailed), repo._transaction():
        repo._one("select pggit.commit('half', false)")
        server.admin.execute("select pg_terminate_backend(%s, 5000)", [pid])
        repo._one("select 1")
    with pggit.open(database.url) as again:
        assert [commit.message for commit in again.log()] == ["Initial commit"]
        assert ("create", "table public.a") in verbs(again.status().changes)
        assert again.commit("whole").message == "whole"


def test_levels_of_rights(repo: Repository, database: Database, role: Callable[..., str]) -> None:
    names = {level: role() for level in ("reader", "auditor", "admin")}
    for level, name in names.items():
        repo.grant(level, name)
    session(repo).execute("create table a ()")
    with pytest.raises(NotFound, match="no role"):
        repo.grant("reader", "nobody_there")
    with pytest.raises(UsageError, match="no access"):
        repo.grant("owner", names["reader"])
    with pggit.open(database.url_as(names["reader"])) as reader:
        assert reader.log()[0].message == "Initial commit"
        assert reader.branches()[0].name == "main"
        assert reader.diff("HEAD", "HEAD") == []
        assert ("create", "table public.a") in verbs(reader.status().changes)
        assert reader.show()[0] == reader.commit_info()
        assert reader.log(object="public.users") == reader.log()
        assert {blame.message for blame in reader.blame("public.users")} == {"Initial commit"}
        assert reader.load("HEAD") == repo.load("HEAD")
        assert {check.status for check in reader.health()} == {"ok"}
        with pytest.raises(NotFound):
            reader.log(object="public.nothing")
        for call in (lambda: reader.commit("x"), lambda: reader.create_branch("x"), reader.gc, reader.uninstall):
            with pytest.raises(PermissionDenied):
                call()
    with pggit.open(database.url_as(names["auditor"])) as auditor:
        assert auditor.history("public.a")[0].tag == "CREATE TABLE"
        assert auditor.fsck() == []
        with pytest.raises(PermissionDenied):
            auditor.commit("x")
    with pggit.open(database.url_as(names["admin"])) as admin:
        assert admin.commit("by admin").author == names["admin"]
        assert admin.status().clean
    with pggit.open(database.url_as(role())) as stranger, pytest.raises(PermissionDenied):
        stranger.status()
