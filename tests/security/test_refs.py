"""Names of refs: one rule in SQL and in Python, a full hash is a hash, and no tag takes the place of a protected branch."""

from __future__ import annotations

from collections.abc import Callable

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import pggit
from pggit.core.errors import PgGitError
from pggit.core.refname import is_ref_name
from pggit.repo import share
from pggit.repo.protection import Rule, protect
from pggit.repo.repository import Repository
from servers import Database

HASH = "0123456789abcdef" * 4
REFUSED = [
    *("", "@", "HEAD", "work", "empty", "a b", "a..b", "a~1", "a^", "a:b", "a?", "a*", "a[", "a\\b", "@{1}", "a@{b"),
    *(
        "-a",
        "/a",
        "a/",
        "a//b",
        ".a",
        "a/.b",
        "a.",
        "a.lock",
        "a.lock/b",
        "a\tb",
        "a\nb",
        "a\x7f",
        "a\u200bb",
        "\u202ea",
    ),
    *(
        "a\u00a0b",
        "a\u2066",
        "\ufeffa",
        "a\U000e0001",
        "heads/main",
        "tags/v1",
        "refs/heads/x",
        "remotes/o/x",
        "stash/1",
    ),
    *("replay/tip", HASH, HASH.upper(), HASH[:40], f"a/{HASH}", "host=evil", "x" * 256, "é" * 128),
]
VALID = [
    "main",
    "feature/x",
    "a-b_c",
    "v1.0",
    "20261101",
    "cafe",
    "größe",
    "a=b/c"[1:],
    "a.b",
    "@x",
    "x@",
    "a{b}",
    HASH[:39],
    "日本",
]
PIECES = [
    "a",
    "/",
    ".",
    "..",
    "lock",
    ".lock",
    "@",
    "{",
    "@{",
    "~",
    "^",
    "-",
    "heads/",
    "=",
    "\u200b",
    "\u202e",
    "é",
    HASH,
    HASH[:40],
]


@pytest.mark.parametrize("name", REFUSED)
def test_names_that_are_refused(name: str) -> None:
    assert not is_ref_name(name)


@pytest.mark.parametrize("name", VALID)
def test_names_that_are_valid(name: str) -> None:
    assert is_ref_name(name)


def test_sql_and_python_have_one_rule(database: Database) -> None:
    with pggit.open(database.url) as repository:
        repository.init()
        characters = st.characters(exclude_categories=["Cs"], exclude_characters="\x00")
        names = st.one_of(
            st.text(characters, max_size=12),
            st.lists(st.sampled_from(PIECES), max_size=6).map("".join),
            st.sampled_from(REFUSED + VALID),
        )

        @settings(max_examples=30, deadline=None)
        @given(st.lists(names, min_size=200, max_size=200))
        def alike(written: list[str]) -> None:
            rows = repository._rows("select n, pggit.is_ref_name(n) from unnest(%s::text[]) as n", written)
            assert [(name, is_ref_name(name)) for name, _ in rows] == rows

        alike()
        every = [chr(code) for code in range(1, 0x110000) if not 0xD800 <= code < 0xE000]
        rows = repository._rows("select n, pggit.is_ref_name('x' || n || 'x') from unnest(%s::text[]) as n", every)
        assert [(one, sql) for one, sql in rows if is_ref_name(f"x{one}x") != sql] == []


@pytest.fixture
def repo(tracked: Database) -> Repository:
    repository = pggit.open(tracked.url)
    repository.connection.execute("create table public.t (a int)")
    repository.commit("t")
    return repository


@pytest.fixture
def writer(repo: Repository, tracked: Database, role: Callable[..., str]) -> psycopg.Connection:
    name = role()
    repo.grant("writer", name)
    return tracked.connect(user=name)


WAYS = {
    "create_tag": "select pggit.create_tag(%(name)s, 'HEAD~1')",
    "create_branch": "select pggit.create_branch(%(name)s, 'HEAD~1')",
    "rename_branch": "select pggit.rename_branch('side', %(name)s)",
    "update_ref": "select pggit.update_ref('tags/' || %(name)s, null, pggit.resolve('HEAD~1'), true, 'fetch')",
    "update_ref of a branch": "select pggit.update_ref('heads/' || %(name)s, null, pggit.resolve('HEAD~1'), true, 'push')",
    "update_ref of a remote": "select pggit.update_ref('remotes/' || %(name)s, null, pggit.resolve('HEAD~1'), true, 'fetch')",
    "hold_commit": "select pggit.hold_commit(%(name)s, encode(pggit.resolve('HEAD~1'), 'hex'))",
    "protect": "select pggit.protect(%(name)s)",
    "set_remote": "select pggit.set_remote(%(name)s, 'postgresql://x')",
}


@pytest.mark.parametrize("way", list(WAYS))
def test_no_way_leads_to_a_bad_name(repo: Repository, writer: psycopg.Connection, way: str) -> None:
    repo.create_branch("side")
    tip = repo.commit_info().hash
    before = repo._rows("select name from pggit.ref order by 1")
    for name in (tip, tip.upper(), tip[:10], "heads/main", "-x", "a\u202eb", "a..b"):
        with pytest.raises(psycopg.Error):
            writer.execute(WAYS[way], {"name": name})
    assert repo._rows("select name from pggit.ref order by 1") == before


def test_the_table_itself_refuses_bad_names(repo: Repository) -> None:
    for name in (repo.commit_info().hash, "tags/x", "x y", "stash/x"):
        for section in ("tags/", "heads/", "remotes/"):
            with pytest.raises(psycopg.errors.CheckViolation):
                repo.connection.execute(
                    "insert into pggit.ref (name, commit) values (%s, pggit.head())", [section + name]
                )


def older_tag(repo: Repository, name: str, commit: str) -> None:
    """A tag of the name of a branch, as an older engine let it be made."""
    repo.connection.execute("alter table pggit.ref disable trigger guard_new_name")
    repo.create_tag(name, commit)
    repo.connection.execute("alter table pggit.ref enable trigger guard_new_name")


def test_no_name_stands_for_a_branch_and_a_tag(repo: Repository, writer: psycopg.Connection) -> None:
    repo.create_tag("v1")
    repo.create_branch("other")
    for statement in (
        "select pggit.create_tag('main', 'HEAD~1')",
        "select pggit.create_branch('v1', 'HEAD')",
        "select pggit.rename_branch('other', 'v1')",
        "select pggit.update_ref('tags/main', null, pggit.head(), true, 'x')",
    ):
        with pytest.raises(psycopg.Error, match=r"a (branch|tag) named (main|v1) exists"):
            writer.execute(statement)
    older_tag(repo, "main", "HEAD~1")
    repo.connection.execute("select pggit.commit('the branch moves on', true)")


def test_an_ambiguous_name_is_warned_about(repo: Repository) -> None:
    said: list[str] = []
    repo.connection.add_notice_handler(lambda one: said.append(one.message_primary or ""))
    first, tip = repo.commit_info("HEAD~1").hash, repo.commit_info().hash
    older_tag(repo, "main", first)
    assert repo.commit_info("main").hash == first  # as git does
    assert set(said) == {"refname 'main' is ambiguous."}
    assert repo.commit_info("heads/main").hash == tip
    repo.create_branch("other")
    older_tag(repo, "other", first)
    assert repo.switch("other") == tip and repo.switch("main") == tip  # these take branches
    repo.delete_tag("other")
    said.clear()
    assert repo.commit_info("other").hash == tip and said == []


def test_no_tag_stands_for_a_protected_branch(repo: Repository) -> None:
    said: list[str] = []
    repo.connection.add_notice_handler(lambda one: said.append(one.message_primary or ""))
    tip = repo.commit_info().hash
    protect(repo, "main", Rule(approvals=1))
    older_tag(repo, "main", "HEAD~1")
    assert repo.commit_info("main").hash == tip
    assert set(said) == {"refname 'main' is ambiguous."}


def test_a_full_hash_is_that_commit_or_nothing(repo: Repository) -> None:
    tip = repo.commit_info().hash
    repo.connection.execute("alter table pggit.ref drop constraint ref_name")
    repo.connection.execute(
        "insert into pggit.ref (name, commit) values (%s, pggit.resolve('HEAD~1'))", [f"tags/{tip}"]
    )
    repo.connection.execute(
        "insert into pggit.ref (name, commit) values (%s, pggit.resolve('HEAD~1'))", [f"tags/{HASH}"]
    )
    assert repo.commit_info(tip).hash == tip
    assert repo.commit_info(tip.upper()).hash == tip
    with pytest.raises(PgGitError):
        repo.commit_info(HASH)
    assert {one.problem for one in repo.fsck()} == {"bad ref"}


def test_a_ref_goes_before_the_beginning_of_a_hash(repo: Repository) -> None:
    said: list[str] = []
    repo.connection.add_notice_handler(lambda one: said.append(one.message_primary or ""))
    tip, first = repo.commit_info().hash, repo.commit_info("HEAD~1").hash
    assert repo.commit_info(tip[:4]).hash == tip and said == []
    repo.create_tag(tip[:5], first)  # git allows it; seven digits are what is shown of hashes, and refused
    assert repo.commit_info(tip[:5]).hash == first
    assert set(said) == {f"refname '{tip[:5]}' is ambiguous."}


def test_a_remote_cannot_bring_such_names(repo: Repository, make_database: Callable[..., Database]) -> None:
    tip = repo.commit_info().hash
    with pggit.open(make_database().url) as there:
        there.init()
        there.connection.execute("alter table pggit.ref drop constraint ref_name")
        for name in (f"tags/{tip}", f"heads/{tip}", "tags/heads/main", "heads/a\u202eb", "tags/origin/main"):
            there.connection.execute("insert into pggit.ref (name, commit) values (%s, pggit.head())", [name])
        done = share.fetch(repo, there, "origin")
    assert {move.ref for move in done.refs if move.problem} >= {
        f"tags/{tip}",
        f"remotes/origin/{tip}",
        "tags/heads/main",
    }
    assert repo._rows("select name from pggit.ref where not pggit.is_ref(name)") == []
    assert repo.commit_info(tip).hash == tip
