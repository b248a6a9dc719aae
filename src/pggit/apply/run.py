"""Running a plan against a database: `apply`."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from pggit.apply import check, journal, leftover
from pggit.apply.failure import explain
from pggit.apply.journal import BY_APPLY, Position, RanBy
from pggit.apply.lock import deployer_lock
from pggit.apply.results import Abandoned, Applied, Event, Progress, What
from pggit.apply.retry import Patience, Result, retrying
from pggit.apply.rights import owners_to_be, populate, send
from pggit.apply.secrets import filled, hidden, require
from pggit.apply.session import AFTERWARDS, apply_session, deadlines
from pggit.apply.steps import Step, steps
from pggit.core.errors import ConnectionFailed, PgGitError, Refused
from pggit.db.session import configure, transaction
from pggit.plan.model import Plan, Statement

if TYPE_CHECKING:
    from psycopg import Connection

LOCK_WAIT = 60.0
_NOBODY: Mapping[str, str] = {}


def apply(
    connection: Connection,
    plan: Plan,
    *,
    allow: Collection[str] = (),
    secrets: Mapping[str, str] = _NOBODY,
    progress: Progress | None = None,
    lock_wait: float = LOCK_WAIT,
    patience: Patience | None = None,
    ran_by: RanBy = BY_APPLY,
    made_here: bool = False,
) -> Applied:
    """Run a plan, or go on with it where an earlier run of it stopped.

    A plan that is one transaction is all or nothing: that it led where it should is checked before COMMIT. Any other
    has a journal in the database, schema ``pggit_apply``, until it is done.

    Args:
        connection: to the database, in autocommit mode and in no transaction; its settings are as before afterwards.
        plan: what to run.
        allow: hazards that may be: statements with ``data-loss`` are refused otherwise.
        secrets: the values of the plan's secrets by their labels.
        progress: called with each `Event`.
        lock_wait: seconds to wait for somebody else who is applying.
        patience: how often and how long a step is tried that does not get its locks.
        ran_by: what the run belongs to, for the journal.
        made_here: this process made the plan, so that what it says of its statements is so. Of any other plan they
            are looked at again.

    Returns:
        What was done; `Applied.already` where the database was at the plan's end.

    Raises:
        UsageError: a secret is missing, a hazard is unknown.
        Refused: the database is not where the plan starts, or not where it should be in the end; another plan is
            under way; a hazard is not allowed; the server is of another major version.
        Busy: somebody else is applying, or a lock was not to be had; a deadline passed.
        SqlFailed, PermissionDenied: a statement failed.
        ConnectionFailed: the connection broke. To call it again goes on.
    """
    require(plan, secrets)
    check.allowed(plan, allow)
    check.right_server(connection, plan)
    check.right_role(connection, plan)
    tell = progress or (lambda event: None)
    of = len(plan.statements)
    with (
        apply_session(connection),
        deployer_lock(connection, lock_wait, lambda left, who: tell(Event("waiting", 0, of, seconds=left, note=who))),
    ):
        begun = time.monotonic()
        position = journal.read(connection)
        if position is not None:
            check.same_plan(position, plan)
        else:
            state = check.live_state(connection, plan)
            if not check.at_start(state, plan):
                return Applied(True, 0, of, None, 0, 0, time.monotonic() - begun, plan.to_hash)
            if not made_here:
                check.allowed(check.looked_at(connection, plan, state), allow)
        at = position or journal.start(connection, plan, ran_by)
        going = _Run(connection, plan, secrets, tell, patience or Patience(), at)
        going.journaled = position is not None
        found = going.all()
        return Applied(
            already=False,
            statements=going.done,
            of=of,
            resumed_from=position.next + 1 if position else None,
            retries=going.retries,
            rows=going.position.rows,
            seconds=time.monotonic() - begun,
            hash=found,
        )


def abandon(connection: Connection, *, lock_wait: float = LOCK_WAIT) -> Abandoned:
    """Give up a run that was interrupted: what is done stays, what is half done is removed, and so is the journal.

    Raises:
        Refused: no run was interrupted.
        Busy: it is still going on.
    """
    with apply_session(connection), deployer_lock(connection, lock_wait):
        position = journal.read(connection)
        if position is None:
            raise Refused("no plan is under way in this database", hint="there is nothing to abandon.")
        done = position.next
        if position.begun:
            statement = journal.plan_of(connection).statements[done]
            if leftover.complete(connection, statement):
                done += 1
            else:
                leftover.remove(connection, statement)
        with transaction(connection):
            journal.remove(connection)
        return Abandoned(position.plan, done, position.of)


class _Run:
    """One run: where it is, and what it did."""

    def __init__(
        self,
        connection: Connection,
        plan: Plan,
        secrets: Mapping[str, str],
        tell: Progress,
        patience: Patience,
        position: Position,
    ) -> None:
        self.connection = connection
        self.plan = plan
        self.secrets = secrets
        self.owners = owners_to_be(plan)
        self.tell = tell
        self.patience = patience
        self.journaled = False
        self.position = position
        self.current: int | None = None  # index of the statement that runs; None at COMMIT
        self.done = 0
        self.retries = 0

    def all(self) -> str:
        """Run what is left of the plan; returns the semantic hash that the database has then."""
        todo = steps(self.plan.statements, self.position.next)
        if not self.journaled and len(todo) == 1 and todo[0].form == "transaction":
            return self._explained(todo[0], at_once=True)
        for step in todo:
            self._explained(step)
        with transaction(self.connection):
            populate(self.connection, self.plan)
        found = check.live_hash(self.connection, self.plan)
        with transaction(self.connection):
            journal.remove(self.connection)
        check.arrived(found, self.plan, "what it did stays, and the run is over")
        return found

    def _explained(self, step: Step, *, at_once: bool = False) -> str:
        """Run a step; an error says which statement it is about and what to do."""
        try:
            return self._step(step, at_once=at_once)
        except PgGitError as error:
            if not isinstance(error, ConnectionFailed):
                self._forget_if_nothing_is_done()
            error.message = hidden(error.message, self.secrets.values())
            explain(error, self.plan, step, self.current, self.position, journaled=self.journaled)
            raise

    def _step(self, step: Step, *, at_once: bool) -> str:
        self.current = None
        if step.form == "transaction":
            return self._retrying(lambda: self._transaction(step, at_once=at_once), step)
        if step.form == "repeat":
            self._repeat(step)
        else:
            self._alone(step)
        return ""

    def _transaction(self, step: Step, *, at_once: bool) -> str:
        found = ""
        moved = replace(self.position, next=step.end, begun=False)
        with transaction(self.connection):
            for offset, statement in enumerate(step.statements):
                self._statement(step.first + offset, statement, local=True)
            self.current = None
            if at_once:
                populate(self.connection, self.plan)
                found = check.live_hash(self.connection, self.plan, within=True)
                check.arrived(found, self.plan, "all was rolled back")
            else:
                journal.write(self.connection, self.plan, moved)
        self._moved(moved, journaled=not at_once)
        self.done += len(step.statements)
        return found

    def _repeat(self, step: Step) -> None:
        statement = step.statements[0]
        if not self.position.begun:
            self._move(replace(self.position, begun=True))
        began = time.monotonic()
        self._tell("begin", step.first, statement)
        total = 0
        while (rows := self._retrying(lambda: self._batch(step.first, statement), step)) > 0:
            total += rows
            self._tell("batch", step.first, statement, time.monotonic() - began, total)
        moved = replace(self.position, next=step.end, begun=False, rows=self.position.rows + total)
        self._move(moved)
        self.done += 1
        self._tell("done", step.first, statement, time.monotonic() - began, total)

    def _batch(self, index: int, statement: Statement) -> int:
        with transaction(self.connection):
            return self._sent(index, statement, local=True)

    def _alone(self, step: Step) -> None:
        """Run a statement that no transaction may hold. That it was begun is committed before it is."""
        statement = step.statements[0]
        attempts = 1 if self.position.begun else 0
        if attempts and leftover.complete(self.connection, statement):
            self._tell("found", step.first, statement)
            self._move(replace(self.position, next=step.end, begun=False))
            return
        if not attempts:
            self._move(replace(self.position, begun=True))

        def attempt() -> None:
            nonlocal attempts
            self.current = step.first
            if attempts:
                leftover.remove(self.connection, statement)
            attempts += 1
            self._statement(step.first, statement, local=False)

        try:
            self._retrying(attempt, step)
        except ConnectionFailed:
            raise
        except PgGitError as error:
            if attempts == 1 or not leftover.settled(self.connection, statement, error):
                self._take_back(statement)
                raise
            self._tell("found", step.first, statement)
        self._move(replace(self.position, next=step.end, begun=False))
        self.done += 1

    def _take_back(self, statement: Statement) -> None:
        """Remove what a failed statement left behind. Where that fails, too, the next run does it."""
        with suppress(PgGitError):
            leftover.remove(self.connection, statement)
            self._move(replace(self.position, begun=False))

    def _statement(self, index: int, statement: Statement, *, local: bool) -> None:
        began = time.monotonic()
        self._tell("begin", index, statement)
        rows = self._sent(index, statement, local=local)
        self._tell("done", index, statement, time.monotonic() - began, rows)

    def _sent(self, index: int, statement: Statement, *, local: bool) -> int:
        self.current = index
        configure(self.connection, deadlines(statement), local=local)
        try:
            return send(self.connection, filled(statement, self.secrets), self.owners)
        finally:
            if not local and not self.connection.closed:
                configure(self.connection, AFTERWARDS)

    def _retrying(self, body: Callable[[], Result], step: Step) -> Result:
        def waiting(seconds: float, error: PgGitError) -> None:
            self.retries += 1
            self._tell("retry", step.first, step.statements[0], seconds, note=error.message)

        return retrying(body, self.patience, waiting)

    def _tell(
        self, what: What, index: int, statement: Statement, seconds: float = 0.0, rows: int = -1, note: str = ""
    ) -> None:
        self.tell(Event(what, index + 1, len(self.plan.statements), statement, seconds, rows, note))

    def _move(self, position: Position) -> None:
        with transaction(self.connection):
            journal.write(self.connection, self.plan, position)
        self._moved(position, journaled=True)

    def _moved(self, position: Position, *, journaled: bool) -> None:
        self.position = position
        self.journaled = journaled

    def _forget_if_nothing_is_done(self) -> None:
        if not self.journaled or self.position.begun or self.position.next:
            return
        with suppress(PgGitError), transaction(self.connection):
            journal.remove(self.connection)
            self.journaled = False
