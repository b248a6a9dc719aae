"""What a plan is, and its file: JSON that is the same for the same inputs (docs/reference/plan-file.md)."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal

from pggit.core.canonical import digest
from pggit.core.errors import Refused, UsageError
from pggit.kinds import kind_of_key, shape
from pggit.kinds.syntax import Malformed

FORMAT = 1

HazardKind = Literal[
    "data-loss",
    "rewrite",
    "long-lock",
    "index-build",
    "recreate",
    "privileges",
    "runs-code",
    "not-reversible",
    "may-fail",
]
HAZARDS: Mapping[str, str] = {
    "data-loss": "rows or values are deleted",
    "rewrite": "the whole table is written anew, under AccessExclusiveLock",
    "long-lock": "a lock that stops writers or readers is held while rows are scanned",
    "index-build": "an index is built over existing rows",
    "recreate": "an object that others may be using is dropped and made again",
    "privileges": "rights, ownership or row security change",
    "runs-code": "code of users runs, or is there to run later: read it",
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
        """SHA-256 of the text of its file without the digest that is in there, 64 hexadecimal digits."""
        return digest(_text(self))

    @property
    def hazards(self) -> set[str]:
        """The kinds of all hazards."""
        return {hazard.kind for statement in self.statements for hazard in statement.hazards}


class EditedPlan(Refused):
    """The file of a plan is not as it was written."""

    code = "edited_plan"


def to_json(plan: Plan) -> str:
    """Return the plan as the text of its file. Attributes at their defaults are left out of statements."""
    return _text(plan, {"digest": plan.hash})


def _text(plan: Plan, more: Mapping[str, str] = {}) -> str:
    document = {"pggit_plan": FORMAT, **more} | asdict(plan)
    document["statements"] = [_shown(statement) for statement in plan.statements]
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def from_json(text: str, name: str = "plan", *, edited: bool = False) -> Plan:
    """Read a plan from the text of its file.

    Args:
        text: JSON.
        name: how to call the file in errors.
        edited: accept a plan that was changed after it was written.

    Raises:
        UsageError: it is not a plan, or one of another format.
        EditedPlan: its digest is not that of what it says.
    """
    try:
        document = json.loads(text)
        if not isinstance(document, dict) or "pggit_plan" not in document:
            raise Malformed("is not a plan")
        if document.pop("pggit_plan") != FORMAT:
            raise UsageError(f"{name} is a plan of another format", hint="make it again with this version of pggit.")
        said = document.pop("digest", None)
        _PLAN(document)
        plan = _plan(document)
    except Malformed as error:
        problem = f"{name} {error}" if str(error).startswith(("is ", "has ")) else f"{name} is not a plan: {error}"
        raise UsageError(problem, hint=_WRITES) from None
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{name} is not a plan: {_first_line(error)}", hint=_WRITES) from None
    if said != plan.hash and not edited:
        raise EditedPlan(
            f"{name} was changed after pggit plan wrote it: its digest is not that of what it says",
            hint="read its statements; with --edited it is accepted, and what its statements lose is found again.",
        )
    return plan


_WRITES = "pggit plan A B --out FILE writes one."


def _first_line(error: Exception) -> str:
    return "it is nested too deeply" if isinstance(error, RecursionError) else str(error).partition("\n")[0]


def _plan(document: dict[str, Any]) -> Plan:
    statements = tuple(map(_statement, document.pop("statements")))
    document |= {field: tuple(document.get(field, ())) for field in ("ignored", "notes")}
    document["renames"] = tuple((old, new) for old, new in document.get("renames", ()))
    return Plan(**document, statements=statements)


def _hash(value: Any) -> None:
    if not isinstance(value, str) or not re.fullmatch("[0-9a-f]{64}", value):
        raise Malformed("is not a hash of 64 hexadecimal digits")


def _key(value: Any) -> None:
    try:
        kind_of_key(value)
    except (ValueError, TypeError, AttributeError):
        raise Malformed("is not the key of an object") from None


def _or_null(check: shape.Check) -> shape.Check:
    return lambda value: None if value is None else check(value)


_STATEMENT = shape.Record(
    required={"sql": shape.text, "verb": shape.text, "key": shape.text},
    optional={
        "lock": _or_null(shape.text),
        "relation": _or_null(_key),
        "rewrites": shape.boolean,
        "scans": shape.boolean,
        "transaction": shape.word("shared", "own", "joined", "none"),
        "repeat": shape.boolean,
        "lock_timeout": shape.integer,
        "statement_timeout": shape.integer,
        "hazards": shape.ListOf(shape.Record({"kind": shape.word(*HAZARDS), "message": shape.text})),
        "rows": _or_null(shape.integer),
        "bytes": _or_null(shape.integer),
        "reverse": _or_null(shape.text),
        "undo": _or_null(shape.text),
        "secrets": shape.ListOf(shape.text),
    },
)
_PLAN = shape.Record(
    required={
        "source": shape.text,
        "target": shape.text,
        "from_hash": _hash,
        "to_hash": _hash,
        "major": shape.integer,
        "statements": shape.ListOf(_STATEMENT),
    },
    optional={
        "optional": shape.boolean,
        "role": _or_null(shape.name),
        "ignored": shape.ListOf(shape.text),
        "notes": shape.ListOf(shape.text),
        "renames": shape.ListOf(shape.Pair(shape.text, shape.text)),
    },
)


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
