"""Requests: what they keep, whose approvals count, when they may be merged."""

from __future__ import annotations

import pytest

from pggit.core.errors import NotFound, PermissionDenied, Refused, UsageError
from pggit.repo import requests
from pggit.repo.protection import Rule, protect, protections, rule_of, unprotect
from pggit.work.change import How
from pggit.work.merge.merge import merge
from pggit.work.request.look import consider, open_request, show
from pggit.work.request.merge import MergeWant, merge_request
from pggit.work.request.prove import prove_request
from pggit.work.request.review import review


def counted(repo, number=1):
    return [one.role for one in show(repo, number).approvals if one.counts]


def test_what_a_request_keeps(repo, ask, sql):
    shown = ask(text="alter table users add note text; create index on orders (total)")
    request, revision = shown.request, shown.revision
    assert (request.id, request.state, request.branch, request.target) == (1, "open", "side", "main")
    assert (request.title, request.role, request.author) == (
        "A note of users",
        repo.connection.info.user,
        repo.connection.info.user,
    )
    assert (revision.number, revision.outcome, shown.obstacles, shown.moved) == (1, "fast-forward", (), ())
    assert (revision.source, revision.target) == (repo.commit_info("side").hash, repo.commit_info().hash)
    assert [(one.verb, one.key) for one in revision.changes] == [
        ("create", "index public.orders_total_idx"),
        ("create", "column public.users.note"),
    ]
    assert revision.hazards == ["index-build"]
    assert [one["sql"] for one in revision.plan["statements"]] == [
        "alter table public.users add column note text",
        "create index concurrently orders_total_idx on public.orders using btree (total)",
    ] or len(revision.plan["statements"]) >= 2
    assert sql("select id, title, approvals, needed, proven from pggit.requests") == [
        (1, "A note of users", 0, 0, False)
    ]


def test_an_unprotected_branch_needs_nothing(repo, ask, is_sound):
    ask()
    done = merge_request(repo, 1)
    made = repo.commit_info()
    assert (done.outcome, done.commit, len(made.parents)) == ("merged", made.hash, 2)
    assert made.message == "Merge request 1: A note of users"
    request = show(repo, 1).request
    assert (request.state, request.commit) == ("merged", made.hash)
    assert is_sound()
    with pytest.raises(Refused, match="request 1 is merged"):
        merge_request(repo, 1)


def test_approvals_are_of_different_roles(repo, ask, as_role, is_sound):
    ask(Rule(approvals=2))
    ann, bob = as_role(), as_role()
    with pytest.raises(Refused, match="it has 0 of 2 approvals"):
        merge_request(repo, 1)
    review(ann, 1, "approve", author="Ann")
    review(ann, 1, "approve", "still", author="Somebody else")
    with pytest.raises(Refused, match="it has 1 of 2 approvals"):
        merge_request(repo, 1)
    review(bob, 1, "approve", author="Bob")
    assert merge_request(repo, 1).outcome == "merged"
    roles = ann.connection.info.user, bob.connection.info.user
    assert repo.commit_info().message.splitlines()[-2:] == [
        f"Approved-by: Somebody else (role {roles[0]})",
        f"Approved-by: Bob (role {roles[1]})",
    ]
    assert is_sound()


def test_a_new_commit_makes_approvals_stale(repo, ask, change, as_role):
    ask(Rule(approvals=1))
    ann = as_role()
    review(ann, 1, "approve")
    assert counted(repo) == [ann.connection.info.user]
    change("alter table users add more text")
    assert show(repo, 1).moved == ("branch",)
    with pytest.raises(Refused, match="not what you saw any more"):
        review(ann, 1, "approve")
    with pytest.raises(Refused, match=rf"it has 0 of 1 approvals \(stale: by {ann.connection.info.user}\)"):
        merge_request(repo, 1)
    shown = show(repo, 1)  # the attempt looked at it anew
    assert (shown.revision.number, shown.moved, counted(repo)) == (2, (), [])
    assert [(one.revision, one.stale, one.counts) for one in shown.approvals] == [(1, True, False)]
    review(ann, 1, "approve")
    assert merge_request(repo, 1).outcome == "merged"


def test_an_approval_stays_where_the_target_moves_elsewhere(repo, ask, change, as_role, sql, is_sound):
    ask()
    ann = as_role()
    review(ann, 1, "approve")
    sql("create table elsewhere (id int)")
    repo.commit("elsewhere")
    protect(repo, "main", Rule(approvals=1))
    assert show(repo, 1).moved == ("target",)
    at = consider(repo, 1)
    assert (at.revision.number, at.revision.outcome, counted(repo)) == (2, "merged", [ann.connection.info.user])
    assert merge_request(repo, 1).outcome == "merged"
    assert is_sound()
    assert sql("select to_regclass('elsewhere') is null, count(note) from users") == [(False, 0)]


def test_an_approval_is_stale_where_the_target_moves_in_the_same_place(repo, change, as_role, sql):
    change("create or replace view v as select 2 as a; alter table users alter email type varchar(200)")
    sql("alter table users alter email set default 'x'")
    repo.commit("before")
    protect(repo, "main", Rule(approvals=1))
    open_request(repo, "side")
    ann = as_role()
    review(ann, 1, "approve")
    unprotect(repo, "main")
    sql("alter table users alter email drop not null")
    repo.commit("the same column")
    protect(repo, "main", Rule(approvals=1))
    with pytest.raises(Refused, match="it has 0 of 1 approvals"):
        merge_request(repo, 1)
    assert [one.stale for one in show(repo, 1).approvals] == [True]


def test_a_rejection_stands_until_it_is_taken_back(repo, ask, as_role):
    ask(Rule(approvals=1))
    ann, bob = as_role(), as_role()
    review(ann, 1, "approve")
    review(bob, 1, "reject", "no")
    with pytest.raises(Refused, match=f"{bob.connection.info.user} rejected it"):
        merge_request(repo, 1)
    review(bob, 1, "approve")
    review(ann, 1, "reject")
    with pytest.raises(Refused, match="rejected it"):
        merge_request(repo, 1)
    review(ann, 1, "approve")
    assert merge_request(repo, 1).outcome == "merged"


def test_authors_do_not_approve_their_own(repo, ask, as_role):
    ask(Rule(approvals=1, not_author=True))
    with pytest.raises(Refused, match="your own"):
        review(repo, 1, "approve")
    ann = as_role()
    review(ann, 1, "approve")
    assert counted(repo) == [ann.connection.info.user]


def test_who_moved_the_branch_is_an_author(repo, ask, as_role):
    ask(Rule(approvals=1, not_author=True))
    ann, bob = as_role(), as_role()
    tip = repo.commit_info("side").hash
    tree = ann._one("select pggit.tree_of('side')")[0]
    made = ann._one("select pggit.write_commit(%s, array[%s], 'Bob', now(), 'the same again')", tree, tip)[0]
    ann._call("select pggit.update_ref('heads/side', decode(%s, 'hex'), decode(%s, 'hex'), false, 'push')", tip, made)
    consider(repo, 1)
    with pytest.raises(Refused, match="your own"):
        review(ann, 1, "approve", author="Bob")
    review(bob, 1, "approve")
    assert merge_request(repo, 1).outcome == "merged"


def test_who_put_the_commits_there_first_is_an_author(repo, ask, as_role):
    """Under another branch, that somebody else took them from."""
    ask()
    ann = as_role()
    tree, tip = ann._one("select pggit.tree_of('side')")[0], repo.commit_info("side").hash
    made = ann._one("select pggit.write_commit(%s, array[%s], 'Bob', now(), 'hers')", tree, tip)[0]
    ann._call("select pggit.update_ref('heads/hers', null, decode(%s, 'hex'), false, 'push')", made)
    as_role().create_branch("looked-at", "hers")
    repo.create_branch("taken", "hers")
    protect(repo, "main", Rule(approvals=1, not_author=True))
    open_request(repo, "taken")
    with pytest.raises(Refused, match="your own"):
        review(ann, 2, "approve")
    review(as_role(), 2, "approve")
    assert merge_request(repo, 2).outcome == "merged"


def test_a_reader_sees_requests_and_cannot_approve(repo, ask, as_role):
    ask(Rule(approvals=1))
    reader = as_role("reader")
    assert show(reader, 1).obstacles == ("it has 0 of 1 approvals",)
    assert [one.title for one in requests.requests(reader)] == ["A note of users"]
    for call in (lambda: review(reader, 1, "approve"), lambda: requests.close(reader, 1)):
        with pytest.raises(PermissionDenied):
            call()


def test_not_author_counts_no_approval_that_came_before_it(repo, ask, as_role):
    ask(Rule(approvals=1))
    review(repo, 1, "approve")
    assert len(counted(repo)) == 1
    protect(repo, "main", Rule(approvals=1, not_author=True))
    assert counted(repo) == []
    review(as_role(), 1, "approve")
    assert merge_request(repo, 1).outcome == "merged"


def test_a_proof_is_made_where_it_is_needed(repo, ask, is_sound):
    ask(Rule(proof=True))
    assert show(repo, 1).obstacles == ("it is not proven on main as that is now",)
    begun = []
    assert merge_request(repo, 1, MergeWant(proving=lambda: begun.append(1))).outcome == "merged"
    kept = show(repo, 1).revision
    assert begun == [1]
    assert (kept.proven, kept.proof["on"], {one["status"] for one in kept.proof["checks"]}) == (
        True,
        "seeded rows",
        {"ok"},
    )
    assert is_sound()


def test_a_proof_is_of_one_target(repo, ask, sql):
    ask(Rule(proof=True))
    assert prove_request(repo, 1).proven
    assert show(repo, 1).obstacles == ()
    unprotect(repo, "main")
    sql("create table elsewhere (id int)")
    repo.commit("elsewhere")
    protect(repo, "main", Rule(proof=True))
    consider(repo, 1)
    assert show(repo, 1).obstacles == ("it is not proven on main as that is now",)
    begun = []
    assert merge_request(repo, 1, MergeWant(proving=lambda: begun.append(1))).outcome == "merged"
    assert begun == [1]


def test_approvals_come_before_the_proof(repo, ask, sql):
    ask(Rule(approvals=1, proof=True))
    begun = []
    sql("create table uncommitted (id int)")
    with pytest.raises(Refused, match=r"changes are not committed: table public.uncommitted"):
        merge_request(repo, 1, MergeWant(proving=lambda: begun.append(1)))
    sql("drop table uncommitted")
    with pytest.raises(Refused, match="0 of 1 approvals; it is not proven"):
        merge_request(repo, 1, MergeWant(proving=lambda: begun.append(1)))
    assert begun == []


def test_conflicts_are_shown_and_not_merged(repo, change, sql, as_role):
    change("alter table users alter email type varchar(200)")
    sql("alter table users alter email type varchar(300)")
    repo.commit("ours")
    head = repo.commit_info().hash
    protect(repo, "main", Rule(approvals=1))
    shown = open_request(repo, "side")
    assert (shown.revision.outcome, shown.revision.changes, shown.revision.plan) == ("conflicts", None, None)
    assert shown.revision.conflicts[0]["key"] == "column public.users.email"
    assert shown.obstacles == ("it is in conflict with main", "it has 0 of 1 approvals")
    with pytest.raises(Refused, match="nothing to approve yet"):
        review(as_role(), 1, "approve")
    with pytest.raises(Refused, match="nothing to prove yet"):
        prove_request(repo, 1)
    assert merge_request(repo, 1).outcome == "conflicts"
    assert (repo.commit_info().hash, show(repo, 1).request.state) == (head, "open")


def test_findings_are_accepted_by_who_merges(repo, change, sql, as_role):
    sql("alter table users add nick text")
    repo.commit("nick")
    change("create function f() returns text language plpgsql as 'begin return (select nick from users limit 1); end'")
    sql("alter table users drop column nick")
    repo.commit("no nick")
    protect(repo, "main", Rule(approvals=1))
    shown = open_request(repo, "side")
    assert (shown.revision.outcome, shown.revision.findings[0]["rule"]) == ("findings", "body-names")
    review(as_role(), 1, "approve")
    assert merge_request(repo, 1).outcome == "findings"
    done = merge_request(repo, 1, MergeWant(accept=("body-names",), reason="not called"))
    assert done.outcome == "merged"
    assert "Reason: not called" in repo.commit_info().message


def test_a_dry_run_changes_nothing(repo, ask):
    ask(Rule(approvals=1))
    head = repo.commit_info().hash
    done = merge_request(repo, 1, how=How(dry_run=True))
    assert {one.key for one in done.changed.plan.statements} == {"column public.users.note"}
    assert (repo.commit_info().hash, show(repo, 1).request.state) == (head, "open")


def test_only_recorded(repo, ask):
    ask(Rule())
    done = merge_request(repo, 1, MergeWant(apply=False))
    assert (repo.commit_info().hash, show(repo, 1).request.state) == (done.commit, "merged")
    assert [one.key for one in repo.status().changes] == ["column public.users.note"]


def test_a_request_is_merged_when_its_branch_is(repo, ask):
    ask()
    assert merge(repo, "side").outcome == "fast-forward"
    assert show(repo, 1).request.state == "merged"


def test_a_request_stays_open_where_its_branch_went_on(repo, ask, change):
    first = ask().revision.source
    change("alter table users add more text")
    merge(repo, first)
    assert show(repo, 1).request.state == "open"
    assert merge_request(repo, 1).outcome == "merged"
    assert show(repo, 1).request.state == "merged"


def test_an_upgrade_keeps_requests_and_what_protects(repo, ask, as_role, sql):
    ask(Rule(approvals=1))
    ann = as_role()
    review(ann, 1, "approve")
    repo.upgrade()
    with pytest.raises(Refused, match="branch main is protected"):
        repo.commit("x", allow_empty=True)
    with pytest.raises(PermissionDenied):
        unprotect(ann, "main")
    assert counted(repo) == [ann.connection.info.user]
    assert merge_request(repo, 1).outcome == "merged"


def test_a_renamed_branch_keeps_its_requests(repo, ask):
    ask()
    repo.rename_branch("side", "aside")
    assert show(repo, 1).request.branch == "aside"
    assert merge_request(repo, 1).outcome == "merged"


def test_wrong_requests(repo, ask, change):
    with pytest.raises(NotFound, match="there is no branch side"):
        open_request(repo, "side")
    with pytest.raises(UsageError, match="into itself"):
        open_request(repo, "main")
    repo.create_branch("same")
    with pytest.raises(Refused, match="nothing to merge"):
        open_request(repo, "same")
    ask()
    with pytest.raises(NotFound, match="there is no branch nowhere"):
        open_request(repo, "side", "nowhere")
    with pytest.raises(Refused, match="request 1 asks for side to be merged into main already"):
        open_request(repo, "side")
    for wrong in (show, consider, merge_request, requests.close, prove_request):
        with pytest.raises(NotFound, match="there is no request 7"):
            wrong(repo, 7)
    with pytest.raises(Refused, match="is of commit"):
        review(repo, 1, "approve", at="main")
    with pytest.raises(NotFound, match="request 1 has no revision 9"):
        requests.record_proof(repo, 1, 9, {"proven": True})
    requests.close(repo, 1)
    for wrong in (consider, merge_request, requests.close, prove_request):
        with pytest.raises(Refused, match="request 1 is closed"):
            wrong(repo, 1)
    with pytest.raises(Refused, match="request 1 is closed"):
        review(repo, 1, "approve")
    assert show(repo, 1).obstacles == ()
    assert open_request(repo, "side").request.id == 2
    repo.delete_branch("side")
    with pytest.raises(NotFound, match="there is no branch side"):
        merge_request(repo, 2)
    repo.switch("same")
    with pytest.raises(Refused, match="goes into main, the current branch is same"):
        merge_request(repo, 2)


def test_rules_are_put_together(repo):
    assert rule_of(repo, "main") is None
    protect(repo, "main", Rule(approvals=1))
    protect(repo, "m*", Rule(proof=True))
    protect(repo, "release/*", Rule(approvals=2, signed=True))
    assert rule_of(repo, "main") == Rule(approvals=1, proof=True)
    assert rule_of(repo, "release/1.0/x") == Rule(approvals=2, signed=True)
    assert rule_of(repo, "release") is None
    assert [one.pattern for one in protections(repo)] == ["m*", "main", "release/*"]
    protect(repo, "main", Rule(approvals=3))
    assert rule_of(repo, "main") == Rule(approvals=3, proof=True)
    unprotect(repo, "main")
    assert rule_of(repo, "main") == Rule(proof=True)
    assert [move.message for move in repo.reflog("protection/main")] == [
        "protect: off",
        "protect: 3 approvals",
        "protect: 1 approval",
    ]


def test_wrong_rules(repo):
    with pytest.raises(NotFound, match="there is no branch mian"):
        protect(repo, "mian", Rule())
    with pytest.raises(UsageError, match="-1 approvals cannot be needed"):
        protect(repo, "main", Rule(approvals=-1))
    with pytest.raises(UsageError, match="none is needed"):
        protect(repo, "main", Rule(signed=True))
    with pytest.raises(UsageError, match="no valid name"):
        protect(repo, "a b", Rule())
    with pytest.raises(NotFound, match="nothing protects main"):
        unprotect(repo, "main")
    assert protections(repo) == []
