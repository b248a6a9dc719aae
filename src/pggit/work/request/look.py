"""What a request is now: opened, looked at, brought up to date."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from pggit.core.errors import NotFound, Refused, UsageError
from pggit.plan.model import Plan, to_json
from pggit.repo import requests
from pggit.repo.protection import Rule, rule_of
from pggit.repo.requests import Approval, Request, Revision
from pggit.work.merge.merge import checked, differing, plan_to, told

if TYPE_CHECKING:
    from pggit.core.state import State
    from pggit.repo.repository import Repository
    from pggit.work.merge.results import Checked

MERGES = ("merged", "fast-forward", "findings")
"""The outcomes of which there is a merged schema that loads."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A request with all that there is to know of it.

    Attributes:
        request: what is asked for.
        revision: what it came to when it was last looked at.
        revisions: how often that was.
        rule: what protects its target; None where nothing does.
        approvals: all verdicts, the last one last.
        obstacles: what keeps it from being merged, a sentence each; none of a request that is not open.
        moved: what is not any more where the revision found it: ``branch``, ``target``.
    """

    request: Request
    revision: Revision
    revisions: int
    rule: Rule | None
    approvals: tuple[Approval, ...]
    obstacles: tuple[str, ...]
    moved: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Considered:
    """A request as it is now: its revision, the target's state and the merged one, and the plan from one to the other.

    Where the two do not merge there is no plan, and the merged state is of no use.
    """

    request: Request
    revision: Revision
    before: State
    after: State
    plan: Plan | None


def open_request(
    repository: Repository,
    branch: str | None = None,
    target: str = "main",
    title: str | None = None,
    body: str = "",
    *,
    author: str | None = None,
) -> Shown:
    """Ask for a branch to be merged into another one, and keep what that would come to.

    Args:
        repository: the tracked database.
        branch: the branch; None: the current one.
        target: the branch that it is to go into.
        title: in one line; None: that of the branch's last commit.
        body: more.
        author: who asks, besides the role; None: the role.

    Raises:
        NotFound: there is no such branch.
        Refused: there is nothing to merge; the histories have no commit in common; it was asked for already.
    """
    chosen = branch or repository.branch
    if chosen is None:
        raise Refused("HEAD is on no branch", hint="pggit request open BRANCH names one.")
    if chosen == target:
        raise UsageError(f"{chosen} cannot be merged into itself", hint="pggit request open BRANCH --into TARGET")
    found = _found(repository, chosen, target)
    title = title or repository.commit_info(found.checked.theirs).message.splitlines()[0]
    with repository._transaction():  # a request without a revision is none
        number = requests.open_request(repository, chosen, target, title, body, author=author)
        _put(repository, number, found)
    return show(repository, number)


def consider(repository: Repository, number: int) -> Considered:
    """Look at what merging a request comes to now, and keep that as a revision where anything is new.

    Raises:
        NotFound: there is no such request; a branch of it is gone.
        Refused: it is not open.
    """
    request = required(repository, number)
    found = _found(repository, request.branch, request.target)
    return Considered(request, _put(repository, number, found), found.before, found.after, found.plan)


def required(repository: Repository, number: int) -> Request:
    """Return a request that is open.

    Raises:
        NotFound: there is none of this number.
        Refused: it is merged or closed.
    """
    request = requests.request(repository, number)
    if request.state != "open":
        raise Refused(f"request {number} is {request.state}")
    return request


def show(repository: Repository, number: int) -> Shown:
    """Return what there is to know of a request. Nothing is looked at anew.

    Raises:
        NotFound: there is none of this number.
        Refused: nobody has looked at it yet.
    """
    request = requests.request(repository, number)
    kept = requests.revisions(repository, number)
    if not kept:  # opened in SQL, by hand
        raise Refused(
            f"request {number} was not looked at yet", hint=f"pggit request update {number} works out what it comes to."
        )
    last = kept[-1]
    tips = {branch.name: branch.hash for branch in repository.branches()}
    moved = []
    if request.state == "open":
        ends = {"branch": (request.branch, last.source), "target": (request.target, last.target)}
        moved = [end for end, (name, hash_) in ends.items() if tips.get(name) != hash_]
    return Shown(
        request,
        last,
        len(kept),
        rule_of(repository, request.target),
        tuple(requests.approvals(repository, number, last)),
        tuple(_obstacles(repository, request, last, moved)),
        tuple(moved),
    )


def _obstacles(repository: Repository, request: Request, last: Revision, moved: list[str]) -> list[str]:
    if request.state != "open":
        return []
    found = [one.told for one in requests.obstacles(repository, request.id, last)]
    if last.outcome == "conflicts":
        found.insert(0, f"it is in conflict with {request.target}")
    elif last.outcome == "does not load":
        found.insert(0, f"what it makes of {request.target} does not load")
    if "branch" in moved:
        found.insert(0, f"{request.branch} has moved since this was looked at: pggit request update {request.id}")
    return found


def tip_of(repository: Repository, branch: str) -> str:
    """Return the hash of the commit that a branch is at.

    Raises:
        NotFound: there is no such branch.
    """
    found = next((known.hash for known in repository.branches() if known.name == branch), None)
    if found is None:
        raise NotFound(f"there is no branch {branch}", hint="pggit branch shows those there are.")
    return found


@dataclass(frozen=True, slots=True)
class _Found:
    """What merging comes to."""

    checked: Checked
    before: State
    after: State
    plan: Plan | None


def _found(repository: Repository, branch: str, target: str) -> _Found:
    source, into = tip_of(repository, branch), tip_of(repository, target)
    found, before, after = checked(repository, into, source)
    if found.outcome == "up to date":
        raise Refused(f"{target} has all that {branch} has: there is nothing to merge")
    plan = plan_to(repository, before, after, into, source) if found.outcome in MERGES else None
    return _Found(found, before, after, plan)


def _put(repository: Repository, number: int, found: _Found) -> Revision:
    checked, plan = found.checked, found.plan
    said = {
        "outcome": checked.outcome,
        "plan": json.loads(to_json(plan)) if plan else None,
        "conflicts": [told(conflict) for conflict in checked.conflicts],
        "findings": [asdict(one) for one in checked.findings],
        "refused": checked.refused,
    }
    groups = differing(found.before, found.after) if plan else None
    return requests.put_revision(repository, number, checked.ours, checked.theirs, groups, said)
