"""Signed commits and tags, and verifying a history, on real servers."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator

import pytest

import pggit
from pggit.core.allowed_signers import parse_allowed_signers
from pggit.core.errors import NotFound, PermissionDenied
from pggit.core.signed_text import commit_text, tag_text
from pggit.repo.repository import Repository
from pggit.repo.share import fetch, push
from pggit.repo.signing import Signer, load_signer, sign_commits, sign_tag, verify
from pggit.repo.signing.stored import commit_signed, create_signed_tag, signatures_of, signatures_of_tags, signing_new
from servers import Database, session


@pytest.fixture(scope="module")
def signers(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Signer]:
    """Keys by name, made by OpenSSH."""
    directory = tmp_path_factory.mktemp("keys")

    def of(name: str) -> Signer:
        path = directory / name
        if not path.exists():
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", path], check=True)
        return load_signer(path)

    return of


@pytest.fixture
def ann(signers) -> Signer:
    """A key."""
    return signers("ann")


def allowed(signer: Signer, name: str = "ann@example.com", options: str = "") -> tuple:
    return parse_allowed_signers(f"{name} {options} {signer.public}", "file")


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


def change(repo: Repository, sql: str, signer: Signer | None = None) -> str:
    """Run a statement and commit; returns the hash."""
    session(repo).execute(sql.encode())
    made = commit_signed(repo, sql, signer, author="ann") if signer else repo.commit(sql, author="ann")
    return made.hash


def statuses(repo: Repository, *names: str, by: tuple = (), all: bool = False) -> list[str]:
    return [one.status for one in verify(repo, names, by, all=all).commits]


def test_commits_and_tags_are_signed_and_verified(repo, ann):
    first = repo.commit_info().hash
    made = change(repo, "create table signed (id int)", ann)
    assert create_signed_tag(repo, "v1", "HEAD", "First release\n\nLong text", ann) == made
    found = verify(repo, ["HEAD", "v1"], allowed(ann))
    assert [(one.hash, one.status) for one in found.commits] == [(made, "good"), (first, "unsigned")]
    assert [(one.name, one.hash, one.status, one.message) for one in found.tags] == [
        ("v1", made, "good", "First release")
    ]
    (signature,) = found.commits[0].signatures
    assert (signature.principal, signature.fingerprint) == ("ann@example.com", ann.fingerprint)
    assert found.findings == () and found.trees > 10 and found.definitions > 10
    assert not found.failed(require=False, trusting=True)
    assert found.failed(require=True, trusting=True)
    assert not verify(repo, ["HEAD~1..HEAD"], allowed(ann)).failed(require=True, trusting=True)
    assert statuses(repo, by=()) == ["unknown", "unsigned"]
    assert verify(repo, [], ()).failed(require=False, trusting=True)
    assert not verify(repo, [], ()).failed(require=False, trusting=False)
    assert statuses(repo, by=allowed(ann, options='valid-before="20200101"')) == ["unknown", "unsigned"]
    with pytest.raises(NotFound):
        verify(repo, ["nothing"])
    with pytest.raises(NotFound):
        sign_tag(repo, "v2", ann)


def test_openssh_verifies_what_is_stored(repo, ann, tmp_path):
    made = change(repo, "create table signed (id int)", ann)
    create_signed_tag(repo, "v1", "HEAD", "First release", ann)
    (tmp_path / "allowed").write_text(f"ann@example.com {ann.public}")
    (commit,), (tag,) = signatures_of(repo, [made]), signatures_of_tags(repo, ["v1"])
    for stored, text in (
        (commit, commit_text(made, commit.time)),
        (tag, tag_text("v1", made, "First release", tag.time)),
    ):
        (tmp_path / "signature").write_text(stored.armored)
        done = subprocess.run(
            ["ssh-keygen", "-Y", "verify", "-f", tmp_path / "allowed", "-I", "ann@example.com", "-n", "pggit",
             "-s", tmp_path / "signature"], input=text, capture_output=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        assert b"Good" in done.stdout


def test_commits_are_signed_later_and_by_others(repo, ann, signers):
    hashes = [change(repo, f"create table t{n} (id int)") for n in range(3)]
    assert sign_commits(repo, hashes[:2], ann) == hashes[:2]
    assert sign_commits(repo, hashes, ann) == hashes[2:]
    assert sign_commits(repo, hashes, signers("bob")) == hashes
    assert [len(signatures_of(repo, [hash_])) for hash_ in hashes] == [2, 2, 2]
    # one that counts is enough
    assert statuses(repo, "HEAD~3..HEAD", by=allowed(ann)) == ["good"] * 3
    assert statuses(repo, "HEAD~1...HEAD", by=allowed(ann)) == ["good"]


@pytest.mark.parametrize("way", ["push", "fetch"])
def test_signatures_travel_with_commits_and_tags(repositories, ann, signers, way):
    here, there = repositories(), repositories()
    made = change(here, "create table a (id int)", ann)
    create_signed_tag(here, "v1", "HEAD", "First", ann, tagger="Ann")
    name = "copy" if way == "push" else "origin/main"

    def send():
        if way == "push":
            return push(here, there, "there", {"heads/copy": "heads/main", "tags/v1": "tags/v1"})
        return fetch(there, here, "origin")

    done = send()
    assert done.sent.signatures == 2
    found = verify(there, [name, "v1"], allowed(ann))
    assert [one.status for one in (*found.tags, *found.commits)] == ["good", "good", "unsigned"]
    assert found.tags[0].message == "First" and found.commits[0].hash == made
    tag = next(tag for tag in there.tags() if tag.name == "v1")
    assert (tag.message, tag.tagger) == ("First", "Ann")
    # only what is missing: nothing, then one that was made later
    assert send().sent.signatures == 0
    sign_commits(here, [made], signers("bob"))
    done = send()
    assert (done.sent.signatures, done.sent.commits, done.refs) == (1, 0, ())
    assert len(signatures_of(there, [made])) == 2


def test_a_broken_transfer_of_tags_is_taken_up(repositories, ann):
    here, there = repositories(), repositories()
    change(here, "create table a (id int)", ann)
    create_signed_tag(here, "v1", "HEAD", "First", ann)
    refs = {"heads/copy": "heads/main", "tags/v1": "tags/v1"}
    push(here, there, "there", refs)
    session(there).execute("update pggit.ref set message = null, tagger = null; delete from pggit.signature")
    assert push(here, there, "there", refs).sent.signatures == 2
    assert verify(there, ["v1"], allowed(ann)).tags[0].status == "good"
    # a tag that is moved says nothing of what it said
    other = change(here, "create table b (id int)")
    here.delete_tag("v1")
    here.create_tag("v1", other)
    push(here, there, "there", {**refs}, force=True)
    (tag,) = verify(there, ["v1"], allowed(ann)).tags
    assert (tag.message, tag.status) == ("", "bad")
    assert "it was made for" in (tag.signatures[0].problem or "")


def test_gc_keeps_signatures_as_long_as_their_commits(repo, ann):
    kept = change(repo, "create table a (id int)", ann)
    query = "select count(*) from pggit.signature"
    session(repo).execute("select pggit.put_commit(tree, array[hash], 'ann', now(), 'beside') from pggit.commit")
    beside = [
        hash_
        for (hash_,) in session(repo).execute("select encode(hash, 'hex') from pggit.commit where message = 'beside'")
    ]
    sign_commits(repo, beside, ann)
    assert session(repo).execute(query).fetchone() == (len(beside) + 1,)
    assert repo.gc()["commit"] == len(beside)
    assert session(repo).execute(query).fetchone() == (1,)
    assert statuses(repo, "HEAD~1..HEAD", by=allowed(ann)) == ["good"]
    assert signatures_of(repo, [kept])


def test_a_deleted_tag_takes_its_signature_along(repo, ann):
    repo.create_branch("v1")
    repo.delete_branch("v1")
    create_signed_tag(repo, "v1", "HEAD", "First", ann)
    assert len(signatures_of_tags(repo, ["v1"])) == 1
    repo.delete_tag("v1")
    assert signatures_of_tags(repo, ["v1"]) == []
    assert [move.message for move in repo.reflog("v1")] == [
        "deleted",
        "tag: v1",
        "deleted",
        "branch: created from HEAD",
    ]
    create_signed_tag(repo, "v1", "HEAD", "Again", ann)
    assert verify(repo, ["v1"], allowed(ann)).tags[0].status == "good"


def test_what_a_block_records_is_signed_and_nothing_else(repo, ann):
    before = change(repo, "create table a (id int)")
    repo.create_branch("side")
    with signing_new(repo, ann):
        made = [change(repo, f"create table b{n} (id int)") for n in range(2)]
    assert {one.commit for one in signatures_of(repo, [before, *made])} == set(made)
    with signing_new(repo, ann):
        repo.create_branch("other", "side")
    assert len(signatures_of(repo, [before, *made])) == 2


def test_readers_verify_and_do_not_sign(repo, database, role, ann):
    change(repo, "create table a (id int)", ann)
    reader = role()
    repo.grant("reader", reader)
    with pggit.open(database.url_as(reader)) as theirs:
        assert statuses(theirs, all=True, by=allowed(ann)) == ["good", "unsigned"]
        with pytest.raises(PermissionDenied):
            sign_commits(theirs, [repo.commit_info("HEAD~1").hash], ann)


def test_a_good_history_is_sound(repo, ann):
    for n in range(5):
        change(repo, f"create table t{n} (id int); comment on table t{n} is 'x'", ann)
    repo.create_branch("side", "HEAD~2")
    repo.set("ignore", "^nothing")
    found = verify(repo, all=True, allowed=allowed(ann))
    assert found.findings == () and len(found.commits) == 6
    assert found.trees == repo._one("select count(*) from pggit.tree")[0]
    assert found.definitions == repo._one("select count(*) from pggit.blob")[0]
    assert verify(repo, ["HEAD~1..HEAD"]).trees < found.trees


TAMPERING = {
    "update pggit.commit set author = 'mallory'": "damaged commit",
    "update pggit.commit set message = message || '.' where hash = pggit.head()": "damaged commit",
    "update pggit.commit set authored_at = authored_at + interval '1 microsecond' where hash = pggit.head()": "damaged commit",
    "update pggit.commit set authored_at = 'infinity' where hash = pggit.head()": "damaged commit",
    "update pggit.commit set generation = 7 where hash = pggit.head()": "damaged commit",
    "update pggit.commit set parents = '{}' where hash = pggit.head()": "damaged commit",
    "update pggit.commit set tree = (select tree from pggit.commit where parents = '{}')": "damaged commit",
    "delete from pggit.commit where parents = '{}'": "missing parent",
    "delete from pggit.commit where hash = pggit.head()": "missing commit",
    "delete from pggit.tree where hash = (select tree from pggit.commit where hash = pggit.head())": "missing tree",
    "delete from pggit.tree where entries ? 'column public.t0.id'": "missing tree",
    "update pggit.tree set entries = entries || '{\"x\": \"y\"}' where entries ? 'column public.t0.id'": "damaged tree",
    "update pggit.tree set entries = '[1]' where entries ? 'column public.t0.id'": "damaged tree",
    "update pggit.tree set meaning = hash where entries ? 'table public.t0'": "damaged tree",
    "delete from pggit.blob where hash in (select decode(e.value, 'hex') from pggit.tree, jsonb_each_text(entries) as e"
    " where e.key = 'column public.t0.id')": "missing definition",
    "update pggit.blob set definition = definition || '{\"type\": \"text\"}' where definition ->> 'type' = 'integer'": "damaged definition",
    "update pggit.blob set meaning = '\\x00' where definition ->> 'type' = 'integer'": "damaged definition",
    "update pggit.blob set definition = 'null' where definition ->> 'type' = 'integer'": "damaged definition",
}  # fmt: skip


@pytest.mark.parametrize("how", list(TAMPERING))
def test_what_was_tampered_with_is_found(repo, ann, how):
    head = change(repo, "create table t0 (id int)", ann)
    assert verify(repo, [head], allowed(ann)).findings == ()
    session(repo).execute(how.encode())
    found = verify(repo, all=True, allowed=allowed(ann))
    assert TAMPERING[how] in {finding.problem for finding in found.findings}
    assert found.failed(require=False, trusting=False)


def test_content_that_has_its_hash_and_no_sense_is_found_too(repo):
    session(repo).execute(
        "with made as (insert into pggit.tree (hash, meaning, entries) select pggit.digest(e), pggit.digest(e), e"
        " from (values ('{\"00\": \"zz\"}'::jsonb), ('7')) as v(e) returning hash)"
        " insert into pggit.commit select pggit.commit_hash(hash, '{}', 'ann', now(), 'odd'), hash, '{}', 'ann', now(), 'odd', 1"
        " from made"
    )
    made = [hash_ for (hash_,) in repo._rows("select encode(hash, 'hex') from pggit.commit where message = 'odd'")]
    assert {finding.problem for finding in verify(repo, made).findings} == {"missing tree", "damaged tree"}


def test_functions_of_the_engine_that_lie_change_nothing(repo, ann):
    head = change(repo, "create table t0 (id int)", ann)
    session(repo).execute(
        "create or replace function pggit.commit_hash(tree bytea, parents bytea[], author text, authored_at timestamptz,"
        " message text) returns bytea language sql as $$ select pggit.head() $$;"
        " create or replace function pggit.digest(value jsonb) returns bytea language sql as $$ select '\\x00'::bytea $$;"
        " update pggit.commit set author = 'mallory'; update pggit.blob set definition = '{}'"
    )
    problems = {finding.problem for finding in verify(repo, [head]).findings}
    assert problems >= {"damaged commit", "damaged definition"}


def test_signatures_of_something_else_are_bad(repo, ann):
    first, second = (change(repo, f"create table t{n} (id int)", ann) for n in range(2))
    create_signed_tag(repo, "v1", first, "First", ann)
    by = allowed(ann)
    run = repo.connection.execute
    run("create temporary table signature as table pggit.signature; create temporary table ref as table pggit.ref")
    for how, commits, tag in [
        ("update pggit.signature set commit = pggit.head() where tag = ''", ["good", "unsigned"], "good"),
        ("update pggit.signature set signed_at = signed_at - interval '1 day'", ["bad", "bad"], "bad"),
        ("update pggit.signature set armored = replace(armored, 'U1', 'U2')", ["bad", "bad"], "bad"),
        (
            "update pggit.signature set tag = '' where tag <> ''",
            ["good", "good"],
            "unsigned",
        ),  # a bad one takes nothing from a good one
        ("update pggit.ref set commit = pggit.head() where name = 'tags/v1'", ["good", "good"], "bad"),
        ("update pggit.ref set message = 'Second' where name = 'tags/v1'", ["good", "good"], "bad"),
        ("update pggit.ref set name = 'tags/v2' where name = 'tags/v1'", ["good", "good"], "unsigned"),
    ]:
        run(how.encode())
        found = verify(repo, [second, "v2" if "v2" in how else "v1"], by)
        assert [one.status for one in found.commits[:2]] == commits, how
        assert [one.status for one in found.tags] == [tag], how
        run("delete from pggit.signature; insert into pggit.signature table pg_temp.signature;"
            " delete from pggit.ref; insert into pggit.ref table pg_temp.ref")  # fmt: skip


def test_what_an_interrupted_command_recorded_is_signed_by_the_one_that_finishes_it(repo, ann):
    (made,) = repo._one(
        "select encode(pggit.put_commit(tree, array[hash], 'ann', now(), 'held'), 'hex') from pggit.commit where hash = pggit.head()"
    )
    repo.hold(made)
    with signing_new(repo, ann):
        repo.reset_head(made, "rebase: finished")
    assert [one.commit for one in signatures_of(repo, [made])] == [made]
