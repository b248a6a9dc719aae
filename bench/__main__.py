"""``python -m bench``: measures the budgets and writes ``bench/RESULTS.md``; ``--full`` adds 10,000 tables.

Parts are named to run alone (``python -m bench capture merging``). ``--short`` runs everything at 100 tables only and
writes nothing: it shows that each part runs. ``--peers`` installs other tools from PyPI and npm, for this run, and
measures them beside.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import psycopg

import pggit
from bench import capture, cloning, merging, planning, pools, reading, share, start, store
from bench.peers import Peers
from bench.schema import make_tables
from bench.timing import Row
from pggit.db.account import server_account
from pggit.db.embedded import packaged_programs, reachable_programs
from pggit.db.server import Server

_OPTIONS = {"fsync": "off", "max_locks_per_transaction": "512", "autovacuum": "off"}
_DEBIAN = Path("/usr/lib/postgresql/15/bin")


@dataclass
class Place:
    """Where a part measures: a server, and databases of a number of tables, made for this part alone."""

    server: Server
    bindir: Path
    tables: int
    peers: Peers
    added: dict[int, float]
    """Milliseconds that capture adds to a DDL statement, by number of tables; the part `capture` writes it."""
    _made: list[str] = field(default_factory=list)

    def database(self, *, tracked: bool = False, changed: int = 0) -> str:
        """Make a database with the tables; returns its URL.

        Args:
            tracked: whether it is tracked by pgGit.
            changed: how many of its tables are changed afterwards.
        """
        name = f"bench_{self.tables}_{len(self._made)}"
        self._made.append(name)
        with _connected(self.server.url("postgres")) as admin:
            admin.execute(f"create database {name} template {_template(self.server, self.tables)}")
        url = self.server.url(name)
        with _connected(url) as connection:
            planning.change(connection, 1, changed)
        if tracked:
            with pggit.open(url) as repository:
                repository.init()
        return url

    def empty(self) -> str:
        """Make an empty database; returns its URL."""
        name = f"bench_{self.tables}_{len(self._made)}"
        self._made.append(name)
        with _connected(self.server.url("postgres")) as admin:
            admin.execute(f"create database {name}")
        return self.server.url(name)

    def close(self) -> None:
        """Drop the databases of the part."""
        with _connected(self.server.url("postgres")) as admin:
            for name in self._made:
                admin.execute(f"drop database if exists {name} with (force)")


def _reading(place: Place) -> Iterator[Row]:
    yield from reading.measure(place.database(tracked=True), place.database(), place.bindir, place.tables)


def _planning(place: Place) -> Iterator[Row]:
    databases = (place.database(), place.database(changed=1), place.database(changed=50))
    yield from planning.measure(*databases, place.bindir, place.tables, place.peers)


def _capture(place: Place) -> Iterator[Row]:
    with _connected(place.database()) as plain, _connected(place.database(tracked=True)) as tracked:
        for row in capture.measure(plain, tracked, place.tables, place.added.get(100)):
            if row.what == "DDL on one object, added, median":
                place.added[place.tables] = row.value
            yield row


def _store(place: Place) -> Iterator[Row]:
    yield from store.measure(place.database(tracked=True), place.tables)


def _merging(place: Place) -> Iterator[Row]:
    yield from merging.measure(place.database(tracked=True), place.database(), place.tables)


def _start(place: Place) -> Iterator[Row]:
    if place.tables == 100:
        yield from start.measure(place.database(tracked=True), place.tables)


def _pools(place: Place) -> Iterator[Row]:
    if place.tables == 100:
        yield from pools.measure(place.server.url("postgres"))


def _cloning(place: Place) -> Iterator[Row]:
    if place.tables <= 1000:
        yield from cloning.measure(place.server, place.bindir, place.tables, f"fsync {_OPTIONS['fsync']}")


def _share(place: Place) -> Iterator[Row]:
    if place.tables <= 1000:
        yield from share.measure(place.database(tracked=True), place.empty(), place.tables)


PARTS: dict[str, Callable[[Place], Iterator[Row]]] = {
    "reading": _reading,
    "planning": _planning,
    "capture": _capture,
    "store": _store,
    "merging": _merging,
    "start": _start,
    "pools": _pools,
    "cloning": _cloning,
    "share": _share,
}


def main() -> None:
    """Run the measurements, print each as it comes, write them down."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"only these of {', '.join(PARTS)}")
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--full", action="store_true", help="also 10,000 tables")
    size.add_argument("--short", action="store_true", help="100 tables only; writes nothing")
    parser.add_argument("--pg", choices=["15", "18"], default="18", help="major version of the server")
    parser.add_argument("--peers", action="store_true", help="also other tools, from PyPI and npm")
    parser.add_argument("--write", type=Path, help="the file to write (default: bench/RESULTS.md, if all parts run)")
    chosen = parser.parse_args()
    unknown = set(chosen.parts) - PARTS.keys()
    if unknown:
        parser.error(f"there is no part {', '.join(sorted(unknown))}; parts are {', '.join(PARTS)}")
    if not chosen.parts and not chosen.short:
        chosen.write = chosen.write or Path(__file__).parent / "RESULTS.md"
    sizes = [100] if chosen.short else [100, 1000, *([10000] if chosen.full else [])]
    rows: list[Row] = []
    with _server(chosen.pg) as (server, bindir), tempfile.TemporaryDirectory(prefix="pggit-peers-") as folder:
        peers = Peers(Path(folder) if chosen.peers else None)
        added: dict[int, float] = {}
        for tables in sizes:
            for part in chosen.parts or PARTS:
                for row in _measured(PARTS[part], Place(server, bindir, tables, peers, added)):
                    rows.append(row)
                    print(_line(row), flush=True)
    missed = [row for row in rows if row.met is False]
    where = "not written"
    if chosen.write:
        chosen.write.write_text(_report(rows, chosen.pg), encoding="utf-8")
        where = f"written to {chosen.write}"
    print(f"\n{len(rows)} figures, {len(missed)} over budget; {where}")


def _measured(part: Callable[[Place], Iterator[Row]], place: Place) -> Iterator[Row]:
    try:
        yield from part(place)
    finally:
        place.close()


def _template(server: Server, tables: int) -> str:
    """Return the name of the database with so many tables, which each part copies; made when it is first asked for."""
    name = f"tables_{tables}"
    with _connected(server.url("postgres")) as admin:
        if admin.execute("select 1 from pg_database where datname = %s", [name]).fetchone():
            return name
        admin.execute(f"create database {name}")
    with _connected(server.url(name)) as connection:
        make_tables(connection, tables)
    return name


def _connected(url: str) -> psycopg.Connection:
    return psycopg.connect(url, autocommit=True)


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
