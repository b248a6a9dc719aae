"""What a plan has made of a state after some of its statements: found out by running them in a scratch database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pggit.apply.prove.against import as_role, database_of
from pggit.apply.rights import owners_to_be, send
from pggit.apply.secrets import filled, labels
from pggit.apply.session import AFTERWARDS, apply_session, deadlines
from pggit.apply.steps import Step, steps
from pggit.apply.trial import PLACEHOLDER
from pggit.core.state import State
from pggit.core.tree import meaning
from pggit.db.session import configure, transaction
from pggit.kinds.reader import read_state
from pggit.plan.model import Plan, Statement

if TYPE_CHECKING:
    from psycopg import Connection


def expected(server: Connection | str, start: State, plan: Plan, number: int) -> State | None:
    """Return the state that a plan leads to with its first statements.

    Args:
        server: where a scratch database can be made, of the same major version.
        start: where the plan starts.
        plan: of one database: roles and subscriptions would be made for all.
        number: how many statements are done.

    Returns:
        None where no database can be made that is as the start.

    Raises:
        PgGitError: a statement failed there.
    """
    if number == 0:
        return start
    with database_of(start, server, plan) as connection:
        if meaning(read_state(connection)) != meaning(start):
            return None
        with apply_session(connection) as search_path, as_role(connection, plan.role):
            for step in steps(plan.statements[:number]):
                _run(connection, step, plan, search_path)
        return read_state(connection)


def _run(connection: Connection, step: Step, plan: Plan, search_path: str) -> None:
    secrets = dict.fromkeys(labels(plan), PLACEHOLDER)
    owners = owners_to_be(plan)

    def one(statement: Statement) -> int:
        configure(connection, deadlines(statement, search_path))
        done = send(connection, filled(statement, secrets), owners.get(statement.key))
        configure(connection, AFTERWARDS)
        return done

    if step.form == "transaction":
        with transaction(connection):
            for statement in step.statements:
                one(statement)
        return
    while one(step.statements[0]) > 0 and step.form == "repeat":
        pass
