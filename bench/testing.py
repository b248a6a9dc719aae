"""Measure the sample project's test suite: a clone for each test, beside other ways to come by a database."""

from __future__ import annotations

import argparse
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from bench.timing import Row
from pggit.db.for_tests import is_in_memory, tests_server
from pggit.settings import load

SHOP = Path(__file__).parents[1] / "examples" / "bookshop"
TABLES = 44
WAYS = {
    "clone": "a clone for each test (pgGit)",
    "replay": "all 40 migrations for each test",
    "truncate": "one database a worker, its tables emptied after each test",
    "rollback": "one database a worker, each test in a transaction that is rolled back",
}


def main() -> None:
    """Measure everything, print each run as it comes, write the medians down."""
    parser = argparse.ArgumentParser(prog="python -m bench.testing", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="how often each is run, in turn")
    parser.add_argument("--workers", type=int, nargs="*", default=[0, 2, 8], help="of pytest-xdist; 0: without it")
    parser.add_argument("--ways", nargs="*", choices=list(WAYS), default=list(WAYS))
    parser.add_argument("--write", type=Path, default=Path(__file__).parent / "TESTING.md")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="pggit-bench-") as folder:
        project = Path(folder) / "bookshop"
        shutil.copytree(SHOP, project)
        Path(folder).chmod(0o755)
        server = tests_server(load(cwd=project))
        try:
            rows = list(measure(project, chosen))
        finally:
            server.stop(discard=True)
    chosen.write.write_text(_report(rows, chosen.rounds, is_in_memory(server)), encoding="utf-8")


def measure(project: Path, chosen: argparse.Namespace) -> Iterator[Row]:
    """Run the suite in every way with every number of workers.

    Args:
        project: a copy of the sample project, on which no test ran yet.
        chosen: the options.
    """
    yield _shown(Row("the first run: server and template are made", TABLES, _run(project, "clone", 0)[0], "s"))
    seconds: dict[tuple[int, str], list[float]] = defaultdict(list)
    waited: dict[tuple[int, str], float] = {}
    for _ in range(chosen.rounds):
        for workers in chosen.workers:
            for way in chosen.ways:
                took, each = _run(project, way, workers)
                seconds[workers, way].append(took)
                waited[workers, way] = each
                print(f"-n{workers} {way}: {took:.1f} s, load {os.getloadavg()[0]:.1f}", flush=True)
    for (workers, way), found in seconds.items():
        took = statistics.median(found)
        clones = statistics.median(seconds.get((workers, "clone"), [took]))
        note = (
            f"{took / clones:.1f} × the clones" if way != "clone" else f"{waited[workers, way]:.0f} ms waited for each"
        )
        yield _shown(Row(f"-n{workers}: {WAYS[way]}", TABLES, took, "s", note=note))


def _run(project: Path, way: str, workers: int) -> tuple[float, float]:
    """Run the suite; returns seconds from start to end, and milliseconds that a test waited for its clone."""
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", f"-n{workers}", "--how", way]
    begun = time.monotonic()
    done = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)
    took = time.monotonic() - begun
    if "200 passed" not in done.stdout:
        raise RuntimeError(done.stdout + done.stderr)
    each = re.search(r"(\d+) ms for each", done.stdout)
    return took, float(each[1]) if each else 0.0


def _shown(row: Row) -> Row:
    print(f"{row.what:<80} {row.shown:>10}  {row.note}", flush=True)
    return row


def _report(rows: list[Row], rounds: int, in_memory: bool) -> str:
    lines = [
        "# Tests",
        "",
        f"Run of {date.today()}, `python -m bench.testing`: the 200 tests of `examples/bookshop` (44 tables in 40",
        f"migrations, SQLAlchemy), {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}.",
        f"Seconds from the start of pytest to its end, medians of {rounds} runs in turn, all on the embedded server",
        f"for tests: fsync off, data {'in memory' if in_memory else 'on disk'}.",
        "",
        "| Tables | What | Measured | Note |",
        "|---:|---|---:|---|",
        *(f"| {row.tables} | {row.what} | {row.shown} | {row.note} |" for row in rows),
        "",
        "A transaction that is rolled back is the quickest; no test can commit in it, use a second connection, or see",
        "what deferred constraints do at a commit.",
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
