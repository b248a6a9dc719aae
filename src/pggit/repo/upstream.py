"""How branches stand to what is known of the same branches elsewhere: ``origin/main`` of a fetch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pggit.repo.repository import Repository


@dataclass(frozen=True, slots=True)
class Upstream:
    """How a branch stands to the same one of a remote, as of the last fetch or push.

    Attributes:
        name: of the other one, ``origin/main``.
        ahead: how many commits the branch has that the other has not.
        behind: how many the other has.
    """

    name: str
    ahead: int
    behind: int


def upstreams(repository: Repository, branch: str | None = None) -> dict[str, Upstream]:
    """Return how branches stand to those of remotes: origin's, or that of the only remote which has one.

    Args:
        repository: the tracked database.
        branch: only this one.

    Returns:
        By branch; those that no remote has are left out.
    """
    rows = repository._rows(
        "select substr(b.name, 7), substr(u.name, 9), count(*) filter (where a.sides = 1),"
        " count(*) filter (where a.sides = 2)"
        " from pggit.ref as b"
        " cross join lateral (select r.name, r.commit, count(*) over () as alike from pggit.ref as r"
        "  where starts_with(r.name, 'remotes/') and regexp_replace(r.name, '^remotes/[^/]+/', 'heads/') = b.name"
        "  order by starts_with(r.name, 'remotes/origin/') desc limit 1) as u"
        " left join lateral pggit.apart(b.commit, u.commit) as a on true"
        " where starts_with(b.name, 'heads/') and b.commit is not null"
        " and (%s::text is null or b.name = 'heads/' || %s)"
        " and (u.alike = 1 or starts_with(u.name, 'remotes/origin/')) group by 1, 2 order by 1",
        branch,
        branch,
    )
    return {name: Upstream(*of) for name, *of in rows}
