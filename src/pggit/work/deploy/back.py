"""The way back of a deployment that failed: planned from what is there now to what was there before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from pggit.apply import check, journal
from pggit.apply.lock import deployer_lock
from pggit.apply.results import Progress
from pggit.apply.run import abandon, apply
from pggit.apply.secrets import labels
from pggit.core.diff import diff
from pggit.core.errors import Refused
from pggit.core.results import Change
from pggit.core.state import State
from pggit.core.tree import meaning
from pggit.db.sqlstate import translated
from pggit.kinds import kind_of_key
from pggit.kinds.reader import read_state
from pggit.plan import live
from pggit.plan.model import Plan
from pggit.plan.planner import make_plan

if TYPE_CHECKING:
    from psycopg import Connection

SOURCE = "deploy"
"""What all plans of deployments begin their source with: by it an interrupted one is known again."""
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
        progress: called with each event.

    Returns:
        How many statements it took; 0 where nothing was changed, because all was rolled back.

    Raises:
        Refused: somebody else changed something meanwhile, or data would be lost that the plan did not make.
        PgGitError: as `pggit.apply.run.apply` does.
    """
    with deployer_lock(connection, lock_wait):
        _end_run(connection, plan)
        found = _read(connection, plan)
        back = _way_back(connection, plan, found, start)
        if back.statements:
            missing = [label for label in labels(back) if label not in secrets]
            if missing:
                raise Refused(f"the way back needs secrets that nobody knows: {'; '.join(missing)}")
            given = {label: secrets[label] for label in labels(back)}
            apply(connection, back, allow={"data-loss"}, secrets=given, progress=progress, lock_wait=lock_wait)
            found = _read(connection, plan)
        if meaning(found) != plan.from_hash:
            raise Refused(f"{listed(diff(start, found))} differs after the way back")
        return len(back.statements)


def listed(changes: list[Change]) -> str:
    """Write the first few of some changes, and how many there are."""
    words = {"create": "new", "drop": "gone", "alter": "changed"}
    shown = ", ".join(f"{change.key} ({words[change.verb]})" for change in changes[:_SHOWN])
    return shown + (f" and {len(changes) - _SHOWN} more" if len(changes) > _SHOWN else "")


def _end_run(connection: Connection, plan: Plan) -> None:
    """Give up the run that failed, or one of a way back that was interrupted, so that another plan can be run.

    Raises:
        Refused: there is a run of somebody else's plan.
    """
    position = journal.read(connection)
    if position is None:
        return
    if not journal.plan_of(connection).source.startswith(SOURCE):
        check.same_plan(position, plan)
    abandon(connection)


def _read(connection: Connection, plan: Plan) -> State:
    with translated():
        return read_state(connection, optional=plan.optional)


def _way_back(connection: Connection, plan: Plan, found: State, start: State) -> Plan:
    changes = diff(found, start)
    foreign = list(_of_others(changes, plan, found, start))
    if foreign:
        raise Refused(f"it was changed meanwhile by somebody else: {listed(foreign)}")
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
    """Yield the plan's renames, the other way round, as far as they have happened."""
    there = {key for _, key in found.keys()}
    return ((new, old) for old, new in reversed(plan.renames) if new in there and old not in there)


def _of_others(changes: list[Change], plan: Plan, found: State, start: State) -> Iterator[Change]:
    """Yield those of the changes back to the start that undo what the plan did not do, from the start's view."""
    groups = {key: group for state in (start, found) for group, key in state.keys()}
    touched = {statement.key for statement in plan.statements} | {key for pair in plan.renames for key in pair}
    identities = {kind_of_key(key)[1] for key in touched}
    touched_groups = {groups[key] for key in touched if key in groups}
    touched_groups |= {statement.relation for statement in plan.statements if statement.relation}
    for change in changes:
        kind_and_identity = kind_of_key(change.key)
        ours = (
            change.key in touched
            or (change.group in touched and change.group not in start.groups)
            or (change.group in touched_groups and change.verb != "drop")
            or kind_and_identity[1] in touched | identities
        )
        if not ours:
            verb = {"create": "drop", "drop": "create"}.get(change.verb, change.verb)
            yield Change(verb, change.group, change.key, change.new, change.old)  # type: ignore[arg-type]
