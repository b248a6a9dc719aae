"""What another repository sends is refused with nothing stored, or every command works with it afterwards."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import pggit
from pggit.core.canonical import canonical, digest
from pggit.core.errors import Busy, PgGitError, Refused
from pggit.db import untrusted
from pggit.repo import share
from pggit.repo.repository import Repository
from pggit.repo.signing import verify
from servers import Database


@pytest.fixture
def repo(tracked: Database) -> Repository:
    repository = pggit.open(tracked.url)
    repository.connection.execute("create table public.t (a int)")
    repository.commit("t")
    return repository


def deep(levels: int) -> Any:
    value: Any = "x"
    for _ in range(levels):
        value = {"a": value}
    return value


class Sender:
    """Sends one commit with a tree of its own, as `receive_*` take it; everything has its hash unless said otherwise."""

    def __init__(self, repo: Repository) -> None:
        self.repo = repo
        self.tip = repo.commit_info().hash

    def blob(self, definition: str) -> str:
        hash_ = self.repo._one("select encode(pggit.digest(%s::jsonb), 'hex')", definition)[0]
        self.repo._call("select pggit.receive_blobs(array[decode(%s, 'hex')], array[%s])", hash_, definition)
        return str(hash_)

    def tree(self, entries: Any) -> str:
        text = json.dumps(entries)
        hash_ = self.repo._one("select encode(pggit.digest(%s::jsonb), 'hex')", text)[0]
        self.repo._call("select pggit.receive_trees(array[decode(%s, 'hex')], array[%s])", hash_, text)
        return str(hash_)

    def root(self, groups: dict[str, dict[str, str]]) -> str:
        buckets: dict[str, dict[str, str]] = {}
        for group, members in groups.items():
            name = hashlib.sha256(group.encode()).hexdigest()[:2]
            buckets.setdefault(name, {})[group] = self.tree(members)
        return self.tree({name: self.tree(members) for name, members in buckets.items()})

    def commit(self, tree: str, said: dict[str, Any]) -> str:
        given = {
            "parents": f"{{\\\\x{self.tip}}}",
            "author": "ann",
            "time": "2026-11-01 10:00:00+00",
            "message": "m",
        } | said
        hash_ = given.get("hash") or self._hash(tree, given)
        self.repo._call(
            "select pggit.receive_commits(array[decode(%s, 'hex')], array[decode(%s, 'hex')], array[%s], array[%s],"
            " array[%s::timestamptz], array[%s])",
            hash_, tree, given["parents"], given["author"], given["time"], given["message"],
        )  # fmt: skip
        return str(hash_)

    def _hash(self, tree: str, given: dict[str, Any]) -> str:
        try:
            return str(
                self.repo._one(
                    "select encode(pggit.commit_hash(decode(%s, 'hex'), %s::bytea[], %s, %s::timestamptz, %s), 'hex')",
                    tree, given["parents"], given["author"], given["time"], given["message"],
                )[0]
            )  # fmt: skip
        except PgGitError:
            return "ab" * 32


GOOD_GROUP = "table public.sent"
GOOD = {GOOD_GROUP: {"persistence": "permanent"}, "column public.sent.a": {"type": "integer"}}
HEX = "ab" * 32
SAID = st.fixed_dictionaries(
    {},
    optional={
        "parents": st.sampled_from(
            ["{}", None, "{{TIP}}", "{{TIP},{TIP}}", "[5:5]={TIP}",
             "{NULL}", "{TIP,NULL}", "{TIP,TIP}", '{"\\\\x00"}', "{TIP,FIRST}", f'{{"\\\\x{HEX}"}}', "x"]
        ),
        "author": st.one_of(st.none(), st.sampled_from(["", "a\nb", "\x1b[2J", "x" * 5000]), st.text("ab\u202e", max_size=5)),
        "time": st.sampled_from([None, "infinity", "-infinity", "0044-03-15 BC", "0001-01-01 00:00:00+00", "9999-12-31 23:59:59+00",
                                 "10000-01-01", "2026-11-01 10:00:00.123456+00", "1969-12-31"]),
        "message": st.one_of(st.none(), st.sampled_from(["", "\x1b]0;x\x07", "y" * 1_100_000]), st.text("ab\n", max_size=5)),
        "hash": st.sampled_from([HEX, "00" * 32, "ab"]),
    },
)  # fmt: skip
DEFINITION = st.sampled_from([
    {}, {"type": "integer"}, {"x": None}, {"x": 1.5}, {"x": 1.0}, {"x": 10**30}, {"x": -5}, {"x": [1, [2, {"y": True}]]},
    deep(31), deep(40), deep(200), [], "x", 7, {"_private": "x"}, {"": ""}, {"a": {"_b": 1}},
])  # fmt: skip
SHAPE = st.sampled_from(
    [
        "good",
        "object",
        "bucket",
        "wrong bucket",
        "group as root",
        "blob as group",
        "empty group",
        "no key",
        "upper",
        "list",
    ]
)


def test_random_commits(repo: Repository) -> None:
    """Mutations of a commit that is valid."""
    sender = Sender(repo)
    first = repo.commit_info("HEAD~1").hash
    counts = {"taken": 0, "refused": 0}
    tables = ("blob", "tree", "commit", "commit_change", "ref", "recorded")

    def stored() -> list[Any]:
        return [repo._one(f"select count(*) from pggit.{table}")[0] for table in tables]

    def send(said: dict[str, Any], definition: Any, shape: str) -> str:
        blob = sender.blob(json.dumps(definition))
        groups = {
            GOOD_GROUP: {key: sender.blob(json.dumps(one)) for key, one in GOOD.items()}
            | {"column public.sent.b": blob}
        }
        root = sender.root(groups)
        name = hashlib.sha256(GOOD_GROUP.encode()).hexdigest()[:2]
        group = sender.tree(groups[GOOD_GROUP])
        bucket = sender.tree({GOOD_GROUP: group})
        root = {
            "good": lambda: root,
            "object": lambda: blob,
            "bucket": lambda: bucket,
            "wrong bucket": lambda: sender.tree({("00" if name != "00" else "01"): bucket}),
            "group as root": lambda: group,
            "blob as group": lambda: sender.tree({name: sender.tree({GOOD_GROUP: blob})}),
            "empty group": lambda: sender.tree({name: sender.tree({GOOD_GROUP: sender.tree({})})}),
            "no key": lambda: sender.tree({name: sender.tree({GOOD_GROUP: sender.tree({"": blob})})}),
            "upper": lambda: sender.tree({name: bucket.upper()}),
            "list": lambda: sender.tree([bucket]),
        }[shape]()
        if "parents" in said and said["parents"] is not None:
            said = said | {
                "parents": said["parents"].replace("TIP", f'"\\\\x{sender.tip}"').replace("FIRST", f'"\\\\x{first}"')
            }
        return sender.commit(root, said)

    @settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
    @given(SAID, DEFINITION, SHAPE)
    def received(said: dict[str, Any], definition: Any, shape: str) -> None:
        before = stored()
        made = None
        with repo.connection.transaction(force_rollback=True):
            try:
                with repo.connection.transaction():
                    made = send(said, definition, shape)
            except PgGitError as error:
                assert error.exit_status != 70 and error.message
                counts["refused"] += 1
                assert stored() == before
            if made is not None:
                counts["taken"] += 1
                works(repo, made)

    received()
    assert min(counts.values()) > 1, counts


def works(repo: Repository, commit: str) -> None:
    """Every command that reads a history, of one that has the commit."""
    repo.create_branch("received", commit)
    assert repo.log("received")[0].hash == commit
    repo.log("received", "public.t")
    (
        repo.branches(),
        repo.standing("received"),
        repo.describe("received"),
        repo.show("received"),
        repo.reflog("received"),
    )
    repo.blame(None, "received")
    repo.diff("HEAD", "received")
    repo.load("received")
    rows = repo._rows("select problem, message from pggit.store_problems()")
    assert rows == []
    rows = repo._rows(
        "select encode(c.hash, 'hex'), encode(c.tree, 'hex'), array(select encode(p, 'hex') from unnest(c.parents) as p), c.author,"
        " to_char(c.authored_at at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"'), c.message from pggit.commit as c"
    )
    for hash_, tree, parents, author, moment, message in rows:
        said = {"tree": tree, "parents": parents, "author": author, "time": moment, "message": message}
        assert digest(canonical(said)) == hash_


def test_verify_after_what_was_taken(repo: Repository) -> None:
    sender = Sender(repo)
    root = sender.root({GOOD_GROUP: {key: sender.blob(json.dumps(one)) for key, one in GOOD.items()}})
    made = sender.commit(root, {})
    found = verify(repo, [made])
    assert found.findings == ()
    works(repo, made)
    assert repo.fsck() == []


def test_a_forged_commit_is_refused_by_fetch(repo: Repository, make_database: Callable[..., Database]) -> None:
    """Of a remote whose store says one thing under the hash of another, and of one of another shape."""
    damages = (
        "update pggit.commit set message = 'forged' where hash = pggit.head()",
        "update pggit.commit set authored_at = 'infinity' where hash = pggit.head()",
        "alter table pggit.commit drop constraint commit_parents;"
        " update pggit.commit set parents = array[parents] where hash = pggit.head()",
        'update pggit.blob set definition = definition || \'{"x": "y"}\'',
        "alter table pggit.blob drop constraint blob_depth;"
        " update pggit.blob set definition = (repeat('{\"a\":', 3000) || '1' || repeat('}', 3000))::jsonb",
        "update pggit.tree set entries = '[1]' where entries ? 'table public.far'",
        "update pggit.tree set entries = '{}' where entries ? 'table public.far'",
    )
    for number, damage in enumerate(damages):
        with pggit.open(make_database().url) as there:
            there.init()
            there.connection.execute(f"create table public.far (a numeric(7, {number}) default {number})".encode())
            there.commit("far")
            there.connection.execute(damage.encode())
            before = repo._rows("select hash from pggit.commit order by 1")
            with pytest.raises(PgGitError) as refused:
                share.fetch(repo, there, "origin")
                pytest.fail(damage)
            assert refused.value.exit_status in (3, 6), (damage, refused.value.message)
            refs = repo._rows("select name from pggit.ref where starts_with(name, 'remotes/')")
            assert (repo._rows("select hash from pggit.commit order by 1"), refs) == (before, []), damage
        assert repo.fsck() == []


def view_in_place(there: Repository, table: str, query: str) -> None:
    there.connection.execute(
        f"alter table pggit.{table} rename to {table}_before; create view pggit.{table} as {query}".encode()
    )


def test_a_remote_that_sleeps_is_given_up(repo: Repository, make_database, monkeypatch: pytest.MonkeyPatch) -> None:
    with pggit.open(make_database().url) as there:
        there.init()
        view_in_place(there, "ref", "select b.* from pggit.ref_before as b, pg_sleep(600)")
        monkeypatch.setattr(untrusted, "ANSWER_SECONDS", 1.0)
        started = time.monotonic()
        with pytest.raises(Busy, match="origin does not answer: no result within 1 second"):
            share.fetch(repo, there, "origin")
        assert time.monotonic() - started < 20
    assert repo.commit_info()


def test_a_remote_that_floods_is_stopped(repo: Repository, make_database) -> None:
    with pggit.open(make_database().url) as there:
        there.init()
        view_in_place(
            there, "ref", "select 'heads/b' || n as name, b.commit, b.target, b.message, b.updated_at, b.tagger"
            " from pggit.ref_before as b, generate_series(1, 6000000) as n where b.commit is not null"
        )  # fmt: skip
        with pytest.raises(Refused, match="more than 100,000 refs"):
            share.fetch(repo, there, "origin")


def test_rows_that_nobody_asked_for(repo: Repository, make_database) -> None:
    with pggit.open(make_database().url) as there:
        there.init()
        there.connection.execute("create table public.far (a numeric(7, 3))")
        there.commit("far")
        view_in_place(there, "blob", "select b.* from pggit.blob_before as b, generate_series(1, 100000)")
        with pytest.raises(Refused, match="more than"):
            share.fetch(repo, there, "origin")
        assert repo._rows("select from pggit.ref where starts_with(name, 'remotes/')") == []


COLUMNS = {
    "ref": ("name", "commit", "target", "message", "updated_at", "tagger"),
    "commit": ("hash", "tree", "parents", "author", "authored_at", "message", "generation"),
    "tree": ("hash", "meaning", "entries"),
    "blob": ("hash", "meaning", "definition"),
    "signature": ("hash", "commit", "tag", "signer", "armored", "signed_at"),
}
ODD = ("null::{type}", "'x'::text", "array[1, 2]", "repeat('[', 3000)")


@pytest.mark.parametrize(("table", "column"), [(table, one) for table, of in COLUMNS.items() for one in of])
def test_a_store_that_only_looks_like_one(repo: Repository, make_database, table: str, column: str) -> None:
    """Whatever its tables answer with, it is refused in a line, or what is odd is left where it is."""
    url = make_database().url
    with pggit.open(url) as there:
        there.init()
        there.connection.execute("create table public.far (a numeric(7, 3))")
        there.commit("far")
        there.create_tag("v1", "HEAD", "One")
        there.connection.execute(f"alter table pggit.{table} rename to before".encode())
        kind = there._one(
            "select format_type(atttypid, atttypmod) from pg_attribute where attrelid = 'pggit.before'::regclass"
            " and attname = %s", column,
        )[0]  # fmt: skip
        listed = there._one(
            "select string_agg(format(case attname when %s then '{odd} as %%I' else '%%I' end, attname), ', ')"
            " from pg_attribute where attrelid = 'pggit.before'::regclass and attnum > 0 and not attisdropped", column,
        )[0]  # fmt: skip
        for odd in ODD:
            columns = listed.replace("{odd}", odd.replace("{type}", kind))
            there.connection.execute(f"drop view if exists pggit.{table}".encode())
            there.connection.execute(f"create view pggit.{table} as select {columns} from pggit.before".encode())
            try:
                with pggit.open(url) as again:
                    share.fetch(repo, again, "origin")
            except PgGitError as error:
                assert error.exit_status != 70, (odd, error.message)
    assert repo.fsck() == []
