"""The dry run: what applying a plan would do here, and whether it could; nothing is changed."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pggit.apply import check, journal
from pggit.apply.journal import sql
from pggit.apply.lock import deployer_lock
from pggit.apply.secrets import require
from pggit.apply.session import apply_session
from pggit.apply.steps import Step, steps
from pggit.core.errors import PermissionDenied
from pggit.core.identity import split_name, split_on
from pggit.db.sqlstate import translated
from pggit.kinds import kind_of_key
from pggit.plan.model import Plan, Statement

if TYPE_CHECKING:
    from psycopg import Connection

_OF_THE_OWNER = frozenset({"alter", "drop", "rename", "validate", "swap"})
_IN_A_SCHEMA = frozenset({"table", "view", "materialized view", "sequence", "foreign table"})


@dataclass(frozen=True, slots=True)
class Look:
    """What a run would do.

    Attributes:
        already: the database is at the plan's end, nothing would be run.
        resumed_from: number of the statement, from 1, with which an interrupted run would be taken up, or None.
        steps: what would be run.
        checked: the rights that were looked at and are there; others show only when a statement is run.
    """

    already: bool
    resumed_from: int | None
    steps: tuple[Step, ...]
    checked: tuple[str, ...]


def look(
    connection: Connection,
    plan: Plan,
    *,
    allow: Collection[str] = (),
    secrets: Mapping[str, str] | None = None,
    lock_wait: float = 0.0,
) -> Look:
    """Check all that can be checked of a run without running anything, and return what it would do.

    Args:
        connection: to the database, in autocommit mode and in no transaction.
        plan: what would be run.
        allow: hazards that may be.
        secrets: the values of the plan's secrets; None where they are not to be asked for yet.
        lock_wait: seconds to wait for somebody else who is applying.

    Raises:
        PermissionDenied: rights are missing; the message names all that were found.
        PgGitError: as `apply` does before it runs the first statement.
    """
    if secrets is not None:
        require(plan, secrets)
    check.allowed(plan, allow)
    check.right_server(connection, plan)
    check.right_role(connection, plan)
    with apply_session(connection), deployer_lock(connection, lock_wait):
        position = journal.read(connection)
        if position is not None:
            check.same_plan(position, plan)
        else:
            state = check.live_state(connection, plan)
            if not check.at_start(state, plan):
                return Look(True, None, (), ())
            plan = check.looked_at(connection, plan, state)
            check.allowed(plan, allow)
        todo = steps(plan.statements, position.next if position else 0)
        return Look(False, position.next + 1 if position else None, tuple(todo), _rights(connection, todo))


def _rights(connection: Connection, todo: list[Step]) -> tuple[str, ...]:
    """Return the rights that are there.

    Raises:
        PermissionDenied: some are not.
    """
    needed = dict.fromkeys(right for step in todo for statement in step.statements for right in _needed(statement))
    if len(todo) > 1 or any(step.form != "transaction" for step in todo):
        needed["create in the database", "may_create_schema", ""] = None  # for the journal
    there: list[str] = []
    missing: list[str] = []
    for said, query, name in needed:
        with translated():
            row = connection.execute(sql(query).encode(), {"name": name}).fetchone()
        if row is not None:  # else the plan itself makes it, or it is no relation
            (there if row[0] else missing).append(said)
    if missing:
        raise PermissionDenied(
            f"this role lacks rights: {'; '.join(missing)}", hint="apply as the owner of the objects."
        )
    return tuple(there)


def _needed(statement: Statement) -> Iterator[tuple[str, str, str]]:
    """Yield (what it is called, the block that looks for it, name of the object)."""
    kind, identity = kind_of_key(statement.key)
    if kind == "schema" and statement.verb == "create":
        yield "create in the database", "may_create_schema", ""
    if kind in _IN_A_SCHEMA and statement.verb == "create":
        schema = split_name(identity)[0]
        yield f"create in schema {schema}", "may_create", schema
    if statement.relation and (statement.verb in _OF_THE_OWNER or kind in ("column", "index", "constraint")):
        relation = kind_of_key(statement.relation)[1]
        if kind == "constraint":  # of a foreign key both tables are locked, and one must be owned
            relation = split_on(identity)[1]
        yield f"own {relation}", "owned", relation
