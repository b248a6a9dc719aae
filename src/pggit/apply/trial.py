"""Running a plan in a sandbox: what its statements make run has no rights."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING

from pggit.apply.secrets import filled, labels
from pggit.apply.session import apply_session
from pggit.apply.steps import steps
from pggit.core.state import State
from pggit.db.session import configured, transaction
from pggit.plan.model import Plan
from pggit.plan.planner import make_plan

if TYPE_CHECKING:
    from pggit.sandbox.sandbox import Sandbox

PLACEHOLDER = "not-the-secret"


def fill(sandbox: Sandbox, state: State) -> None:
    """Make the empty database of a sandbox as a state, by a plan. Roles and subscriptions are left as they are.

    Raises:
        PgGitError: PostgreSQL refuses a statement, or no order of statements can make it.
    """
    major = sandbox.own.info.server_version // 10000
    run_plan(sandbox, make_plan(sandbox.read(), state, major=major, role=sandbox.caller, choose=None))


def run_plan(sandbox: Sandbox, plan: Plan) -> None:
    """Run a plan in a sandbox, with placeholders for secrets. Where it leads is for the caller to see.

    Raises:
        PgGitError: PostgreSQL refuses a statement.
    """
    connection = sandbox.connection
    secrets = dict.fromkeys(labels(plan), PLACEHOLDER)
    with apply_session(connection), configured(connection, {"synchronous_commit": "off"}):
        for step in steps(plan.statements):
            texts = [filled(statement, secrets) for statement in step.statements]
            with transaction(connection) if step.form == "transaction" else nullcontext():
                for text in texts:
                    while sandbox.run(text) > 0 and step.form == "repeat":
                        pass
