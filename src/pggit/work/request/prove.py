"""The proof of a request: its plan, applied to a clone of a database that is as its target."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Literal

from pggit.apply.prove.against import prove_between
from pggit.apply.prove.verdict import Verdict
from pggit.core.errors import Refused
from pggit.repo import requests
from pggit.work.request.look import Considered, consider

if TYPE_CHECKING:
    from pggit.repo.repository import Repository


def prove_request(repository: Repository, number: int, rows: Literal["none", "seeded"] = "seeded") -> Verdict:
    """Prove the plan of a request as it is now, and keep how that went.

    The databases are made for it, from the commits: the live one may be on any branch.

    Args:
        repository: the tracked database.
        number: of the request.
        rows: what the clone has in it.

    Raises:
        NotFound: there is no such request.
        Refused: it is not open, or does not merge.
        PermissionDenied: the role may not create databases.
    """
    return prove_considered(repository, consider(repository, number), rows)


def prove_considered(repository: Repository, at: Considered, rows: Literal["none", "seeded"] = "seeded") -> Verdict:
    """Prove a request that was just looked at; see `prove_request`."""
    if at.plan is None:
        raise Refused(f"request {at.request.id} does not merge ({at.revision.outcome}): there is nothing to prove yet")
    verdict = prove_between(at.plan, repository.connection, at.before, at.after, rows=rows)
    kept = {"proven": verdict.proven, **asdict(verdict)}
    requests.record_proof(repository, at.request.id, at.revision.number, kept)
    return verdict
