"""Bringing the live schema to a state: planned under the lock, run as one, taken up again where it was interrupted."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from pggit.apply import check, journal
from pggit.apply.journal import RanBy
from pggit.apply.lock import deployer_lock
from pggit.apply.results import Event, Progress
from pggit.apply.retry import Patience
from pggit.apply.run import LOCK_WAIT, apply
from pggit.core.errors import PgGitError, Refused
from pggit.core.state import State
from pggit.db.sqlstate import translated
from pggit.db.trust import trust_of
from pggit.kinds.ddl import literal
from pggit.kinds.reader import read_state
from pggit.plan import live
from pggit.plan.model import Plan, Statement
from pggit.plan.planner import make_plan
from pggit.work.keep import keep
from pggit.work.restore import fitting, free_names, kept, made_again, return_columns, return_tables, with_columns
from pggit.work.results import Changed

if TYPE_CHECKING:
    from pggit.core.results import Status
    from pggit.repo.repository import Repository

_NOBODY: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class How:
    """How a command changes the live schema.

    Attributes:
        dry_run: only plan.
        allow: hazards that may be. With ``data-loss`` nothing is kept.
        secrets: the values of the plan's secrets by their labels; called with the plan.
        agree: called with the plan before it is run; raises where it shall not be.
        progress: called with each `Event` of the run.
        lock_wait: seconds to wait for somebody else who is applying.
        patience: how often and how long a step is tried that does not get its locks.
    """

    dry_run: bool = False
    allow: Collection[str] = ()
    secrets: Callable[[Plan], Mapping[str, str]] = lambda plan: _NOBODY
    agree: Callable[[Plan], None] = lambda plan: None
    progress: Progress | None = None
    lock_wait: float = LOCK_WAIT
    patience: Patience = field(default_factory=Patience)


PLAINLY = How()


@contextmanager
def alone(repository: Repository, how: How) -> Iterator[None]:
    """Keep everybody else from applying for as long as the block lasts; a dry run keeps nobody.

    Raises:
        Busy: somebody else is applying.
    """
    if how.dry_run:
        yield
        return
    tell = how.progress or (lambda event: None)
    waiting = lambda seconds, who: tell(Event("waiting", 0, 0, seconds=seconds, note=who))  # noqa: E731
    with deployer_lock(repository.connection, how.lock_wait, waiting):
        yield


def interrupted(repository: Repository, command: str) -> Plan | None:
    """Return the plan of a run of this command that was interrupted, or None where none was.

    Raises:
        Refused: a run of something else was.
    """
    position = journal.read(repository.connection)
    if position is None:
        return None
    if position.owner == "work" and position.command == f"pggit {command}":
        return journal.plan_of(repository.connection)
    what = position.command if position.owner != "apply" else f"a plan ({position.plan[:10]})"
    raise Refused(
        f"{what} was begun at {position.started_at} by {position.started_by} and is not done",
        hint=f"{position.command} finishes it, pggit apply --abandon gives it up.",
    )


def resume(repository: Repository, plan: Plan, how: How) -> Changed:
    """Go on with a run that was interrupted."""
    if how.dry_run:
        return Changed(plan, None, resumed=True)
    return replace(_run(repository, Changed(plan, None), how), resumed=True)


def change(
    repository: Repository,
    wanted: State,
    command: str,
    how: How,
    status: Status,
    *,
    last: Sequence[str] = (),
    branch: str | None = None,
) -> Changed:
    """Bring the live schema to a state, and run statements that move refs in the transaction that ends it.

    Args:
        repository: the tracked database.
        wanted: the state, of the objects that are tracked. Others stay as they are.
        command: what the plan is called: by it `interrupted` knows it again.
        how: see there.
        status: of the repository, just now.
        last: calls of functions of the engine.
        branch: the branch that the state is of, where that is not the current one.

    Raises:
        Refused: the schema changed meanwhile; data would be lost that cannot be kept.
        PgGitError: as `pggit.apply.run.apply` does.
    """
    made = _planned(repository, wanted, command, how, status, branch or status.branch)
    ending = tuple(Statement(sql, "alter", "schema pggit") for sql in last)
    made = replace(made, plan=replace(made.plan, statements=(*made.plan.statements, *ending)))
    if how.dry_run or not made.plan.statements:
        return made
    check.allowed(made.plan, how.allow)
    how.agree(made.plan)
    return _run(repository, made, how)


def call(function: str, *arguments: str) -> str:
    """Write a call of a function of the engine."""
    return f"select pggit.{function}({', '.join(literal(text) for text in arguments)})"


def _run(repository: Repository, made: Changed, how: How) -> Changed:
    try:
        done = apply(
            repository.connection,
            made.plan,
            allow=how.allow,
            secrets=how.secrets(made.plan),
            progress=how.progress,
            lock_wait=how.lock_wait,
            patience=how.patience,
            ran_by=RanBy("work", f"pggit {made.plan.target}"),
            made_here=True,
        )
    except PgGitError as error:
        if error.hint:  # there is no plan in the user's hands
            error.hint = error.hint.replace("Apply the same plan again", "Run the same command again")
        raise
    repository.settle_history()
    return replace(made, applied=done)


def _planned(
    repository: Repository, wanted: State, command: str, how: How, status: Status, branch: str | None
) -> Changed:
    connection = repository.connection
    tracked = repository.load("work")
    optional = "include_kinds" in repository.settings()
    with translated():
        before = read_state(connection, optional=optional)
    _require_equal(tracked, before)
    after = _with_untracked(wanted, tracked, before)
    there = kept(connection)
    believed = {role.name for role in trust_of(connection).roles.values()}
    back = fitting(there, before, after, branch, believed)

    def planned(a: State, b: State, *, renames: bool) -> Plan:
        return make_plan(
            a,
            b,
            major=repository.major,
            source="work",
            target=command,
            measure=lambda groups: live.measure(connection, groups),
            hidden=live.hidden(connection),
            role=live.current_role(connection),
            optional=optional,
            # what is kept of an object comes back, and nothing else takes its name
            choose=(lambda old, new: new not in back) if renames else None,
        )

    columns = {key: one for key, one in back.items() if key.startswith("column ")}
    between = with_columns(before, after, columns) if columns else before
    plan = planned(between, after, renames=True)
    keeping: dict[str, str] = {}
    if "data-loss" not in how.allow:
        plan, keeping = keep(
            plan, free_names(repository.connection, there), status, lambda *of: _has_key(repository, *of)
        )
    others = {key: one.name for key, one in back.items() if not key.startswith("column ")}
    plan = return_tables(plan, made_again(keeping, before, after) | others)
    if columns:
        added = return_columns(planned(before, between, renames=False), columns)
        plan = replace(plan, from_hash=added.from_hash, statements=(*added.statements, *plan.statements))
    return Changed(plan, None, tuple(sorted(keeping)), tuple(sorted(others | columns.keys())))


def _has_key(repository: Repository, relation: str, column: str) -> bool:
    with translated():
        row = repository.connection.execute("select pggit.row_key(%s, %s) is not null", (relation, column)).fetchone()
    assert row is not None
    return bool(row[0])


def _require_equal(tracked: State, before: State) -> None:
    """Check that what the store says of the live schema is what was read just now."""
    for group, key in tracked.keys():
        read = before.groups.get(group, {}).get(key)
        if read is None or before.semantic(read) != tracked.semantic(tracked.groups[group][key]):
            raise Refused(f"{key} was changed just now", hint="run the command again.")


def _with_untracked(wanted: State, tracked: State, before: State) -> State:
    """Return the wanted state with what is not tracked as it is, as far as that can stay."""
    found = State({group: dict(members) for group, members in wanted.groups.items()}, {}, {})
    for state in (before, wanted):
        found.blobs |= state.blobs
        found.meanings |= state.meanings
    going = {key for group, key in tracked.keys() if key not in wanted.groups.get(group, {})}
    for group, members in before.groups.items():
        for key in members.keys() - tracked.groups.get(group, {}).keys():
            if group not in tracked.groups or not any(key.endswith(f" {gone}") for gone in going):
                found.groups.setdefault(group, {})[key] = members[key]
    return found
