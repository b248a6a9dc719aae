"""A builder that is killed: no half template is ever used, and nothing is left after gc."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

import pggit
from clone.conftest import names, unfinished
from pggit.clone import clone, template
from pggit.clone.label import labelled
from pggit.clone.source.files import files_of, seeds_of
from pggit.clone.unused import gc
from pggit.db import database as databases
from pggit.sections import Environment
from servers import TestServer, connect

BUILDER = """
import sys
from contextlib import closing
from pathlib import Path
from pggit.clone import template
from pggit.clone.source.files import files_of, seeds_of
from pggit.db.database import maintenance
from pggit.sections import Environment

project, environment = Path(sys.argv[2]), Environment("e", include=("schema",), seeds=("seeds",))
with closing(maintenance(sys.argv[1])) as connection:
    made = template.build(connection, seeds_of(environment, project, files_of(None, environment, project)))
    print(made.name, made.built)
"""
ENVIRONMENT = Environment("e", include=("schema",), seeds=("seeds",))


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "schema").mkdir()
    for number in range(20):
        (tmp_path / "schema" / f"{number}.sql").write_text(f"create table t{number} (id int primary key, x text);")
    (tmp_path / "seeds").mkdir()
    (tmp_path / "seeds" / "1.sql").write_text("insert into t0 select i, 'x' from generate_series(1, 1000) as i;")
    return tmp_path


@pytest.fixture
def start(server: TestServer, project: Path) -> Callable[[], subprocess.Popen[bytes]]:
    """Starts a builder in a process of its own."""
    environment = os.environ | {"PYTHONPATH": str(Path(pggit.__file__).parents[1])}
    command = [sys.executable, "-c", BUILDER, server.url, str(project)]
    return lambda: subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def kill(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGKILL)
    process.communicate()


def settle(admin: psycopg.Connection) -> None:
    """Wait until the server has noticed that its clients are gone: but for this one and the test server's own."""
    query = "select count(*) from pg_stat_activity where backend_type = 'client backend'"
    for _ in range(1000):
        if admin.execute(query).fetchone() == (2,):
            return
        time.sleep(0.01)
    raise AssertionError("a session of the killed builder is still there")


def is_sound(server: TestServer, admin: psycopg.Connection, project: Path, before: list[str]) -> None:
    """Whatever is there now is whole; the next build ends well; gc leaves nothing behind."""
    for one in labelled(admin, "template"):
        assert one.sealed, one
    settle(admin)
    made = template.build(admin, seeds_of(ENVIRONMENT, project, files_of(None, ENVIRONMENT, project)))
    clone.create(admin, made.name, "after")
    with closing(connect(server.url_of("after"))) as connection:
        assert connection.execute("select count(*) from t0").fetchone() == (1000,)
        assert connection.execute("select count(*) from pg_class where relname ~ '^t[0-9]+$'").fetchone() == (20,)
    clone.drop(admin, "after")
    gc(admin)
    assert not unfinished(admin)
    assert set(names(admin)) - set(before) == {made.name, made.base}


AT = """
import os, signal, sys
import psycopg

last, sent, execute = int(sys.argv[3]), 0, psycopg.Connection.execute

def counted(self, *args, **options):
    global sent
    sent += 1
    if sent == last:
        os.kill(os.getpid(), signal.SIGKILL)
    return execute(self, *args, **options)

psycopg.Connection.execute = counted
"""


def test_killed_between_two_statements(server: TestServer, admin: psycopg.Connection, project: Path) -> None:
    """Before each of its statements; a sample, as a build has many."""
    before = names(admin)

    def run(last: int) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", AT + BUILDER + "\nprint(sent)", server.url, str(project), str(last)]
        environment = os.environ | {"PYTHONPATH": str(Path(pggit.__file__).parents[1])}
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    whole = run(0)
    assert whole.returncode == 0, whole.stderr
    for one in labelled(admin, "template"):
        databases.drop_database(admin, one.name)
    statements = int(whole.stdout.split()[-1])
    seed = random.randrange(2**32)
    print("seed", seed, "of", statements)
    assert statements > 30
    killed = 0
    for last in sorted(random.Random(seed).sample(range(1, statements + 1), 14)):
        ended = run(last).returncode  # where it waits less for sessions to end it sends a few statements less
        assert ended in (-signal.SIGKILL, 0), last
        killed += ended != 0
        is_sound(server, admin, project, before)
        for one in labelled(admin, "template"):
            databases.drop_database(admin, one.name)
    assert killed >= 10


def test_killed_at_random(
    server: TestServer, admin: psycopg.Connection, project: Path, start: Callable[[], subprocess.Popen[bytes]]
) -> None:
    begun = time.monotonic()
    assert start().wait() == 0
    whole = time.monotonic() - begun
    for one in labelled(admin, "template"):
        databases.drop_database(admin, one.name)
    before = names(admin)
    seed = random.randrange(2**32)
    print("seed", seed)
    moments = random.Random(seed)
    for _ in range(8):
        process = start()
        time.sleep(moments.uniform(0.3, 1.0) * whole)
        kill(process)
        is_sound(server, admin, project, before)
        for one in labelled(admin, "template"):
            databases.drop_database(admin, one.name)


def test_eight_processes_build_it_once(
    admin: psycopg.Connection, project: Path, start: Callable[[], subprocess.Popen[bytes]]
) -> None:
    processes = [start() for _ in range(8)]
    said = [process.communicate()[0].split() for process in processes]
    assert len({name for name, _ in said}) == 1
    assert [built for _, built in said].count(b"True") == 1
    assert len(labelled(admin, "template")) == 2
    assert not unfinished(admin)


def test_an_unfinished_one_is_never_copied(admin: psycopg.Connection, project: Path) -> None:
    """What a killed builder leaves has no template's name, and no label; it is no template for anybody."""
    databases.create_database(admin, "pggit_scratch_1_0123456789")
    assert labelled(admin) == []
    assert [one.why for one in gc(admin, dry_run=True)] == ["its maker was interrupted"]
    template.build(admin, files_of(None, ENVIRONMENT, project))
    assert not unfinished(admin)
