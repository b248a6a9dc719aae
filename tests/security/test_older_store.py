"""What an older engine let into a store is set aside by the upgrade, which says so."""

from __future__ import annotations

from collections.abc import Callable

import pytest

import pggit
from pggit.repo.repository import Repository
from security.conftest import install_older
from servers import Database


@pytest.fixture
def older(make_database: Callable[..., Database]) -> Repository:
    database = make_database()
    install_older(database)
    repository = pggit.open(database.url)
    repository.connection.execute("create table public.t (a int)")
    repository._call("select pggit.commit('t')")
    repository._call("select pggit.create_branch('side')")
    return repository


def works(repo: Repository) -> None:
    assert repo.fsck() == []
    assert repo.status().clean
    repo.log(all=True), repo.branches(), repo.blame("public.t"), repo.tags(), repo.reflog()
    repo.connection.execute("create table public.after (a int)")
    assert repo.commit("after").hash == repo.commit_info().hash


def test_nothing_is_set_aside_of_a_sound_store(older: Repository) -> None:
    assert older.upgrade().set_aside == ()
    works(older)


def test_bad_names(older: Repository) -> None:
    tip = older._one("select encode(pggit.head(), 'hex')")[0]
    for name in (f"tags/{tip}", "heads/heads/main", "tags/a\u202eb", "remotes/o/a b", "replay/x", "odd"):
        older.connection.execute("insert into pggit.ref (name, commit) values (%s, pggit.resolve('HEAD~1'))", [name])
    older._call("select pggit.protect('side')")
    older.connection.execute("update pggit.ref set target = 'heads/heads/main' where name = 'HEAD'")
    done = older.upgrade()
    assert len(done.set_aside) == 6 and all(" it is " in one for one in done.set_aside)
    refs = {name for (name,) in older._rows("select name from pggit.ref")}
    assert refs == {"HEAD", "heads/main", "heads/side", "heads/renamed-heads-main-1", "remotes/renamed/renamed-o-a-b-1", "tags/renamed-a-b-1",
                    f"tags/renamed-{tip[:40]}-1", "tags/renamed-replay-x-1", "tags/renamed-odd-1"}  # fmt: skip
    assert older.branch == "renamed-heads-main-1"
    assert older.commit_info(tip).hash == tip
    assert older.fsck() == []


def test_no_head(older: Repository) -> None:
    older.connection.execute("delete from pggit.ref where name = 'HEAD'")
    assert [one.partition(":")[0] for one in older.upgrade().set_aside] == ["ref HEAD"]
    works(older)


@pytest.mark.parametrize("damage", [
    "update pggit.commit set authored_at = 'infinity' where hash = {evil}",
    "update pggit.commit set authored_at = '0044-01-01 BC' where hash = {evil}",
    "update pggit.commit set parents = parents || null::bytea where hash = {evil}",
    "update pggit.commit set parents = parents || parents where hash = {evil}",
    "update pggit.commit set tree = (select hash from pggit.tree where entries ? 'table public.t' limit 1) where hash = {evil}",
], ids=["infinity", "BC", "null", "twice", "tree"])  # fmt: skip
def test_bad_commits(older: Repository, damage: str) -> None:
    evil = older._one(
        "select pggit.write_commit(pggit.tree_of('HEAD'), array[encode(pggit.head(), 'hex')], 'eve', now(), 'evil')"
    )[0]
    after = older._one("select pggit.write_commit(pggit.tree_of('HEAD'), array[%s], 'eve', now(), 'after')", evil)[0]
    tip = older._one("select encode(pggit.head(), 'hex')")[0]
    older._call("select pggit.create_tag('evil', %s)", after)
    older._call("select pggit.update_ref('heads/side', pggit.head(), decode(%s, 'hex'), true, 'push')", after)
    older.connection.execute(damage.format(evil=f"decode('{evil}', 'hex')").encode())
    told = older.upgrade().set_aside
    assert sorted(one.split()[0] for one in told) == ["commit", "commit", "ref", "ref"], told
    assert older.commit_info("heads/side").hash == older.commit_info("evil").hash == tip
    assert older._rows("select name from pggit.set_aside where kind = 'commit' order by 1") == sorted(
        [(evil,), (after,)]
    )
    works(older)


def test_parents_of_another_shape_are_the_same_commit(older: Repository) -> None:
    older.connection.execute("update pggit.commit set parents = array[parents] where parents <> '{}'")
    assert older.upgrade().set_aside == ()
    works(older)


def test_deep_definitions(older: Repository) -> None:
    older._call(
        "select pggit.create_tag('deep', pggit.write_commit(pggit.put_groups(pggit.tree_of('HEAD'), jsonb_build_object('table a',"
        " jsonb_build_object('table a', (repeat('{\"a\":', 3000) || '{}' || repeat('}', 3000))::jsonb))),"
        " array[encode(pggit.head(), 'hex')], 'eve', now(), 'deep'))"
    )
    told = older.upgrade().set_aside
    assert sorted(one.split()[0] for one in told) == ["commit", "definition", "ref"]
    works(older)


def test_garbage_signatures(older: Repository) -> None:
    older._call(
        "select pggit.put_signatures(array[pggit.head()], array[''], array['x'], array['garbage'], array[now()])"
    )
    (told,) = older.upgrade().set_aside
    assert told.startswith("signature ")
    works(older)


def test_a_ref_that_leads_nowhere(older: Repository) -> None:
    older.connection.execute(
        "update pggit.ref set commit = decode(repeat('ab', 32), 'hex') where name in ('heads/side', 'heads/main')"
    )
    older.connection.execute(
        "insert into pggit.ref (name, commit) values ('tags/gone', decode(repeat('ab', 32), 'hex'))"
    )
    told = older.upgrade().set_aside
    assert len(told) == 3
    works(older)


def test_a_history_that_is_bad_from_the_beginning(older: Repository) -> None:
    older.connection.execute("update pggit.commit set authored_at = 'infinity'")
    older.upgrade()
    works(older)
