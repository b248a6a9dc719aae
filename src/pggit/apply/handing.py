"""Handing a database that was made in a sandbox over to those who are to use it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pggit.core.errors import Refused
from pggit.db.constants import constants
from pggit.db.session import configure, run, transaction
from pggit.db.sqlstate import translated
from pggit.kinds.reader import read_state
from pggit.plan.model import Plan
from pggit.plan.planner import make_plan

if TYPE_CHECKING:
    from psycopg import Connection

    from pggit.sandbox.sandbox import Sandbox


def hand_over(sandbox: Sandbox) -> None:
    """Give a database of a sandbox the roles that its text names, and end the sandbox. Nothing is run in it.

    What belonged to the role without rights is the caller's then, and what was left out is there: functions in C, event
    triggers, the way to other servers.

    Raises:
        SqlFailed: a role that the text names does not exist.
        PermissionDenied: the caller may not make another role the owner of something.
        Refused: PostgreSQL would run code of the text when it parses a statement.
    """
    own = sandbox.own
    if sandbox.unprotected:
        return
    sandbox.finish()
    sandbox.give_to_caller()
    with translated():
        found = read_state(own)
    wanted = sandbox.named(found, own)
    if found.groups != wanted.groups:
        plan = make_plan(found, wanted, major=own.info.server_version // 10000, role=sandbox.caller, choose=None)
        _run(own, plan)
    sandbox.forget_roles()


def _run(own: Connection, plan: Plan) -> None:
    """Run a plan without anything that it would make run: no event trigger fires, no body is looked at."""
    with transaction(own):
        quiet = {"check_function_bodies": "off"}
        if own.info.parameter_status("is_superuser") == "on":
            quiet |= {"session_replication_role": "replica"}
            if own.info.server_version >= 170000:
                quiet |= {"event_triggers": "off"}
        configure(own, quiet, local=True)
        for statement in plan.statements:
            if constants(statement.sql) is not None:  # of domains of the text, which are the caller's by now
                raise Refused(
                    f"{statement.verb} {statement.key} is not run: a constant in it would run the text's own code",
                    hint="--trust-source loads the SQL with your own rights.",
                )
            run(own, statement.sql)
