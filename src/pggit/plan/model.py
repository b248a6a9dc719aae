"""What a plan is, and its file: JSON that is the same for the same inputs (docs/reference/plan-file.md)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal

from pggit.core.canonical import digest
from pggit.core.errors import UsageError

FORMAT = 1

HazardKind = Literal[
    "data-loss", "rewrite", "long-lock", "index-build", "recreate", "privileges", "not-reversible", "may-fail"
]
HAZARDS: Mapping[str, str] = {
    "data-loss": "rows or values are deleted",
    "rewrite": "the whole table is written anew, under AccessExclusiveLock",
    "long-lock": "a lock that stops writers or readers is held while rows are scanned",
    "index-build": "an index is built over existing rows",
    "recreate": "an object that others may be using is dropped and made again",
    "privileges": "rights, ownership or row security change",
    "not-reversible": "no statement brings back what was",
    "may-fail": "whether it succeeds depends on the rows",
}
"""The kinds of hazards, and what each means."""

Transaction = Literal["shared", "own", "joined", "none"]


@dataclass(frozen=True, slots=True)
class Hazard:
    """Something about a statement that a reviewer must know; ``kind`` is one of `HAZARDS`."""

    kind: str
    message: str


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of a plan.

    Attributes:
        sql: the statement, without semicolon. ``{secret}`` stands for a value that is not kept (`secrets`).
        verb: create, alter, drop, rename; or what online changes are made of: validate, backfill, swap.
        key: key of the object that it is about.
        lock: the strongest lock that it takes on a relation that is there already, as ``pg_locks.mode`` spells it
            (``AccessExclusiveLock``), or None.
        relation: key of the group that is locked so, or None.
        rewrites: whether PostgreSQL writes the relation's file anew.
        scans: whether it reads all rows of the relation, or rows of it are written.
        transaction: ``shared``: in one transaction with the shared ones beside it; ``own``: in a new one;
            ``joined``: in that of the statement before it; ``none``: PostgreSQL refuses it inside a transaction.
        repeat: run again and again, each time in a transaction of its own, until it changes no row (backfills).
        lock_timeout, statement_timeout: milliseconds; 0 is no limit.
        hazards: what a reviewer must know.
        rows, bytes: of the relation, estimated by the server's statistics; None where unknown.
        reverse: the statement that takes it back, where there is one.
        undo: for ``none``: what removes the leftover of a run that was interrupted, before it is run again.
        secrets: for each ``{secret}`` in the statement, what it is: ``server s: option password``.
    """

    sql: str
    verb: str
    key: str
    lock: str | None = None
    relation: str | None = None
    rewrites: bool = False
    scans: bool = False
    transaction: Transaction = "shared"
    repeat: bool = False
    lock_timeout: int = 0
    statement_timeout: int = 0
    hazards: tuple[Hazard, ...] = ()
    rows: int | None = None
    bytes: int | None = None
    reverse: str | None = None
    undo: str | None = None
    secrets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """The statements that turn a state into another, bound to both.

    Attributes:
        source, target: the state expressions, without passwords.
        from_hash: semantic hash of the state that it starts from: `apply` refuses any other.
        to_hash: semantic hash of the state that it leads to.
        major: major version of PostgreSQL that it is written for.
        optional: whether roles and subscriptions count.
        role: who runs it and so owns what it makes, quoted as in SQL; None where owners are stated.
        statements: in order.
        ignored: what was left out on wish, as `Ignore` spells it (``owner``, ``schema audit``).
        notes: what differs and is not acted on: the order of columns, objects that no kind models.
        renames: (key before, key after) of tables, columns and schemas that are renamed, so that their rows stay.
    """

    source: str
    target: str
    from_hash: str
    to_hash: str
    major: int
    optional: bool = False
    role: str | None = None
    statements: tuple[Statement, ...] = ()
    ignored: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    renames: tuple[tuple[str, str], ...] = ()

    @property
    def hash(self) -> str:
        """SHA-256 of the plan's text, 64 hexadecimal digits."""
        return digest(to_json(self))

    @property
    def hazards(self) -> set[str]:
        """The kinds of all hazards."""
        return {hazard.kind for statement in self.statements for hazard in statement.hazards}


def to_json(plan: Plan) -> str:
    """Return the plan as the text of its file. Attributes at their defaults are left out of statements."""
    document = {"pggit_plan": FORMAT} | asdict(plan)
    document["statements"] = [_shown(statement) for statement in plan.statements]
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def from_json(text: str, name: str = "plan") -> Plan:
    """Read a plan from the text of its file.

    Args:
        text: JSON.
        name: how to call the file in errors.

    Raises:
        UsageError: it is no plan, or one of another format.
    """
    try:
        document = json.loads(text)
        if document.pop("pggit_plan") != FORMAT:
            raise UsageError(f"{name} is a plan of another format", hint="make it again with this version of pggit.")
        statements = tuple(_statement(written) for written in document.pop("statements"))
        document |= {field: tuple(document[field]) for field in ("ignored", "notes")}
        document["renames"] = tuple((old, new) for old, new in document["renames"])
        return Plan(**document, statements=statements)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UsageError(f"{name} is no plan: {error}", hint="pggit plan A B --out FILE writes one.") from None


def _shown(statement: Statement) -> dict[str, Any]:
    shown = {}
    for field in fields(Statement):
        value = getattr(statement, field.name)
        if value != field.default:
            shown[field.name] = value
    if statement.hazards:
        shown["hazards"] = [asdict(hazard) for hazard in statement.hazards]
    return shown


def _statement(written: dict[str, Any]) -> Statement:
    hazards = tuple(Hazard(**hazard) for hazard in written.pop("hazards", ()))
    secrets = tuple(written.pop("secrets", ()))
    return Statement(**written, hazards=hazards, secrets=secrets)
