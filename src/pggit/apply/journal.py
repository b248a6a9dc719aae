"""The journal of a run: in the target itself, so that a step and the word of it are committed together.

It is schema ``pggit_apply`` (why it has no table is said in `apply.sql`) and goes when the run is done.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from pggit.core.errors import PermissionDenied, Refused
from pggit.db import resources
from pggit.db.session import run
from pggit.db.sqlstate import translated
from pggit.kinds.ddl import literal
from pggit.plan.model import Plan, from_json, to_json

if TYPE_CHECKING:
    from psycopg import Connection

FORMAT = 1


@dataclass(frozen=True, slots=True)
class Position:
    """How far a run is.

    Attributes:
        plan: hash of the plan.
        next: index, from 0, of the first statement that is not done.
        of: how many statements the plan has.
        begun: whether that statement was begun outside of a transaction, so that it may be done, or half done.
        rows: how many rows the statements that repeat have changed.
        started_at: when the run began, by the server's clock.
        started_by: the role that began it.
    """

    plan: str
    next: int
    of: int
    begun: bool
    rows: int
    started_at: str
    started_by: str


def sql(name: str) -> str:
    """Return a named block of `apply.sql`."""
    return resources.blocks("pggit.apply", "apply.sql")[name]


def start(connection: Connection, plan: Plan) -> Position:
    """Return the position of a run that begins now; nothing is written yet."""
    with translated():
        row = connection.execute(sql("now").encode()).fetchone()
    assert row is not None
    return Position(plan.hash, 0, len(plan.statements), False, 0, started_at=row[1], started_by=row[0])


def read(connection: Connection) -> Position | None:
    """Return the position of the run that is under way or was interrupted, or None.

    Raises:
        Refused: there is a schema ``pggit_apply`` that is no journal.
    """
    with translated():
        row = connection.execute(sql("position").encode()).fetchone()
    assert row is not None
    there, comment = row
    if not there:
        return None
    try:
        written = json.loads(comment or "")
        if written.pop("pggit_apply") == FORMAT:
            return Position(**written)
    except (ValueError, KeyError, TypeError, AttributeError):
        pass
    raise Refused(
        "schema pggit_apply of this database is no journal that this version of pggit can read",
        hint="the name is kept for pggit apply: rename the schema, or finish with the version that wrote it.",
    )


def plan_of(connection: Connection) -> Plan:
    """Return the plan of the run that was interrupted."""
    with translated():
        row = connection.execute(sql("plan").encode()).fetchone()
    assert row is not None
    return from_json(row[0], "the plan in pggit_apply.plan()")


def write(connection: Connection, plan: Plan, position: Position) -> None:
    """Write how far the run is; makes the journal where there is none. Within the transaction that is open."""
    with translated():
        row = connection.execute(sql("position").encode()).fetchone()
    assert row is not None
    if not row[0]:
        _create_schema(connection)
        body = literal(f"select {literal(to_json(plan))}")
        run(connection, sql("create_plan").replace("{body}", body))
    text = json.dumps({"pggit_apply": FORMAT, **asdict(position)})
    run(connection, sql("move").replace("{position}", literal(text)))


def _create_schema(connection: Connection) -> None:
    try:
        run(connection, sql("create"))
    except PermissionDenied as error:
        raise PermissionDenied(
            f"schema pggit_apply, the journal of the run, cannot be made: {error.message}",
            hint="the role needs CREATE on the database, or a plan that is one transaction.",
        ) from error


def remove(connection: Connection) -> None:
    """Remove the journal."""
    run(connection, sql("remove"))
