"""How the corpus's pairs are planned and applied: the one place that calls the planner and the executor."""

from __future__ import annotations

from itertools import groupby

import psycopg

from pggit.apply.run import apply
from pggit.apply.secrets import labels
from pggit.core.state import State
from pggit.plan.model import HAZARDS, Plan, Statement

PLACEHOLDER = "not-the-secret"


class StatementFailed(Exception):
    """A statement of a plan failed; the message has it."""


def make_plan(
    connection: psycopg.Connection, a: State, b: State, *, optional: bool = False, renames: str | None = None
) -> Plan:
    """Plan from the state of a database to another one.

    Args:
        connection: to the database of the first state.
        a: the first state.
        b: the second state.
        optional: whether roles and subscriptions count.
        renames: what the pair says of renames (``auto``).
    """
    from pggit.plan import live
    from pggit.plan.planner import make_plan as make

    return make(
        a,
        b,
        major=connection.info.server_version // 10000,
        measure=lambda groups: live.measure(connection, groups),
        hidden=live.hidden(connection),
        role=live.current_role(connection),
        optional=optional,
    )


def apply_plan(connection: psycopg.Connection, plan: Plan) -> None:
    """Apply the plan, all hazards allowed."""
    apply(connection, plan, allow=HAZARDS, secrets=dict.fromkeys(labels(plan), PLACEHOLDER))


def run_plan(connection: psycopg.Connection, plan: Plan) -> None:
    """Run all statements without looking where they lead: for a plan that was rolled back because it leads elsewhere."""
    connection.execute("set check_function_bodies = off; set search_path = pg_catalog")
    for together, statements in groupby(
        plan.statements, key=lambda statement: statement.transaction != "none" and not statement.repeat
    ):
        if together:
            with connection.transaction():
                for statement in statements:
                    _run(connection, statement)
        else:
            for statement in statements:
                while _run(connection, statement) and statement.repeat:
                    pass


def _run(connection: psycopg.Connection, statement: Statement) -> int:
    text = statement.sql
    for _ in statement.secrets:
        text = text.replace("{secret}", PLACEHOLDER, 1)
    try:
        return connection.execute(text.encode()).rowcount
    except psycopg.Error as error:
        raise StatementFailed(f"{error} ({error.sqlstate})\n{statement.sql}") from error
