"""A plan as a script to read, and for psql to run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from pggit.core.shown import comment
from pggit.plan.model import Plan, Statement

_LOCKS = {
    "AccessExclusiveLock": "stops reads and writes",
    "ExclusiveLock": "stops writes",
    "ShareRowExclusiveLock": "stops writes",
    "ShareLock": "stops writes",
    "ShareUpdateExclusiveLock": "stops other DDL",
}


def script(plan: Plan) -> str:
    """Return the plan as SQL, with what a reviewer must know as comments.

    Statements that share a transaction stand between BEGIN and COMMIT. What is repeated in batches has a comment that
    says so: psql would run it once.
    """
    return "".join(f"{line}\n" for line in script_lines(plan))


def script_lines(plan: Plan) -> Iterator[str]:
    """Yield the statements, comments and empty lines of the script one by one."""
    yield comment(f"{plan.source or plan.from_hash[:10]} → {plan.target or plan.to_hash[:10]}")
    yield comment(f"from {plan.from_hash}")
    yield comment(f"to   {plan.to_hash}")
    yield from (comment(f"renamed: {old} → {new}") for old, new in plan.renames)
    yield from (comment(f"ignored: {rule}") for rule in plan.ignored)
    yield from (comment(f"note: {note}") for note in plan.notes)
    if not plan.statements:
        yield "-- nothing to do"
        return
    yield ""
    yield "set check_function_bodies = off;"
    yield "set search_path = pg_catalog, pg_temp;"
    for step in _transactions(plan.statements):
        yield ""
        if len(step) == 1 and step[0].transaction != "shared":
            yield from _alone(step[0])
        else:
            yield from _transaction(step)


def _transactions(statements: Sequence[Statement]) -> Iterator[list[Statement]]:
    together: list[Statement] = []
    for statement in statements:
        both = {statement.transaction, together[0].transaction} if together else set()
        if together and (statement.transaction == "joined" or both == {"shared"}):
            together.append(statement)
            continue
        if together:
            yield together
        together = [statement]
    if together:
        yield together


def _transaction(statements: Iterable[Statement]) -> Iterator[str]:
    yield "begin;"
    lock_timeout = 0
    for statement in statements:
        yield from map(comment, remarks(statement))
        if statement.lock_timeout not in (0, lock_timeout):
            lock_timeout = statement.lock_timeout
            yield f"set local lock_timeout = {lock_timeout};"
        yield f"{statement.sql};"
    yield "commit;"


def _alone(statement: Statement) -> Iterator[str]:
    yield from map(comment, remarks(statement))
    if statement.lock_timeout:
        yield f"set lock_timeout = {statement.lock_timeout};"
    yield f"{statement.sql};"
    if statement.lock_timeout:
        yield "reset lock_timeout;"


def remarks(statement: Statement) -> Iterator[str]:
    """Yield what there is to say of a statement: hazards, the lock, how it runs, how it is taken back."""
    for hazard in statement.hazards:
        yield f"HAZARD {hazard.kind}: {hazard.message}"
    if statement.lock in _LOCKS and statement.relation:
        yield f"{statement.lock} on {statement.relation}: {_LOCKS[statement.lock]}{_size(statement)}"
    if statement.repeat:
        yield "repeated, a transaction each time, until it changes no row"
    if statement.secrets:
        yield f"{{secret}} is to be filled in: {', '.join(statement.secrets)}"


def _size(statement: Statement) -> str:
    if not statement.rows:
        return ""
    size = f", {_bytes(statement.bytes)}" if statement.bytes else ""
    return f" (about {statement.rows:,} rows{size})"


def _bytes(number: int) -> str:
    for unit in ("bytes", "kB", "MB"):
        if number < 10 * 1024:
            return f"{number} {unit}"
        number //= 1024
    return f"{number} GB"
