"""The requests that the store keeps: what each asks for, what it came to each time, and who said what of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from json import dumps
from typing import TYPE_CHECKING, Any, Literal

from pggit.core.errors import NotFound
from pggit.core.results import Change
from pggit.repo.merges import by

if TYPE_CHECKING:
    from pggit.repo.repository import Repository

State = Literal["open", "merged", "closed"]
Verdict = Literal["approve", "reject"]


@dataclass(frozen=True, slots=True)
class Request:
    """A request to merge a branch into another one.

    Attributes:
        id: its number.
        state: ``open``, ``merged`` or ``closed``.
        branch: what is to be merged.
        target: the branch that it goes into.
        title, body: what it is about.
        opened, role, author: when, by which role, and as that role calls itself.
        ended, ended_by: when and by which role it was merged or closed; None while it is open.
        commit: hash of the commit that the target went to; None unless it is merged.
    """

    id: int
    state: State
    branch: str
    target: str
    title: str
    body: str
    opened: datetime
    role: str
    author: str
    ended: datetime | None
    ended_by: str | None
    commit: str | None


@dataclass(frozen=True, slots=True)
class Revision:
    """What merging a request came to, for one commit of its branch and one of its target.

    Attributes:
        number: from 1 on.
        source, target: hashes of the two commits.
        outcome: as of a merge: ``merged``, ``fast-forward``, ``conflicts``, ``does not load``, ``findings``.
        change_hash: of what the merge changes in the target: approvals are for it and ``source``. None where the two do
            not merge.
        hash: of the request, the two commits and ``change_hash``: what a reviewer saw.
        changes: the objects that the merge changes in the target.
        plan: the plan from the target to the merge, as in its file.
        hazards: the kinds of its hazards.
        conflicts, findings, refused: as of a merge.
        proof: how the proof of the plan went, None without one.
        proven: whether it is proven.
        proved, proved_by: when, and by which role.
        made, by: when it was looked at, and by which role.
    """

    number: int
    source: str
    target: str
    outcome: str
    change_hash: str | None
    changes: tuple[Change, ...] | None
    plan: Mapping[str, Any] | None
    hazards: Sequence[str]
    conflicts: Sequence[Mapping[str, Any]]
    findings: Sequence[Mapping[str, Any]]
    refused: str | None
    proof: Mapping[str, Any] | None
    proven: bool
    proved: datetime | None
    proved_by: str | None
    made: datetime
    by: str
    hash: str


@dataclass(frozen=True, slots=True)
class Approval:
    """A verdict on a request.

    Attributes:
        id: its number.
        revision: number of the revision that it was about.
        verdict: ``approve`` or ``reject``.
        role, author: the role of the session, by its name at that time; as it calls itself.
        role_now: the name that the role has now; None where there is no such role.
        time: when.
        note: what was said.
        signature, public_key: over `text_to_sign`; None without.
        stands: whether the role said nothing later.
        stale: whether the branch, or what it changes in the target, is another one than that.
        counts: whether it is one of the approvals that a protected branch needs.
    """

    id: int
    revision: int
    verdict: Verdict
    role: str
    author: str
    time: datetime
    note: str | None
    signature: str | None
    public_key: str | None
    stands: bool
    stale: bool
    counts: bool
    role_now: str | None


_REQUEST = (
    "select id, state, branch, target, title, body, opened_at, opened_by, author, ended_at, ended_by,"
    " encode(commit, 'hex') from pggit.request"
)


@dataclass(frozen=True, slots=True)
class Listed:
    """A request in a list: as `Request`, and of its last revision the outcome, how many approvals count of those that
    are needed, whether it is proven."""

    id: int
    state: State
    branch: str
    target: str
    title: str
    role: str
    opened: datetime
    outcome: str
    approvals: int
    needed: int
    proven: bool


def requests(repository: Repository, *, all: bool = False) -> list[Listed]:
    """Return the requests that are open, or all, the newest first."""
    rows = repository._rows(
        "select id, state, branch, target, title, opened_by, opened_at, outcome, approvals, needed, proven"
        " from pggit.requests where %s or state = 'open' order by id desc",
        all,
    )
    return [Listed(*row) for row in rows]


def request(repository: Repository, number: int) -> Request:
    """Return a request.

    Raises:
        NotFound: there is none of this number.
    """
    rows = repository._rows(f"{_REQUEST} where id = %s", number)
    if not rows:
        raise NotFound(f"there is no request {number}", hint="pggit request list --all shows those there are.")
    return Request(*rows[0])


def open_request(
    repository: Repository, branch: str, target: str, title: str, body: str, *, author: str | None = None
) -> int:
    """Ask for a branch to be merged into another one; returns the request's number.

    Raises:
        NotFound: there is no such branch.
        Refused: another request asks for that.
        UsageError: no title; both are the same branch.
    """
    with by(repository, author):
        return int(repository._one("select pggit.open_request(%s, %s, %s, %s)", branch, target, title, body)[0])


def put_revision(
    repository: Repository,
    number: int,
    target: str,
    source: str,
    groups: Mapping[str, Mapping[str, Any] | None] | None,
    found: Mapping[str, Any],
) -> Revision:
    """Write down what merging two commits comes to, and return that; the last revision where nothing is new.

    Args:
        repository: the tracked database.
        number: of the request.
        target, source: hashes of the commits.
        groups: what differs from the target: key of the group → key of the object → definition, None where it goes;
            None where the two do not merge.
        found: ``outcome``, ``plan``, ``conflicts``, ``findings``, ``refused``.
    """
    merged = None if groups is None else dumps(groups)
    repository._call("select pggit.put_revision(%s, %s, %s, %s, %s)", number, target, source, merged, dumps(found))
    return revisions(repository, number)[-1]


def revisions(repository: Repository, number: int) -> list[Revision]:
    """Return the revisions of a request, the last one last."""
    rows = repository._rows(
        "select revision, encode(source, 'hex'), encode(target, 'hex'), outcome, encode(change_hash, 'hex'), changes,"
        " plan, hazards, conflicts, findings, refused, proof, proven, proved_at, proved_by, made_at, made_by,"
        " encode(pggit.revision_hash(request, source, target, change_hash), 'hex')"
        " from pggit.request_revision where request = %s order by revision",
        number,
    )
    kept = [Revision(*row) for row in rows]
    return [replace(revision, changes=_changes(repository, revision.changes)) for revision in kept]


def _changes(repository: Repository, kept: Any) -> tuple[Change, ...] | None:
    if kept is None:
        return None
    return repository._changes([(one["verb"], one["group"], one["key"], one["old"], one["new"]) for one in kept])


def approvals(repository: Repository, number: int, of: Revision) -> list[Approval]:
    """Return all verdicts on a request, the last one last, and whether they count for a revision."""
    rows = repository._rows(
        "select a.id, a.revision, a.verdict, a.who, a.author, a.at, a.note, a.signature, a.public_key,"
        " v.id is not null, a.source <> decode(%s, 'hex') or a.change_hash is distinct from decode(%s, 'hex'),"
        " coalesce(v.counts, false), case when a.role is null then a.who else r.rolname::text end"
        " from pggit.approval as a left join pg_catalog.pg_roles as r on r.oid = a.role"
        " left join pggit.verdicts(%s, decode(%s, 'hex'), decode(%s, 'hex'),"
        " decode(%s, 'hex')) as v on v.id = a.id where a.request = %s order by a.id",
        of.source,
        of.change_hash,
        number,
        of.target,
        of.source,
        of.change_hash,
        number,
    )
    return [Approval(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class Obstacle:
    """What a request lacks: which demand (``approvals``, ``rejected``, ``proof``), and that in words."""

    demand: str
    told: str


def obstacles(repository: Repository, number: int, of: Revision) -> list[Obstacle]:
    """Return what a revision lacks of what its target demands."""
    rows = repository._rows(
        "select * from pggit.obstacles(%s, decode(%s, 'hex'), decode(%s, 'hex'), decode(%s, 'hex'))",
        number,
        of.target,
        of.source,
        of.change_hash,
    )
    return [Obstacle(*row) for row in rows]


def text_to_sign(repository: Repository, number: int, revision: int, verdict: Verdict) -> str:
    """Return the text that the signature of a verdict is over."""
    return str(repository._one("select pggit.approval_text(%s, %s, %s)", number, revision, verdict)[0])


def review(
    repository: Repository,
    number: int,
    revision: int,
    verdict: Verdict,
    note: str | None,
    *,
    signature: str | None = None,
    public_key: str | None = None,
    author: str | None = None,
    seen: str | None = None,
) -> int:
    """Approve a revision, or reject it; returns the number of the verdict. The last one of a role stands.

    Args:
        seen: `Revision.hash` of what the verdict is on; None: what the revision is now.

    Raises:
        Refused: the request is not open, or not what it was any more; it is the role's own, where that may not be.
    """
    with by(repository, author):
        made = repository._one(
            "select pggit.review_request(%s, %s, %s, %s, %s, %s, %s)",
            number, revision, verdict, note, signature, public_key, seen,
        )  # fmt: skip
        return int(made[0])


def record_proof(repository: Repository, number: int, revision: int, proof: Mapping[str, Any]) -> None:
    """Keep how the proof of a revision went; ``proven`` in it says whether it is."""
    repository._call("select pggit.record_proof(%s, %s, %s)", number, revision, dumps(proof))


def close(repository: Repository, number: int) -> None:
    """Close a request without merging it.

    Raises:
        NotFound: there is none of this number.
        Refused: it is not open.
    """
    repository._call("select pggit.close_request(%s)", number)


def authors(repository: Repository, number: int, of: Revision) -> list[str]:
    """Return the roles that made what a revision merges, by their names now, or then where they are gone."""
    rows = repository._rows(
        "select distinct coalesce(r.rolname::text, a.who)"
        " from pggit.request_makers(%s, decode(%s, 'hex'), decode(%s, 'hex')) as a"
        " left join pg_catalog.pg_roles as r on r.oid = a.role",
        number,
        of.target,
        of.source,
    )
    return [name for (name,) in rows]


def require_request(repository: Repository, old: str, new: str) -> None:
    """Check that the current branch may move from one commit to another.

    Raises:
        Refused: it is protected, and that is not the merge of a request that has what is demanded.
    """
    repository._call(
        "select pggit.require_request(substr(pggit.current_branch(), 7), decode(%s, 'hex'), decode(%s, 'hex'))",
        old,
        new,
    )
