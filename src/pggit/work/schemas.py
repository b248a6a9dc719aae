"""Databases without rows that have the schema of one state after another."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from typing import TYPE_CHECKING

from pggit.apply.run import apply
from pggit.apply.secrets import labels
from pggit.core.errors import Refused, SqlFailed
from pggit.core.state import State
from pggit.db.connect import connect
from pggit.db.scratch import scratch_database
from pggit.db.sqlstate import translated
from pggit.kinds import kind_of_key, kinds
from pggit.kinds.reader import read_state
from pggit.plan import live
from pggit.plan.model import HAZARDS
from pggit.plan.planner import make_plan

if TYPE_CHECKING:
    from psycopg import Connection

_NO_SECRET = "unknown"


class Schemas:
    """A scratch database that is brought from state to state, and copies of it to be used and thrown away.

    A schema is planned from the one before, which costs as much as the two differ; where that plan cannot be run (an
    event trigger forbids it) or would leave columns in another order, from an empty database. Roles belong to the
    server, so they are taken as they are.

    Args:
        server: the connection string of any database of the server.
    """

    def __init__(self, server: str) -> None:
        self._server = server
        self._stack = ExitStack()
        self._own = ExitStack()

    def __enter__(self) -> Schemas:
        self._home = self._stack.enter_context(closing(connect(self._server)))
        self._stack.push(self._own)
        self._begin()
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        self._stack.close()

    def build(self, state: State) -> None:
        """Bring the database to a state.

        Raises:
            SqlFailed, Refused: it cannot be made on this server.
        """
        with suppress(SqlFailed, Refused):
            if self._bring(state):
                return
        self._begin()
        self._bring(state)

    @contextmanager
    def copy(self) -> Iterator[str]:
        """Copy the database for the length of a block; yields the connection string of the copy."""
        with scratch_database(self._home, template=self._name) as url:
            yield url

    def _begin(self) -> None:
        """Begin anew with an empty database."""
        self._own.close()
        self._url = self._own.enter_context(scratch_database(self._home))
        with closing(connect(self._url)) as connection:
            self._name = connection.info.dbname

    def _bring(self, state: State) -> bool:
        """Plan and run; returns False, with nothing done, where columns would come to stand in another order."""
        with closing(connect(self._url)) as connection:
            plan = make_plan(
                _read(connection),
                state,
                major=connection.info.server_version // 10000,
                measure=lambda groups: live.measure(connection, groups),
                hidden=live.hidden(connection),
                role=live.current_role(connection),
                only=_in_database,
                choose=None,  # there are no rows that a rename would keep
            )
            if plan.notes:
                return False
            apply(connection, plan, allow=HAZARDS, secrets=dict.fromkeys(labels(plan), _NO_SECRET), made_here=True)
            return True


def _read(connection: Connection) -> State:
    with translated():
        return read_state(connection)


def _in_database(group: str, key: str) -> bool:
    """Whether an object is the database's and not the server's (roles), and does not reach out (subscriptions)."""
    return not any(kinds()[kind_of_key(one)[0]].optional for one in (group, key))
