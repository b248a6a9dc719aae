"""Merges of triples of schemas, made of the corpus's pairs and of generated changes: how many come out right.

``python -m corpus.merges --version 18`` (in ``tests``) tries them, prints what fails, and writes ``bench/MERGES.md``;
``--only NAME --verbose`` shows one base. Where triples come from:

* *two plans*: pairs that begin alike; the plan of each is a script;
* *halves*: the plan of a pair cut in two, by groups, and by single objects;
* *plan and changes*: the plan of a pair, and a few random changes of what it begins with, mostly of one table;
* *changes*: random changes on both sides, mostly of the same table;
* *two pairs*: the schemas of two pairs in one database, and the plans of both;
* *statements*: two of a list of statements, each of which changes one schema in one way;
* *generated*: random schemas, and random changes on both sides.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from itertools import combinations
from pathlib import Path
from queue import SimpleQueue
from random import Random
from threading import Thread

import hypothesis
import psycopg
import pytest

from corpus.changes import ROLES, Changes, Schema
from corpus.conftest import chosen
from corpus.databases import new_database, run, without_traces
from corpus.plans import Pair, pairs
from corpus.statements import BASE, STATEMENTS
from corpus.triples import Base, Outcome, Script, Side, based
from pggit.core.state import State
from pggit.kinds.reader import read_state
from plan.schemas import schemas
from servers import TestServer, running

REPORT = Path(__file__).parents[2] / "bench" / "MERGES.md"
CHANGES = 3
"""How many scripts of random changes a base gets."""
GENERATED = 60
"""How many random schemas."""
PAIRS_OF_STATEMENTS = 500
ALIKE = 14
"""Of how many pairs that begin alike every two are tried."""
SERVERS = 2
Job = Callable[[TestServer], Iterator[Outcome]]


def mergeable() -> list[Pair]:
    """The pairs of which triples are made: those that one server can have."""
    return [pair for pair in pairs() if not pair.optional]


@contextmanager
def ready(server: TestServer) -> Iterator[None]:
    """Make the roles of the changes for the length of a block."""
    for role in ROLES:
        server.create_role("nologin", role)
    yield
    for role in ROLES:
        server.drop_role(role)


def of_pair(server: TestServer, pair: Pair, seed: int, changes: int = CHANGES) -> Iterator[Outcome]:
    """Try the triples of one pair and of random changes of what it begins with."""
    with loaded(server, pair.name, [pair.a]) as base:
        if base is None:
            return
        whole, halves = _of_plan(base, _other(server, pair.b))
        made = list(_changed(base, Random(f"{seed} {pair.name}"), changes, whole))
        for left, right in halves:
            yield _named("halves", base.tried(left, right))
        for side in made if whole else ():
            assert whole
            yield _named("plan and changes", base.tried(whole, side))
        for left, right in combinations(made, 2):
            yield _named("changes", base.tried(left, right))


def generated(server: TestServer, name: str, schema: list[str], seed: int, changes: int = CHANGES) -> Iterator[Outcome]:
    """Try random changes of a random schema."""
    with loaded(server, name, schema) as base:
        if base is None:
            return
        made = list(_changed(base, Random(f"{seed} {name}"), changes, None))
        for left, right in combinations(made, 2):
            yield _named("generated", base.tried(left, right))


def drawn(number: int, seed: int) -> list[list[str]]:
    """Draw so many random schemas."""
    found: list[list[str]] = []

    @hypothesis.seed(seed)
    @hypothesis.settings(
        max_examples=number,
        database=None,
        deadline=None,
        phases=[hypothesis.Phase.generate],
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    @hypothesis.given(schemas())
    def draw(schema: list[str]) -> None:
        found.append(schema)

    draw()
    return found


def alike(server: TestServer, begun: list[Pair]) -> Iterator[Outcome]:
    """Try the plans of pairs that begin alike, two at a time."""
    with loaded(server, f"{begun[0].name} and {len(begun) - 1} others", [begun[0].a]) as base:
        if base is None:
            return
        states = [(pair, _other(server, pair.b)) for pair in begun]
        scripts = [Script(f"plan of {pair.name}", base.plan(state)) for pair, state in states if state]
        sides = [side for script in scripts if (side := base.side(script))]
        for left, right in combinations(sides, 2):
            yield _named("two plans", base.tried(left, right))


def together(server: TestServer, one: Pair, other: Pair) -> Iterator[Outcome]:
    """Try two pairs in one database."""
    scripts = []
    for pair in (one, other):
        with loaded(server, pair.name, [pair.a]) as base:
            state = _other(server, pair.b) if base else None
            scripts.append(Script(f"plan of {pair.name}", base.plan(state) if base and state else []))
    if not all(script.statements for script in scripts):
        return
    with loaded(server, f"{one.name} with {other.name}", [one.a, other.a]) as base:
        if base is None:
            return
        left, right = map(base.side, scripts)
        if left and right:
            yield _named("two pairs", base.tried(left, right))


@contextmanager
def loaded(server: TestServer, name: str, schemas: list[str]) -> Iterator[Base | None]:
    """A base, or None where the server cannot have it, or cannot build it by a plan."""
    with ExitStack() as stack:
        stack.enter_context(without_traces(server))
        try:
            base = stack.enter_context(based(server, name, schemas))
        except (psycopg.Error, pytest.skip.Exception):
            yield None
            return
        yield base if base.sound() else None


def _other(server: TestServer, schema: str) -> State | None:
    try:
        with new_database(server) as connection:
            run(connection, schema)
            return read_state(connection)
    except (psycopg.Error, pytest.skip.Exception):
        return None


def _of_plan(base: Base, state: State | None) -> tuple[Side | None, list[tuple[Side, Side]]]:
    """Return the side of a pair's plan, and its two halves, cut in two ways."""
    statements = base.plan(state) if state else []
    if not state or not statements:
        return None, []
    halves = []
    both = base.state.groups.keys() & state.groups.keys()
    for name, of in (
        ("half by group", lambda group, key: group),
        ("half by object", lambda group, key: key.replace("default ", "column ", 1) if group in both else group),
    ):
        found = [
            base.side(Script(name, base.plan(state, lambda g, k, n=n, of=of: _lot(of(g, k)) == n))) for n in (0, 1)
        ]
        if found[0] and found[1]:
            halves.append((found[0], found[1]))
    return base.side(Script("plan", statements)), halves


def _lot(key: str) -> int:
    return hashlib.sha256(key.encode()).digest()[0] % 2


def _changed(base: Base, random: Random, number: int, whole: Side | None) -> Iterator[Side]:
    """Yield sides of random changes, mostly of a table that the pair's plan changes."""
    schema = Schema(base.state)
    tables = schema.of("table")
    touched = [t for t in tables if whole and base.state.groups[f"table {t}"] != whole.state.groups.get(f"table {t}")]
    focus = random.choice(touched or tables or [""])
    for _ in range(number):
        written = Changes(schema, random, focus).write(random.randint(1, 4))
        side = base.side(Script("changes", written), lenient=True)
        if side:
            yield side


def _named(kind: str, outcome: Outcome) -> Outcome:
    outcome.kind = kind
    return outcome


def statements(server: TestServer, some: list[tuple[str, str]]) -> Iterator[Outcome]:
    """Try pairs of statements that change one schema."""
    with loaded(server, "statements", [BASE]) as base:
        assert base, "the schema cannot be built"
        for texts in some:
            left, right = (base.side(Script("statement", [text])) for text in texts)
            assert left and right, texts
            yield _named("statements", base.tried(left, right))


def jobs(seed: int, *, only: str = "", fifth: bool = False) -> list[Job]:
    """Return what tries triples, in no order: a run that is interrupted has tried some of everything."""
    found = list(_jobs(seed, only, fifth))
    Random(seed).shuffle(found)
    return found


def _jobs(seed: int, only: str, fifth: bool) -> Iterator[Job]:
    found = [p for p in mergeable() if re.search(only, p.name) and (not fifth or chosen(p.name))]
    yield from (partial(of_pair, pair=pair, seed=seed) for pair in found)
    begun: dict[str, list[Pair]] = {}
    for pair in found:
        begun.setdefault(pair.a.strip(), []).append(pair)
    yield from (partial(alike, begun=some[:ALIKE]) for some in begun.values() if len(some) > 1)
    random = Random(seed)
    for _ in range(len(found) // 3):
        one, other = random.sample(found, 2)
        yield partial(together, one=one, other=other)
    every = random.sample(list(combinations(STATEMENTS, 2)), PAIRS_OF_STATEMENTS)
    if re.search(only, "statements"):
        yield from (partial(statements, some=every[n : n + 20]) for n in range(0, len(every), 20))
    for number, schema in enumerate(drawn(GENERATED, seed)):
        if re.search(only, f"generated {number}"):
            yield partial(generated, name=f"generated {number}", schema=schema, seed=seed)


def tried(todo: Iterable[Job], version: str) -> Iterator[Outcome]:
    """Do jobs, several at a time, each on its own server, as roles belong to the whole server."""
    waiting: SimpleQueue[Job | None] = SimpleQueue()
    found: SimpleQueue[Outcome | BaseException | None] = SimpleQueue()
    for job in todo:
        waiting.put(job)

    def work() -> None:
        try:
            with running(version) as server, ready(server):
                while (job := waiting.get()) is not None:
                    _do(job, server, found)
        except BaseException as error:
            found.put(error)
        found.put(None)

    threads = [Thread(target=work) for _ in range(SERVERS)]
    for thread in threads:
        waiting.put(None)
        thread.start()
    for _ in threads:
        while (outcome := _next(found, waiting)) is not None:
            if isinstance(outcome, BaseException):
                raise outcome
            yield outcome


def _next(
    found: SimpleQueue[Outcome | BaseException | None], waiting: SimpleQueue[Job | None]
) -> Outcome | BaseException | None:
    """Return the next outcome; after an interrupt no more jobs are begun."""
    try:
        return found.get()
    except KeyboardInterrupt:
        while not waiting.empty():
            waiting.get()
        for _ in range(SERVERS):
            waiting.put(None)
        return found.get()


def _do(job: Job, server: TestServer, found: SimpleQueue[Outcome | BaseException | None]) -> None:
    """Do one job; where it fails, that is what came of it, and the others go on."""
    try:
        for outcome in job(server):
            found.put(outcome)
    except Exception:
        none = Script("", [])
        found.put(Outcome(str(job)[:200], (none, none), "crash", "none", "crash", [traceback.format_exc()]))


def main(arguments: list[str]) -> int:
    """Try triples, print what fails, and write how many came to what."""
    parser = argparse.ArgumentParser(prog="python -m corpus.merges", description=__doc__)
    parser.add_argument("--version", default="18", help="major version of the server")
    parser.add_argument("--only", default="", help="pairs whose name matches this expression; writes no report")
    parser.add_argument("--seed", type=int, default=1, help="of the random changes")
    parser.add_argument("--fifth", action="store_true", help="the fifth of the pairs that the tests try; no report")
    parser.add_argument("--verbose", "-v", action="store_true", help="print every triple that is not merged cleanly")
    given = parser.parse_args(arguments)
    counts: Counter[tuple[str, str, str]] = Counter()
    start, dumped, failed = time.monotonic(), 0, 0
    for outcome in tried(jobs(given.seed, only=given.only, fifth=given.fifth), given.version):
        counts[outcome.kind, outcome.orders, outcome.merge] += 1
        dumped += outcome.dumped
        failed += outcome.failed
        if sum(counts.values()) % 100 == 0:
            print(f"{sum(counts.values())} triples, {time.monotonic() - start:.0f} s", file=sys.stderr)
        if outcome.failed or (given.verbose and outcome.merge != "clean"):
            _print(outcome)
    print(table(counts))
    if not given.only and not given.fifth:
        said = f"PostgreSQL {given.version}, seed {given.seed}, {time.monotonic() - start:.0f} s"
        REPORT.write_text(report(counts, said, dumped), encoding="utf-8")
    return 1 if failed else 0


def _print(outcome: Outcome) -> None:
    print(f"── {outcome.base}: {outcome.kind}, {outcome.orders}: {outcome.merge} ({outcome.seconds:.1f} s)")
    for script in outcome.scripts:
        print(f"  {script.name}:")
        print("".join(f"    {statement};\n" for statement in script.statements), end="")
    print("".join(f"  | {line}\n" for line in outcome.told), end="")
    sys.stdout.flush()


def table(counts: Counter[tuple[str, str, str]]) -> str:
    """Return how many triples came to what, as Markdown."""
    kinds = sorted({kind for kind, _, _ in counts})
    rows = sorted({(orders, merge) for _, orders, merge in counts}, reverse=True)
    lines = [
        f"| Orders | Merge | {' | '.join(kinds)} | all |",
        f"|---|---|{'---:|' * (len(kinds) + 1)}",
        *(
            f"| {orders} | {merge} | "
            + " | ".join(str(counts[kind, orders, merge]) for kind in kinds)
            + f" | {sum(counts[kind, orders, merge] for kind in kinds)} |"
            for orders, merge in rows
        ),
    ]
    return "\n".join(lines)


def report(counts: Counter[tuple[str, str, str]], said: str, dumped: int) -> str:
    """Return the whole report."""
    return f"""# Merges

`python -m corpus.merges` in `tests`: {said}; {sum(counts.values())} triples of a base and two scripts.
Each script is run on the base, and both results are merged. What the merge is compared with is what PostgreSQL
makes of both scripts, in either order, by pgGit's own reading; for {dumped} of the clean merges `pg_dump` of the built
schema was compared, too.

{table(counts)}

**Orders**: *same*: both orders work and give the same schema; *differ*: both work, the schemas differ; *one*, *none*: so many orders work.
**Merge**: *clean*: it loads, and is what the order (one of them) gives; *by rule*: lines, sets or sequences that both changed were
put together, which no order of the scripts does; *as one order*: where the orders differ because a statement takes from what is
there (LIKE, DROP and CREATE of one name, default privileges), the merge is what one of them gives; *as one side*: likewise, what a side made is
as it made it; *conflict*, *found* (by a rule about what loads and does not work), *does not
load*: it stops; *nothing loads*: likewise, and what both scripts make, or one, cannot be built from nothing either: `pg_dump`
of it could not be restored (an index on a function that is immutable no more). These must not be: *wrong*, *false conflict*, *missed conflict*, *law* (not commutative, or not what one side
has where the other changed nothing), *crash*, *does not follow* (no plan leads from one side to it), and *does not load* where the orders are the same.

Triples: *two plans*: pairs of schemas that begin alike; *halves*: the plan of a pair cut in two; *plan and changes*: the
plan of a pair and random changes, mostly of the same table; *changes*: random changes on both sides; *two pairs*: two
pairs in one database; *statements*: two statements of a list, on one schema; *generated*: random schemas and random
changes.
"""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
