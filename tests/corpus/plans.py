"""Pairs of schemas: a plan from one to the other, run, and looked at by all that can tell.

``python -m corpus.plans --version 18 --only NAME --verbose`` (in ``tests``) tries pairs and prints what fails.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import psycopg
import pytest

from corpus.conftest import FOLDER, chosen
from corpus.databases import new_database, run, without_traces
from corpus.planning import apply_plan, make_plan, run_plan
from pggit.apply.prove import rows
from pggit.apply.prove.dumps import OPTIONS, compare
from pggit.apply.prove.survivors import survivors
from pggit.core import tree
from pggit.core.diff import diff
from pggit.core.errors import Refused
from pggit.core.state import State
from pggit.db.connect import connection_url
from pggit.db.dump import dump, dump_program
from pggit.kinds.reader import read_state
from pggit.plan.model import Plan
from servers import TestServer

DIRECTIONS = ("a-b", "b-a")


@dataclass(frozen=True)
class Pair:
    """Two schemas, the rows that must survive, and what the pair needs.

    ``apart``: each side on a server of its own, because roles belong to the whole server.
    """

    name: str
    a: str
    b: str
    seeds: dict[str, str] = field(default_factory=dict)
    since: int = 0
    apart: bool = False
    renames: str | None = None

    @property
    def optional(self) -> bool:
        """Whether roles and subscriptions are looked at."""
        return self.apart or "create subscription" in (self.a + self.b).lower()

    def __str__(self) -> str:
        return self.name


def digest(name: str) -> str:
    """Return a short name for a pair, which tells nothing of the corpus."""
    return sha256(name.encode()).hexdigest()[:10]


def pairs() -> Iterator[Pair]:
    """All pairs of the corpus."""
    if FOLDER is None:
        return
    for line in (FOLDER / "pairs.jsonl").read_text(encoding="utf-8").splitlines():
        found: dict[str, Any] = json.loads(line)
        meta = found.get("meta", {})
        seeds = {"a-b": found.get("seed_a", ""), "b-a": found.get("seed_b", "")}
        yield Pair(
            found["name"],
            found["a"],
            found["b"],
            seeds,
            int(meta.get("minVersion", 0)),
            bool(meta.get("isolatedCluster")),
            meta.get("renames"),
        )


@dataclass
class Outcome:
    """What came of one pair in one direction.

    Attributes:
        failures: class of the failure (``plan``, ``apply``, ``re-read``, ``dump``, ``second plan``, ``rows``) → what
            was seen. None of them: all is well.
        notes: what is no failure: columns in another order, rows that the plan said would be lost.
    """

    pair: Pair
    direction: str
    plan: Plan | None = None
    failures: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def name(self) -> str:
        """The name of the case: that of the pair, and the direction."""
        return f"{self.pair.name} {self.direction}"

    @property
    def case(self) -> str:
        """What `corpus.exceptions` calls the case."""
        return f"{digest(self.pair.name)} {self.direction}"

    @property
    def kind(self) -> str:
        """The class of the first failure, or ``ok``."""
        return next(iter(self.failures), "ok")


@dataclass
class Side:
    """One side of a pair: a database, its state and its dump before anything was planned."""

    connection: psycopg.Connection
    pair: Pair
    state: State = field(init=False)
    dump: str = field(init=False)

    def read(self) -> State:
        """The database's state now."""
        return read_state(self.connection, optional=self.pair.optional)

    def dumped(self) -> str:
        """The database's dump now; with the server's roles where the server is its own."""
        major = self.connection.info.server_version // 10000
        program, url = dump_program(major), connection_url(self.connection)
        if not self.pair.apart:
            return dump(program, url, *OPTIONS)
        roles = dump(program.with_name("pg_dumpall"), url, "--roles-only", "--no-role-passwords")
        database = dump(program, url, *OPTIONS, "--create")
        return re.sub(r"^\\connect .*$", "", roles + database, flags=re.MULTILINE)


class Servers:
    """The server of the pairs' sides, and the second one, which is started when it is needed."""

    def __init__(self, first: TestServer) -> None:
        self.first = first
        self._second: TestServer | None = None

    @property
    def second(self) -> TestServer:
        """Another server of the same major version."""
        if self._second is None:
            self._second = TestServer(str(self.first.version))
        return self._second

    def close(self) -> None:
        """Stop the second one."""
        if self._second is not None:
            self._second.close()


@contextmanager
def sides(pair: Pair, servers: Servers) -> Iterator[tuple[Side, Side]]:
    """Both schemas of a pair, loaded and read. Skips (as pytest does) what the server cannot load."""
    if servers.first.version < pair.since:
        pytest.skip(f"needs PostgreSQL {pair.since}")
    homes = (servers.first, servers.second if pair.apart else servers.first)
    with ExitStack() as stack:
        for server in set(homes):
            stack.enter_context(without_traces(server))
        found = []
        for server, schema in zip(homes, (pair.a, pair.b), strict=True):
            # the same name on both servers: settings of a role in a database are dumped with it
            connection = stack.enter_context(new_database(server, "corpus" if pair.apart else None))
            run(connection, schema)
            found.append(Side(connection, pair))
        for side in found:
            side.state = side.read()
            side.dump = side.dumped()
        yield found[0], found[1]


def try_pair(pair: Pair, servers: Servers, directions: tuple[str, ...] = DIRECTIONS) -> list[Outcome]:
    """Plan a pair in both directions, run the plans, and look at what came of it."""
    outcomes = []
    with sides(pair, servers) as (a, b):
        for direction, here, there in (("a-b", a, b), ("b-a", b, a)):
            if direction in directions:
                outcome = Outcome(pair, direction)
                start = time.perf_counter()
                _try(outcome, here, there)
                outcome.seconds = time.perf_counter() - start
                outcomes.append(outcome)
    return outcomes


def _try(outcome: Outcome, here: Side, there: Side) -> None:
    """Turn one side into what the other one was."""
    pair = outcome.pair
    here.connection.execute(pair.seeds[outcome.direction].encode() or b"select")
    here.connection.execute("reset all")
    try:
        outcome.plan = make_plan(here.connection, here.state, there.state, optional=pair.optional, renames=pair.renames)
    except Exception:
        outcome.failures["plan"] = traceback.format_exc()
        return
    tables = survivors(outcome.plan, here.state, there.state)
    before = rows.fingerprints(here.connection, tables)
    if not _applied(outcome, here):
        return
    here.connection.execute("reset all")
    look(outcome, here, there)
    survived = rows.compare(here.connection, tables, before)
    if survived.lost:
        outcome.failures["rows"] = "\n".join(survived.lost)
    outcome.notes += [f"other values of {column}" for column in survived.converted]


def _applied(outcome: Outcome, here: Side) -> bool:
    """Apply the plan; one that leads elsewhere, which was rolled back, is run all the same, to see where it leads."""
    assert outcome.plan
    try:
        apply_plan(here.connection, outcome.plan)
    except Refused as error:
        outcome.failures["apply"] = str(error)
        if here.read() == here.state:
            run_plan(here.connection, outcome.plan)
    except Exception as error:
        outcome.failures["apply"] = f"{type(error).__name__}: {error}"
        return False
    return True


def look(outcome: Outcome, here: Side, there: Side) -> None:
    """Compare where a plan led with where it should: by our reading, by ``pg_dump``, by a second plan."""
    assert outcome.plan
    state = here.read()
    changes = diff(state, there.state)
    if changes:
        outcome.failures["re-read"] = "\n".join(_shown(change) for change in changes)
    elif tree.root(state)[1] != outcome.plan.to_hash:
        outcome.failures["re-read"] = "the plan's hash is not that of the other side"
    dumps = compare(here.dumped(), there.dump)
    if not dumps.equal:
        extra, missing = dumps.only_first, dumps.only_second
        outcome.failures["dump"] = "\n".join([*(f"+ {text}" for text in extra), *(f"- {text}" for text in missing)])
    outcome.notes += [f"column order of {name}" for name in dumps.column_order]
    try:
        again = make_plan(
            here.connection, state, there.state, optional=outcome.pair.optional, renames=outcome.pair.renames
        )
    except Exception:
        outcome.failures["second plan"] = traceback.format_exc()
        return
    if again.statements:
        outcome.failures["second plan"] = "\n".join(statement.sql for statement in again.statements)


def _shown(change: Any) -> str:
    return f"{change.verb} {change.key}\n    is:     {change.old}\n    should: {change.new}"


def main(arguments: list[str]) -> int:
    """Try pairs, and print what fails and how often."""
    parser = argparse.ArgumentParser(prog="python -m corpus.plans", description=__doc__)
    parser.add_argument("--version", default="18", help="major version of the server")
    parser.add_argument("--only", help="pairs whose name matches this expression")
    parser.add_argument("--direction", choices=DIRECTIONS, help="only this one")
    parser.add_argument(
        "--failing", choices=("plan", "apply", "re-read", "dump", "second plan", "rows"), help="show these"
    )
    parser.add_argument("--fifth", action="store_true", help="the fifth of the pairs that the tests try")
    parser.add_argument("--verbose", "-v", action="store_true", help="print every plan, and all that failed")
    given = parser.parse_args(arguments)
    wanted = [p for p in pairs() if not given.only or re.search(given.only, p.name)]
    if given.fifth:
        wanted = [p for p in wanted if chosen(p.name)]
    first = TestServer(given.version)
    servers = Servers(first)
    counts: Counter[str] = Counter()
    try:
        for pair in wanted:
            for outcome in _tried(pair, servers, given.direction):
                counts[outcome.kind] += 1
                if not given.failing or given.failing in outcome.failures:
                    _print(outcome, verbose=given.verbose)
    finally:
        servers.close()
        first.close()
    print(f"{sum(counts.values())} cases: " + ", ".join(f"{name} {n}" for name, n in counts.most_common()))
    return 0 if set(counts) <= {"ok", "skipped"} else 1


def _tried(pair: Pair, servers: Servers, direction: str | None) -> list[Outcome]:
    try:
        return try_pair(pair, servers, (direction,) if direction else DIRECTIONS)
    except pytest.skip.Exception as reason:
        return [Outcome(pair, direction or "", failures={"skipped": str(reason)})]


def _print(outcome: Outcome, *, verbose: bool) -> None:
    if outcome.kind == "ok" and not verbose:
        return
    print(f"── {outcome.name}: {', '.join(outcome.failures) or 'ok'} ({outcome.case}, {outcome.seconds:.1f} s)")
    if verbose and outcome.plan:
        for number, statement in enumerate(outcome.plan.statements, 1):
            hazards = "".join(f" [{hazard.kind}]" for hazard in statement.hazards)
            print(f"  {number:3} {statement.transaction}{hazards}: {statement.sql}")
    for kind, what in outcome.failures.items():
        lines = what.splitlines()
        shown = lines if verbose else lines[-1:] if kind == "plan" else lines[:3]
        print("\n".join(f"    {kind}: {line}" for line in shown))
    if verbose:
        print("".join(f"    note: {note}\n" for note in outcome.notes), end="")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
