"""Cold starts of the command line and of the embedded server."""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bench.timing import Row, median

_FIRST_QUERY = """
import sys, time
start = time.perf_counter()
from pathlib import Path
from pggit.settings import load
from pggit.db.connect import connect
connect(load(cwd=Path(sys.argv[1]))).execute("select 1")
print(time.perf_counter() - start)
"""


def measure(url: str, tables: int) -> Iterator[Row]:
    """Yield the rows of cold starts; the database at ``url`` is tracked."""
    yield Row("pggit --version", tables, _cpu("--version"), "s CPU", 0.15)
    yield Row("pggit status", tables, _cpu("--db", url, "status"), "s CPU", 0.40)
    with tempfile.TemporaryDirectory(prefix="pggit-bench-") as project:
        (Path(project) / ".pggit.toml").write_text("")
        try:
            first = _start(project)
            _pggit(project, "server", "stop")
            yield Row("embedded server, first query, first start of a project", tables, first, "s")
            yield Row("embedded server, first query, second start", tables, _start(project), "s", 0.5)
        finally:
            _pggit(project, "server", "stop")


def _cpu(*arguments: str) -> float:
    """Return the median CPU seconds of a command, over five runs."""
    found = []
    for _ in range(5):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, "-m", "pggit", *arguments], check=True, capture_output=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        found.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return median(found)


def _start(project: str) -> float:
    time.sleep(0.2)
    done = subprocess.run([sys.executable, "-c", _FIRST_QUERY, project], check=True, capture_output=True, text=True)
    return float(done.stdout)


def _pggit(project: str, *arguments: str) -> None:
    subprocess.run([sys.executable, "-m", "pggit", *arguments], cwd=project, check=True, capture_output=True)
