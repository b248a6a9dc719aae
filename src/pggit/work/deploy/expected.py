"""What a plan has made of a state after some of its statements: found out by running them in a scratch database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pggit.apply.prove.against import database_of
from pggit.apply.trial import run_plan
from pggit.core.state import State
from pggit.core.tree import meaning
from pggit.plan.model import Plan

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
    with database_of(start, server, plan) as sandbox:
        if meaning(sandbox.read()) != meaning(start):
            return None
        run_plan(sandbox, plan, statements=plan.statements[:number])
        return sandbox.read()
