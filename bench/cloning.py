"""Clones beside raw CREATE DATABASE, replay of a script, ``pg_dump | psql``, pytest-postgresql.

``python -m bench.cloning`` measures them alone: 10, 100, 1,000 tables and 1 GB, with and without fsync; with
``--mount`` also on XFS and btrfs in loop devices (root). It writes ``bench/CLONING.md``.
"""

from __future__ import annotations

import argparse
import os
import platform
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime
from pathlib import Path

from psycopg import Connection

from bench.schema import make_tables
from bench.timing import Row, median
from pggit.clone import clone
from pggit.clone.label import Label
from pggit.db import database
from pggit.db.account import server_account
from pggit.db.connect import connect, libpq_environment
from pggit.db.embedded import packaged_programs, reachable_programs
from pggit.db.server import Server
from pggit.db.strategy import Strategy, possible

_DEBIAN = Path("/usr/lib/postgresql/15/bin")
_OPTIONS = {"autovacuum": "off", "max_locks_per_transaction": "512", "max_wal_size": "4GB"}
_GIGABYTE = (
    "create table public.big as select i, repeat(md5(i::text), 30) as text from generate_series(1, 1_050_000) as i"
)
_BUDGET = 1.15
_SLOW_MS = 3000
"""A copy that takes longer is measured twice, not seven times."""


def measure(server: Server, bindir: Path, tables: int, where: str, *, peer: list[str] | None = None) -> Iterator[Row]:
    """Yield the rows of one template.

    Args:
        server: it runs.
        bindir: its programs, for pg_dump.
        tables: of the template; 0 is one table of 1 GB.
        where: what kind of server it is, for the rows.
        peer: the command that clones with pytest-postgresql, where it is measured.
    """
    with database.maintenance(server.url()) as admin:
        template, source = _template(admin, server, tables)
        times = _copies(admin, template)
        best = min((way for way in times if way != "pggit"), key=lambda way: median(times[way]))
        for way, found in times.items():
            if way != "pggit":
                yield Row(f"CREATE DATABASE, {way}, {where}", tables, median(found), "ms", note=f"{len(found)} times")
        ratio = median(times["pggit"]) / median(times[best])
        note = f"{median(times['pggit']):.0f} ms, {best} {median(times[best]):.0f} ms"
        yield Row(
            f"clone against the best CREATE DATABASE, {where}",
            tables,
            ratio,
            "×",
            _BUDGET if tables != 10 else None,
            note,
        )
        if tables:
            yield from _others(admin, server, bindir, source, tables, where, median(times["pggit"]), peer, template)
        database.drop_database(admin, template, force=True)
        database.drop_database(admin, source, force=True)


def _template(admin: Connection, server: Server, tables: int) -> tuple[str, str]:
    """Make a template, and the same as an open database."""
    source, template = f"source_{tables}", f"pggit_template_{secrets.token_hex(8)}"
    database.create_database(admin, source)
    with connect(server.url(source)) as connection:
        if tables:
            make_tables(connection, tables)
        else:
            connection.execute(_GIGABYTE if connection.info.server_version >= 160000 else _GIGABYTE.replace("_", ""))
            connection.execute("checkpoint")
        row = connection.execute(
            "select 3 * count(*), pg_database_size(current_database()) from pg_class"
            " where relkind in ('r', 'i', 't', 'S', 'm')"
        ).fetchone()
    assert row is not None
    database.create_database(admin, template, template=source)
    database.comment(
        admin, template, Label("template", "bench", datetime.now(UTC).isoformat(), files=row[0], bytes=row[1]).text()
    )
    database.seal(admin, template)
    return template, source


def _copies(admin: Connection, template: str) -> dict[str, list[float]]:
    """Measure our clone and each raw strategy in turn; milliseconds."""
    ways = [*possible(admin.info.server_version // 10000), "pggit"]
    times: dict[str, list[float]] = {way: [] for way in ways}
    clone.create(admin, template, "bench_warm")
    database.drop_database(admin, "bench_warm")
    for turn in range(7):
        for way in ways:
            if turn > 1 and times[way][0] > _SLOW_MS:
                continue
            name = f"bench_{turn}_{way}"
            begun = time.perf_counter()
            if way == "pggit":
                clone.create(admin, template, name)
            else:
                _raw(admin, name, template, way)  # type: ignore[arg-type]
            times[way].append((time.perf_counter() - begun) * 1000)
            database.drop_database(admin, name)
    return times


def _raw(admin: Connection, name: str, template: str, strategy: Strategy) -> None:
    database.create_database(admin, name, template=template, strategy=strategy)


def _others(
    admin: Connection,
    server: Server,
    bindir: Path,
    source: str,
    tables: int,
    where: str,
    ours: float,
    peer: list[str] | None,
    template: str,
) -> Iterator[Row]:
    """What people do without a template."""
    psql = shutil.which("psql")
    with tempfile.TemporaryDirectory(prefix="pggit-bench-") as folder:
        script = Path(folder) / "schema.sql"
        dump = f"'{bindir / 'pg_dump'}' -d '{source}'"
        host = _environment(server, "postgres")
        subprocess.run(f"{dump} > '{script}'", shell=True, check=True, env=host)
        ways = {
            "psql -1 replay": f"psql -qX1 -o /dev/null -f '{script}'",
            "pg_dump | psql": f"{dump} | psql -qX -o /dev/null",
        }
        for what, command in ways.items():
            if psql is None:
                yield Row(f"{what}, {where}", tables, None, "× of a clone")
                continue
            found = [_replayed(admin, server, command) for _ in range(3 if tables < 1000 else 1)]
            note = f"{median(found):.0f} ms, with CREATE DATABASE"
            yield Row(f"{what}, against a clone, {where}", tables, median(found) / ours, "×", note=note)
    if peer:
        shown = subprocess.run(
            [*peer, template], check=True, capture_output=True, text=True, env=_environment(server, "postgres")
        ).stdout
        yield Row(
            f"pytest-postgresql, against a clone, {where}",
            tables,
            float(shown) / ours,
            "×",
            note=f"{float(shown):.0f} ms",
        )


def _replayed(admin: Connection, server: Server, command: str) -> float:
    begun = time.perf_counter()
    admin.execute("create database bench_replay template template0")
    subprocess.run(command, shell=True, check=True, env=_environment(server, "bench_replay"), stderr=subprocess.DEVNULL)
    found = (time.perf_counter() - begun) * 1000
    admin.execute("drop database bench_replay")
    return found


def _environment(server: Server, name: str) -> dict[str, str]:
    return {**os.environ, **libpq_environment(server.url(name))}


def main() -> None:
    """Measure everything, print each figure as it comes, write them down."""
    parser = argparse.ArgumentParser(prog="python -m bench.cloning", description=__doc__)
    parser.add_argument("--pg", choices=["15", "18"], default="18", help="major version of the server")
    parser.add_argument("--mount", action="store_true", help="also XFS and btrfs in loop devices")
    parser.add_argument("--tables", type=int, nargs="*", default=[10, 100, 1000, 0], help="0: one table of 1 GB")
    parser.add_argument("--write", type=Path, default=Path(__file__).parent / "CLONING.md")
    chosen = parser.parse_args()
    rows = []
    for row in _all(chosen):
        rows.append(row)
        verdict = {None: "", True: "ok", False: "OVER"}[row.met]
        print(f"{row.tables or '1 GB':>6}  {row.what:<62} {row.shown:>14} {verdict:<5} {row.note}", flush=True)
    chosen.write.write_text(_report(rows, chosen.pg), encoding="utf-8")


def _all(chosen: argparse.Namespace) -> Iterator[Row]:
    with tempfile.TemporaryDirectory(prefix="pggit-bench-") as folder:
        Path(folder).chmod(0o755)
        peer = pytest_postgresql(Path(folder) / "peer")
        places = [(Path(folder) / "here", _file_system(Path(folder)))]
        if Path("/dev/shm").is_dir():
            places.append((Path(tempfile.mkdtemp(prefix="pggit-bench-", dir="/dev/shm")), "tmpfs"))
        try:
            for place, name in places:
                yield from _on(chosen, place, name, peer, [True, False] if name != "tmpfs" else [False])
        finally:
            shutil.rmtree(places[-1][0], ignore_errors=True)
        for name in ("xfs", "btrfs") if chosen.mount else ():
            with mounted(Path(folder), name) as place:
                yield from _on(chosen, place / "pg", name, None, [True, False])


def _on(
    chosen: argparse.Namespace, place: Path, name: str, peer: list[str] | None, fsyncs: list[bool]
) -> Iterator[Row]:
    for fsync in fsyncs:
        with _server(chosen.pg, place, fsync) as (server, bindir):
            for tables in chosen.tables:
                where = f"{name}, fsync {'on' if fsync else 'off'}"
                yield from measure(server, bindir, tables, where, peer=peer if tables == 100 else None)


@contextmanager
def _server(version: str, place: Path, fsync: bool) -> Iterator[tuple[Server, Path]]:
    account = server_account()
    place.mkdir(exist_ok=True)
    place.chmod(0o755)
    programs = _DEBIAN if version == "15" else packaged_programs()
    cache = place / "cache"
    cache.mkdir(exist_ok=True)
    bindir = reachable_programs(programs, cache, account)
    options = _OPTIONS | {"fsync": "on" if fsync else "off"}
    server = Server(bindir=bindir, datadir=place / "run" / "data", cache=cache, account=account, options=options)
    server.datadir.parent.mkdir()
    server.start()
    try:
        yield server, bindir
    finally:
        server.stop()
        shutil.rmtree(place / "run")


@contextmanager
def mounted(folder: Path, kind: str) -> Iterator[Path]:
    """Mount a fresh file system of 6 GB in a loop device for the length of a block; it needs root."""
    image, place = folder / f"{kind}.img", folder / kind
    place.mkdir()
    subprocess.run(["truncate", "-s", "6G", image], check=True)
    options = ["-m", "reflink=1"] if kind == "xfs" else []
    subprocess.run([f"mkfs.{kind}", *options, "-q", image], check=True, capture_output=True)
    subprocess.run(["mount", "-o", "loop", image, place], check=True)
    try:
        yield place
    finally:
        subprocess.run(["umount", place], check=True)
        image.unlink()


_PEER = """
import sys, time, statistics, os
from pytest_postgresql.janitor import DatabaseJanitor
found = []
for turn in range(7):
    place = {"user": os.environ["PGUSER"], "host": os.environ["PGHOST"], "port": os.environ["PGPORT"]}
    janitor = DatabaseJanitor(**place, version=sys.argv[1], dbname=f"peer_{turn}", template_dbname=sys.argv[2])
    begun = time.perf_counter()
    janitor.init()
    found.append((time.perf_counter() - begun) * 1000)
    janitor.drop()
print(statistics.median(found))
"""


def pytest_postgresql(folder: Path) -> list[str] | None:
    """Install pytest-postgresql; returns the command that measures it, or None where it cannot be had."""
    import venv

    with suppress(OSError, subprocess.CalledProcessError):
        venv.create(folder, with_pip=True)
        python = folder / "bin" / "python"
        pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "pytest-postgresql", "psycopg[binary]"], check=True, capture_output=True)
        return [str(python), "-c", _PEER, "18"]
    return None


def _file_system(path: Path) -> str:
    shown = subprocess.run(["stat", "-f", "-c", "%T", path], capture_output=True, text=True, check=False).stdout.strip()
    return {"ext2/ext3": "ext4"}.get(shown, shown or "disk")


def _report(rows: list[Row], version: str) -> str:
    lines = [
        "# Clones",
        "",
        f"Run of {date.today()}, `python -m bench.cloning --pg {version}`: PostgreSQL {version},",
        f"{os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}. Medians of copies of one",
        "template, in turn. Clones are made by the library on an open connection.",
        "",
        "| Tables | What | Measured | Budget | | Note |",
        "|---:|---|---:|---:|---|---|",
    ]
    for row in rows:
        budget = "" if row.budget is None else f"{row.budget:g} {row.unit}"
        verdict = {None: "", True: "met", False: "OVER"}[row.met]
        size = f"{row.tables:,}" if row.tables else "1 GB"
        lines.append(f"| {size} | {row.what} | {row.shown} | {budget} | {verdict} | {row.note} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
