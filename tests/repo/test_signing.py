"""Signed commits and tags, and verifying a history, on real servers."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator

import pytest

import pggit
from pggit.core.allowed_signers import parse_allowed_signers
from pggit.core.errors import NotFound
from pggit.core.signed_text import commit_text, tag_text
from pggit.repo.repository import Repository
from pggit.repo.signing import Signer, load_signer, sign_commits, sign_tag, verify
from pggit.repo.signing.stored import commit_signed, create_signed_tag, signatures_of, signatures_of_tags
from servers import Database


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
    repo.connection.execute(sql.encode())
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
