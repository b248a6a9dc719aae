"""Push and fetch between real databases: what travels, what is refused, what is left by whom is killed."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

import pggit
from pggit.core.errors import EngineError, NotFound, NotInstalled, PermissionDenied, Refused
from pggit.repo.repository import Repository
from pggit.repo.share import fetch, push
from pggit.repo.share.carry import carry
from pggit.repo.share.results import Sent
from pggit.work.pull import pull
from servers import Database, available_versions, connect, running, session

MAIN = {"heads/main": "heads/main"}


@pytest.fixture
def repositories(make_database: Callable[..., Database]) -> Iterator[Callable[[], Repository]]:
    """Makes tracked databases."""
    opened: list[Repository] = []

    def make() -> Repository:
        opened.append(pggit.open(make_database().url))
        opened[-1].init()
        return opened[-1]

    yield make
    for repository in opened:
        repository.close()


def commit(repository: Repository, sql: str) -> str:
    """Run a statement and commit; returns the hash."""
    session(repository).execute(sql.encode())
    return repository.commit(sql, author="ann").hash


def tip(repository: Repository, ref: str) -> str:
    """The commit at a ref."""
    return repository.commit_info(ref).hash


def blobs(repository: Repository) -> set[bytes]:
    """The hashes of all definitions in the store."""
    return {hash_ for (hash_,) in session(repository).execute("select hash from pggit.blob").fetchall()}


def test_only_what_is_missing_travels(repositories) -> None:
    here, there = repositories(), repositories()
    for n in range(30):
        session(here).execute(f"create table t{n} (id int primary key, name text not null)".encode())
    first = commit(here, "create table shop (id int)")
    of_its_own = len(blobs(here) - blobs(there))
    done = push(here, there, "staging", {"heads/copy": "heads/main"})
    assert [(move.ref, move.old, move.new, move.problem) for move in done.refs] == [("heads/copy", None, first, None)]
    assert (done.sent.commits, done.sent.trees > 30, done.sent.blobs) == (2, True, of_its_own)

    second = commit(here, "alter table shop add column points bigint")
    done = push(here, there, "staging", {"heads/copy": "heads/main"})
    # one commit; the root, a bucket and the table's group; the table (its columns' order) and the column
    assert (done.sent.commits, done.sent.trees, done.sent.blobs) == (1, 3, 2)
    assert tip(there, "copy") == second
    assert not [finding for finding in there.fsck() if finding.problem != "drift"]
    assert there.load("copy").groups == here.load("main").groups
    query = "select encode(commit, 'hex'), key, old, new from pggit.commit_change where commit = pggit.resolve(%s) order by key"
    changes = [session(r).execute(query, (second,)).fetchall() for r in (here, there)]
    assert changes[0] == changes[1] != []
    meanings = "select hash, meaning from pggit.tree where hash in (select tree from pggit.commit where hash = %s)"
    assert len({str(session(r).execute(meanings, (bytes.fromhex(second),)).fetchall()) for r in (here, there)}) == 1
    assert push(here, there, "staging", {"heads/copy": "heads/main"}).refs == ()


def test_fetch_follows_the_other_side(repositories) -> None:
    here, there = repositories(), repositories()
    first = commit(there, "create table shop (id int)")
    there.create_branch("loyalty")
    there.create_tag("v1")
    fetch(here, there, "origin")
    assert tip(here, "origin/main") == tip(here, "origin/loyalty") == tip(here, "v1") == first
    assert here.reflog("origin/main")[0].message == "fetch: heads/main"
    second = commit(there, "create view v as select 1 as one")
    there.delete_branch("loyalty")
    done = fetch(here, there, "origin")
    assert [(move.ref, move.old, move.new) for move in done.refs] == [("remotes/origin/main", first, second)]
    with pytest.raises(NotFound):
        tip(here, "origin/loyalty")
    assert tip(here, "origin/main~1") == first
    assert tip(here, "origin/main@{1}") == first
    here.gc()
    assert [c.verb for c in here.diff("origin/main~1", "origin/main")] == ["create"] * 2
    assert fetch(here, there, "origin").sent.commits == 0
    with pytest.raises(NotFound, match="has no branch nowhere"):
        fetch(here, there, "origin", ["nowhere"])


def test_what_push_refuses(repositories) -> None:
    here, there = repositories(), repositories()
    commit(here, "create table a (id int)")
    (move,) = push(here, there, "staging", MAIN).refs
    assert move.problem and "checked out" in move.problem
    push(here, there, "staging", {"heads/dev": "heads/main", "tags/v1": "heads/main"})
    mine = commit(here, "create table b (id int)")
    here.create_branch("side", "HEAD~1")
    here.switch("main")
    push(here, there, "staging", {"heads/dev": "heads/main"})
    (move,) = push(here, there, "staging", {"heads/dev": "heads/side"}).refs
    assert move.problem and "non-fast-forward" in move.problem
    (move,) = push(here, there, "staging", {"tags/v1": "heads/main"}).refs
    assert move.problem and "another commit" in move.problem
    assert tip(there, "dev") == mine
    (move,) = push(here, there, "staging", {"heads/dev": "heads/side"}, force=True).refs
    assert move.problem is None
    assert tip(there, "dev") == tip(here, "side") == tip(here, "staging/dev")
    with pytest.raises(NotFound, match="no branch nowhere"):
        push(here, there, "staging", {"heads/x": "heads/nowhere"})


def test_a_ref_moves_only_from_where_it_was_seen(repositories) -> None:
    here = repositories()
    first = here.commit_info().hash
    here.create_branch("dev")
    second = commit(here, "create table a (id int)")
    update = "select pggit.update_ref('heads/dev', decode(%s, 'hex'), decode(%s, 'hex'), true, 'm')"
    here._call(update, first, second)
    commit(here, "create table b (id int)")
    with pytest.raises(Refused, match="moved meanwhile"):
        here._call(update, first, here.commit_info().hash)
    with pytest.raises(Refused, match="current branch"):
        here._call(update.replace("dev", "main"), here.commit_info().hash, second)


@pytest.mark.parametrize(
    "damage",
    [
        "update pggit.blob set definition = definition || '{\"x\": 1}' where hash in (select new from pggit.commit_change)",
        "update pggit.tree set entries = entries - (select min(k) from jsonb_object_keys(entries) as k)"
        " where hash = (select tree from pggit.commit where hash = pggit.head())",
        "update pggit.commit set message = 'another' where hash = pggit.head()",
        "update pggit.commit set author = 'mallory' where hash = pggit.head()",
    ],
)
def test_what_was_tampered_with_is_refused(repositories, damage: str) -> None:
    here, there = repositories(), repositories()
    commit(here, "create table a (id int)")
    session(here).execute(damage.encode())
    with pytest.raises(Refused, match="does not have its hash"):
        push(here, there, "staging", {"heads/dev": "heads/main"})
    assert [branch.name for branch in there.branches()] == ["main"]


def test_ten_pushers_at_once_lose_no_commit(repositories) -> None:
    there = repositories()
    there.create_branch("shared")
    pushers = [repositories() for _ in range(10)]
    for repository in pushers:
        fetch(repository, there, "hub")
        repository._call("select pggit.reset_head('hub/shared', 'start')")
    made = [commit(repository, f"create table t{n} (id int)") for n, repository in enumerate(pushers)]
    urls = [(pggit.open(str(r.connection.info.dsn)), pggit.open(str(there.connection.info.dsn))) for r in pushers]

    def go(pair: tuple[Repository, Repository]) -> str | None:
        with pair[0] as here, pair[1] as hub:
            return push(here, hub, "hub", {"heads/shared": "heads/main"}).refs[0].problem

    with ThreadPoolExecutor(10) as pool:
        outcomes = list(pool.map(go, urls))
    winners = [hash_ for hash_, problem in zip(made, outcomes, strict=True) if problem is None]
    assert len(winners) == 1
    assert tip(there, "shared") == winners[0]
    assert all("moved meanwhile" in p or "non-fast-forward" in p for p in outcomes if p)
    # those who lost push to branches of their own, all at once
    again = [(pggit.open(str(r.connection.info.dsn)), pggit.open(str(there.connection.info.dsn))) for r in pushers]

    def own(numbered: tuple[int, tuple[Repository, Repository]]) -> None:
        number, (here, hub) = numbered
        with here, hub:
            assert push(here, hub, "hub", {f"heads/own{number}": "heads/main"}).refs[0].problem is None

    with ThreadPoolExecutor(10) as pool:
        list(pool.map(own, enumerate(again)))
    assert [tip(there, f"own{n}") for n in range(10)] == made
    assert not [finding for finding in there.fsck() if finding.problem != "drift"]


def test_rights(repositories, role, database) -> None:
    here, there = repositories(), repositories()
    commit(here, "create table a (id int)")
    name = role()
    url = f"{there.connection.info.dsn} user={name}"
    there.grant("reader", name)
    with pggit.open(url) as reading:
        with pytest.raises(PermissionDenied):
            push(here, reading, "staging", {"heads/dev": "heads/main"})
        assert fetch(here, reading, "staging").refs
    there.grant("admin", name)
    with pggit.open(url) as writing:
        assert push(here, writing, "staging", {"heads/dev": "heads/main"}).refs[0].problem is None


def test_engines_must_be_of_one_version(repositories, database) -> None:
    here, there = repositories(), repositories()
    session(there).execute("insert into pggit.upgrade_log (version, action) values (99, 'upgrade')")
    with pytest.raises(EngineError, match="99"):
        fetch(here, there, "origin")
    with closing(connect(database.url)) as bare, pytest.raises(NotInstalled, match="origin is not tracked"):
        fetch(here, Repository(bare), "origin")


def test_a_history_is_sent_in_parts_and_goes_on_where_it_broke_off(repositories) -> None:
    """Killed at points of a printed seed; what has arrived is complete each time, and is not sent again."""
    here, there = repositories(), repositories()
    for n in range(40):
        commit(here, f"create table t{n} (id int primary key)")
    seed = int(os.environ.get("PGGIT_TEST_SEED", time.time_ns() % 10**6))
    print("seed", seed)
    chance = random.Random(seed)
    source = (
        "import sys, pggit, pggit.repo.share.carry as carry; from pggit.repo.share import push\n"
        "carry.COMMITS_AT_ONCE = 3\n"
        "tell = lambda *of: print(*of, flush=True)\n"
        "here, there = map(pggit.open, sys.argv[1:])\n"
        "push(here, there, 'there', {'heads/copy': 'heads/main'}, progress=tell)\n"
    )
    arrived = [1]
    for _ in range(4):
        command = [sys.executable, "-c", source, here.connection.info.dsn, there.connection.info.dsn]
        pusher = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert pusher.stdout
        for _ in range(chance.randint(1, 4)):
            pusher.stdout.readline()
        time.sleep(chance.random() * 0.03)
        pusher.kill()
        pusher.wait()
        pusher.stdout.close()
        assert "copy" not in {branch.name for branch in there.branches()}
        assert not [finding for finding in there.fsck() if finding.problem != "drift"]
        arrived.append(session(there).execute("select count(*) from pggit.commit").fetchone()[0])  # type: ignore[index]
    assert arrived == sorted(arrived)
    assert 1 < arrived[-1] < 42
    done = push(here, there, "there", {"heads/copy": "heads/main"})
    assert done.sent.commits == 42 - arrived[-1]
    assert tip(there, "copy") == here.commit_info().hash
    assert not [finding for finding in there.fsck() if finding.problem != "drift"]


def test_gc_in_the_middle_costs_another_run_and_nothing_else(repositories) -> None:
    here, there = repositories(), repositories()
    for n in range(4):
        commit(here, f"create table t{n} (id int primary key)")
    wanted = [bytes.fromhex(here.commit_info().hash)]
    carry(here.connection, there.connection, wanted, Sent())
    assert there.gc()["commit"] == 4 + 1
    assert session(there).execute("select count(*) from pggit.commit").fetchone() == (1,)
    assert push(here, there, "there", {"heads/copy": "heads/main"}).sent.commits == 5
    assert not [finding for finding in there.fsck() if finding.problem != "drift"]
    entries = '{"00": "' + "ab" * 32 + '"}'
    with pytest.raises(Refused, match="is named by a tree, and not here"):
        there._call("select pggit.receive_trees(array[pggit.digest(%s)], array[%s])", entries, entries)


def test_merges_travel(repositories) -> None:
    here, there = repositories(), repositories()
    left = commit(here, "create table a (id int)")
    root = here.commit_info("HEAD~1").hash
    merged = here._one(
        "select encode(pggit.record_commit((select tree from pggit.commit where hash = pggit.head()),"
        " array[pggit.head(), decode(%s, 'hex')], 'ann', clock_timestamp(), 'merge'), 'hex')",
        root,
    )[0]
    push(here, there, "there", {"heads/copy": "heads/main"})
    assert there.commit_info("copy").parents == (left, root)
    generations = "select a.hash, a.generation from pggit.ancestors(decode(%s, 'hex')) as a order by 1"
    assert here._rows(generations, merged) == there._rows(generations, merged) != []


def test_between_major_versions_only_history_is_fetched(repositories, server) -> None:
    other = next((version for version in available_versions() if int(version) != server.version), None)
    if other is None:
        pytest.skip("one version only")
    here = repositories()
    made = commit(here, "create table a (id int not null)")
    with running(other) as elsewhere:
        database = elsewhere.create_database()
        try:
            with pggit.open(database.url) as there:
                there.init()
                with pytest.raises(Refused, match="PostgreSQL"):
                    push(here, there, "there", {"heads/copy": "heads/main"})
                (remark,) = fetch(there, here, "here").remarks
                assert "write some definitions differently" in remark
                assert tip(there, "here/main") == made
                assert not [finding for finding in there.fsck() if finding.problem != "drift"]
                with pytest.raises(Refused, match="PostgreSQL"):
                    pull(there, here, "here", "main")
        finally:
            elsewhere.drop_database(database)
