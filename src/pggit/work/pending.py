"""What was begun in a database and is not done: a merge, a rebase, a plan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pggit.core.errors import Refused
from pggit.db.trust import Untrusted

if TYPE_CHECKING:
    from pggit.repo.repository import Repository


@dataclass(frozen=True, slots=True)
class Pending:
    """Something that waits to be gone on with.

    Attributes:
        what: a merge with conflicts, a rebase that stopped, a plan that was interrupted.
        about: in words.
        finish: the command that ends it; None if nothing does.
        give_up: the command that forgets it.
        look: a command that tells more, or None.
    """

    what: Literal["merge", "rebase", "plan"]
    about: str
    finish: str | None
    give_up: str
    look: str | None = None


def pending(repository: Repository) -> list[Pending]:
    """Return what was begun and is not done."""
    plan, merge, rebase = repository._one(
        "select to_regnamespace('pggit_apply') is not null, exists (select from pggit.merges where state = 'open'),"
        " exists (select from pggit.sequence)"
    )
    # what they import costs more than to look, and as a rule there is nothing
    looks = ((plan, _plan), (merge, _merge), (rebase, _rebase))
    return [found for there, look in looks if there and (found := look(repository))]


def _plan(repository: Repository) -> Pending | None:
    from pggit.apply import journal

    give_up = "pggit apply --abandon"
    try:
        position = journal.read(repository.connection)
    except Untrusted as error:
        return Pending(
            "plan", f"{error.message[0].upper()}{error.message[1:]}.", None, "drop schema pggit_apply cascade"
        )
    except Refused:  # not a journal of ours, which is for pggit apply to say
        return None
    if position is None:
        return None
    what = position.command if position.owner != "apply" else f"A plan ({position.plan[:10]})"
    about = (
        f"{what} was interrupted: it began at {position.started_at} by {position.started_by},"
        f" {position.next} of {position.of} statements are done."
    )
    return Pending("plan", about, position.command, give_up)


def _merge(repository: Repository) -> Pending | None:
    rows = repository._rows(
        "select m.name, count(c.key), count(c.key) filter (where c.choice is null)"
        " from pggit.merges as m left join pggit.conflicts as c on c.merge = m.id where m.state = 'open' group by m.id"
    )
    if not rows:
        return None
    name, of, left = rows[0]
    state = f"{left} of {of} conflicts are not resolved" if left else "all conflicts are resolved"
    return Pending(
        "merge",
        f"The merge of {name} is open: {state}.",
        "pggit merge --continue",
        "pggit merge --abort",
        "pggit conflicts",
    )


def _rebase(repository: Repository) -> Pending | None:
    from pggit.work.rebase import waiting

    at = waiting(repository)
    if at is None:
        return None
    about = f"The rebase of {at.branch} onto {at.onto} stopped at {at.todo[0][:10]}: {', '.join(at.conflicts[:5])}."
    return Pending("rebase", about, "pggit rebase --continue", "pggit rebase --abort", f"pggit show {at.todo[0][:10]}")
