"""What must hold before a plan runs, and after."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from pggit.apply.journal import Position
from pggit.core.errors import Refused, UsageError
from pggit.core.state import State
from pggit.core.tree import meaning
from pggit.db.sqlstate import translated
from pggit.kinds.reader import read_state, read_within
from pggit.plan import losses
from pggit.plan.live import current_role, measure
from pggit.plan.model import HAZARDS, Plan

if TYPE_CHECKING:
    from psycopg import Connection

_NEEDS_ALLOWANCE = frozenset({"data-loss"})


def allowed(plan: Plan, allow: Collection[str]) -> None:
    """Check that what would be lost may be.

    Raises:
        UsageError: there is no such hazard.
        Refused: naming the statements that need an allowance and have none.
    """
    unknown = [kind for kind in allow if kind not in HAZARDS]
    if unknown:
        raise UsageError(f"there is no hazard {unknown[0]!r}", hint=f"hazards are: {', '.join(HAZARDS)}")
    for kind in sorted(_NEEDS_ALLOWANCE & plan.hazards - set(allow)):
        named = [
            f"{number}: {statement.verb} {statement.key}"
            for number, statement in enumerate(plan.statements, 1)
            if any(hazard.kind == kind for hazard in statement.hazards)
        ]
        raise Refused(
            f"the plan has statements with the hazard {kind} ({HAZARDS[kind]}): {'; '.join(named)}",
            hint=f"--allow {kind} runs them. Nothing was changed.",
        )


def right_server(connection: Connection, plan: Plan) -> None:
    """Check that the plan is written for this major version.

    Raises:
        Refused: it is for another.
    """
    major = connection.info.server_version // 10000
    if major != plan.major:
        raise Refused(
            f"the plan is written for PostgreSQL {plan.major}, and this server is {major}",
            hint="make it again with this database as one of its states.",
        )


def right_role(connection: Connection, plan: Plan) -> None:
    """Refuse another role than the plan is made for: it would own what the plan makes.

    Raises:
        Refused: the session's role is another one.
    """
    role = current_role(connection)
    if plan.role is not None and plan.role != role:
        raise Refused(
            f"the plan is to be run by role {plan.role}, which then owns what it makes, and not by {role}",
            hint="Connect as that role, or make the plan anew as this one.",
        )


def hash_of(state: State, plan: Plan) -> str:
    """Return the semantic hash of a state, as the plan's own hashes were made."""
    return meaning(state)


def live_hash(connection: Connection, plan: Plan, *, within: bool = False) -> str:
    """Read the database and return its semantic hash.

    Args:
        connection: in no transaction, or (``within``) in the one whose changes are to be read, too.
        plan: the plan that its hash is to be compared with.
        within: whether it is in a transaction.
    """
    read = read_within if within else read_state
    with translated():
        return hash_of(read(connection, optional=plan.optional), plan)


def at_start(state: State, plan: Plan) -> bool:
    """Whether the database is where the plan starts; False where it is at the plan's end already.

    Raises:
        Refused: it is at neither.
    """
    return begins(hash_of(state, plan), plan)


def live_state(connection: Connection, plan: Plan) -> State:
    """Read the database that a plan is to run in."""
    with translated():
        return read_state(connection, optional=plan.optional)


def looked_at(connection: Connection, plan: Plan, state: State) -> Plan:
    """Return a plan that was read from a file with the hazards that its statements have here.

    Args:
        connection: to the database.
        plan: as its file has it.
        state: the database's, where the plan starts.

    Raises:
        Refused: an entry is not one statement, or one that no plan has.
    """
    return losses.looked_at(plan, state, lambda groups: measure(connection, groups))


def begins(found: str, plan: Plan) -> bool:
    """Whether a state, by its semantic hash, is where the plan starts; False where it is the plan's end already.

    Raises:
        Refused: it is neither.
    """
    if found == plan.from_hash:
        return bool(plan.statements) or plan.from_hash != plan.to_hash
    if found == plan.to_hash:
        return False
    raise Refused(
        f"the database is not as the plan expects it: its schema is {found[:10]}, the plan leads from"
        f" {plan.from_hash[:10]} to {plan.to_hash[:10]}",
        hint="it changed since the plan was made: make it again with pggit plan; pggit diff shows what differs. "
        "Nothing was changed.",
    )


def same_plan(position: Position, plan: Plan) -> None:
    """Check that the run that was interrupted is one of this plan.

    Raises:
        Refused: it is another's.
    """
    if position.plan != plan.hash:
        raise Refused(
            f"another plan ({position.plan[:10]}) was begun here at {position.started_at} by {position.started_by} and"
            f" is not done: it stopped before statement {position.next + 1} of {position.of}",
            hint=f"{position.command} finishes it, pggit apply --abandon gives it up.",
        )


def arrived(found: str, plan: Plan, consequence: str) -> None:
    """Check that the database is at the plan's end.

    Raises:
        Refused: it is not.
    """
    if found != plan.to_hash:
        raise Refused(
            f"all statements ran, but the schema is {found[:10]} now and not the plan's {plan.to_hash[:10]}:"
            f" {consequence}",
            hint="somebody else changed it meanwhile, or the plan is wrong; pggit diff shows what differs.",
        )
