"""What of a live database differs from what it should be: `drift`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pggit.core.diff import diff, with_renames
from pggit.core.errors import PermissionDenied, Refused, SqlFailed, UsageError
from pggit.core.results import Change, Event
from pggit.core.state import State
from pggit.db.redact import redact_url
from pggit.kinds import renamable
from pggit.plan.ignore import Ignore
from pggit.plan.make import plan
from pggit.plan.model import Plan
from pggit.repo.states import both, opened, stated
from pggit.repo.tracked import optional_kinds, tracked

if TYPE_CHECKING:
    from pggit.repo.repository import Repository
    from pggit.settings import Settings


@dataclass(frozen=True, slots=True)
class Drifted:
    """One object that is not as it should be.

    Attributes:
        change: from what it should be to what it is.
        event: the captured statement that made it what it is; None where nothing captured it.
    """

    change: Change
    event: Event | None


@dataclass(frozen=True, slots=True)
class Drift:
    """How a live database differs from a state.

    Attributes:
        state: the state expression, without password.
        objects: what differs, grouped.
        ignored: what was left out on wish.
        history: whether it could be asked who changed something: False where the database is not tracked, or the
            role may not read its history.
    """

    state: str
    objects: tuple[Drifted, ...]
    ignored: tuple[str, ...]
    history: bool

    @property
    def changes(self) -> list[Change]:
        """What differs, without who did it."""
        return [one.change for one in self.objects]


def drift(
    repository: Repository, state: str = "HEAD", *, ignore: Iterable[str] = (), settings: Settings | None = None
) -> Drift:
    """Return what of a live database differs from a state. The catalogs are read in full; nothing is changed.

    Args:
        repository: the database; it need not be tracked where the state is none of its commits.
        state: what the database should be: a commit, a directory or file of SQL, another database's URL.
        ignore: what may differ, see `Ignore`.
        settings: where scratch databases are made.

    Raises:
        UsageError: the state is ``work``, or a rule is none.
        NotInstalled: the state is a commit, and the database is not tracked.
        NotFound, Refused: as `opened` raises them.
    """
    if state == "work":
        raise UsageError("the live schema does not differ from itself", hint="pggit drift compares it with a state.")
    rules = Ignore(ignore)
    optional = optional_kinds(repository, state)
    with opened("work", state, repository, optional=optional, live=True, settings=settings) as (live, wanted):
        only = both(rules.admits, both(stated([live, wanted], None), tracked(repository, [live, wanted])))
        changes = rules.attributes(with_renames(diff(wanted.state, live.state, only=only), renamable))
        events = _events(repository, changes)
        found = tuple(Drifted(change, _author(change, live.state, events or {})) for change in changes)
    return Drift(redact_url(state), found, tuple(rules.rules), events is not None)


def repair(
    repository: Repository, state: str = "HEAD", *, ignore: Iterable[str] = (), settings: Settings | None = None
) -> Plan:
    """Return the plan that brings a live database back to a state; arguments and errors as those of `drift`."""
    return plan("work", state, repository, ignore=ignore, settings=settings)


def _events(repository: Repository, changes: Sequence[Change]) -> dict[str, Event] | None:
    """Return the newest captured change of each object, or None where that cannot be asked."""
    if not changes or not repository.installed:
        return None
    try:
        return repository.latest_events([key for one in changes for key in (one.key, one.old_key) if key])
    except (PermissionDenied, SqlFailed, Refused):  # no right to read the history; a server that only reads
        return None


def _author(change: Change, live: State, events: dict[str, Event]) -> Event | None:
    """Return the captured change that made an object what it is: one that led elsewhere was not the last."""
    event = events.get(change.key)
    if event is None or event.new != live.groups.get(change.group, {}).get(change.key):
        return None
    return event
