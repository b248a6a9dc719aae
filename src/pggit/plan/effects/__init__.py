"""What a DDL statement does: its locks, rewrites and scans, its hazards, and how it is to be run.

It is told from the statement's text and from both states; nothing is asked of a server.
"""

from __future__ import annotations

from pggit.plan.action import Action, Scene, Size
from pggit.plan.effects.found import ACCESS_EXCLUSIVE, STRENGTH, STRONG, Found
from pggit.plan.effects.reverse import reverse
from pggit.plan.effects.secrets import secrets
from pggit.plan.effects.statements import look
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
        The statement with all that is known of it. What the parser does not know is assumed to lock the action's
        relation in the strongest mode.
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
    """Find out what a statement does; return how the parser calls it, or nothing where it does not know it."""
    import postgast

    try:
        statement = postgast.parse(sql).stmts[0].stmt
    except postgast.PgQueryError:
        if not found.scene.is_new(found.action.group):
            found.lock(found.action.group, ACCESS_EXCLUSIVE)
        return ""
    kind = str(statement.WhichOneof("node"))
    look(kind, getattr(statement, kind), found)
    return kind


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
