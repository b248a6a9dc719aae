"""`cherry-pick` puts what commits changed on another branch; merges are picked and reverted against a parent."""

from __future__ import annotations

import json

import pytest

from pggit.core.errors import NotFound, Refused
from pggit.work.change import How
from pggit.work.pick import cherry_pick
from pggit.work.revert import revert
from pggit.work.switch import switch
from servers import session


@pytest.fixture
def feature(repo, sql):
    """Branch feature with three commits, and main with one of its own; HEAD is on main. Returns their hashes."""
    switch(repo, "feature", create=True)
    made = []
    for text in (
        "create table public.a (id int primary key, v text)",
        "alter table public.users alter email type varchar(200), add nick text",
        "create view public.nicks as select nick from public.users",
    ):
        sql(text)
        made.append(repo.commit(text.split(" public.")[1].split()[0], author="Ann").hash)
    switch(repo, "main")
    sql("create table public.mine (id int)")
    repo.commit("mine")
    return made


def test_one_commit(repo, sql, feature, is_sound):
    before = repo.commit_info().hash
    done = cherry_pick(repo, [feature[1]])
    assert is_sound()
    made, changes = repo.show()
    assert (made.hash, made.parents, made.author) == (done.commit, (before,), "Ann")
    assert made.time == repo.commit_info(feature[1]).time
    assert made.message == f"users\n\n(cherry picked from commit {feature[1]})"
    assert {change.key for change in changes} == {"column public.users.email", "column public.users.nick"}
    assert sql("select count(*) from public.users where email like 'user%'") == [(100,)]
    assert repo.history("public.users.nick")[0].commit == made.hash
    with pytest.raises(Refused, match="here already"):
        cherry_pick(repo, [feature[1]])


def test_a_range_is_put_in_order(repo, sql, feature, is_sound):
    head = repo.commit_info().hash
    cherry_pick(repo, ["main..feature"])
    assert is_sound()
    assert [commit.message.split("\n")[0] for commit in repo.log(f"{head}..HEAD")] == ["nicks", "users", "a"]
    assert len(repo.reflog("main")) == 3  # one move
    assert repo.diff("feature", "HEAD")[0].key == "table public.mine"
    # each of the commits is a whole state, with the hash that its objects have
    for commit in repo.log(f"{head}..HEAD"):
        assert repo.load(commit.hash).keys()
    assert repo.fsck() == []


def test_what_conflicts_changes_nothing(repo, sql, feature, is_sound):
    sql("alter table public.users alter email type varchar(300)")
    repo.commit("wider")
    before = repo.commit_info().hash
    with pytest.raises(Refused, match=r"in another way: column public\.users\.email$"):
        cherry_pick(repo, ["main..feature"])
    assert repo.commit_info().hash == before
    assert sql("select to_regclass('public.a')") == [(None,)]
    assert is_sound()


def test_refused(repo, sql, feature):
    with pytest.raises(NotFound):
        cherry_pick(repo, ["nope"])
    with pytest.raises(Refused, match="no commits in"):
        cherry_pick(repo, ["feature..feature"])
    with pytest.raises(Refused, match="has no parent"):
        cherry_pick(repo, ["main~1"])
    with pytest.raises(Refused, match="is no merge"):
        cherry_pick(repo, ["feature"], mainline=1)
    sql("create table public.open ()")
    with pytest.raises(Refused, match="not committed"):
        cherry_pick(repo, ["feature"])
    assert repo.branch == "main"


def test_on_a_detached_head(repo, sql, feature, is_sound):
    session(repo).execute("update pggit.ref set target = null, commit = pggit.head() where name = 'HEAD'")
    done = cherry_pick(repo, [feature[0]])
    assert repo.branch is None
    assert repo.commit_info("HEAD").hash == done.commit
    assert repo.commit_info("main").hash != done.commit
    assert is_sound()


def test_a_dry_run_changes_nothing(repo, feature, database, pg_dump):
    repo.status()
    before = pg_dump(database)
    planned = cherry_pick(repo, [feature[0]], how=How(dry_run=True))
    assert [statement.key for statement in planned.plan.statements if statement.key.startswith("table ")]
    assert pg_dump(database) == before


def test_what_is_held_outlives_gc_and_goes_at_the_end(repo, feature):
    cherry_pick(repo, [feature[0]])
    repo.gc()
    assert repo.commit_info().message.startswith("a")
    assert repo._rows("select from pggit.ref where name ~ '^replay'") == []


@pytest.fixture
def merged(repo, sql, feature) -> str:
    """Main with a merge of feature: its hash."""
    cherry_pick(repo, ["main..feature"])
    (made,) = repo._one(
        "select encode(pggit.record_commit((select tree from pggit.commit where hash = pggit.head()),"
        " array[pggit.resolve('HEAD~3'), pggit.resolve('feature')], 'ann', now(), 'Merge feature'), 'hex')"
    )
    assert repo.merge_base(made, "feature") == [feature[2]]
    return made


def test_a_merge_is_taken_back(repo, sql, merged, is_sound):
    with pytest.raises(Refused, match="is a merge") as refused:
        revert(repo, merged)
    assert "-m 1" in refused.value.hint
    with pytest.raises(Refused, match="has 2 parents"):
        revert(repo, merged, mainline=3)
    revert(repo, merged, mainline=1)
    assert is_sound()
    assert sql("select to_regclass('public.a'), to_regclass('public.mine') is not null") == [(None, True)]
    assert [change.key for change in repo.diff("HEAD", f"{merged}^1")] == []
    # and what it brought can be picked again
    cherry_pick(repo, [merged], mainline=1)
    assert is_sound()
    assert sql("select to_regclass('public.nicks') is not null") == [(True,)]
    revert(repo, merged, mainline=2)  # the other way: what main had of its own
    assert sql("select to_regclass('public.mine')") == [(None,)]


def test_the_tree_that_is_written_is_the_one_that_python_builds(repo, sql, feature):
    """For every commit that was replayed: the root's hash by both."""
    from pggit.core import tree

    cherry_pick(repo, ["main..feature"])
    for commit in repo.log():
        state = repo.load(commit.hash)
        stored = repo._one(
            "select encode(c.tree, 'hex'), encode(t.meaning, 'hex') from pggit.commit as c join pggit.tree as t on t.hash = c.tree where c.hash = decode(%s, 'hex')",
            commit.hash,
        )
        assert tree.root(state) == stored
        assert json.loads(next(iter(state.blobs.values()))) is not None
