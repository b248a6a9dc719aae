"""A protected branch stays where it is, by whatever way one tries to move it."""

from __future__ import annotations

from collections.abc import Callable

import psycopg
import pytest

import pggit
from pggit.core.errors import PermissionDenied, PgGitError, Refused
from pggit.repo import merges, share
from pggit.repo.protection import Rule, protect, require_direct, unprotect
from pggit.repo.repository import Repository
from pggit.work.merge.merge import Want, continue_merge, merge
from pggit.work.merge.opened import abort, resolve
from pggit.work.pick import cherry_pick
from pggit.work.pull import pull, take_over
from pggit.work.rebase import rebase
from pggit.work.request.look import open_request
from pggit.work.reset import reset
from pggit.work.revert import revert
from pggit.work.stash import push as stash_push
from pggit.work.switch import switch

PROTECTED = "branch main is protected"


@pytest.fixture
def protected(repo, change, sql) -> Repository:
    """Main has two commits and is protected; branch side has another one."""
    change("alter table users add note text")
    sql("create table more (id int primary key)")
    repo.commit("more")
    protect(repo, "main", Rule())
    return repo


WAYS: dict[str, Callable[[Repository], object]] = {
    "merge": lambda repo: merge(repo, "side"),
    "merge that is recorded": lambda repo: merge(repo, "side", Want(apply=False)),
    "reset": lambda repo: reset(repo, "HEAD~1"),
    "reset --hard": lambda repo: reset(repo, "HEAD~1", hard=True),
    "revert": lambda repo: revert(repo, "HEAD"),
    "cherry-pick": lambda repo: cherry_pick(repo, ["side"]),
    "rebase": lambda repo: rebase(repo, "side"),
    "delete": lambda repo: switch(repo, "side") and repo.delete_branch("main"),
    "rename": lambda repo: repo.rename_branch("main", "master"),
    "take the place of": lambda repo: switch(repo, "side") and repo.rename_branch("side", "main", force=True),
}


def test_the_library_does_not_move_it(protected, is_sound):
    tip = protected.commit_info("main").hash
    for name, way in WAYS.items():
        with pytest.raises(Refused, match=PROTECTED):
            way(protected)
            pytest.fail(name)
        assert protected.commit_info("main").hash == tip, name
        switch(protected, "main")
        assert is_sound(), name


SQL = {
    "commit": "pggit.commit('x')",
    "empty commit": "pggit.commit('x', true)",
    "reset_head": "pggit.reset_head('HEAD~1', 'x')",
    "advance_head": "pggit.advance_head({head}, {side}, 'x')",
    "conclude_merge": "pggit.conclude_merge({side}, {head}, 'x')",
    "rebase_finish": "pggit.rebase_finish('main', {head}, {side})",
    "rename_branch": "pggit.rename_branch('main', 'x')",
}


def test_sql_does_not_move_it(protected, as_role, sql):
    sql("create table uncommitted (id int)")
    tips = {name: f"'{protected.commit_info(at).hash}'" for name, at in (("head", "main"), ("side", "side"))}
    sessions = [as_role("admin"), protected]
    for name, call in SQL.items():
        for session in sessions:
            with pytest.raises(psycopg.Error, match=PROTECTED) as refused:
                session.connection.execute("select " + call.format(**tips))
            assert (refused.value.sqlstate, "pggit " in refused.value.diag.message_hint) == ("PG006", True), name
    assert protected.commit_info("main").message == "more"
    assert "table public.uncommitted" in {change.key for change in protected.status().changes}


def test_a_push_does_not_move_it(protected, make_database):
    switch(protected, "side")
    with pggit.open(make_database().url) as there:
        take_over(there, protected, "origin", None)
        assert there.branch == "side"
        there.connection.execute("create table public.theirs (id int)")
        there.commit("Theirs")
        (refused,) = share.push(there, protected, "origin", {"heads/main": "heads/side"}, force=True).refs
        assert PROTECTED in refused.problem
        assert share.push(there, protected, "origin", {"heads/theirs": "heads/side"}).refs
    assert protected.commit_info("main").message == "more"


def test_a_pull_does_not_move_it(protected, make_database):
    with pggit.open(make_database().url) as there:
        take_over(there, protected, "origin", None)
        there.connection.execute("create table public.theirs (id int)")
        there.commit("Theirs")
        with pytest.raises(Refused, match=PROTECTED):
            pull(protected, there, "there", "main")
    assert protected.commit_info().message == "more"


def test_what_is_not_committed_goes_along(protected, sql, is_sound):
    sql("create table mine (id int)")
    with pytest.raises(Refused, match=PROTECTED):
        protected.commit("mine")
    assert "table public.mine" in {change.key for change in protected.status().changes}
    protected.switch("mine", create=True)
    assert protected.commit("mine").message == "mine"
    switch(protected, "main")
    assert is_sound()


def test_what_does_not_move_it_goes_on(protected, sql, is_sound):
    tip = protected.commit_info().hash
    reset(protected, "HEAD")
    reset(protected, "HEAD", hard=True)
    sql("create table put_aside (id int)")
    stash_push(protected, None)
    protected.create_tag("v1")
    protected.create_branch("other")
    switch(protected, "side")
    switch(protected, "main")
    assert protected.commit_info().hash == tip
    assert is_sound()


def test_auto_commit_leaves_a_protected_branch_alone(protected, sql):
    protected.set("auto_commit", "on")
    sql("create table mine (id int)")
    assert protected.status().changes
    assert protected.commit_info().message == "more"
    switch(protected, "mine", create=True)
    sql("create table ours (id int)")
    assert protected.status().clean
    assert "public.ours" in protected.commit_info().message


def test_a_merge_that_was_open_before(protected, change, sql):
    unprotect(protected, "main")
    change("alter table users alter email type varchar(200)", "other")
    sql("alter table users alter email type varchar(300)")
    protected.commit("ours")
    assert merge(protected, "other").outcome == "conflicts"
    protect(protected, "main", Rule())
    resolve(protected, "theirs")
    with pytest.raises(Refused, match=PROTECTED):
        continue_merge(protected)
    abort(protected)
    assert protected.commit_info().message == "ours"


def test_a_plan_of_several_steps_is_not_begun(protected, change, is_sound):
    """Without a look before the plan, the index would be there when the branch refuses to move."""
    unprotect(protected, "main")
    change("create index on orders (total)", "indexed")
    protect(protected, "main", Rule(approvals=1))
    open_request(protected, "indexed")
    for want in (Want(), Want(request=True)):
        with pytest.raises(Refused, match=r"protected|0 of 1 approvals"):
            merge(protected, "indexed", want)
        assert is_sound()


def test_who_merges_by_hand_is_sent_to_requests(protected):
    with pytest.raises(Refused) as refused:
        merge(protected, "side")
    assert refused.value.hint == "pggit request open side, then pggit request merge."


def test_a_pattern_protects_branches_to_come(protected):
    protect(protected, "release/*", Rule())
    protected.create_branch("release/1")
    protected.switch("release/1")
    with pytest.raises(Refused, match="branch release/1 is protected"):
        protected.commit("x", allow_empty=True)
    with pytest.raises(Refused, match="cannot be deleted"):
        protected.switch("main")
        protected.delete_branch("release/1")
    unprotect(protected, "release/*")
    protected.delete_branch("release/1")


@pytest.mark.parametrize(("name", "pattern", "meant"), [
    ("main", "main", True), ("main2", "main", False), ("maim", "mai_", False), ("release/1/2", "release/*", True),
    ("release", "release/*", False), ("a%c", "a%c", True), ("abc", "a%c", False), ("a!b", "a!b", True),
    ("x", "*", True), ("hotfix-1-db", "hotfix-*-db", True), ("hotfix-1", "hotfix-*-db", False), ("Main", "main", False),
])  # fmt: skip
def test_what_a_pattern_means(repo, name, pattern, meant):
    assert repo._one("select pggit.is_meant(%s, %s)", name, pattern) == (meant,)


def test_only_an_admin_changes_what_protects(protected, as_role, sql):
    writer, reader = as_role("writer"), as_role("reader")
    for session in (writer, reader):
        for call in (lambda s: protect(s, "main", Rule()), lambda s: unprotect(s, "main")):
            with pytest.raises(PermissionDenied):
                call(session)
        with pytest.raises(Refused, match=PROTECTED):
            require_direct(session)
        for table in ("protection", "request", "request_revision", "approval", "ref"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                session.connection.execute(f"delete from pggit.{table}")
        for setting in ("pggit.author", "pggit.concluding"):
            session.connection.execute(f"set {setting} = 'postgres'")
    with pytest.raises(Refused, match=PROTECTED):
        writer.commit("x", allow_empty=True)
    with pytest.raises(PgGitError):
        writer.set("auto_commit", "on")
    unprotect(as_role("admin"), "main")
    writer._call("select set_config('pggit.author', '', false)")
    assert writer.commit("x", allow_empty=True).message == "x"


def test_a_commit_made_up_is_not_the_merge_that_was_approved(protected, as_role, sql):
    """The content is looked at, not what anybody says of it."""
    open_request(protected, "side")
    head, tip = protected.commit_info().hash, protected.commit_info("side").hash
    protect(protected, "main", Rule(approvals=1))
    ann, bob = as_role(), as_role()
    ann._call("select pggit.review_request(1, 1, 'approve')")
    other = {"table public.evil": {"table public.evil": {"owner": "x"}}}
    made_up = merges.record(bob, tip, other, "as approved")
    with pytest.raises(Refused, match="it has 0 of 1 approvals"):
        merges.conclude(bob, made_up, head, "x")
    made = bob._one("select pggit.write_commit(pggit.tree_of('side'), array[%s], 'x', now(), 'x')", head)[0]
    with pytest.raises(Refused, match=PROTECTED):
        merges.conclude(bob, made, head, "x")
