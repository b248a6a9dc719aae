"""``python -m bench``: measures the budgets and writes ``bench/RESULTS.md``; ``--full`` adds 10,000 tables.

``--peers`` installs other tools from PyPI and npm, for this run, and measures them beside.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pggit
from bench import capture, cloning, merging, planning, pools, reading, share, start, store
from bench.peers import Peers
from bench.schema import make_tables
from bench.timing import Row
from pggit.db.account import server_account
from pggit.db.connect import connect
from pggit.db.embedded import packaged_programs, reachable_programs
from pggit.db.server import Server

_OPTIONS = {"fsync": "off", "max_locks_per_transaction": "512", "autovacuum": "off"}
_DEBIAN = Path("/usr/lib/postgresql/15/bin")


def main() -> None:
    """Run the measurements, print each as it comes, write them down."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--full", action="store_true", help="also 10,000 tables")
    parser.add_argument("--pg", choices=["15", "18"], default="18", help="major version of the server")
    parser.add_argument("--peers", action="store_true", help="also other tools, from PyPI and npm")
    parser.add_argument("--merging", action="store_true", help="only merges, written to MERGING.md")
    parser.add_argument("--write", type=Path)
    chosen = parser.parse_args()
    chosen.write = chosen.write or Path(__file__).parent / ("MERGING.md" if chosen.merging else "RESULTS.md")
    sizes = [100, 1000, *([10000] if chosen.full else [])]
    rows: list[Row] = []
    with _server(chosen.pg) as (server, bindir), tempfile.TemporaryDirectory(prefix="pggit-peers-") as folder:
        peers = Peers(Path(folder) if chosen.peers else None)
        small = None
        for tables in sizes:
            measured = _merging(server, tables) if chosen.merging else _measure(server, bindir, tables, small, peers)
            for row in measured:
                rows.append(row)
                print(_line(row), flush=True)
                if tables == 100 and row.what == "DDL on one object, added, median":
                    small = row.value
    missed = [row for row in rows if row.met is False]
    chosen.write.write_text(_report(rows, chosen.pg), encoding="utf-8")
    print(f"\n{len(rows)} figures, {len(missed)} over budget; written to {chosen.write}")


def _merging(server: Server, tables: int) -> Iterator[Row]:
    urls = {name: server.url(f"{name}_{tables}") for name in ("tracked", "plain")}
    with connect(server.url("postgres")) as admin:
        for name, url in urls.items():
            admin.execute(f"create database {name}_{tables}")
            with connect(url) as connection:
                make_tables(connection, tables)
        with pggit.open(urls["tracked"]) as repository:
            repository.init()
        yield from merging.measure(urls["tracked"], urls["plain"], tables)
        for name in urls:
            admin.execute(f"drop database {name}_{tables} with (force)")


def _measure(server: Server, bindir: Path, tables: int, small: float | None, peers: Peers) -> Iterator[Row]:
    admin = connect(server.url("postgres"))
    urls = {}
    for name in ("plain", "tracked"):
        admin.execute(f"create database {name}_{tables}")
        urls[name] = server.url(f"{name}_{tables}")
        with connect(urls[name]) as connection:
            make_tables(connection, tables)
    with connect(urls["plain"]) as connection:
        planning.change(connection, 1, 1)
    yield from reading.measure(urls["tracked"], urls["plain"], bindir, tables)
    admin.execute(f"create database fifty_{tables} template plain_{tables}")
    urls["fifty"] = server.url(f"fifty_{tables}")
    with connect(urls["fifty"]) as connection:
        planning.change(connection, 2, 50)
    yield from planning.measure(urls["tracked"], urls["plain"], urls["fifty"], bindir, tables, peers)
    with pggit.open(urls["tracked"]) as repository:
        repository.init()
    with connect(urls["plain"]) as plain, connect(urls["tracked"]) as tracked:
        yield from capture.measure(plain, tracked, tables, small)
    yield from store.measure(urls["tracked"], tables)
    yield from merging.measure(urls["tracked"], urls["plain"], tables)
    if tables == 100:
        yield from start.measure(urls["tracked"], tables)
        yield from pools.measure(server.url("postgres"))
    if tables <= 1000:
        yield from cloning.measure(server, bindir, tables, f"fsync {_OPTIONS['fsync']}")
    if tables == 1000:
        admin.execute(f"create database other_{tables}")
        urls["other"] = server.url(f"other_{tables}")
        yield from share.measure(urls["tracked"], urls["other"], tables)
    for name in urls:
        admin.execute(f"drop database {name}_{tables} with (force)")
    admin.close()


@contextmanager
def _server(version: str) -> Iterator[tuple[Server, Path]]:
    """Start a server on data that are removed at the end."""
    account = server_account()
    root = Path(tempfile.mkdtemp(prefix="pggit-bench-"))
    root.chmod(0o755)
    try:
        cache = root / "cache"
        cache.mkdir()
        programs = _DEBIAN if version == "15" else packaged_programs()
        bindir = reachable_programs(programs, cache, account)
        server = Server(bindir=bindir, datadir=root / "run" / "data", cache=cache, account=account, options=_OPTIONS)
        server.datadir.parent.mkdir()
        server.start()
        try:
            yield server, bindir
        finally:
            server.stop()
    finally:
        shutil.rmtree(root, ignore_errors=True)


def _line(row: Row) -> str:
    verdict = {None: "", True: "ok", False: "OVER"}[row.met]
    budget = "" if row.budget is None else f"≤ {row.budget:g} {row.unit}"
    return f"{row.tables:>6}  {row.what:<58} {row.shown:>14} {budget:<14} {verdict:<5} {row.note}"


def _report(rows: list[Row], version: str) -> str:
    lines = [
        "# Results",
        "",
        f"Run of {date.today()}, `python -m bench {' '.join(sys.argv[1:]) or f'--pg {version}'}`: PostgreSQL",
        f"{version}, fsync off, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}.",
        "Both databases of a comparison are on the same server, their statements in turn. Budgets are those of the",
        "design; a figure over budget says OVER.",
        "",
        "| Tables | What | Measured | Budget | | Note |",
        "|---:|---|---:|---:|---|---|",
    ]
    for row in rows:
        budget = "" if row.budget is None else f"{row.budget:g} {row.unit}"
        verdict = {None: "", True: "met", False: "OVER"}[row.met]
        lines.append(f"| {row.tables:,} | {row.what} | {row.shown} | {budget} | {verdict} | {row.note} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
