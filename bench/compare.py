"""``python -m bench.compare CHECKOUT``: what everyday things cost here and in another checkout, in turns, as ratios.

The other checkout has its own ``.venv``. Both start a server each, on data of their own, and do one thing after the
other; a round is one of here and one of there, so whatever else the machine does costs both of them time. Writes
``bench/COMPARED.md`` with ``--write``.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import IO

from bench.timing import median

_HERE = Path(__file__).parent.parent
_ROUNDS = 12

_WORKER = """
import json, sys, time
import psycopg, pggit
from bench.__main__ import _server
from bench.schema import make_tables
from pggit.plan.make import plan
from pggit.repo.share import fetch, push

def seconds(call):
    start = time.perf_counter()
    call()
    return time.perf_counter() - start

with _server(sys.argv[2]) as (server, _):
    def connect(name):
        return psycopg.connect(server.url(name), autocommit=True)
    admin = connect("postgres")
    admin.execute("create database plain")
    make_tables(connect("plain"), int(sys.argv[1]))
    for name in ("tracked", "other", "changed"):
        admin.execute(f"create database {name} template plain")
    admin.execute("create database remote")
    connect("changed").execute("alter table public.t_1 add column one_change integer")
    plain, tracked = connect("plain"), connect("tracked")
    here, there = pggit.open(server.url("tracked")), pggit.open(server.url("remote"))
    here.init(); there.init()
    here.commit("all of it", allow_empty=True)
    push(here, there, "remote", {"heads/copy": "heads/main"})
    done = iter(range(1, 10**6))

    def ddl():
        n = next(done)
        return seconds(lambda: tracked.execute(f"alter table public.t_{1 + n % 50} add column c_{n} integer"))

    def bare():
        n = next(done)
        return seconds(lambda: plain.execute(f"alter table public.t_{1 + n % 50} add column c_{n} integer"))

    def status():
        return seconds(here.status)

    def sql_status():
        return seconds(lambda: tracked.execute("select * from pggit.status()").fetchall())

    def diff():
        return seconds(here.diff)

    def planned():
        return seconds(lambda: plan(server.url("other"), server.url("changed")))

    def committed():
        tracked.execute(f"comment on table public.t_1 is '{next(done)}'")
        return seconds(lambda: here.commit("one change"))

    def pushed():
        return seconds(lambda: push(here, there, "remote", {"heads/copy": "heads/main"}))

    def fetched():
        return seconds(lambda: fetch(here, there, "remote"))

    known = {k: v for k, v in globals().items() if callable(v)}
    print("ready", flush=True)
    for line in sys.stdin:
        print(json.dumps(known[line.strip()]()), flush=True)
"""

_THINGS = {
    "ddl": "ADD COLUMN in a tracked database",
    "bare": "ADD COLUMN in another database",
    "sql_status": "pggit.status()",
    "status": "status of the library",
    "diff": "diff of the library",
    "planned": "plan between two databases, one change",
    "committed": "commit of one change",
    "pushed": "push of one commit",
    "fetched": "fetch where all is there",
}


class _Side:
    """A checkout at work."""

    def __init__(self, checkout: Path, tables: int, version: str) -> None:
        self._process = subprocess.Popen(
            [str(checkout / ".venv/bin/python"), "-c", _WORKER, str(tables), version],
            cwd=checkout,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.revision = subprocess.run(
            ["git", "rev-parse", "--short", "HEAD"], cwd=checkout, check=True, capture_output=True, text=True
        ).stdout.strip()

    def ready(self) -> None:
        """Wait until its databases are made."""
        self._line()

    def seconds(self, thing: str) -> float:
        """Have it do one thing; returns what it took."""
        print(thing, file=_of(self._process.stdin), flush=True)
        return float(json.loads(self._line()))

    def end(self) -> None:
        """Have it stop its server."""
        _of(self._process.stdin).close()
        self._process.wait()

    def _line(self) -> str:
        line = _of(self._process.stdout).readline()
        if not line:
            sys.exit("a side ended before its time; see above")
        return line


def _of(stream: IO[str] | None) -> IO[str]:
    assert stream is not None
    return stream


def main() -> None:
    """Compare, print, write."""
    parser = argparse.ArgumentParser(prog="python -m bench.compare", description=__doc__)
    parser.add_argument("checkout", type=Path, help="the other checkout")
    parser.add_argument("--tables", type=int, default=1000, help="tables of the schema (default: 1000)")
    parser.add_argument("--pg", choices=["15", "18"], default="18", help="major version of the servers")
    parser.add_argument("--write", type=Path, help="the file to add the table to")
    chosen = parser.parse_args()
    sides = [_Side(checkout, chosen.tables, chosen.pg) for checkout in (chosen.checkout.resolve(), _HERE)]
    for side in sides:
        side.ready()
    took: dict[str, tuple[list[float], list[float]]] = {thing: ([], []) for thing in _THINGS}
    for _ in range(_ROUNDS):
        for thing, found in took.items():
            for side, values in zip(sides, found, strict=True):
                values.append(side.seconds(thing))
    for side in sides:
        side.end()
    before, after = (side.revision for side in sides)
    lines = [
        f"Run of {date.today()}: PostgreSQL {chosen.pg}, {chosen.tables} tables, medians of {_ROUNDS} rounds in turn.",
        "",
        f"| What | {before} | {after} | Ratio |",
        "|---|---:|---:|---:|",
    ]
    for thing, (old, new) in took.items():
        a, b = median(old) * 1000, median(new) * 1000
        lines.append(f"| {_THINGS[thing]} | {a:.3g} ms | {b:.3g} ms | {b / a:.2f} |")
    text = "\n".join(lines)
    print(text)
    if chosen.write:
        with chosen.write.open("a", encoding="utf-8") as file:
            file.write("\n" + text + "\n")


if __name__ == "__main__":
    main()
