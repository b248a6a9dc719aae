"""Plans between two live databases, beside pg_dump and other tools: time and memory, in processes of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from psycopg import Connection

from bench.peers import NAMES, Peers
from bench.timing import Row

_RUNS = 2
_PLAN = """
import json, sys, time
from pggit.plan.make import plan
start = time.perf_counter()
made = plan(sys.argv[1], sys.argv[2])
print(json.dumps({"seconds": time.perf_counter() - start, "statements": len(made.statements)}))
"""
_FROM_EMPTY = """
import json, sys, time
from pggit.core.state import empty_state
from pggit.db.connect import connect
from pggit.kinds.reader import read_state
from pggit.plan.planner import make_plan
import pggit.plan.effects.statements, postgast
state = read_state(connect(sys.argv[1]))
start = time.perf_counter()
made = make_plan(empty_state(), state, major=18)
print(json.dumps({"seconds": time.perf_counter() - start, "statements": len(made.statements)}))
"""
_CHANGES = (
    "alter table public.t_{g} add column one_change int",
    "alter table public.t_{g} drop column note",
    "alter table public.t_{g} alter column amount type numeric(14, 2)",
    "create index on public.t_{g} (state)",
    "alter table public.t_{g} alter column name set default 'y'",
)


class _Ran(NamedTuple):
    seconds: float
    megabytes: float
    output: str


def change(connection: Connection, first: int, last: int) -> None:
    """Change the tables of these numbers, each in one thing: columns come, go and are altered, indexes come."""
    for g in range(first, last + 1):
        connection.execute(_CHANGES[(g - 1) % len(_CHANGES)].format(g=g))


def measure(url: str, one: str, fifty: str, bindir: Path, tables: int, peers: Peers) -> Iterator[Row]:
    """Yield the rows of planning.

    Args:
        url: the database to start from.
        one, fifty: databases that differ from it in so many tables.
        bindir: where pg_dump is.
        tables: how many tables there are.
        peers: the other tools.
    """
    dumps, plans, commands = [], [], []
    pggit = [sys.executable, "-m", "pggit", "plan", "--json"]
    for _ in range(_RUNS):  # in turn, as whatever else the machine does changes
        dumps.append(_run([str(bindir / "pg_dump"), "--schema-only", "--file", "/dev/null", url]))
        plans.append(_python(_PLAN, url, one))
        commands.append(_run([*pggit, url, one]))
    dumped = min(dump.seconds for dump in dumps)
    seconds = min(plan["seconds"] for plan in plans)
    note = f"{seconds:.2f} s, pg_dump {dumped:.2f} s, {plans[0]['statements']} statement"
    yield Row("plan, one change, against one pg_dump", tables, seconds / dumped, "×", 1.0, note)
    yield Row("pggit plan, one change", tables, min(ran.seconds for ran in commands), "s")
    yield Row("pggit plan, one change, memory", tables, max(ran.megabytes for ran in commands), "MB")
    yield Row("pg_dump, memory", tables, max(dump.megabytes for dump in dumps), "MB")
    many = _python(_PLAN, url, fifty)
    note = f"{many['statements']} statements"
    yield Row("plan, 50 changes, against one pg_dump", tables, many["seconds"] / dumped, "×", note=note)
    if tables <= 1000:
        made = _python(_FROM_EMPTY, url)
        what, budget = "plan from empty, without reading", 1.0 if tables == 1000 else None
        yield Row(what, tables, made["seconds"], "s", budget, f"{made['statements']} statements")
    for name in NAMES:
        yield from _peer(name, peers.command(name, url, one), tables)


def _peer(name: str, command: list[str] | None, tables: int) -> Iterator[Row]:
    """One run of another tool; one that does not find the change was not measured."""
    ran = _run(command) if command else None
    if ran and "one_change" not in ran.output:
        ran = None
    yield Row(f"{name}, one change", tables, ran and ran.seconds, "s")
    yield Row(f"{name}, one change, memory", tables, ran and ran.megabytes, "MB")


def _run(command: Sequence[str]) -> _Ran:
    """Run a program; its peak memory is told by the kernel when it ends."""
    start = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        output = process.stdout.read()
        _, _, used = os.wait4(process.pid, 0)
        process.returncode = 0  # it is waited for
    return _Ran(time.perf_counter() - start, used.ru_maxrss / 1024, output)


def _python(code: str, *arguments: str) -> dict[str, float]:
    done = subprocess.run([sys.executable, "-c", code, *arguments], check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found
