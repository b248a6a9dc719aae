"""What two sessions do at once to one request, and what a killed one leaves."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest

import pggit
from pggit.apply.lock import deployer_lock
from pggit.core.errors import Busy, ConnectionFailed, PgGitError, Refused
from pggit.db.connect import connect
from pggit.repo import merges, requests
from pggit.repo.protection import Rule, protect
from pggit.repo.repository import Repository
from pggit.work.change import How
from pggit.work.merge.merge import differing
from pggit.work.request.look import consider, open_request, show
from pggit.work.request.merge import merge_request
from pggit.work.request.review import review
from servers import Database


def started(body: Callable[[], object]) -> tuple[threading.Thread, list[object]]:
    """Run something in a thread; what it returned or raised is in the list."""
    got: list[object] = []

    def run() -> None:
        try:
            got.append(body())
        except PgGitError as error:
            got.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    return thread, got


def test_two_merge_at_once(repo, ask, as_role, database: Database, is_sound):
    ask(Rule(approvals=1))
    review(as_role(), 1, "approve")

    def other() -> object:
        with pggit.open(database.url) as second:
            return merge_request(second, 1)

    threads = [started(other) for _ in range(2)]
    for thread, _ in threads:
        thread.join()
    got = sorted((found for _, (found,) in threads), key=lambda one: isinstance(one, Exception))
    assert got[0].outcome == "merged"
    assert isinstance(got[1], Refused)
    assert (got[1].exit_status, got[1].message) == (6, "request 1 is merged")
    assert [len(one.parents) for one in repo.log()] == [2, 1, 0]
    assert is_sound()


def test_who_waits_too_long_is_told_so(repo, ask, database: Database):
    ask(Rule())
    with pggit.open(database.url) as other, deployer_lock(other.connection, 1), pytest.raises(Busy) as busy:
        merge_request(repo, 1, how=How(lock_wait=0.2))
    assert busy.value.exit_status == 8
    assert show(repo, 1).request.state == "open"


def test_an_approval_is_withdrawn_while_the_plan_runs(repo, change, as_role, is_sound):
    """The branch does not move; once it is approved again, the same call ends what was begun."""
    change("create index on orders (total); alter table users add note text")
    protect(repo, "main", Rule(approvals=1))
    open_request(repo, "side")
    ann, head = as_role(), repo.commit_info().hash
    review(ann, 1, "approve")
    withdrawn: list[object] = []

    def progress(event: object) -> None:
        if not withdrawn:
            withdrawn.append(review(ann, 1, "reject"))

    with pytest.raises(Refused, match="it has 0 of 1 approvals"):
        merge_request(repo, 1, how=How(progress=progress))
    assert (repo.commit_info().hash, show(repo, 1).request.state) == (head, "open")
    with pytest.raises(Refused, match="it has 0 of 1 approvals"):
        merge_request(repo, 1)
    review(ann, 1, "approve")
    assert merge_request(repo, 1).outcome == "merged"
    assert is_sound()


@pytest.mark.parametrize("isolation", ["read committed", "repeatable read", "serializable"])
def test_an_approval_is_withdrawn_while_it_is_merged(repo, ask, as_role, database: Database, isolation):
    """The merge is concluded in a transaction that began before, and waits for the one that rejects."""
    ask(Rule(approvals=1))
    ann = as_role()
    review(ann, 1, "approve")
    head = repo.commit_info().hash
    at = consider(repo, 1)
    commit = _recorded(repo, at)
    with ann.connection.transaction():
        concluding = connect(database.url)
        concluding.execute(f"begin isolation level {isolation}")
        concluding.execute("select count(*) from pggit.request")  # its snapshot is taken
        ann._call("select pggit.review_request(1, 1, 'reject')")
        thread, got = started(
            lambda: Repository(concluding)._call("select pggit.conclude_merge(%s, %s, 'x')", commit, head)
        )
        _until_it_waits(repo, concluding.info.backend_pid)
    thread.join()
    (error,) = got
    assert isinstance(error, Busy if isolation != "read committed" else Refused), error
    assert ("rejected it" in error.message) or ("0 of 1 approvals" in error.message) or isinstance(error, Busy)
    concluding.close()
    assert repo.commit_info().hash == head
    assert show(repo, 1).request.state == "open"


def test_a_rule_that_comes_while_it_is_merged_holds(repo, ask, database: Database):
    ask()
    head, at = repo.commit_info().hash, consider(repo, 1)
    commit = _recorded(repo, at)
    with pggit.open(database.url) as other, other.connection.transaction():
        protect(other, "main", Rule(approvals=1))
        concluding = connect(database.url)
        thread, got = started(
            lambda: Repository(concluding)._call("select pggit.conclude_merge(%s, %s, 'x')", commit, head)
        )
        _until_it_waits(repo, concluding.info.backend_pid)
    thread.join()
    assert isinstance(got[0], Refused)
    assert "0 of 1 approvals" in got[0].message
    concluding.close()
    assert repo.commit_info().hash == head


def test_the_target_moves_between_the_proof_and_the_merge(repo, ask, change, as_role, database: Database, is_sound):
    """Another request is merged in between: what was proven was not proven on this."""
    ask(Rule(proof=True))
    change("alter table orders add note text", "second")
    open_request(repo, "second")
    with pggit.open(database.url) as second:
        merge_request(second, 2)
        stale = requests.revisions(repo, 1)[-1]
        requests.record_proof(repo, 1, stale.number, {"proven": True, "on": "seeded rows", "checks": []})
        at = consider(repo, 1)
        commit = _recorded(repo, at)
        with pytest.raises(Refused, match="it is not proven on main as that is now"):
            repo._call("select pggit.conclude_merge(%s, %s, 'x')", commit, repo.commit_info().hash)
        old = _recorded_on(repo, stale.target, at.revision.source)
        with pytest.raises(Refused, match="no longer at"):
            repo._call("select pggit.conclude_merge(%s, %s, 'x')", old, stale.target)
    assert merge_request(repo, 1).outcome == "merged"
    assert is_sound()


def test_the_branch_moves_while_somebody_approves(repo, ask, change, as_role):
    ask(Rule(approvals=1))
    ann = as_role()
    seen = show(ann, 1).revision
    change("create table evil (id int)")
    with pytest.raises(Refused, match="not what you saw any more"):
        requests.review(ann, 1, seen.number, "approve", None)
    consider(repo, 1)
    with pytest.raises(Refused, match="not what you saw any more"):
        requests.review(ann, 1, seen.number, "approve", None)
    with pytest.raises(Refused, match="is of commit"):
        review(ann, 1, "approve", at=seen.source)
    assert show(repo, 1).approvals == ()


def test_many_ask_and_approve_at_once(repo, change, role, database: Database):
    """Numbers are not given twice, no verdict is lost."""
    names = [role() for _ in range(4)]
    for number, name in enumerate(names):
        change(f"create table t{number} (id int)", f"side{number}")
        repo.grant("writer", name)
    protect(repo, "main", Rule(approvals=4))
    tips = {branch.name: branch.hash for branch in repo.branches()}

    def body(number: int, name: str) -> None:
        with pggit.open(database.url_as(name)) as mine:
            asked = requests.open_request(mine, f"side{number}", "main", "x", "")
            groups = differing(mine.load(tips["main"]), mine.load(tips[f"side{number}"]))
            found = {"outcome": "merged", "plan": None, "conflicts": [], "findings": [], "refused": None}
            requests.put_revision(mine, asked, tips["main"], tips[f"side{number}"], groups, found)
            deadline = time.monotonic() + 60
            done: set[int] = set()
            while len(done) < len(names) and time.monotonic() < deadline:
                for one in requests.requests(mine):
                    if one.id not in done and one.outcome:
                        requests.review(mine, one.id, 1, "approve", None)
                        done.add(one.id)

    threads = [started(lambda n=number, who=name: body(n, who)) for number, name in enumerate(names)]
    for thread, _ in threads:
        thread.join()
    assert [got for _, got in threads] == [[None]] * 4
    assert sorted(one.id for one in requests.requests(repo)) == [1, 2, 3, 4]
    assert {(one.approvals, one.needed) for one in requests.requests(repo)} == {(4, 4)}


@pytest.mark.parametrize("step", [0, 2, 4])
def test_a_killed_merge_is_finished_by_the_same_command(repo, change, as_role, database: Database, step, is_sound):
    """The plan has several steps: the connection is cut after so many of its statements, the same call ends it."""
    change("create index on orders (total); alter table users add note text; create index on users (email)")
    protect(repo, "main", Rule(approvals=1))
    open_request(repo, "side")
    review(as_role(), 1, "approve")
    seen: list[object] = []
    with pggit.open(database.url) as victim:
        pid = victim.connection.info.backend_pid

        def cut(event: object) -> None:
            seen.append(event)
            if len(seen) == step + 1:
                repo.connection.execute("select pg_terminate_backend(%s, 5000)", [pid])

        try:
            done = merge_request(victim, 1, how=How(progress=cut)).outcome
        except ConnectionFailed:
            done = None
    state = show(repo, 1).request.state
    assert (done == "merged") <= (state == "merged")
    if state == "open":
        assert merge_request(repo, 1).outcome == "merged"
    request = show(repo, 1).request
    assert (request.state, request.commit) == ("merged", repo.commit_info().hash)
    assert is_sound()


def _recorded(repo: Repository, at) -> str:
    """Record the merge of a request beside the branch."""
    return merges.record(repo, at.revision.source, differing(at.before, at.after), "x")


def _recorded_on(repo: Repository, target: str, source: str) -> str:
    return str(
        repo._one("select pggit.record_merge(%s, %s, '{}', 'x')", target, source)[0],
    )


def _until_it_waits(repo: Repository, pid: int) -> None:
    for _ in range(500):
        if repo._one(
            "select cardinality(pg_blocking_pids(a.pid)) > 0 or a.wait_event = 'PgSleep'"  # it tries again and again
            " from pg_stat_activity as a where a.pid = %s",
            pid,
        )[0]:
            return
        time.sleep(0.01)
    pytest.fail("it does not wait for the other session")
