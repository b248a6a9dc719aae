"""The merged schema in a scratch database: whether PostgreSQL takes it, and how it reads what was combined."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pggit.apply.prove.against import apply_to_clone
from pggit.core.diff import diff
from pggit.core.errors import ConnectionFailed, PermissionDenied, PgGitError
from pggit.core.merge import Conflict, Merged
from pggit.core.results import Change
from pggit.core.state import State
from pggit.db.connect import connect
from pggit.db.scratch import scratch_database
from pggit.kinds.reader import read_state
from pggit.plan.live import current_role
from pggit.plan.planner import make_plan
from pggit.work.merge.clashes import clashes

if TYPE_CHECKING:
    from psycopg import Connection

    from pggit.repo.repository import Repository


@dataclass(frozen=True, slots=True)
class Built:
    """What came of building a merged schema.

    Attributes:
        state: the merged state, in which what neither side has as it is now (a view of which both changed lines) is as
            PostgreSQL reads it.
        refused: what PostgreSQL said where it does not load, else None.
        conflicts: why it does not, as far as that was found.
    """

    state: State
    refused: str | None = None
    conflicts: tuple[Conflict, ...] = ()


def built(repository: Repository, merged: Merged) -> Built:
    """Build a merged schema in a scratch database on the same server.

    Args:
        repository: the tracked database.
        merged: without conflicts that are not resolved.

    Raises:
        PermissionDenied: the role may not create databases.
        ConnectionFailed: the server went away.
    """
    optional = "include_kinds" in repository.settings()
    with scratch_database(repository.connection) as url, closing(connect(url)) as connection:
        try:
            fill(connection, merged.state, optional=optional)
        except (ConnectionFailed, PermissionDenied):
            raise
        except PgGitError as error:
            refused = error.message
        else:
            other = _take_over(read_state(connection, optional=optional), merged)
            return Built(merged.state, f"{other} reads otherwise when it is built" if other else None)
    with scratch_database(repository.connection) as url, closing(connect(url)) as connection:
        return Built(merged.state, refused, clashes(connection, merged, optional=optional))


def fill(connection: Connection, state: State, *, optional: bool) -> None:
    """Make an empty database as a state, by a plan.

    Raises:
        PgGitError: PostgreSQL refuses a statement, or no order of statements can make it.
    """
    major = connection.info.server_version // 10000
    start = read_state(connection, optional=optional)
    plan = make_plan(start, state, major=major, role=current_role(connection), optional=optional, choose=None)
    apply_to_clone(connection, plan)


def _take_over(read: State, merged: Merged) -> str | None:
    """Take what was combined as it was read; returns the key of what was to be as a side has it and is not."""
    for change in diff(merged.state, read):
        if change.old is None or change.new is None or _is_as_a_side_has_it(merged, change):
            return change.key
        private = {name: value for name, value in change.old.items() if name.startswith("_")}
        merged.state.put(change.group, change.key, {**change.new, **private})
    return None


def _is_as_a_side_has_it(merged: Merged, change: Change) -> bool:
    exact = merged.state.groups[change.group][change.key]
    return any(side.groups.get(change.group, {}).get(change.key) == exact for side in merged.sides.values())
