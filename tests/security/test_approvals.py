"""What reaches a protected branch was approved, exactly that, by others than those who made it."""

from __future__ import annotations

import json
from collections.abc import Callable

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import pggit
from pggit.core.errors import NotFound, Refused
from pggit.repo.protection import Rule, protect, unprotect
from pggit.repo.repository import Repository
from pggit.work.request.look import consider, open_request, show
from pggit.work.request.review import review
from pggit.work.switch import switch
from servers import Database

EVIL = {"table public.evil": {"table public.evil": {"persistence": "permanent"}}}


class Scene:
    """A store with branch main, which is protected, and branch side, one commit ahead; sessions of writers."""

    def __init__(self, database: Database, role: Callable[..., str]) -> None:
        self.database, self._role = database, role
        self.repo = pggit.open(database.url)
        self.repo.connection.execute("create table public.t (a int)")
        self.repo.commit("t")
        self.repo.switch("side", create=True)
        self.repo.connection.execute("create table public.u (a int)")
        self.repo.commit("u")
        self.main, self.side = (self.repo.commit_info(name).hash for name in ("main", "side"))
        protect(self.repo, "main", Rule(approvals=1, not_author=True))

    def writer(self) -> Repository:
        name = self._role()
        self.repo.grant("writer", name)
        return pggit.open(self.database.url_as(name))

    def main_is(self) -> str:
        return self.repo.commit_info("heads/main").hash


@pytest.fixture
def scene(tracked: Database, role: Callable[..., str]) -> Scene:
    return Scene(tracked, role)


def put(session: Repository, target: str, source: str, groups: object, outcome: str = "merged") -> int:
    call = "select pggit.put_revision(1, %s, %s, %s, %s)"
    return int(session._one(call, target, source, json.dumps(groups), json.dumps({"outcome": outcome}))[0])


def merge_commit(session: Repository, scene: Scene, groups: object) -> str:
    call = "select pggit.record_merge(%s, %s, %s, 'merge')"
    return str(session._one(call, scene.main, scene.side, json.dumps(groups))[0])


def move(session: Repository, scene: Scene, commit: str) -> None:
    call = "select pggit.update_ref('heads/main', decode(%s, 'hex'), decode(%s, 'hex'), true, 'push')"
    session._call(call, scene.main, commit)


def groups_of(repo: Repository, *keys: str) -> dict[str, object]:
    state = repo.load("side")
    return {group: {key: state.definition(group, key) for key in state.groups[group]} for group in keys}


def test_a_writer_alone_moves_nothing(scene: Scene) -> None:
    eve = scene.writer()
    open_request(scene.repo, "side", title="u")
    with pytest.raises(Refused, match="does not come to that"):
        put(eve, scene.main, scene.side, EVIL)
    with pytest.raises(Refused, match="moved meanwhile"):
        put(eve, scene.main, scene.main, {})
    with pytest.raises(Refused, match="moved meanwhile"):
        put(eve, scene.side, scene.side, {})
    made = merge_commit(eve, scene, EVIL)
    with pytest.raises(Refused):
        move(eve, scene, made)
    assert scene.main_is() == scene.main


def test_who_says_what_a_merge_comes_to_is_an_author(scene: Scene) -> None:
    """Of two branches that went apart, the merged tree is from a client: whose it was does not approve it."""
    unprotect(scene.repo, "main")
    switch(scene.repo, "main")
    scene.repo.connection.execute("create table public.ours (a int)")
    scene.main = scene.repo.commit("ours").hash
    protect(scene.repo, "main", Rule(approvals=1, not_author=True))
    eve, bob = scene.writer(), scene.writer()
    eve._call("select pggit.open_request('side', 'main', 'u')")
    groups = groups_of(scene.repo, "table public.u") | EVIL
    assert put(bob, scene.main, scene.side, groups) == 1
    with pytest.raises(Refused, match="your own"):
        review(bob, 1, "approve")
    with pytest.raises(Refused, match="your own"):
        review(eve, 1, "approve")
    made = merge_commit(bob, scene, groups)
    switch(scene.repo, "side")
    with pytest.raises(Refused, match="0 of 1 approvals"):
        move(bob, scene, made)
    ann = scene.writer()
    review(ann, 1, "approve")
    for other in (EVIL, groups_of(scene.repo, "table public.u")):
        with pytest.raises(Refused, match="0 of 1 approvals"):
            move(bob, scene, merge_commit(bob, scene, other))
    move(bob, scene, made)
    assert scene.main_is() == made


def test_who_brought_the_commits_is_an_author(scene: Scene) -> None:
    """Commits that eve recorded, and somebody else put on the branch."""
    eve, bob = scene.writer(), scene.writer()
    tree = eve._one("select pggit.tree_of('side')")[0]
    made = eve._one("select pggit.write_commit(%s, array[%s], 'Bob', now(), 'hers')", tree, scene.side)[0]
    bob._call("select pggit.create_branch('taken', %s)", made)
    bob._call("select pggit.open_request('taken', 'main', 'taken')")
    consider(scene.repo, 1)
    with pytest.raises(Refused, match="your own"):
        review(eve, 1, "approve")
    eve._call("select pggit.update_ref('remotes/o/x', null, decode(%s, 'hex'), true, 'fetch')", made)
    with pytest.raises(Refused, match="your own"):
        review(eve, 1, "approve")


def test_an_approval_is_of_what_was_seen(scene: Scene) -> None:
    ann = scene.writer()
    open_request(scene.repo, "side", title="u")
    seen = show(ann, 1).revision
    scene.repo.connection.execute("create table public.more (a int)")
    scene.repo.commit("more")
    consider(scene.repo, 1)
    for at in (seen.hash, seen.hash[:10], seen.source, seen.source[:10]):
        with pytest.raises((Refused, NotFound)):
            review(ann, 1, "approve", at=at)
    with pytest.raises(psycopg.Error, match="not what you saw"):
        ann.connection.execute("select pggit.review_request(1, 2, 'approve', seen => %s)", [seen.hash])
    assert show(ann, 1).approvals == ()
    now = show(ann, 1).revision
    review(ann, 1, "approve", at=now.hash[:10])
    review(ann, 1, "approve", at=now.source[:10])
    assert [one.counts for one in show(ann, 1).approvals] == [False, True]


def test_a_commit_that_came_to_different_things_is_not_enough(scene: Scene) -> None:
    ann = scene.writer()
    open_request(scene.repo, "side", title="u")
    unprotect(scene.repo, "main")
    switch(scene.repo, "main")
    scene.repo.connection.execute("create table public.ours (a int)")
    scene.repo.commit("ours")
    consider(scene.repo, 1)
    with pytest.raises(Refused, match="came to different things"):
        review(ann, 1, "approve", at=scene.side)
    review(ann, 1, "approve", at=show(ann, 1).revision.hash)


def test_a_renamed_role_has_one_vote_and_a_new_one_of_its_name_none(scene: Scene, role: Callable[..., str]) -> None:
    protect(scene.repo, "main", Rule(approvals=2, not_author=True))
    open_request(scene.repo, "side", title="u")
    ann = scene.writer()
    name = ann.connection.info.user
    review(ann, 1, "approve")
    ann.close()
    run = scene.repo.connection.execute
    run(f'alter role "{name}" rename to "{name}_2"')
    try:
        with pggit.open(scene.database.url_as(f"{name}_2")) as renamed:
            review(renamed, 1, "approve")
            assert sum(one.counts for one in show(renamed, 1).approvals) == 1
        run(f'create role "{name}" login')
        scene.repo.grant("writer", name)
        (old,) = [one for one in show(scene.repo, 1).approvals if one.counts]
        assert old.role_now == f"{name}_2"
        with pggit.open(scene.database.url_as(name)) as other:
            review(other, 1, "approve")
            assert sum(one.counts for one in show(other, 1).approvals) == 2
    finally:
        run(f'drop owned by "{name}"; drop role if exists "{name}"')
        run(f'alter role "{name}_2" rename to "{name}"')


def test_a_renamed_author_stays_one(scene: Scene) -> None:
    eve = scene.writer()
    name = eve.connection.info.user
    eve._call("select pggit.open_request('side', 'main', 'u')")
    consider(scene.repo, 1)
    eve.close()
    run = scene.repo.connection.execute
    run(f'alter role "{name}" rename to "{name}_2"')
    try:
        with pggit.open(scene.database.url_as(f"{name}_2")) as renamed, pytest.raises(Refused, match="your own"):
            review(renamed, 1, "approve")
    finally:
        run(f'alter role "{name}_2" rename to "{name}"')


def test_an_approval_of_who_may_not_write_any_more_does_not_count(scene: Scene) -> None:
    open_request(scene.repo, "side", title="u")
    ann = scene.writer()
    review(ann, 1, "approve")
    assert [one.counts for one in show(scene.repo, 1).approvals] == [True]
    scene.repo.grant("reader", ann.connection.info.user)
    assert [one.counts for one in show(scene.repo, 1).approvals] == [False]


def test_roles_that_can_become_one_another_are_one(scene: Scene) -> None:
    open_request(scene.repo, "side", title="u")
    ann, also, other, bob = (scene.writer() for _ in range(4))
    names = [one.connection.info.user for one in (ann, also, other, bob)]
    scene.repo.connection.execute(f'grant "{names[0]}" to "{names[1]}"; grant "{names[1]}" to "{names[2]}"')
    for session in (ann, also, other):
        review(session, 1, "approve")

    def counted() -> list[bool]:
        return [one.counts for one in show(scene.repo, 1).approvals]

    assert counted() == [True, True, True]
    protect(scene.repo, "main", Rule(approvals=2, not_author=True, independent=True))
    assert counted() == [True, False, False]
    assert scene.repo._one("select approvals from pggit.requests where id = 1") == (1,)
    review(bob, 1, "approve")
    assert counted() == [True, False, False, True]


def test_who_can_become_an_author_is_one(scene: Scene) -> None:
    eve, also = scene.writer(), scene.writer()
    eve._call("select pggit.open_request('side', 'main', 'u')")
    consider(scene.repo, 1)
    scene.repo.connection.execute(f'grant "{eve.connection.info.user}" to "{also.connection.info.user}"')
    review(also, 1, "approve")
    assert [one.counts for one in show(scene.repo, 1).approvals] == [True]
    protect(scene.repo, "main", Rule(approvals=1, not_author=True, independent=True))
    assert [one.counts for one in show(scene.repo, 1).approvals] == [False]
    with pytest.raises(Refused, match="your own"):
        review(also, 1, "approve")


def test_who_can_give_itself_a_role_can_become_it(scene: Scene) -> None:
    """Since 16 whoever creates a role has ADMIN OPTION of it, and no SET OPTION."""
    if scene.repo.major < 16:
        pytest.skip("membership has no options before 16")
    eve, made = scene.writer(), scene.writer()
    name, other = eve.connection.info.user, made.connection.info.user
    eve._call("select pggit.open_request('side', 'main', 'u')")
    consider(scene.repo, 1)
    scene.repo.connection.execute(f'grant "{other}" to "{name}" with admin true, inherit false, set false')
    protect(scene.repo, "main", Rule(approvals=1, not_author=True, independent=True))
    with pytest.raises(Refused, match="your own"):
        review(made, 1, "approve")


def test_a_branch_that_is_protected_begins_at_what_was_approved(scene: Scene) -> None:
    protect(scene.repo, "release/*", Rule(approvals=1))
    eve = scene.writer()
    tree = eve._one("select pggit.tree_of('side')")[0]
    evil = eve._one("select pggit.write_commit(%s, array[%s], 'Eve', now(), 'evil')", tree, scene.main)[0]
    for call in (
        "select pggit.create_branch('release/1', %(evil)s)",
        "select pggit.update_ref('heads/release/1', null, decode(%(evil)s, 'hex'), true, 'push')",
        "select pggit.create_branch('x', %(evil)s); select pggit.rename_branch('x', 'release/1')",
    ):
        with pytest.raises(psycopg.Error, match="is protected"):
            psycopg.ClientCursor(eve.connection).execute(call, {"evil": evil})
    eve.create_branch("release/1", "heads/main")
    scene.repo.create_branch("release/2", evil)  # an admin may


DEFINITIONS = st.dictionaries(
    st.sampled_from(["type", "_columns", "default", "x"]), st.text("ab", max_size=2), max_size=2
)
OBJECTS = st.dictionaries(
    st.sampled_from(["table a.b", "index x on a.b", "column a.b.c", "index x on a.c"]),
    DEFINITIONS,
    min_size=1,
    max_size=2,
)
GROUPS = st.dictionaries(st.sampled_from(["table a.b", "table a.c", "table a", "type b"]), OBJECTS, max_size=3)


def test_what_has_another_effect_has_another_hash(database: Database) -> None:
    with pggit.open(database.url) as repository:
        repository.init()
        seen: dict[str, str] = {}

        @settings(max_examples=60, deadline=None)
        @given(GROUPS, GROUPS)
        def apart(before: dict, after: dict) -> None:
            roots = [
                repository._one("select pggit.put_groups(null, %s)", json.dumps(one))[0] for one in (before, after)
            ]
            hashed = repository._one("select encode(pggit.change_hash(%s, %s), 'hex')", *roots)[0]
            changed = sorted(
                (group, key, json.dumps(old, sort_keys=True), json.dumps(new, sort_keys=True))
                for group in before.keys() | after.keys()
                for key in before.get(group, {}).keys() | after.get(group, {}).keys()
                if (old := before.get(group, {}).get(key)) != (new := after.get(group, {}).get(key))
            )
            effect = json.dumps(changed)
            assert seen.setdefault(hashed, effect) == effect
            assert seen.setdefault(effect, hashed) == hashed

        apart()


SAID = [
    {"conflicts": [{}]}, {"conflicts": 7}, {"conflicts": [{"key": 1, "class": "x"}]}, {"findings": [{"rule": "x"}]}, {"plan": []},
    {"plan": {"statements": 7}}, {"plan": {"statements": [1]}}, {"conflicts": [{"key": "k", "class": "c", "attributes": [1]}]},
    {"outcome": "approved"}, {"outcome": None},
]  # fmt: skip


def test_what_is_said_of_a_merge_can_be_shown(scene: Scene) -> None:
    """What a writer records by hand makes no command fail."""
    from pggit.cli.request_text import markdown

    eve = scene.writer()
    eve._call("select pggit.open_request('side', 'main', 'u')")
    groups = groups_of(scene.repo, "table public.u")
    for said in SAID:
        with pytest.raises(psycopg.Error) as refused:
            eve.connection.execute(
                "select pggit.put_revision(1, %s, %s, %s, %s)",
                [scene.main, scene.side, json.dumps(groups), json.dumps({"outcome": "merged"} | said)],
            )
        assert refused.value.sqlstate == "PG002", said
    eve._call(
        "select pggit.put_revision(1, %s, %s, %s, %s)",
        scene.main, scene.side, json.dumps(groups), json.dumps({"outcome": "merged", "plan": {"x": [{}]}}),
    )  # fmt: skip
    for proof in (
        "{}",
        "[]",
        "7",
        '{"proven": 1}',
        '{"proven": true, "checks": [{}]}',
        '{"proven": false, "checks": 7}',
    ):
        with pytest.raises(psycopg.Error, match="not a proof"):
            eve.connection.execute("select pggit.record_proof(1, 1, %s)", [proof])
    for proof in (
        '{"proven": true}',
        '{"proven": false}',
        '{"proven": false, "checks": []}',
        '{"proven": true, "on": [7]}',
    ):
        eve._call("select pggit.record_proof(1, 1, %s)", proof)
        assert "\n".join(markdown(show(scene.repo, 1)))


def test_the_author_of_an_automatic_commit_is_who_did_it(scene: Scene) -> None:
    scene.repo.set("auto_commit", "on")
    eve, bob = scene.writer(), scene.writer()
    scene.repo.connection.execute(f'create schema eve authorization "{eve.connection.info.user}"')
    scene.repo.status()
    eve.connection.execute("create table eve.hers (a int)")
    bob.status()  # bob's session records it
    made = bob.commit_info("heads/side").hash
    who = scene.repo._one("select who from pggit.recorded where commit = decode(%s, 'hex')", made)[0]
    assert who == eve.connection.info.user
