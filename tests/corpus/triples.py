"""Triples of schemas, a base and two scripts, and what may come of merging what the scripts make of it.

Both scripts are run on the base in either order. Where both orders end in the same schema (``pg_dump`` tells), the merge
must be that schema; where only one order works, the merge may be that one or stop; where they differ, it must stop, unless
a rule puts both changes together (lines of a text, sets). A merge that stops has conflicts, or does not load.
"""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field

import psycopg

from pggit.apply.prove.against import apply_to_clone
from pggit.apply.prove.dumps import OPTIONS, compare
from pggit.core.diff import diff
from pggit.core.errors import PgGitError
from pggit.core.merge import Merged
from pggit.core.state import State
from pggit.db.connect import connect
from pggit.db.dump import dump, dump_program
from pggit.kinds.reader import read_state
from pggit.plan import live
from pggit.plan.planner import make_plan
from pggit.work.merge.build import fill
from pggit.work.merge.rules import findings
from pggit.work.merge.states import merge_states
from servers import Database, TestServer

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
    """A copy of the base on which a script was run."""

    script: Script
    database: Database
    state: State


@dataclass
class Outcome:
    """What came of one triple.

    Attributes:
        orders: ``same``, ``differ``, ``one`` or ``none``: how the two orders of the scripts went.
        merge: ``clean``, ``by rule``, ``conflict``, ``found`` (a finding), ``does not load``, or one of `FAILED`.
        told: what was seen, for who looks into it.
    """

    base: str
    scripts: tuple[Script, Script]
    kind: str = ""
    orders: str = ""
    merge: str = ""
    told: list[str] = field(default_factory=list)
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
        database: that has the schema; nobody may be connected.
    """

    def __init__(self, server: TestServer, name: str, database: Database) -> None:
        self.server = server
        self.name = name
        self.database = database
        self.program = dump_program(server.version)
        with closing(connect(database.url)) as connection:
            self.state = read_state(connection)
            self.role = live.current_role(connection)

    def sound(self) -> bool:
        """Whether the schema itself can be built from nothing, which is what a merge has to do."""
        with _copy(self.server, "template0") as made:
            with closing(connect(made.url)) as connection:
                try:
                    fill(connection, self.state, optional=False)
                except PgGitError:
                    return False
            return self.same(made, self.database)

    def same(self, one: Database, other: Database) -> bool:
        """Whether ``pg_dump`` says the same of two databases, but for the order of columns."""
        return compare(self.dumped(one), self.dumped(other)).equal

    def dumped(self, database: Database) -> str:
        """What ``pg_dump`` says."""
        return dump(self.program, database.url, *OPTIONS)

    @contextmanager
    def side(self, script: Script, *, lenient: bool = False) -> Iterator[Side | None]:
        """Run a script on a copy; None where it does not run. ``lenient``: what does not run is left out of it."""
        with _copy(self.server, self.database.name) as database:
            script.statements, ok = ran(database, script.statements, lenient=lenient)
            if not ok or not script.statements:
                yield None
                return
            with closing(connect(database.url)) as connection:
                state = read_state(connection)
            yield Side(script, database, state)

    def plan(self, state: State, only: Callable[[str, str], bool] | None = None) -> list[str]:
        """Return the statements from this schema to another one, or to what ``only`` admits of it; empty: no plan."""
        with closing(connect(self.database.url)) as connection:
            try:
                plan = make_plan(
                    self.state,
                    state,
                    major=self.server.version,
                    measure=lambda groups: live.measure(connection, groups),
                    hidden=live.hidden(connection),
                    role=self.role,
                    only=only,
                )
            except PgGitError:
                return []
        return [statement.sql.replace("{secret}", "not-the-secret") for statement in plan.statements]

    def tried(self, one: Side, other: Side) -> Outcome:
        """Merge two sides, and look at what came of it."""
        outcome = Outcome(self.name, (one.script, other.script))
        start = time.perf_counter()
        with ExitStack() as stack:
            orders = [stack.enter_context(self._after(*pair)) for pair in ((one, other), (other, one))]
            self._judge(outcome, one, other, orders)
        outcome.seconds = time.perf_counter() - start
        return outcome

    @contextmanager
    def _after(self, first: Side, second: Side) -> Iterator[Database | None]:
        """Run the script of the second on the first."""
        with _copy(self.server, first.database.name) as database:
            _, ok = ran(database, second.script.statements)
            yield database if ok else None

    def _judge(self, outcome: Outcome, one: Side, other: Side, orders: Sequence[Database | None]) -> None:
        dumps = [self.dumped(database) for database in orders if database is not None]
        outcome.orders = {0: "none", 1: "one", 2: "differ"}[len(dumps)]
        if len(dumps) == 2 and compare(*dumps).equal:
            outcome.orders = "same"
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
        with _copy(self.server, "template0") as built:
            try:
                with closing(connect(built.url)) as connection:
                    fill(connection, made.state, optional=False)
            except PgGitError as error:
                outcome.merge = "does not load"
                outcome.told.append(error.message)
                return
            self._compared(outcome, made, self.dumped(built), dumps)
        if not outcome.failed:
            found = findings(one.state, other.state, made.state)
            if found:
                outcome.merge = "found"
                outcome.told += [f"{finding.rule} {finding.key}: {finding.message}" for finding in found]
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
            outcome.told += [f"not commutative: {[c.key for c in m.conflicts]}" for m in (made, back)]
        elif not made.conflicts and (changes := diff(made.state, back.state)):
            outcome.merge = "law"
            outcome.told += [f"not commutative: {change}" for change in changes]
        for side in (one.state, other.state):
            for base, ours, theirs in (
                (self.state, side, self.state),
                (self.state, self.state, side),
                (self.state, side, side),
            ):
                again = merge_states(base, ours, theirs, major)
                if again.conflicts or diff(again.state, side):
                    outcome.merge = "law"
                    outcome.told.append(f"not what one side has: {again.conflicts} {diff(again.state, side)}")
        return made

    def _compared(self, outcome: Outcome, made: Merged, built: str, dumps: list[str]) -> None:
        found = [compare(built, dumped) for dumped in dumps]
        equal = [comparison.equal for comparison in found]
        if any(equal) and outcome.orders != "differ":
            outcome.merge = "clean"
            return
        if outcome.orders == "differ":
            outcome.merge = "by rule" if made.combined else "missed conflict"
        else:
            outcome.merge = "wrong" if dumps else "clean"
        outcome.told += [f"combined {key}" for _, key in made.combined]
        for comparison in found:
            outcome.told.append(f"equal {comparison.equal}")
            outcome.told += [f"+ {text}" for text in comparison.only_first]
            outcome.told += [f"- {text}" for text in comparison.only_second]

    def _follow(self, outcome: Outcome, one: Side, made: Merged) -> None:
        """Plan from our side to the merged schema, as a merge does with the live one."""
        with _copy(self.server, one.database.name) as database, closing(connect(database.url)) as connection:
            try:
                plan = make_plan(one.state, made.state, major=self.server.version, role=self.role)
                apply_to_clone(connection, plan)
            except PgGitError as error:
                outcome.merge = "does not follow"
                outcome.told.append(error.message)


@contextmanager
def based(server: TestServer, name: str, schema: str | Sequence[str]) -> Iterator[Base]:
    """A base with this schema. Skips (as pytest does) what the server cannot load."""
    from corpus.databases import run

    database = server.create_database()
    try:
        with closing(connect(database.url)) as connection:
            for text in [schema] if isinstance(schema, str) else schema:
                run(connection, text)
        yield Base(server, name, database)
    finally:
        server.drop_database(database)


@contextmanager
def _copy(server: TestServer, template: str) -> Iterator[Database]:
    database = server.create_database(template)
    try:
        yield database
    finally:
        server.drop_database(database)


def ran(database: Database, statements: Sequence[str], *, lenient: bool = False) -> tuple[list[str], bool]:
    """Run statements; returns those that ran, and whether that is all (or ``lenient``)."""
    done = []
    with closing(connect(database.url)) as connection:
        connection.execute(
            "set check_function_bodies = off; set search_path = pg_catalog; set client_min_messages = error"
        )
        for statement in statements:
            try:
                connection.execute(statement.encode())
            except psycopg.Error:
                if lenient:
                    continue
                return done, False
            done.append(statement)
    return done, True
