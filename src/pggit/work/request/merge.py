"""Merging a request into its target, which is the current branch; the live schema follows."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pggit.core.errors import Refused
from pggit.repo import requests
from pggit.repo.protection import rule_of
from pggit.repo.signing import read_allowed_signers
from pggit.work.change import PLAINLY, How, alone, interrupted
from pggit.work.merge.merge import Want, merge
from pggit.work.request.look import MERGES, Considered, consider, required, tip_of
from pggit.work.request.prove import prove_considered
from pggit.work.request.signed import require_signed
from pggit.work.switch import require_committed

if TYPE_CHECKING:
    from pggit.repo.repository import Repository
    from pggit.repo.requests import Request
    from pggit.work.merge.results import MergeDone


@dataclass(frozen=True, slots=True)
class MergeWant:
    """What is wanted of merging a request; as of `Want`.

    Attributes:
        author: of the commit; None: the role.
        apply: whether the live schema follows.
        accept: names of rules whose findings are let through.
        reason: why they are.
        allowed_signers: the file of the keys whose signatures count, for branches that demand signed approvals.
        proving: called when a proof is begun, which takes its time.
    """

    author: str | None = None
    apply: bool = True
    accept: Collection[str] = ()
    reason: str = ""
    allowed_signers: Path | None = None
    proving: Callable[[], None] = lambda: None


def merge_request(
    repository: Repository,
    number: int,
    want: MergeWant = MergeWant(),
    *,
    how: How = PLAINLY,
) -> MergeDone:
    """Merge a request into its target, which must be the current branch.

    A commit with two parents is made in any case. Where the target demands a proof, it is made now, unless there is one
    for the branch and the target as they are. The engine looks once more, in the transaction in which the branch moves:
    what was rejected meanwhile is not merged. A dry run asks for neither approvals nor proof. If it is interrupted, the
    same call finishes it.

    Raises:
        NotFound: there is no such request; a branch of it is gone.
        Refused: it is not open; the current branch is another one; approvals, their signatures or the proof are
            wanting; something is not committed.
        PgGitError: as `pggit.apply.run.apply` does.
    """
    with alone(repository, how):
        request = required(repository, number)
        if repository.branch != request.target:
            raise Refused(
                f"request {number} goes into {request.target}, the current branch is {repository.branch or 'none'}",
                hint=f"pggit switch {request.target}",
            )
        if not how.dry_run:
            source = tip_of(repository, request.branch)
            if not interrupted(repository, f"merge {source}"):  # before a proof, which takes its time
                require_committed(repository.status().changes)
            at = consider(repository, number)
            if at.revision.outcome in MERGES:  # else merging tells why not
                _require(repository, at, want)
        wanted = Want(
            message=message(repository, request),
            author=want.author,
            fast_forward=False,
            apply=want.apply,
            strategy="fail",
            accept=want.accept,
            reason=want.reason,
            request=True,
        )
        return merge(repository, f"heads/{request.branch}", wanted, how=how)


def message(repository: Repository, request: Request) -> str:
    """Return the message of the commit: what was asked for, and who approved it."""
    last = requests.revisions(repository, request.id)[-1]
    counted = [one for one in requests.approvals(repository, request.id, last) if one.counts]
    by = [one.role if one.author == one.role else f"{one.author} (role {one.role})" for one in counted]
    parts = [
        f"Merge request {request.id}: {request.title}",
        request.body,
        "\n".join(f"Approved-by: {who}" for who in by),
    ]
    return "\n\n".join(part for part in parts if part)


def _require(repository: Repository, at: Considered, want: MergeWant) -> None:
    """Check that a request has what its target demands; a proof is made where it is all that is wanting."""
    wanting = requests.obstacles(repository, at.request.id, at.revision)
    if not wanting or [one.demand for one in wanting] == ["proof"]:
        _require_signatures(repository, at, want)
    if [one.demand for one in wanting] == ["proof"]:
        want.proving()
        verdict = prove_considered(repository, at)
        if not verdict.proven:
            wrong = next(check for check in verdict.checks if check.status != "ok")
            raise Refused(
                f"the plan of request {at.request.id} is not proven: {wrong.name}: {wrong.message}",
                hint="Nothing was changed.",
            )
        wanting = requests.obstacles(repository, at.request.id, at.revision)
    if wanting:
        raise Refused(
            f"request {at.request.id} may not be merged into {at.request.target}:"
            f" {'; '.join(one.told for one in wanting)}",
            hint=f"pggit request show {at.request.id} tells more.",
        )


def _require_signatures(repository: Repository, at: Considered, want: MergeWant) -> None:
    rule = rule_of(repository, at.request.target)
    if rule is not None and rule.signed:
        allowed = read_allowed_signers(want.allowed_signers)
        require_signed(repository, at.request.id, at.revision, rule, allowed)
