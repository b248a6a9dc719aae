"""Running a plan in a sandbox: what its statements make run has no rights."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from pggit.apply.rights import runs_code
from pggit.apply.secrets import filled, labels
from pggit.apply.session import apply_session
from pggit.apply.steps import Step, steps
from pggit.core.errors import PgGitError
from pggit.core.identity import quote
from pggit.core.state import State
from pggit.db.session import configured, run, transaction
from pggit.db.sqlstate import translated
from pggit.plan.model import Plan, Statement
from pggit.plan.planner import make_plan

if TYPE_CHECKING:
    from pggit.sandbox.sandbox import Sandbox

PLACEHOLDER = "not-the-secret"
_OWN_PATH = "select s.reset_val from pg_catalog.pg_settings as s where s.name = 'search_path'"


def fill(sandbox: Sandbox, state: State) -> None:
    """Make the empty database of a sandbox as a state, by a plan. Roles and subscriptions are left as they are.

    Raises:
        PgGitError: PostgreSQL refuses a statement, or no order of statements can make it.
    """
    major = sandbox.own.info.server_version // 10000
    run_plan(sandbox, make_plan(sandbox.read(), state, major=major, role=sandbox.caller, choose=None))


def run_plan(sandbox: Sandbox, plan: Plan, *, statements: Sequence[Statement] | None = None) -> None:
    """Run a plan in a sandbox, with placeholders for secrets. Where it leads is for the caller to see.

    Args:
        sandbox: where.
        plan: what to run.
        statements: of the plan, those to run; None: all.

    Raises:
        PgGitError: PostgreSQL refuses a statement.
    """
    connection = sandbox.connection
    with (
        apply_session(connection),
        configured(connection, {"synchronous_commit": "off"}),
        as_role(sandbox, plan.role),
    ):
        for step in steps(plan.statements if statements is None else statements):
            _run(sandbox, step, plan)


def _run(sandbox: Sandbox, step: Step, plan: Plan) -> None:
    secrets = dict.fromkeys(labels(plan), PLACEHOLDER)

    def one(statement: Statement) -> int:
        text = filled(statement, secrets)
        if not runs_code(text):
            return sandbox.run(text)
        with configured(sandbox.connection, {"search_path": own}):
            return sandbox.run(text)

    with translated():
        ((own,),) = sandbox.connection.execute(_OWN_PATH).fetchall()
    if step.form == "transaction":
        with transaction(sandbox.connection):
            for statement in step.statements:
                one(statement)
        return
    while one(step.statements[0]) > 0 and step.form == "repeat":
        pass


@contextmanager
def as_role(sandbox: Sandbox, role: str | None) -> Iterator[None]:
    """Be the role that a plan is made for, where no role without rights stands for it."""
    connection = sandbox.connection
    if role is None or role == sandbox.caller or not sandbox.unprotected:
        yield
        return
    run(connection, f"alter database {quote(connection.info.dbname)} owner to {role}")
    run(connection, f"set role {role}")
    try:
        yield
    finally:
        with suppress(PgGitError):
            run(connection, "reset role")
