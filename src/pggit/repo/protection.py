"""Protected branches: they move only by merging a request that has what is demanded of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from pggit.core.errors import Refused

if TYPE_CHECKING:
    from pggit.repo.repository import Repository

_COLUMNS = "approvals, proof, signed, not_author, independent"


@dataclass(frozen=True, slots=True)
class Rule:
    """What a request must have to be merged into a branch.

    Attributes:
        approvals: how many roles must have approved it.
        proof: whether its plan must be proven for the branch as it is now.
        signed: whether only signed approvals count.
        not_author: whether approvals of the roles that made it do not count.
        independent: whether roles of which one can SET ROLE to the other are one approver, and one author.
    """

    approvals: int = 0
    proof: bool = False
    signed: bool = False
    not_author: bool = False
    independent: bool = False


@dataclass(frozen=True, slots=True)
class Protection:
    """What was said of a branch, or of all that a pattern means; when, and by which role."""

    pattern: str
    rule: Rule
    time: datetime
    by: str


def protect(repository: Repository, pattern: str, rule: Rule) -> None:
    """Protect a branch, or all branches, also those to come, that a pattern with ``*`` means.

    What was said of the same pattern before is replaced. Of several that mean a branch each demand holds.

    Raises:
        NotFound: there is no such branch.
        UsageError: that is no name; approvals below 0; none needed, and yet it is said which count.
    """
    repository._call(
        "select pggit.protect(%s, %s, %s, %s, %s, %s)",
        pattern,
        rule.approvals,
        rule.proof,
        rule.signed,
        rule.not_author,
        rule.independent,
    )


def unprotect(repository: Repository, pattern: str) -> None:
    """Take off what was said of a branch or pattern.

    Raises:
        NotFound: nothing was.
    """
    repository._call("select pggit.unprotect(%s)", pattern)


def protections(repository: Repository) -> list[Protection]:
    """Return what is protected, by pattern."""
    rows = repository._rows(f"select {_COLUMNS}, pattern, set_at, set_by from pggit.protection order by pattern")  # noqa: S608
    return [Protection(pattern, Rule(*rule), time, by) for *rule, pattern, time, by in rows]


def rule_of(repository: Repository, branch: str) -> Rule | None:
    """Return what protects a branch, put together of all that means it; None where nothing does."""
    rows = repository._rows(f"select {_COLUMNS} from pggit.rule_of(%s)", branch)  # noqa: S608
    return Rule(*rows[0]) if rows else None


def require_direct(repository: Repository, hint: str | None = None) -> None:
    """Check that the current branch may move without a request, before anything is done that would move it.

    The engine refuses to move it in any case; only then a plan may have been run half.

    Args:
        repository: the tracked database.
        hint: what to do instead; None: to commit on another branch.

    Raises:
        Refused: it is protected.
    """
    try:
        repository._call("select pggit.require_direct(substr(pggit.current_branch(), 7))")
    except Refused as error:
        error.hint = hint or error.hint
        raise
