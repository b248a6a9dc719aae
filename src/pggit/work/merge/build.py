"""The merged schema in a scratch database: whether PostgreSQL takes it, and how it reads what was combined."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from pggit.apply.prove.against import apply_to_clone
from pggit.core.errors import ConnectionFailed, PermissionDenied, PgGitError
from pggit.core.merge import Merged
from pggit.core.state import State
from pggit.db.connect import connect
from pggit.db.scratch import scratch_database
from pggit.kinds.reader import read_state
from pggit.plan.live import current_role
from pggit.plan.planner import make_plan

if TYPE_CHECKING:
    from psycopg import Connection

    from pggit.repo.repository import Repository


def built(repository: Repository, merged: Merged) -> tuple[State, str | None]:
    """Build a merged schema in a scratch database on the same server.

    Args:
        repository: the tracked database.
        merged: without conflicts that are not resolved.

    Returns:
        The merged state, in which what neither side has as it is now (a view of which both changed lines) is as
        PostgreSQL reads it; and what PostgreSQL said where it does not load, else None.

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
            return merged.state, error.message
        if merged.combined:
            _take_over(read_state(connection, optional=optional), merged)
    return merged.state, None


def fill(connection: Connection, state: State, *, optional: bool) -> None:
    """Make an empty database as a state, by a plan.

    Raises:
        PgGitError: PostgreSQL refuses a statement, or no order of statements can make it.
    """
    major = connection.info.server_version // 10000
    start = read_state(connection, optional=optional)
    plan = make_plan(start, state, major=major, role=current_role(connection), optional=optional, choose=None)
    apply_to_clone(connection, plan)


def _take_over(read: State, merged: Merged) -> None:
    for group, key in merged.combined:
        if key in read.groups.get(group, {}):
            private = {k: v for k, v in merged.state.definition(group, key).items() if k.startswith("_")}
            merged.state.put(group, key, read.definition(group, key) | private)
