"""Measure the sample project's test suite: a clone for each test, beside other ways to come by a database."""

from __future__ import annotations

import argparse
import os
import platform
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import NamedTuple

from bench.timing import Row
from pggit.clone.clone import create
from pggit.clone.label import labelled
from pggit.db.database import maintenance
from pggit.db.for_tests import is_in_memory, tests_server
from pggit.db.server import Server
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
            rows = list(measure(project, server, chosen))
        finally:
            server.stop(discard=True)
    chosen.write.write_text(_report(rows, chosen.rounds, is_in_memory(server)), encoding="utf-8")


def measure(project: Path, server: Server, chosen: argparse.Namespace) -> Iterator[Row]:
    """Run the suite in every way with every number of workers.

    Args:
        project: a copy of the sample project, on which no test ran yet.
        server: its server for tests.
        chosen: the options.
    """
    first = _run(project, server, "clone", 0)
    yield _shown(Row("the first run: server and template are made", TABLES, first.seconds, "s"))
    _stay(server)
    found: dict[tuple[int, str], list[Took]] = defaultdict(list)
    for _ in range(chosen.rounds):
        for workers in chosen.workers:
            for way in chosen.ways:
                took = _run(project, server, way, workers)
                found[workers, way].append(took)
                print(f"-n{workers} {way}: {took}, load {os.getloadavg()[0]:.1f}", flush=True)
    for (workers, way), all_of_it in found.items():
        seconds, cpu, each = (statistics.median(one) for one in zip(*all_of_it, strict=True))
        clones = statistics.median(took.seconds for took in found.get((workers, "clone"), all_of_it))
        note = f"{each:.0f} ms waited for each" if way == "clone" else f"{seconds / clones:.1f} × the clones"
        yield _shown(Row(f"-n{workers}: {WAYS[way]}", TABLES, seconds, "s", note=f"{cpu:.1f} s of processors; {note}"))


class Took(NamedTuple):
    """Seconds from start to end; seconds of processors; milliseconds that a test waited for its clone."""

    seconds: float
    cpu: float
    each: float


def _run(project: Path, server: Server, way: str, workers: int) -> Took:
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", f"-n{workers}", "--how", way]
    cpu, begun = _cpu(server), time.monotonic()
    done = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)
    took = time.monotonic() - begun
    if "200 passed" not in done.stdout:
        raise RuntimeError(done.stdout + done.stderr)
    each = re.search(r"(\d+) ms for each", done.stdout)
    return Took(took, _cpu(server) - cpu, float(each[1]) if each else 0.0)


def _stay(server: Server) -> None:
    """Let the server run until the end: runs stop it where no clone is left."""
    with closing(maintenance(server.start())) as connection:
        create(connection, labelled(connection, "template")[0].name, "stays")


def _cpu(server: Server) -> float:
    """Seconds of processors that ended children of this process, and the server with its ended sessions, have used.

    https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
    """
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = children.ru_utime + children.ru_stime
    running = server.status()
    if running is None:
        return used
    fields = Path(f"/proc/{running.pid}/stat").read_text().rpartition(")")[2].split()
    return used + sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


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
        f"for tests: fsync off, data {'in memory' if in_memory else 'on disk'}. Seconds of processors are those of",
        "pytest and of the server together; other work on the machine matters less to them.",
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
