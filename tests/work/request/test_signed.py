"""Signed approvals: which of them count."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from pggit.core.errors import Refused, UsageError
from pggit.repo import requests
from pggit.repo.protection import Rule, protect
from pggit.repo.repository import Repository
from pggit.repo.signing import APPROVAL_NAMESPACE, Signer, load_signer
from pggit.work.request.look import consider, show
from pggit.work.request.merge import MergeWant, merge_request
from pggit.work.request.review import review


@pytest.fixture
def key(tmp_path: Path) -> Callable[[str], Signer]:
    """Keys by name, made by OpenSSH."""

    def of(name: str) -> Signer:
        path = tmp_path / name
        if not path.exists():
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", path], check=True)
        return load_signer(path)

    return of


@pytest.fixture
def allowed(tmp_path: Path, key) -> Callable[..., MergeWant]:
    """What is wanted of a merge where these names' keys count, for the roles of these sessions."""

    def of(options: str = "", **roles: Repository) -> MergeWant:
        file = tmp_path / "allowed_signers"
        lines = [
            f"{name}@example.com,{session.connection.info.user} {options} {key(name).public}\n"
            for name, session in roles.items()
        ]
        file.write_text("".join(lines))
        return MergeWant(allowed_signers=file)

    return of


def test_only_signed_approvals_count(repo, ask, as_role, key, allowed, is_sound):
    ask(Rule(approvals=2, signed=True))
    ann, bob = as_role(), as_role()
    review(ann, 1, "approve")
    review(bob, 1, "approve", signer=key("bob"))
    assert [one.counts for one in show(repo, 1).approvals] == [False, True]
    with pytest.raises(Refused, match="it has 1 of 2 signed approvals"):
        merge_request(repo, 1, allowed(ann=ann, bob=bob))
    review(ann, 1, "approve", signer=key("ann"))
    with pytest.raises(Refused, match=r"0 of 2 approvals whose signatures count.*not among the allowed signers"):
        merge_request(repo, 1)
    with pytest.raises(
        Refused, match=f"1 of 2 approvals whose signatures count; {bob.connection.info.user}: its key is"
    ):
        merge_request(repo, 1, allowed(ann=ann))
    with pytest.raises(Refused, match="0 of 2 approvals whose signatures count"):
        merge_request(repo, 1, allowed(ann=ann, bob=bob, options='namespaces="git"'))
    with pytest.raises(UsageError, match="cannot read the allowed signers"):
        merge_request(repo, 1, MergeWant(allowed_signers=Path("nowhere")))
    assert merge_request(repo, 1, allowed(ann=ann, bob=bob)).outcome == "merged"
    assert is_sound()


def test_one_key_counts_once(repo, ask, as_role, key, allowed):
    ask(Rule(approvals=2, signed=True))
    ann, also = as_role(), as_role()
    for session in (ann, also):
        review(session, 1, "approve", signer=key("ann"))
    with pytest.raises(
        Refused, match=r"1 of 2 approvals whose signatures count; .* its key is that of ann@example.com"
    ):
        merge_request(repo, 1, allowed(ann=ann))
    want = allowed(ann=ann)
    with want.allowed_signers.open("a") as file:
        file.write(f"ann@example.com,{also.connection.info.user} {key('ann').public}\n")
    with pytest.raises(Refused, match="1 of 2 approvals whose signatures count; a key counts once"):
        merge_request(repo, 1, want)


def test_the_key_of_an_author_counts_for_nobody(repo, ask, as_role, key, allowed):
    ask(Rule(approvals=1, signed=True, not_author=True))
    second = as_role()
    review(second, 1, "approve", signer=key("author"))
    with pytest.raises(Refused, match="its key is that of"):
        merge_request(repo, 1, allowed(author=repo))
    want = allowed(author=repo)
    with want.allowed_signers.open("a") as file:
        file.write(f"second@example.com,{second.connection.info.user} {key('author').public}\n")
    with pytest.raises(Refused, match="an author"):
        merge_request(repo, 1, want)
    assert merge_request(repo, 1, allowed(author=second)).outcome == "merged"


def test_what_a_signature_says(repo, ask, key):
    ask(Rule(approvals=1, signed=True))
    kept = show(repo, 1).revision
    root = repo.log()[-1].hash
    assert requests.text_to_sign(repo, 1, 1, "approve") == (
        f"pggit approval 1\nrepository {root}\nrequest 1\nsource {kept.source}\nchanges {kept.change_hash}\nverdict approve\n"
    )


def test_signatures_of_something_else_do_not_count(repo, ask, change, as_role, key, allowed):
    """Of another verdict, another purpose, another commit: whoever writes into the table cannot make them count."""
    ask(Rule(approvals=1, signed=True))
    ann = as_role()
    text = requests.text_to_sign(repo, 1, 1, "approve").encode()
    wrong = [
        key("ann").sign(requests.text_to_sign(repo, 1, 1, "reject").encode(), APPROVAL_NAMESPACE),
        key("ann").sign(text, "pggit"),
        key("ann").sign(text.replace(b"request 1", b"request 2"), APPROVAL_NAMESPACE),
        "x",
    ]
    for signature in wrong:
        requests.review(ann, 1, 1, "approve", None, signature=signature, public_key=key("ann").public)
        with pytest.raises(Refused, match="0 of 1 approvals whose signatures count"):
            merge_request(repo, 1, allowed(ann=ann))
    good = key("ann").sign(text, APPROVAL_NAMESPACE)
    change("create table evil (id int)")
    consider(repo, 1)
    requests.review(ann, 1, 2, "approve", None, signature=good, public_key=key("ann").public)
    with pytest.raises(Refused, match="what is signed is not this"):
        merge_request(repo, 1, allowed(ann=ann))
    requests.review(ann, 1, 2, "approve", None, signature=" ")
    with pytest.raises(Refused, match="it has 0 of 1 signed approvals"):
        merge_request(repo, 1, allowed(ann=ann))


def test_signatures_come_before_the_proof(repo, ask, as_role, key):
    ask(Rule(approvals=1, signed=True, proof=True))
    review(as_role(), 1, "approve", signer=key("ann"))
    begun: list[int] = []
    with pytest.raises(Refused, match="whose signatures count"):
        merge_request(repo, 1, MergeWant(proving=lambda: begun.append(1)))
    assert begun == []


def test_the_rule_that_comes_later_counts_no_plain_approval(repo, ask, as_role, key, allowed):
    ask(Rule(approvals=1))
    ann = as_role()
    review(ann, 1, "approve")
    protect(repo, "*", Rule(approvals=1, signed=True))
    with pytest.raises(Refused, match="it has 0 of 1 signed approvals"):
        merge_request(repo, 1, allowed(ann=ann))
    review(ann, 1, "approve", signer=key("ann"))
    assert merge_request(repo, 1, allowed(ann=ann)).outcome == "merged"
