"""Commands that are killed: between any two of their statements, and at random. Nothing half made has a name."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing

import psycopg
import pytest

from clone.conftest import names, unfinished
from pggit.clone import clone
from servers import TestServer, connect

_PROGRAM = """
import sys
from pggit.clone import clone
from pggit.db import database, session, scratch
import psycopg
url, template, what, stop = sys.argv[1:]
connection = database.maintenance(url)
execute, count = psycopg.Connection.execute, 0
def counting(self, *arguments, **keywords):
    global count
    count += 1
    if count == int(stop):
        print("here", flush=True)
        sys.stdin.read()  # until it is killed
    return execute(self, *arguments, **keywords)
psycopg.Connection.execute = counting
if what == "create":
    clone.create(connection, template, "c")
else:
    clone.reset(connection, "c", force=True)
print("done", flush=True)
"""


def start(server: TestServer, template: str, what: str, stop: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", _PROGRAM, server.url, template, what, str(stop)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def kill(process: subprocess.Popen[str]) -> None:
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert process.stdout and process.stdin
    process.stdout.close()
    process.stdin.close()


def settle(server: TestServer, admin: psycopg.Connection) -> None:
    """Wait until the server has noticed that its client is gone."""
    end = time.monotonic() + 10
    ours = [admin.info.backend_pid, server.admin.info.backend_pid]
    query = "select count(*) from pg_stat_activity where backend_type = 'client backend' and pid <> all (%s)"
    while admin.execute(query, (ours,)).fetchone() != (0,):
        assert time.monotonic() < end
        time.sleep(0.02)


def check(server: TestServer, admin: psycopg.Connection) -> bool:
    """A clone is there as a whole or not at all; after gc nothing else is. Returns whether it is there."""
    settle(server, admin)
    clone.gc(admin)
    assert not unfinished(admin)
    there = [one.name for one in clone.clones(admin)]
    assert there in ([], ["c"])
    assert ("c" in names(admin)) == bool(there)
    if there:
        with closing(connect(server.url_of("c"))) as connection:
            assert connection.execute("select i from t").fetchall() == [(1,)]
            assert connection.execute("show work_mem").fetchone() == ("7MB",)
    return bool(there)


@pytest.mark.parametrize("what", ["create", "reset"])
def test_killed_before_each_statement(
    server: TestServer, admin: psycopg.Connection, make_template: Callable[..., str], what: str
) -> None:
    template = make_template()
    admin.execute(f"alter database {template} set work_mem to '7MB'")
    found = []
    for stop in range(1, 60):
        if what == "reset":
            if "c" not in names(admin):
                clone.create(admin, template, "c")
            with closing(connect(server.url_of("c"))) as connection:
                connection.execute("set work_mem = '8MB'")
        process = start(server, template, what, stop)
        assert process.stdout
        said = process.stdout.readline().strip()
        kill(process)
        found.append(check(server, admin))
        if said == "done":
            break
        if what == "create" and found[-1]:
            clone.drop(admin, "c")
    assert said == "done"
    assert len(found) > 8
    assert found[-1]
    if what == "reset":
        assert all(found)  # the old one or the new one, never none


def test_killed_at_random(server: TestServer, admin: psycopg.Connection, make_template: Callable[..., str]) -> None:
    seed = random.randrange(1 << 32)
    print(f"seed {seed}")
    chance = random.Random(seed)
    template = make_template("create table t as select 1 as i; create table u as select generate_series(1, 20000)")
    admin.execute(f"alter database {template} set work_mem to '7MB'")
    outcomes = set()
    for _ in range(8):
        process = start(server, template, "create", 0)
        time.sleep(0.25 + chance.random() * 0.25)
        kill(process)
        outcomes.add(check(server, admin))
        if "c" in names(admin):
            clone.drop(admin, "c")
    print(outcomes)
