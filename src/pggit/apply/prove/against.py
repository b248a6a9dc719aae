"""Proving a plan against what its target is called: another database, files of SQL, a commit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from pggit.apply.prove.prove import prove
from pggit.apply.prove.verdict import Rows, Verdict
from pggit.apply.run import apply
from pggit.apply.secrets import labels
from pggit.apply.trial import PLACEHOLDER
from pggit.core.errors import PgGitError, UsageError
from pggit.core.identity import quote
from pggit.core.state import State
from pggit.db.connect import connect, connection_url
from pggit.db.scratch import scratch_database
from pggit.db.session import run
from pggit.kinds.reader import read_state
from pggit.plan.ignore import Ignore
from pggit.plan.live import current_role
from pggit.plan.model import HAZARDS, Plan
from pggit.plan.planner import make_plan
from pggit.repo.states import Side, opened, stated
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
        _database(server or source, side, plan) as connection,
    ):
        return prove(
            plan,
            source,
            connection,
            rows=rows,
            apply=apply_to_clone,
            plan_again=lambda url: len(_again(url, side, plan).statements),
            only=stated([side], None),
            server=server,
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
            apply=apply_to_clone,
            plan_again=lambda url: len(_again(url, side, plan).statements),
        )


def apply_to_clone(connection: Connection, plan: Plan) -> None:
    """Apply a plan where nothing can be lost: all hazards are allowed, placeholders stand for secrets."""
    with as_role(connection, plan.role):
        apply(connection, plan, allow=HAZARDS, secrets=dict.fromkeys(labels(plan), PLACEHOLDER), made_here=True)


@contextmanager
def as_role(connection: Connection, role: str | None) -> Iterator[None]:
    """Be the role that a plan is made for: on another server the clone was made by that server's."""
    if role is None or role == current_role(connection):
        yield
        return
    run(connection, f"alter database {quote(connection.info.dbname)} owner to {role}")
    run(connection, f"set role {role}")
    try:
        yield
    finally:
        with suppress(PgGitError):
            run(connection, "reset role")


@contextmanager
def _database(server: Connection | str, side: Side, plan: Plan) -> Iterator[Connection]:
    """Open a database that is as the target; of a commit one is made, by a plan from an empty database."""
    if side.connection is not None:
        yield side.connection
        return
    with database_of(side.state, server, plan) as connection:
        yield connection


@contextmanager
def database_of(state: State, server: Connection | str, plan: Plan) -> Iterator[Connection]:
    """Make a scratch database that is as a state, by a plan from an empty one, for the length of a block.

    Args:
        state: the state.
        server: a connection in autocommit mode, or a connection string, to any database of the server.
        plan: the plan that it is made for: its server's version, what it ignores.

    Raises:
        PermissionDenied: the role may not create databases.
    """
    with scratch_database(server) as url, closing(connect(url)) as connection:
        apply_to_clone(connection, _plan(connection, read_state(connection, optional=plan.optional), state, plan))
        yield connection


def _again(url: str, side: Side, plan: Plan) -> Plan:
    with closing(connect(url)) as connection:
        state = read_state(connection, optional=plan.optional)
        return _plan(connection, state, side.state, plan, stated([side], None))


def _plan(connection: Connection, a: State, b: State, plan: Plan, only: _Test | None = None) -> Plan:
    ((role,),) = connection.execute("select quote_ident(current_user)").fetchall()
    return make_plan(a, b, major=plan.major, only=only, role=role, optional=plan.optional, ignore=Ignore(plan.ignored))
