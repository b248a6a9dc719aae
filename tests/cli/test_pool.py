"""`pggit pool`."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest

from clone import conftest as clones
from clone.pools import prepare
from pggit.clone import pool
from pggit.clone.label import labelled
from pggit.core.errors import PgGitError
from pggit.db import database as databases
from servers import TestServer

admin, make_template = clones.admin, clones.make_template


@pytest.fixture
def on_server(server: TestServer, program, monkeypatch: pytest.MonkeyPatch):
    """Run `pggit` on the server; a pool that is left at the end is stopped."""
    monkeypatch.setenv("PGGIT_DB", server.url)
    yield program
    with suppress(PgGitError):
        pool.stop(server.url, "default")


def test_a_pool_from_start_to_stop(on_server, admin: psycopg.Connection, make_template: Callable[..., str]) -> None:
    before = set(clones.names(admin))
    assert (on_server("pool", "status").out, on_server("pool", "status").err) == ("", "There are no pools.\n")
    template = make_template()
    started = on_server("pool", "start", "--size", "2")
    assert started.status == 0, started.err
    assert started.lines[0] == f"Pool default keeps 2 clones of {template} ready."
    assert "Process " in started.lines[1]
    again = on_server("pool", "start", "--size", "3", "--json").json
    assert (again["size"], again["launched"]) == (3, None)
    end = time.monotonic() + 30
    while on_server("pool", "status", "--json").json["pools"][0]["ready"] < 3 and time.monotonic() < end:
        time.sleep(0.05)
    status = on_server("pool", "status")
    assert (status.status, "3 of 3" in status.out) == (0, True)
    claimed = on_server("pool", "claim", "--ttl", "1h")
    assert claimed.err == ""
    with psycopg.connect(claimed.out.removesuffix("\n")) as connection:
        assert connection.execute("select i from t").fetchall() == [(1,)]
        name = connection.info.dbname
    assert on_server("pool", "claim", "--name", "mine", "--json").json["name"] == "mine"
    log = Path(again["log"])
    pid = int(started.lines[1].split()[1])
    assert "filling pool default" in log.read_text()
    if Path("/proc").exists():
        arguments = Path(f"/proc/{pid}/cmdline").read_bytes()
        assert b"--foreground" in arguments
        assert b"postgresql:" not in arguments  # it may hold a password
    stopped = on_server("pool", "stop", "--json").json
    assert stopped["pool"] == "default"
    assert len(stopped["dropped"]) in (1, 2, 3)
    while "pool default is gone" not in log.read_text() and time.monotonic() < end:
        time.sleep(0.05)
    assert "pool default is gone" in log.read_text()
    assert set(clones.names(admin)) == before | {template, name, "mine"}


def test_an_empty_pool_says_so(on_server, server: TestServer, make_template: Callable[..., str]) -> None:
    pool.define(server.url, "default", template=make_template(), size=1)
    assert on_server("pool", "status").status == 1  # nobody fills it
    claimed = on_server("pool", "claim")
    assert "none was ready in pool default: made in" in claimed.err
    assert claimed.lines[0].startswith("postgresql://")
    assert on_server("pool", "stop").out == "Pool default is stopped, 0 ready clones are dropped.\n"


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        ("start --size 2", 3, "there is no template"),
        ("start a/b --size 2", 2, "no name for a pool"),
        ("start --size 0", 2, "--size"),
        ("start --foreground", 3, "there are no pools"),
        ("stop", 3, "no pool default"),
        ("claim", 3, "there are no pools"),
        ("claim --ttl soon", 2, "no length of time"),
        ("status ci", 3, "no pool ci"),
    ],
)
def test_what_is_wrong(on_server, admin: psycopg.Connection, arguments: str, status: int, words: str) -> None:
    before = clones.names(admin)
    found = on_server("pool", *arguments.split())
    assert (found.status, words in found.err) == (status, True), found.err
    assert clones.names(admin) == before


def test_a_filler_that_cannot_begin_is_an_error(
    on_server, make_template: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    make_template()
    spawn = subprocess.Popen
    monkeypatch.setattr(
        subprocess, "Popen", lambda command, **more: spawn([command[0], "-c", "print('no disk')"], **more)
    )
    found = on_server("pool", "start", "--size", "1")
    assert (found.status, "did not begin: no disk" in found.err) == (4, True)
    assert os.sep in found.err


def test_gc_of_clones_drops_what_no_pool_has(
    on_server, server: TestServer, admin: psycopg.Connection, make_template: Callable[..., str]
) -> None:
    prepare(server.url, make_template(), 1)
    (ready,) = labelled(admin, "ready")
    assert on_server("clone", "gc", "--json").json == {"dropped": [], "in_use": []}
    (control,) = [name for name in clones.names(admin) if name.startswith("pggit_pool_")]
    databases.drop_database(admin, control)
    assert on_server("clone", "gc", "--json").json["dropped"] == [ready.name]
