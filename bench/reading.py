"""Reading the catalog beside pg_dump, in processes of their own, so that memory is told apart."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from bench.timing import Row

_READ = """
import json, resource, sys, time
from pggit.db.connect import connect
from pggit.kinds.reader import read_state
connection = connect(sys.argv[1])
start = time.perf_counter()
state = read_state(connection)
print(json.dumps({"seconds": time.perf_counter() - start, "objects": len(state),
                  "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))
"""
_DIFF = """
import json, sys, time
from pggit.repo.states import compare
start = time.perf_counter()
changes = compare(sys.argv[1], sys.argv[2], None)
print(json.dumps({"seconds": time.perf_counter() - start, "changes": len(changes)}))
"""


def measure(url: str, other: str, bindir: Path, tables: int) -> Iterator[Row]:
    """Yield the rows of reading: ``other`` is a database that differs from that at ``url`` in one object."""
    dumped = min(_dump(url, bindir) for _ in range(2))
    reads = [_python(_READ, url) for _ in range(3)]
    best = min(read["seconds"] for read in reads)
    note = f"{best:.2f} s, pg_dump {dumped:.2f} s"
    yield Row("full read against pg_dump --schema-only", tables, best / dumped, "×", 0.4, note)
    memory = max(read["megabytes"] for read in reads)
    yield Row("full read, memory of the client", tables, memory, "MB", 150, f"{reads[0]['objects']} objects")
    diffs = [_python(_DIFF, url, other) for _ in range(2)]
    seconds = min(diff["seconds"] for diff in diffs)
    what = "live-to-live diff, one change, against one pg_dump"
    yield Row(what, tables, seconds / dumped, "×", 1.0, f"{seconds:.2f} s")


def _dump(url: str, bindir: Path) -> float:
    start = time.perf_counter()
    subprocess.run([bindir / "pg_dump", "--schema-only", "--file", "/dev/null", url], check=True)
    return time.perf_counter() - start


def _python(code: str, *arguments: str) -> dict[str, float]:
    done = subprocess.run([sys.executable, "-c", code, *arguments], check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found
