"""Proving a plan against what its target is called: another database, files of SQL, a commit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from pggit.apply.prove.prove import prove
from pggit.apply.prove.verdict import Rows, Verdict
from pggit.apply.trial import run_plan
from pggit.core.errors import UsageError
from pggit.core.state import State
from pggit.db.connect import connection_url
from pggit.plan.ignore import Ignore
from pggit.plan.model import Plan
from pggit.plan.planner import make_plan
from pggit.repo.states import Side, opened, stated
from pggit.sandbox.sandbox import Sandbox, open_sandbox
from pggit.settings import Settings, load

if TYPE_CHECKING:
    from psycopg import Connection

    from pggit.repo.repository import Repository

_Test = Callable[[str, str], bool]


def prove_against(
    plan: Plan,
    source: Connection,
    target: str | None = None,
    *,
    rows: Rows = "seeded",
    repository: Repository | None = None,
    settings: Settings | None = None,
    server: str | None = None,
) -> Verdict:
    """Prove a plan: see `prove`.

    Args:
        plan: what is to be proven.
        source: to the live database that it is for, in autocommit mode and in no transaction.
        target: the state that it leads to; None: what the plan calls it. A plan holds no passwords.
        rows: what the clone has in it.
        repository: the tracked database, for commits; None where there is none.
        settings: where files of SQL are loaded.
        server: a connection string to the server on which clones are made; None: that of ``source``.

    Raises:
        UsageError: the target cannot be found by what the plan calls it.
        NotFound, ConnectionFailed: the target is not there.
    """
    expression = target or plan.target
    if not expression or "***" in expression:
        raise UsageError(
            f"the plan does not say where its target is: {expression or 'nothing'}", hint="--target STATE names it."
        )
    chosen = settings or load()
    # files are loaded where the clone is made, unless a setting says otherwise
    chosen = replace(chosen, scratch=chosen.scratch or connection_url(source))
    with (
        opened("empty", expression, repository, optional=plan.optional, settings=chosen) as (_, side),
        _database(server or source, side, plan) as goal,
    ):
        return prove(
            plan,
            source,
            goal,
            rows=rows,
            apply=run_plan,
            plan_again=lambda state: len(_again(state, side, plan).statements),
            only=stated([side], None),
            server=server,
            trust=chosen.trust_source,
        )


def prove_between(
    plan: Plan, server: Connection, before: State, after: State, *, rows: Literal["none", "seeded"] = "seeded"
) -> Verdict:
    """Prove a plan between two states, whatever any live database is like: see `prove`.

    Args:
        plan: what is to be proven.
        server: to any database of the server on which the databases are made, in autocommit mode.
        before: the state that the plan starts from.
        after: the state that it leads to.
        rows: what the clone has in it.

    Raises:
        PermissionDenied: the role may not create databases.
    """
    side = Side(plan.target, after)
    with database_of(before, server, plan) as source, database_of(after, server, plan) as target:
        return prove(
            plan,
            source,
            target,
            rows=rows,
            apply=run_plan,
            plan_again=lambda state: len(_again(state, side, plan).statements),
            trust=load().trust_source,
        )


@contextmanager
def _database(server: Connection | str, side: Side, plan: Plan) -> Iterator[Connection | Sandbox]:
    """Open a database that is as the target; of a commit one is made, by a plan from an empty database."""
    if side.sandbox is not None or side.connection is not None:
        yield side.sandbox or side.connection  # type: ignore[misc]
        return
    with database_of(side.state, server, plan) as sandbox:
        yield sandbox


@contextmanager
def database_of(state: State, server: Connection | str, plan: Plan) -> Iterator[Sandbox]:
    """Make a scratch database that is as a state, by a plan from an empty one, for the length of a block.

    Args:
        state: the state.
        server: a connection in autocommit mode, or a connection string, to any database of the server.
        plan: the plan that it is made for: its server's version, what it ignores.

    Raises:
        PermissionDenied: the role may not create databases.
    """
    with open_sandbox(server, trust=load().trust_source, stands_for=plan.role) as sandbox:
        made = _plan(sandbox.read(optional=plan.optional), state, plan, role=sandbox.caller)
        run_plan(sandbox, replace(made, role=plan.role))
        yield sandbox


def _again(state: State, side: Side, plan: Plan) -> Plan:
    return _plan(state, side.state, plan, stated([side], None), role=plan.role)


def _plan(a: State, b: State, plan: Plan, only: _Test | None = None, *, role: str | None) -> Plan:
    return make_plan(a, b, major=plan.major, only=only, role=role, optional=plan.optional, ignore=Ignore(plan.ignored))
