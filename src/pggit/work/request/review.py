"""Verdicts on requests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pggit.core.errors import Refused
from pggit.repo import requests
from pggit.repo.requests import Verdict
from pggit.work.request.look import Shown, required, show
from pggit.work.request.signed import signature

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pggit.repo.repository import Repository
    from pggit.repo.requests import Revision
    from pggit.repo.signing import Signer

_ABBREVIATED = 7
"""So many digits of a revision's hash are enough."""


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
        at: what was seen: the hash of a revision, or its beginning; or the commit of the branch, where only one
            revision is of that. None: the last revision.
        signer: the key to sign that with; None: it is not signed.
        author: who says so, besides the role; None: the role.

    Raises:
        NotFound: there is no such request.
        Refused: it is not open; its branch has moved since; it does not merge; it is one's own, and its target counts
            no such approvals.
    """
    required(repository, number)
    kept = requests.revisions(repository, number)
    last = kept[-1]
    if at is not None:
        _require_seen(repository, number, kept, at)
    armored = signature(repository, number, last.number, verdict, signer) if signer else None
    public = signer.public if signer else None
    requests.review(
        repository, number, last.number, verdict, note, signature=armored, public_key=public, author=author,
        seen=last.hash,
    )  # fmt: skip
    return show(repository, number)


def _require_seen(repository: Repository, number: int, kept: Sequence[Revision], at: str) -> None:
    """Check that the last revision is the one that was seen: the same commits, and the same changes."""
    last, hint = kept[-1], f"pggit request show {number} shows what it is now."
    if len(at) >= _ABBREVIATED and last.hash.startswith(at.lower()):
        return
    if any(len(at) >= _ABBREVIATED and one.hash.startswith(at.lower()) for one in kept):
        raise Refused(f"request {number} is not what it was at {at}: it is {last.hash[:10]} now", hint=hint)
    if repository.commit_info(at).hash != last.source:
        raise Refused(f"request {number} is of commit {last.source[:10]}, not of {at}", hint=hint)
    if any(one.source == last.source and one.hash != last.hash for one in kept):
        raise Refused(
            f"request {number} came to different things at commit {last.source[:10]}",
            hint=f"--at {last.hash[:10]} names what it is now; {hint}",
        )
