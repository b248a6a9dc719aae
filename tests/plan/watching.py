"""Applying a plan while another session looks at it: locks, files."""

from __future__ import annotations

import time
from dataclasses import replace
from threading import Event as Signal
from threading import Thread

import psycopg
from psycopg import sql

from corpus.planning import PLACEHOLDER
from pggit.apply.results import Event
from pggit.apply.run import apply
from pggit.apply.secrets import labels
from pggit.core.identity import split_name, unquote
from pggit.core.state import State
from pggit.plan.model import HAZARDS, Plan, Statement
from plan.observing import Observed, files, groups, locks_of

_PATIENCE = 10.0  # seconds


class Watch:
    """Looks at each statement of a plan while it is applied.

    Attributes:
        wrong: what was said of a statement and was not so, a text each.

    Args:
        runner: the session that applies the plan.
        watcher: another session, which looks.
        holder: another session, which holds up what no transaction may hold.
        state: the state before, which has the relations to look at: an identity's sequence is none.
    """

    def __init__(
        self, runner: psycopg.Connection, watcher: psycopg.Connection, holder: psycopg.Connection, state: State
    ) -> None:
        self.runner, self.watcher, self.holder = runner, watcher, holder
        self.wrong: list[str] = []
        self._first = {oid: group for oid, group in groups(runner).items() if group in state.groups}
        self._files: dict[int, int] = {}
        self._names: dict[int, str] = {}
        self._seen: dict[str, str] = {}
        self._thread: Thread | None = None
        self._over = Signal()

    def __call__(self, event: Event) -> None:
        """Take a report of `apply`."""
        if event.what == "begin":
            self._begin(event.statement)
        elif event.what == "done":
            self._done(event.statement)

    def _begin(self, statement: Statement) -> None:
        # each statement has a transaction of its own: what was done before is there for others to see
        names = groups(self.watcher)
        there = {names[oid] for oid in self._first if oid in names}
        # an index belongs to its table, even if it is new
        self._names = {oid: group for oid, group in names.items() if group in there}
        self._files = {oid: file for oid, file in files(self.watcher).items() if oid in self._first}
        self._seen = {}
        if statement.transaction == "none" or statement.repeat:
            self._hold(statement)
            self._over.clear()
            self._thread = Thread(target=self._look_on, args=(self.runner.info.backend_pid,))
            self._thread.start()

    def _hold(self, statement: Statement) -> None:
        """Make the statement wait: for an old snapshot and a reader, or for a row."""
        relation = sql.SQL(".").join(map(sql.Identifier, _names(statement.relation or "")))
        ending = sql.SQL("for update") if statement.repeat else sql.SQL("limit 1")
        self.holder.execute("begin isolation level repeatable read")
        self.holder.execute(sql.SQL("select from {} {}").format(relation, ending))

    def _look_on(self, pid: int) -> None:
        end = time.monotonic() + _PATIENCE
        while time.monotonic() < end and not self._over.is_set():
            self._seen = locks_of(self.watcher, pid, self._names) or self._seen
            waits = "select from pg_locks where pid = %s and not granted"
            if self._seen and self.watcher.execute(waits, (pid,)).rowcount:
                break
            time.sleep(0.002)
        self.holder.execute("rollback")

    def _done(self, statement: Statement) -> None:
        if self._thread is None:
            self._seen = locks_of(self.watcher, self.runner.info.backend_pid, self._names)
        else:
            self._over.set()
            self._thread.join()
            self._thread = None
        strongest = Observed(self._seen).strongest
        if strongest != statement.lock or (strongest and self._on(statement.relation) != strongest):
            self.wrong.append(f"{statement.sql}\n  said {statement.lock} on {statement.relation}, was {self._seen}")
        after = files(self.runner)
        rewrites = any(oid in after and after[oid] != file for oid, file in self._files.items())
        if rewrites != statement.rewrites:
            self.wrong.append(f"{statement.sql}\n  rewrites: said {statement.rewrites}, was {rewrites}")

    def _on(self, relation: str | None) -> str | None:
        """Return the lock that was seen on a relation, by its name now or before the plan."""
        now = {self._names[oid] for oid, group in self._first.items() if group == relation and oid in self._names}
        return next((self._seen[group] for group in (relation, *now) if group in self._seen), None)


def apply_watched(
    runner: psycopg.Connection, plan: Plan, others: tuple[psycopg.Connection, psycopg.Connection], state: State
) -> list[str]:
    """Apply a plan, each statement in a transaction of its own; return what was said of statements and was not so."""
    alone = tuple(one if one.transaction == "none" else replace(one, transaction="own") for one in plan.statements)
    watch = Watch(runner, *others, state)
    secrets = dict.fromkeys(labels(plan), PLACEHOLDER)
    apply(runner, replace(plan, statements=alone), allow=HAZARDS, secrets=secrets, progress=watch)
    return watch.wrong


def _names(group: str) -> list[str]:
    kind = next(kind for kind in ("materialized view", "table") if group.startswith(f"{kind} "))
    return [unquote(part) for part in split_name(group.removeprefix(f"{kind} "))]
