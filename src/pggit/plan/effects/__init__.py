"""What a DDL statement does: its locks, rewrites and scans, its hazards, and how it is to be run.

It is told from the statement's text and from both states; nothing is asked of a server.
"""

from __future__ import annotations

from typing import Any

from pggit.core.errors import Refused
from pggit.kinds.parsing import parse
from pggit.plan.action import Action, Scene, Size
from pggit.plan.effects.code import code
from pggit.plan.effects.found import STRENGTH, STRONG, Found
from pggit.plan.effects.reverse import reverse
from pggit.plan.effects.secrets import secrets
from pggit.plan.effects.statements import SORTS, look
from pggit.plan.model import Statement, Transaction

__all__ = ["LOCK_TIMEOUT", "STATEMENT_TIMEOUT", "effects"]

LOCK_TIMEOUT = 3_000
"""Milliseconds that a statement waits for a lock behind which ordinary queries would queue: as long as users wait for
a page without giving up. It is tried again then."""

STATEMENT_TIMEOUT = 30_000
"""Milliseconds for a statement that changes only catalogs, and so should be done at once."""


def effects(sql: str, action: Action, scene: Scene) -> Statement:
    """Tell what a statement does.

    Args:
        sql: one statement, without semicolon.
        action: what it is part of.
        scene: both states, and how much the tables hold.

    Returns:
        The statement with all that is known of it.

    Raises:
        Refused: it is not one statement, or is of a sort that no plan has.
    """
    found = Found(action, scene)
    kind = _look(sql, found)
    relation, lock = _strongest(found)
    size = scene.sizes.get(relation, Size()) if relation else Size()
    lasting = found.slow or found.concurrently or any(map(found.holds, found.scanned))
    return Statement(
        sql=sql,
        verb=_verb(action, kind),
        key=action.key,
        lock=lock,
        relation=relation,
        rewrites=bool(found.rewritten),
        scans=bool(found.scanned),
        transaction=_transaction(found),
        lock_timeout=LOCK_TIMEOUT if lock in STRONG else 0,
        statement_timeout=0 if lasting else STATEMENT_TIMEOUT,
        hazards=tuple(found.hazards),
        rows=size.rows,
        bytes=size.bytes,
        reverse=None if any(h.kind == "not-reversible" for h in found.hazards) else reverse(sql, action, scene),
        secrets=secrets(sql, kind, action.key),
    )


def _look(sql: str, found: Found) -> str:
    """Find out what a statement does; return how the parser calls it."""
    kind, node = one_statement(sql, found.action.key)
    look(kind, node, found)
    code(kind, node, found)
    return kind


def one_statement(sql: str, key: str) -> tuple[str, Any]:
    """Return how the parser calls a statement of a plan, and the statement as it sees it.

    Args:
        sql: the statement.
        key: the object that it is about, for the message.

    Raises:
        Refused: it is not one statement, or is of a sort that no plan has.
    """
    import postgast

    try:
        statements = parse(sql).stmts
    except postgast.PgQueryError as error:
        raise Refused(f"{key}: what was to be run is not a statement: {error.message}", hint=_NOTHING) from None
    kind = str(statements[0].stmt.WhichOneof("node")) if len(statements) == 1 else ""
    if kind not in SORTS:
        several = "is not one statement" if len(statements) != 1 else "is of a sort that no plan has"
        raise Refused(f"{key}: what was to be run {several}: {sql[:100]}", hint=_NOTHING)
    return kind, getattr(statements[0].stmt, kind)


_NOTHING = "Nothing was run. A definition or the plan's file may have been tampered with."


def _strongest(found: Found) -> tuple[str | None, str | None]:
    """The strongest lock and its relation; of equals the first, which is the one that the statement is about."""
    if not found.locks:
        return None, None
    relation = max(found.locks, key=lambda group: STRENGTH.index(found.locks[group]))
    return relation, found.locks[relation]


def _transaction(found: Found) -> Transaction:
    if found.concurrently:
        return "none"
    return "own" if found.commits or any(map(found.holds, found.scanned)) else "shared"


def _verb(action: Action, kind: str) -> str:
    if action.verb == "replace":
        return "drop" if kind == "drop_stmt" else "create"
    return action.verb
