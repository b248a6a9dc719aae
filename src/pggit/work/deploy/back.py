"""The way back of a deployment that failed: planned from what is there now to what was there before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

from pggit.apply import check, journal
from pggit.apply.journal import RanBy
from pggit.apply.lock import deployer_lock
from pggit.apply.results import Progress
from pggit.apply.run import abandon, apply
from pggit.apply.secrets import labels
from pggit.core.diff import diff
from pggit.core.errors import PgGitError, Refused
from pggit.core.results import Change
from pggit.core.state import State
from pggit.core.tree import meaning
from pggit.db.database import may_create
from pggit.db.sqlstate import translated
from pggit.kinds import kind_of_key
from pggit.kinds.reader import read_state
from pggit.plan import live
from pggit.plan.model import Plan
from pggit.plan.planner import make_plan
from pggit.work.deploy.expected import expected

if TYPE_CHECKING:
    from psycopg import Connection

SOURCE = "deploy"
"""What the source of the plan of a deployment begins with."""
WAY_BACK = f"{SOURCE} that failed"
"""The source of plans that lead back."""

_SHOWN = 5


def come_back(
    connection: Connection,
    plan: Plan,
    start: State,
    *,
    secrets: Mapping[str, str],
    lock_wait: float,
    ran_by: RanBy,
    scratch: str | None = None,
    progress: Progress | None = None,
) -> int:
    """Bring a database back to where a plan started that failed, and read it again to see that it is there.

    Only what the plan itself changed is taken back. Rows are deleted only with objects that it made.

    Args:
        connection: in autocommit mode and in no transaction.
        plan: what failed.
        start: the state that it started from.
        secrets: that the plan was given.
        lock_wait: seconds to wait for somebody else who is applying.
        ran_by: the deployment, for the journal.
        scratch: a connection string to a server for a scratch database, where the role may make none on this one.
        progress: called with each event.

    Returns:
        How many statements it took; 0 where nothing was changed, because all was rolled back.

    Raises:
        Refused: somebody else changed something meanwhile, or data would be lost that the plan did not make.
        PgGitError: as `pggit.apply.run.apply` does.
    """
    with deployer_lock(connection, lock_wait):
        done = _end_run(connection, plan)
        found = _read(connection, plan)
        foreign = _of_others(connection, plan, found, start, done, scratch)
        if foreign:
            raise Refused(f"it was changed meanwhile by somebody else: {listed(foreign)}")
        back = _way_back(connection, plan, found, start)
        if back.statements:
            missing = [label for label in labels(back) if label not in secrets]
            if missing:
                raise Refused(f"the way back needs secrets that nobody knows: {'; '.join(missing)}")
            given = {label: secrets[label] for label in labels(back)}
            apply(
                connection, back, allow={"data-loss"}, secrets=given, progress=progress, lock_wait=lock_wait,
                ran_by=ran_by, made_here=True,
            )  # fmt: skip
            found = _read(connection, plan)
        if meaning(found) != plan.from_hash:
            raise Refused(f"{listed(diff(start, found))} differs after the way back")
        return len(back.statements)


def listed(changes: list[Change]) -> str:
    """Write the first few of some changes, and how many there are."""
    words = {"create": "new", "drop": "gone", "alter": "changed"}
    shown = ", ".join(f"{change.key} ({words[change.verb]})" for change in changes[:_SHOWN])
    return shown + (f" and {len(changes) - _SHOWN} more" if len(changes) > _SHOWN else "")


def _end_run(connection: Connection, plan: Plan) -> int | None:
    """Give up the run that failed, or one of a way back that was interrupted, so that another plan can be run.

    Returns:
        How many statements of the plan are done; None where that is not known.

    Raises:
        Refused: there is a run of somebody else's plan.
    """
    position = journal.read(connection)
    if position is None:
        return None
    if position.owner != "deploy":
        check.same_plan(position, plan)
    given_up = abandon(connection)
    return given_up.statements if position.plan == plan.hash else None


def _read(connection: Connection, plan: Plan) -> State:
    with translated():
        return read_state(connection, optional=plan.optional)


def _way_back(connection: Connection, plan: Plan, found: State, start: State) -> Plan:
    back = make_plan(
        found,
        start,
        major=plan.major,
        source=WAY_BACK,
        target="where it was",
        measure=lambda groups: live.measure(connection, groups),
        hidden=live.hidden(connection),
        role=plan.role,
        optional=plan.optional,
        rename=list(_renames(plan, found)),
        choose=None,
    )
    there = {key for _, key in start.keys()}
    for statement in back.statements:
        if statement.key in there and any(hazard.kind == "data-loss" for hazard in statement.hazards):
            raise Refused(f"the way back would delete data that was there before: {statement.verb} {statement.key}")
    return back


def _renames(plan: Plan, found: State) -> Iterator[tuple[str, str]]:
    """Yield the plan's renames, the other way round, as far as they have happened.

    Each is told by the names that tables and schemas have after those before it.
    """
    there = {key for _, key in found.keys()}
    before: list[tuple[str, str]] = []
    for old, new in plan.renames:
        if new in there and old not in there:
            yield _with_names_before(new, before), _with_names_before(old, before)
            before.append((kind_of_key(old)[1], kind_of_key(new)[1]))


def _with_names_before(key: str, renames: list[tuple[str, str]]) -> str:
    """Write a key with the former names of the table and the schema that it is in."""
    kind, identity = kind_of_key(key)
    name, on, table = identity.partition(" on ")
    for old, new in reversed(renames):
        if on and (table == new or table.startswith(f"{new}.")):
            table = old + table[len(new) :]
        if name.startswith(f"{new}."):
            name = old + name[len(new) :]
    return f"{kind} {name}{on}{table}"


def _of_others(
    connection: Connection, plan: Plan, found: State, start: State, done: int | None, scratch: str | None
) -> list[Change]:
    """Return what the plan has not made so.

    Args:
        connection: to the database.
        plan: what failed.
        found: what is there.
        start: what was there before.
        done: how many of its statements are done, if that is known.
        scratch: a server for a scratch database.
    """
    if found == start or meaning(found) == plan.from_hash:
        return []
    server = connection if may_create(connection) else scratch
    if done is not None and server is not None and not plan.optional:
        with suppress(PgGitError):  # then it is told by the names
            told = expected(server, start, plan, done)
            if told is not None and (others := diff(told, found)):
                # one that failed may have had its effect, where no transaction held it
                further = expected(server, start, plan, min(done + 1, len(plan.statements)))
                return others if further is None else diff(further, found) and others
            if told is not None:
                return []
    return list(_by_names(plan, found, start))


def _by_names(plan: Plan, found: State, start: State) -> Iterator[Change]:
    """Yield what differs from the start and that no statement of the plan is about, as far as names tell."""
    groups = {key: group for state in (start, found) for group, key in state.keys()}
    touched = {statement.key for statement in plan.statements} | {key for pair in plan.renames for key in pair}
    identities = {kind_of_key(key)[1] for key in touched}
    touched_groups = {groups[key] for key in touched if key in groups}
    touched_groups |= {statement.relation for statement in plan.statements if statement.relation}
    for change in diff(start, found):
        ours = (
            change.key in touched
            or (change.group in touched and change.group not in start.groups)
            or (change.group in touched_groups and change.verb != "create")
            or kind_of_key(change.key)[1] in touched | identities
        )
        if not ours:
            yield change
