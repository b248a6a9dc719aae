"""Signatures of verdicts: made by who approves, checked before a request is merged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from pggit.core.errors import Refused
from pggit.repo import requests
from pggit.repo.signing import APPROVAL_NAMESPACE, belongs_to, check

if TYPE_CHECKING:
    from pggit.repo.protection import Rule
    from pggit.repo.repository import Repository
    from pggit.repo.requests import Approval, Revision, Verdict
    from pggit.repo.signing import AllowedSigner, Checked, Signer


def signature(repository: Repository, number: int, revision: int, verdict: Verdict, signer: Signer) -> str:
    """Sign a verdict on a revision; returns the signature.

    What is signed names the repository (by the first commit of the target's history), the request, the commit of its
    branch, what that changes in the target, and the verdict.
    """
    text = requests.text_to_sign(repository, number, revision, verdict)
    return signer.sign(text.encode(), APPROVAL_NAMESPACE)


def check_signatures(
    repository: Repository, number: int, approvals: Sequence[Approval], allowed: Sequence[AllowedSigner]
) -> Mapping[int, Checked]:
    """Return what the signatures of verdicts are worth, by the number of the verdict; those without are left out.

    A key belongs to the roles that the principals of its line name, besides the person: a signature by it counts for
    no other role.
    """
    return {
        one.id: _of_role(
            check(
                requests.text_to_sign(repository, number, one.revision, one.verdict).encode(),
                APPROVAL_NAMESPACE,
                one.signature,
                allowed,
                at=one.time,
                principal=one.role_now,
            ),
            one,
        )
        for one in approvals
        if one.signature is not None
    }


def _of_role(checked: Checked, approval: Approval) -> Checked:
    if checked.good and approval.role_now is None:
        return replace(checked, status="unknown", problem=f"role {approval.role} is not there any more")
    return checked


def require_signed(
    repository: Repository, number: int, of: Revision, rule: Rule, allowed: Sequence[AllowedSigner]
) -> None:
    """Check that enough of the approvals that count have signatures that do.

    A key counts once; where approvals of authors do not count, neither does a key that is an author's too.

    Raises:
        Refused: not so.
        UsageError: the library that checks is not installed.
    """
    counted = [one for one in requests.approvals(repository, number, of) if one.counts]
    checked = check_signatures(repository, number, counted, allowed)
    authors = requests.authors(repository, number, of) if rule.not_author else []
    keys, problems = set(), []
    for one in counted:
        found = checked[one.id]
        if not found.good:
            problems.append(f"{one.role}: {found.problem}")
        elif owner := next((author for author in authors if belongs_to(allowed, found.fingerprint, author)), None):
            problems.append(f"{one.role}: its key is that of {owner}, an author")
        else:
            keys.add(found.fingerprint)
    if len(keys) >= rule.approvals:
        return
    if len(keys) + len(problems) < len(counted):
        problems.append("a key counts once")
    raise Refused(
        f"request {number} has {len(keys)} of {rule.approvals} approvals whose signatures count"
        + "".join(f"; {problem}" for problem in problems),
        hint="Setting allowed_signers names the file of the keys that count: ann@example.com,ROLE ssh-ed25519 AAAA…",
    )
