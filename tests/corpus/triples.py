"""Triples of schemas, a base and two scripts, and what may come of merging what the scripts make of it.

Both scripts are run on the base in either order. Where both orders end in the same schema (``pg_dump`` tells), the merge
must be that schema; where only one order works, the merge may be that one or stop; where they differ, it must stop, unless
a rule puts both changes together (lines of a text, sets). A merge that stops has conflicts, or does not load.
"""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from zlib import crc32

import psycopg

from pggit.apply.prove.dumps import OPTIONS, compare
from pggit.apply.trial import fill
from pggit.core.diff import diff
from pggit.core.errors import PgGitError
from pggit.core.merge import Merged
from pggit.core.results import Change
from pggit.core.state import State
from pggit.db.dump import dump, dump_program
from pggit.kinds.reader import read_state, read_within
from pggit.plan import live
from pggit.plan.planner import make_plan
from pggit.sandbox.sandbox import Sandbox
from pggit.work.merge.build import read_back
from pggit.work.merge.rules import findings
from pggit.work.merge.states import merge_states
from servers import Database, TestServer, connect

SETTINGS = "set check_function_bodies = off; set search_path = public; set client_min_messages = error"
PLACEHOLDER = "not-the-secret"
DUMPED = 10
"""``pg_dump`` looks at one of so many merges that are clean."""
FOLLOWED = 3
"""For one of so many a plan from one side to the merged schema is made and run."""
FAILED = ("wrong", "false conflict", "missed conflict", "does not load", "law", "crash", "does not follow")
"""What must not come of a triple."""


@dataclass
class Script:
    """Changes of one side.

    Attributes:
        name: what it is called: ``plan``, ``half``, ``changes``.
        statements: SQL that runs on the base, one statement after the other.
    """

    name: str
    statements: list[str]


@dataclass
class Side:
    """What a script makes of the base."""

    script: Script
    state: State


@dataclass
class Outcome:
    """What came of one triple.

    Attributes:
        orders: ``same``, ``differ``, ``one`` or ``none``: how the two orders of the scripts went.
        merge: ``clean``, ``by rule``, ``as one order``, ``as one side``, ``conflict``, ``found`` (a
            finding), ``does not load``, ``nothing loads``, or one of `FAILED`.
        told: what was seen, for who looks into it.
        dumped: whether ``pg_dump`` has looked at it.
    """

    base: str
    scripts: tuple[Script, Script]
    kind: str = ""
    orders: str = ""
    merge: str = ""
    told: list[str] = field(default_factory=list)
    dumped: bool = False
    seconds: float = 0.0

    @property
    def failed(self) -> bool:
        """Whether the merge was not what it must be."""
        return self.merge in FAILED and not (self.merge == "does not load" and self.orders != "same")


class Base:
    """A schema, on a server, from which others are made.

    Args:
        server: where it is.
        name: what it is called.
        database: that has the schema.
        empty: another one that is empty.
    """

    def __init__(self, server: TestServer, name: str, database: Database, empty: Database) -> None:
        self.server = server
        self.name = name
        self.database = database
        self.here, self.nothing = database.connect(), empty.connect()
        for connection in (self.here, self.nothing):
            connection.execute(SETTINGS)
        self.start = read_state(self.nothing)
        self.state = read_state(self.here)
        self.role = live.current_role(self.here)
        self.tried_so_far = crc32(name.encode()) % (DUMPED * FOLLOWED)  # most bases have fewer triples than that

    def sound(self) -> bool:
        """Whether the schema itself can be built from nothing, which is what a merge has to do."""
        return self._reached(self.nothing, [], self.start, self.state) is None

    def side(self, script: Script, *, lenient: bool = False) -> Side | None:
        """Run a script; None where it does not run. ``lenient``: what does not run is left out of it."""
        with self.here.transaction(force_rollback=True):
            script.statements, refused = ran(self.here, script.statements, lenient=lenient)
            return Side(script, read_within(self.here)) if script.statements and not refused else None

    def plan(self, state: State, only: Callable[[str, str], bool] | None = None) -> list[str]:
        """Return the statements from this schema to another one, or to what ``only`` admits of it; empty: no plan."""
        try:
            return self._plan(self.here, self.state, state, only)
        except (PgGitError, LookupError):  # a part of the way may lead nowhere
            return []

    def _plan(
        self, connection: psycopg.Connection, a: State, b: State, only: Callable[[str, str], bool] | None = None
    ) -> list[str]:
        plan = make_plan(
            a,
            b,
            major=self.server.version,
            measure=lambda groups: live.measure(connection, groups),
            hidden=live.hidden(connection),
            role=self.role,
            only=only,
        )
        return [statement.sql.replace("{secret}", PLACEHOLDER) for statement in plan.statements]

    def tried(self, one: Side, other: Side) -> Outcome:
        """Merge two sides, and look at what came of it: by our own reading, and now and then by ``pg_dump``."""
        outcome = Outcome(self.name, (one.script, other.script))
        start = time.perf_counter()
        self.tried_so_far += 1
        orders = [state for pair in ((one, other), (other, one)) if (state := self._after(*pair)) is not None]
        outcome.orders = {0: "none", 1: "one", 2: "differ"}[len(orders)]
        if len(orders) == 2 and not diff(*orders):
            outcome.orders = "same"
        self._judge(outcome, one, other, orders)
        if outcome.merge == "clean" and self.tried_so_far % DUMPED == 0:
            outcome.dumped = True
            self._dump(outcome, one, other)
        outcome.seconds = time.perf_counter() - start
        return outcome

    def _after(self, first: Side, second: Side) -> State | None:
        """Run one script after the other."""
        with self.here.transaction(force_rollback=True):
            _, refused = ran(self.here, [*first.script.statements, *second.script.statements])
            return None if refused else read_within(self.here)

    def _judge(self, outcome: Outcome, one: Side, other: Side, orders: Sequence[State]) -> None:
        try:
            made = self._merged(outcome, one, other)
        except Exception:
            outcome.merge = "crash"
            outcome.told.append(traceback.format_exc())
            return
        if outcome.merge:
            return
        if made.conflicts:
            outcome.merge = "false conflict" if outcome.orders == "same" else "conflict"
            outcome.told += [f"{c.name}: {c.key} {c.attributes} {c.base} {c.ours} {c.theirs}" for c in made.conflicts]
            return
        said = self._reached(self.nothing, [], self.start, made.state, made)
        if said is not None:
            states = [one.state, other.state, *orders]
            neither = any(self._reached(self.nothing, [], self.start, state) for state in states)
            outcome.merge = "nothing loads" if neither else "does not load"
            outcome.told.append(said)
            return
        self._compared(outcome, made, orders)
        found = [] if outcome.failed else findings(one.state, other.state, made.state)
        if found:
            outcome.merge = "found"
            outcome.told += [f"{finding.rule} {finding.key}: {finding.message}" for finding in found]
        if not outcome.failed and self.tried_so_far % FOLLOWED == 0:
            self._follow(outcome, one, made)

    def _merged(self, outcome: Outcome, one: Side, other: Side) -> Merged:
        """Merge both ways; says where the laws do not hold."""
        major = self.server.version
        made = merge_states(self.state, one.state, other.state, major)
        back = merge_states(self.state, other.state, one.state, major)
        if {(c.name, c.key, c.attributes) for c in made.conflicts} != {
            (c.name, c.key, c.attributes) for c in back.conflicts
        }:
            outcome.merge = "law"
            outcome.told += [f"not commutative: {[(c.name, c.key) for c in m.conflicts]}" for m in (made, back)]
        elif not made.conflicts and (changes := diff(made.state, back.state)):
            outcome.merge = "law"
            outcome.told += [f"not commutative: {change}" for change in changes]
        for side in (one.state, other.state):
            for ours, theirs in ((side, self.state), (self.state, side), (side, side)):
                again = merge_states(self.state, ours, theirs, major)
                if again.conflicts or diff(again.state, side):
                    outcome.merge = "law"
                    outcome.told.append(f"not what one side has: {again.conflicts} {diff(again.state, side)}")
        return made

    def _compared(self, outcome: Outcome, made: Merged, orders: Sequence[State]) -> None:
        found = [diff(state, made.state) for state in orders]
        combined = {key for _, key in made.combined}
        if not found or not all(found):
            outcome.merge = "as one order" if outcome.orders == "differ" else "clean"
        elif any({change.key for change in changes} <= combined for changes in found):
            outcome.merge = "by rule"
        elif outcome.orders != "same" and any(all(self._is_as_made(made, c.group) for c in cs) for cs in found):
            outcome.merge = "as one side"
        else:
            outcome.merge = "missed conflict" if outcome.orders == "differ" else "wrong"
        if outcome.merge != "clean":
            outcome.told += [f"combined {key}" for _, key in made.combined]
            outcome.told += [f"order {n}: {shown(change)}" for n, changes in enumerate(found) for change in changes]

    def _is_as_made(self, made: Merged, group: str) -> bool:
        """Whether a side made a group that stands alone, and the merge has it as that side has."""
        members = made.state.groups.get(group, {})
        if group in self.state.groups or not members:
            return False
        if {"partition_of", "inherits"} & made.state.definition(group, group).keys():
            return False
        return any(side.groups.get(group) == members for side in made.sides.values())

    def _follow(self, outcome: Outcome, one: Side, made: Merged) -> None:
        """Plan from one side to the merged schema, as a merge does with the live one."""
        said = self._reached(self.here, one.script.statements, one.state, made.state)
        if said is not None:
            outcome.merge = "does not follow"
            outcome.told.append(said)

    def _reached(
        self, connection: psycopg.Connection, before: list[str], a: State, b: State, made: Merged | None = None
    ) -> str | None:
        """Run a plan; returns what is wrong with where it leads. A merge takes what PostgreSQL makes of it."""
        with connection.transaction(force_rollback=True):
            ran(connection, before)
            try:
                statements = self._plan(connection, a, b)
            except PgGitError as error:
                return error.message
            _, refused = ran(connection, statements)
            if refused:
                return refused
            read = read_within(connection)
            if made is None or read_back(read, made) is not None:
                return "; ".join(map(shown, diff(read, b))) or None
            return None

    def _dump(self, outcome: Outcome, one: Side, other: Side) -> None:
        """Compare the dump of the merged schema, as the product builds it, with that of both scripts in an order."""
        made = merge_states(self.state, one.state, other.state, self.server.version).state
        self.here.close()
        dumps = []
        for pair in ((one, other), (other, one)):
            with _copy(self.server, self.database.name) as database, closing(connect(database.url)) as connection:
                connection.execute(SETTINGS)
                if all(ran(connection, side.script.statements)[1] is None for side in pair):
                    dumps.append(dumped(database))
        with _copy(self.server, "template0") as database, closing(connect(database.url)) as connection:
            fill(Sandbox(connection, connection, None, connection, None), made)
            built = dumped(database)
        found = [compare(built, one) for one in dumps]
        if found and not any(comparison.equal for comparison in found):
            outcome.merge = "wrong"
            for comparison in found:
                outcome.told += [f"+ {text}" for text in comparison.only_first]
                outcome.told += [f"- {text}" for text in comparison.only_second]
        self.here = self.database.connect()
        self.here.execute(SETTINGS)


def dumped(database: Database) -> str:
    """What ``pg_dump`` says."""
    return dump(dump_program(database.version), database.url, *OPTIONS)


def shown(change: Change) -> str:
    """A change on one line: from what should be to what is."""
    return f"{change.verb} {change.key}: {change.old} → {change.new}"


@contextmanager
def based(server: TestServer, name: str, schema: str | Sequence[str]) -> Iterator[Base]:
    """A base with this schema. Skips (as pytest does) what the server cannot load."""
    from corpus.databases import run

    with _copy(server, "template0") as database, _copy(server, "template0") as empty:
        with closing(connect(database.url)) as connection:
            for text in [schema] if isinstance(schema, str) else schema:
                run(connection, text)
        yield Base(server, name, database, empty)


@contextmanager
def _copy(server: TestServer, template: str) -> Iterator[Database]:
    database = server.create_database(template)
    try:
        yield database
    finally:
        server.drop_database(database)


def ran(
    connection: psycopg.Connection, statements: Sequence[str], *, lenient: bool = False
) -> tuple[list[str], str | None]:
    """Run statements; returns those that ran, and what PostgreSQL said of the first other one, where one must run."""
    done: list[str] = []
    for statement in statements:
        try:
            with connection.transaction():
                connection.execute(statement.encode())
        except psycopg.Error as error:
            if not lenient:
                return done, f"{error} in {statement}"
        else:
            done.append(statement)
    return done, None
