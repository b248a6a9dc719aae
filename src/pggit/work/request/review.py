"""Verdicts on requests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pggit.core.errors import Refused
from pggit.repo import requests
from pggit.repo.requests import Verdict
from pggit.work.request.look import Shown, required, show
from pggit.work.request.signed import signature

if TYPE_CHECKING:
    from pggit.repo.repository import Repository
    from pggit.repo.signing import Signer


def review(
    repository: Repository,
    number: int,
    verdict: Verdict,
    note: str | None = None,
    *,
    at: str | None = None,
    signer: Signer | None = None,
    author: str | None = None,
) -> Shown:
    """Approve a request as it was last looked at, or reject it. The last verdict of a role is the one that stands.

    Args:
        repository: the tracked database.
        number: of the request.
        verdict: ``approve`` or ``reject``.
        note: what there is to say.
        at: only if the branch is at this commit still.
        signer: the key to sign that with; None: it is not signed.
        author: who says so, besides the role; None: the role.

    Raises:
        NotFound: there is no such request.
        Refused: it is not open; its branch has moved since; it does not merge; it is one's own, and its target counts
            no such approvals.
    """
    required(repository, number)
    last = requests.revisions(repository, number)[-1]
    if at is not None and repository.commit_info(at).hash != last.source:
        raise Refused(
            f"request {number} is of commit {last.source[:10]}, not of {at}",
            hint=f"pggit request show {number} shows what it is now.",
        )
    armored = signature(repository, number, last.number, verdict, signer) if signer else None
    public = signer.public if signer else None
    requests.review(repository, number, last.number, verdict, note, signature=armored, public_key=public, author=author)
    return show(repository, number)
