"""The journal of a run: in the target itself, so that a step and the word of it are committed together.

It is schema ``pggit_apply`` (why it has no table is said in `apply.sql`) and goes when the run is done.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Literal

from pggit.core.errors import PermissionDenied, Refused
from pggit.db import resources
from pggit.db.session import run
from pggit.db.sqlstate import translated
from pggit.db.trust import Untrusted, trust_of
from pggit.kinds.ddl import literal
from pggit.plan.model import Plan, from_json, to_json

if TYPE_CHECKING:
    from psycopg import Connection

FORMAT = 2


Owner = Literal["apply", "work", "deploy"]


@dataclass(frozen=True, slots=True)
class RanBy:
    """What a run belongs to, as `Position` says."""

    owner: Owner
    command: str


BY_APPLY = RanBy("apply", "pggit apply PLAN")


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
        owner: what the run belongs to: a plan file that ``apply`` runs, a command that changes the live schema
            (``work``), or a deployment.
        command: the command line that finishes it.
    """

    plan: str
    next: int
    of: int
    begun: bool
    rows: int
    started_at: str
    started_by: str
    owner: Owner
    command: str


def sql(name: str) -> str:
    """Return a named block of `apply.sql`."""
    return resources.blocks("pggit.apply", "apply.sql")[name]


def start(connection: Connection, plan: Plan, ran_by: RanBy) -> Position:
    """Return the position of a run that begins now; nothing is written yet."""
    with translated():
        row = connection.execute(sql("now").encode()).fetchone()
    assert row is not None
    return Position(
        plan.hash,
        0,
        len(plan.statements),
        begun=False,
        rows=0,
        started_at=row[1],
        started_by=row[0],
        owner=ran_by.owner,
        command=ran_by.command,
    )


@dataclass(frozen=True, slots=True)
class _Written:
    """What is in the schema, as the catalogs have it; who owns it is checked."""

    owner: int
    writer: int | None
    position: str | None
    plan: str | None


def read(connection: Connection) -> Position | None:
    """Return the position of the run that is under way or was interrupted, or None.

    Raises:
        Untrusted: schema ``pggit_apply`` belongs to a role that is not believed.
        Refused: there is a schema ``pggit_apply`` that is not a journal.
    """
    written = _written(connection)
    if written is None:
        return None
    try:
        position = json.loads(written.position or "")
        if position.pop("pggit_apply") == FORMAT and written.plan is not None:
            return Position(**position)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        pass
    raise Refused(
        "schema pggit_apply of this database is not a journal that this version of pggit can read",
        hint="the name is kept for pggit apply: rename the schema, or finish with the version that wrote it.",
    )


def plan_of(connection: Connection) -> Plan:
    """Return the plan of the run that was interrupted, to be run. It is read from the catalogs, nothing is called.

    Raises:
        Untrusted: who wrote it could gain rights if the role of the session ran it.
        Refused: it is not the plan that the journal is of.
    """
    position, written = read(connection), _written(connection)
    assert position is not None and written is not None and written.plan is not None
    trust = trust_of(connection)
    if not (trust.runs(written.owner) and written.writer is not None and trust.runs(written.writer)):
        owner = trust.roles[written.owner].name
        raise Untrusted(
            f"the plan that was interrupted was written by role {owner}, and role {connection.info.user} does not run"
            " it: it could use rights that its writer does not have",
            hint=f"Connect as {owner} to finish it or to give it up.",
        )
    plan = from_json(written.plan, "the plan in schema pggit_apply")
    if plan.hash != position.plan:
        raise Refused(
            "the plan in schema pggit_apply is not the one that was begun: the journal was altered",
            hint="drop schema pggit_apply cascade gives the run up; what is done stays.",
        )
    return plan


def _written(connection: Connection) -> _Written | None:
    with translated():
        row = connection.execute(sql("journal").encode()).fetchone()
    if row is None:
        return None
    owner, owner_name, writer, writer_name, position, plan = row
    trust = trust_of(connection)
    strangers = [
        name
        for oid, name in ((owner, owner_name), (writer, writer_name))
        if oid is not None and not trust.believes(oid)
    ]
    if strangers:
        raise Untrusted(
            f"schema pggit_apply belongs to role {strangers[0]}: it is not a journal that counts",
            hint=f"{strangers[0]} or a superuser removes it: drop schema pggit_apply cascade.",
        )
    return _Written(owner, writer, position, plan)


def write(connection: Connection, plan: Plan, position: Position) -> None:
    """Write how far the run is; makes the journal where there is none. Within the transaction that is open."""
    if _written(connection) is None:
        _create_schema(connection)
        # the body is not SQL: the session does not check bodies
        run(connection, sql("create_plan").replace("{body}", literal(to_json(plan))))
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
