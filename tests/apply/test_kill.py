"""`kill -9` of the tool and of the server, between statements and within them, while a writer goes on writing.

After each kill the plan is applied again: the database is at the plan's end, no index is left invalid, no row that the
server had acknowledged is lost. PGGIT_TEST_KILLS says how many points are tried.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import psycopg
import pytest

from apply.plans import LONG, SETUP, invalid_indexes, journal_is_gone, run_plainly, semantic
from pggit.plan.model import Plan, Statement, to_json
from servers import Database, TestServer

POINTS = int(os.environ.get("PGGIT_TEST_KILLS", "20"))
_SAFE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on", "max_wal_size": "1GB"}


class Crashing(TestServer):
    """A server of this test's own, that survives its crashes: what it acknowledged is on the disk."""

    def __init__(self, version: str) -> None:
        super().__init__(version)
        self.admin.close()
        self.server.stop()
        self.server.options |= _SAFE
        self.url = self.server.start()
        self.admin = psycopg.connect(self.url, autocommit=True)

    def crash(self) -> None:
        """Kill postmaster and backends at once, as a loss of power would; then start again."""
        found = self.server.status()
        assert found is not None
        postmaster = found.pid
        children = _children(postmaster)
        for pid in (postmaster, *children):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        # the directory that a dying process works in is the last that shows it as running
        while any(Path(f"/proc/{pid}/cwd").exists() for pid in (postmaster, *children)):
            time.sleep(0.002)
        self.server.start()
        self.admin.close()
        self.admin = psycopg.connect(self.url, autocommit=True)


def _children(parent: int) -> list[int]:
    """Processes that a process of ours started."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            if int(stat.read_text().rpartition(")")[2].split()[1]) == parent:
                found.append(int(stat.parent.name))
    return found


class Writer(threading.Thread):
    """Inserts and updates rows until it is told to stop; connects again after each crash.

    ``inserted`` has the ids, ``noted`` the last note of each, that the server acknowledged.
    """

    def __init__(self, url: str) -> None:
        super().__init__(daemon=True)
        self.url = url
        self.inserted: set[int] = set()
        self.noted: dict[int, str] = {}
        self.over = threading.Event()
        self.failures: list[str] = []

    def run(self) -> None:
        """Write."""
        number = 0
        while not self.over.is_set():
            try:
                with closing(psycopg.connect(self.url, autocommit=True)) as connection:
                    while not self.over.is_set():
                        number += 1
                        self._write(connection, number)
                        time.sleep(0.004)
            except psycopg.OperationalError:
                time.sleep(0.02)  # the server is gone, or comes back
            except psycopg.Error as error:  # nothing in the plan may stop a writer
                self.failures.append(str(error))

    def _write(self, connection: psycopg.Connection, number: int) -> None:
        made = connection.execute(
            "insert into public.orders (customer, amount, note) values (%s, 5, 'new') returning id", (1 + number % 50,)
        ).fetchone()
        self.inserted.add(made[0])
        row, note = 1 + number % 40, f"note {number}"
        self.noted.pop(row, None)  # until it is acknowledged either may be there
        connection.execute("update public.orders set note = %s where id = %s", (note, row))
        self.noted[row] = note


@pytest.fixture(scope="module")
def crashing() -> Iterator[Crashing]:
    """The server to kill: the newest there is."""
    from servers import available_versions

    server = Crashing(list(available_versions())[-1])
    try:
        yield server
    finally:
        server.close()


@pytest.fixture(scope="module")
def at_a(crashing: Crashing, tmp_path_factory: pytest.TempPathFactory) -> tuple[Database, Plan, Path]:
    """A database at the start, to copy, the plan, and its file. The column that is filled has a default for new rows."""
    start, end = crashing.create_database(), crashing.create_database()
    for database in (start, end):
        database.connect().execute(SETUP.encode())
    before = semantic(start)
    run_plainly(end, LONG)
    plan = Plan("a", "b", before, semantic(end), start.version, statements=LONG)
    crashing.drop_database(end)
    start.close()
    file = tmp_path_factory.mktemp("plan") / "plan.json"
    file.write_text(to_json(plan))
    return start, plan, file


def _apply(database: Database, file: Path, *options: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-u", "-m", "pggit", "--db", database.url, "apply", str(file), "--yes", *options]
    return subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def _is_begun(database: Database) -> bool:
    """Whether the journal says that a statement was begun that no transaction holds."""
    with closing(psycopg.connect(database.url)) as connection:
        found = connection.execute("select obj_description(to_regnamespace('pggit_apply'), 'pg_namespace')").fetchone()
    return bool(found and found[0] and json.loads(found[0])["begun"])


def _wait_for_line(tool: subprocess.Popen[str], number: int) -> bool:
    """Wait until the tool says that a statement is done; False where it ends before. 0: do not wait."""
    assert tool.stderr
    while number:
        line = tool.stderr.readline()
        if not line:
            return False
        if line.startswith(f"[{number:>2}/12]"):
            return True
    time.sleep(0.25)  # it starts, connects, reads
    return True


def _kill_points() -> list[tuple[str, int, float]]:
    """(whom, after which statement, seconds after): each between two statements first, then random ones."""
    chance = random.Random(os.environ.get("PGGIT_TEST_SEED", "1"))
    between = [("tool" if n % 3 else "server", n, 0.0) for n in range(12)]
    while len(between) < POINTS:
        between.append((chance.choice(["tool", "tool", "server"]), chance.randrange(12), chance.uniform(0.0, 0.04)))
    return between[:POINTS]


def test_killed_anywhere_it_goes_on(crashing, at_a, capsys):
    start, plan, file = at_a
    began = time.monotonic()
    struck: dict[str, int] = {"tool": 0, "server": 0}
    resumed = within = too_late = acknowledged = 0
    for whom, number, after in _kill_points():
        database = crashing.create_database(template=start.name)
        writer = Writer(database.url)
        writer.start()
        try:
            tool = _apply(database, file)
            if _wait_for_line(tool, number):
                time.sleep(after)
            too_late += tool.poll() is not None
            if whom == "tool":
                tool.kill()
            else:
                crashing.crash()
            tool.wait()
            struck[whom] += 1
            within += _is_begun(database)
            again = _apply(database, file, "--json")
            said, _ = again.communicate(timeout=60)
            assert again.returncode == 0, (whom, number, after, said)
            resumed += json.loads(said)["resumed_from"] is not None
        finally:
            writer.over.set()
            writer.join()
        where = (whom, number, after)
        assert semantic(database) == plan.to_hash, where
        assert not invalid_indexes(database), where
        assert journal_is_gone(database), where
        assert writer.failures == [], where
        acknowledged += _nothing_is_lost(database, writer)
        crashing.drop_database(database)
    with capsys.disabled():
        print(
            f"\n{sum(struck.values())} kills ({struck['tool']} of the tool, {struck['server']} of the server) in"
            f" {time.monotonic() - began:.0f} s; {resumed} runs were taken up in the middle, {within} of them in a"
            f" statement outside of transactions; {too_late} came too late; {acknowledged} acknowledged writes are there"
        )
    assert resumed >= POINTS // 3
    assert within > 0


def test_a_killed_tool_does_not_keep_its_locks(crashing, tmp_path):
    if crashing.version < 14:
        pytest.skip("the server notices since 14")
    database = crashing.create_database()
    database.connect().execute("create table public.t (a int); insert into public.t values (1)")
    now = semantic(database)
    slow = Statement(
        "alter table public.t add column b text default (pg_catalog.pg_sleep(60)::text)", "create", "column public.t.b"
    )
    file = tmp_path / "plan.json"
    file.write_text(to_json(Plan("a", "b", now, "0" * 64, crashing.version, statements=(slow,))))
    tool = _apply(database, file)
    connection = database.connect()
    held = "select count(*) from pg_locks where relation = 't'::regclass and mode = 'AccessExclusiveLock'"
    while not connection.execute(held).fetchone()[0]:
        assert tool.poll() is None
        time.sleep(0.05)
    tool.kill()
    tool.communicate()
    killed = time.monotonic()
    while connection.execute(held).fetchone()[0]:
        assert time.monotonic() - killed < 20
        time.sleep(0.1)


def _nothing_is_lost(database: Database, writer: Writer) -> int:
    """Check that all acknowledged writes are there; returns how many."""
    connection = database.connect()
    there = dict(connection.execute("select id, note from public.orders").fetchall())
    assert writer.inserted <= set(there)
    assert {row: there[row] for row in writer.noted} == writer.noted
    (unfilled,) = connection.execute("select count(*) from public.orders where total is null").fetchone()
    assert unfilled == 0
    return len(writer.inserted) + len(writer.noted)
