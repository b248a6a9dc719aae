"""The processes that fill pools: they are killed, lose their server, take over from each other, and end by themselves."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from clone.conftest import names, unfinished
from clone.pools import check_consistent, prepare
from pggit.clone import pool
from pggit.clone.label import labelled
from pggit.db import database as databases
from pggit.db.postmaster import read_postmaster
from servers import TestServer, running

Make = Callable[..., str]
Launch = Callable[[str], subprocess.Popen]
PATIENCE = 30.0


@pytest.fixture
def launch(tmp_path: Path) -> Iterator[Launch]:
    """Starts fillers of pool ``default`` on the server of a URL; those that are left at the end are killed."""
    started: list[subprocess.Popen] = []

    def start(url: str) -> subprocess.Popen:
        log = (tmp_path / f"{len(started)}.log").open("wb")
        command = [sys.executable, "-m", "pggit", "pool", "start", "--foreground"]
        started.append(subprocess.Popen(command, env=os.environ | {"PGGIT_DB": url}, stderr=log, cwd=tmp_path))
        log.close()
        return started[-1]

    yield start
    for one in started:
        one.kill()
        one.wait()


def wait_until(condition: Callable[[], object], what: str) -> None:
    """Wait for something that comes within seconds."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, what
        time.sleep(0.05)


def is_full(admin: psycopg.Connection) -> bool:
    """Tell whether the only pool has as many as it should."""
    (state,) = pool.pools(admin)
    return state.ready == state.size


def fills(admin: psycopg.Connection, process: subprocess.Popen) -> bool:
    """Tell whether a process fills the only pool."""
    return (pool.pools(admin)[0].filler or "").startswith(f"{process.pid}@")


def test_claims_while_it_is_refilled(
    server: TestServer, admin: psycopg.Connection, make_template: Make, launch: Launch
) -> None:
    pool.define(server.url, "default", template=make_template(), size=4)
    launch(server.url)
    wait_until(lambda: is_full(admin), "it fills the pool")

    def claims(_: int) -> list:
        with pool.Pool(server.url) as one:
            return [one.claim() for _ in range(12)]

    with ThreadPoolExecutor(3) as executor:
        claimed = [one for some in executor.map(claims, range(3)) for one in some]
    ready = [one.milliseconds for one in claimed if one.strategy is None]
    print(f"{len(ready)} of {len(claimed)} were ready, the longest claim of these took {max(ready):.1f} ms")
    assert len({one.name for one in claimed}) == 36
    assert len(ready) >= 4
    wait_until(lambda: is_full(admin), "it fills the pool again")
    check_consistent(admin)


def test_it_is_killed_at_any_point(
    server: TestServer, admin: psycopg.Connection, make_template: Make, launch: Launch
) -> None:
    seed = random.randrange(1 << 32)
    print("seed", seed)
    chance = random.Random(seed)
    template = make_template()
    pool.define(server.url, "default", template=template, size=16)
    left = 0
    for _ in range(8):
        process = launch(server.url)
        wait_until(lambda process=process: fills(admin, process), "it fills the pool")
        time.sleep(chance.uniform(0, 0.2))
        process.kill()
        process.wait()
        check_consistent(admin)
        left += len(unfinished(admin))
        with pool.Pool(server.url) as one:
            for _ in range(chance.randrange(8)):
                one.claim()
    print(left, "unfinished databases were left by the killed ones, as the next one began")
    launch(server.url)
    wait_until(lambda: is_full(admin), "the last one fills the pool")
    check_consistent(admin)
    wait_until(lambda: not unfinished(admin), "what the killed ones left goes")
    claimed = {one.name for one in labelled(admin, "clone")}
    assert len(pool.stop(server.url, "default")) == 16
    assert {one.name for one in labelled(admin)} == claimed | {template}
    assert not [name for name in names(admin) if name.startswith("pggit_") and name != template]


def test_another_one_takes_over(
    server: TestServer, admin: psycopg.Connection, make_template: Make, launch: Launch
) -> None:
    pool.define(server.url, "default", template=make_template(), size=1)
    first = launch(server.url)
    wait_until(lambda: fills(admin, first), "the first one fills the pool")
    second = launch(server.url)
    wait_until(lambda: pool.pools(admin)[0].standing_by, "the second one stands by")
    assert pool.pools(admin)[0].standing_by[0].startswith(f"{second.pid}@")
    assert fills(admin, first)
    first.send_signal(signal.SIGSTOP)  # a machine that hangs keeps its session, and so the lock
    try:
        assert pool.pools(admin)[0].filler
    finally:
        first.kill()
    wait_until(lambda: fills(admin, second), "the second one takes over")
    with pool.Pool(server.url) as one:
        one.claim()
    wait_until(lambda: is_full(admin), "it fills the pool")
    third = launch(server.url)
    wait_until(lambda: pool.pools(admin)[0].standing_by, "a third one stands by")
    pool.stop(server.url, "default")
    assert (second.wait(PATIENCE), third.wait(PATIENCE)) == (0, 0)
    assert not [name for name in names(admin) if name.startswith(("pggit_pool_", "pggit_ready_", "pggit_scratch_"))]


def test_a_problem_is_shown_until_it_is_solved(
    server: TestServer, admin: psycopg.Connection, make_template: Make, launch: Launch, tmp_path: Path
) -> None:
    template, other = make_template(), make_template()
    pool.define(server.url, "default", template=template, size=1)
    databases.drop_database(admin, template)
    launch(server.url)
    wait_until(lambda: pool.pools(admin)[0].problem, "it says what is wrong")
    assert template in pool.pools(admin)[0].problem
    assert "cannot fill pool default: there is no template" in (tmp_path / "0.log").read_text()
    pool.define(server.url, "default", template=other)
    wait_until(lambda: is_full(admin), "it fills the pool")
    assert pool.pools(admin)[0].problem is None
    pool.stop(server.url, "default")


def test_stopping_while_it_fills(
    server: TestServer, admin: psycopg.Connection, make_template: Make, launch: Launch
) -> None:
    pool.define(server.url, "default", template=make_template(), size=50)
    process = launch(server.url)
    wait_until(lambda: pool.pools(admin)[0].ready > 2, "it fills the pool")
    assert pool.stop(server.url, "default")
    assert process.wait(PATIENCE) == 0
    assert not [name for name in names(admin) if name.startswith(("pggit_pool_", "pggit_ready_", "pggit_scratch_"))]


def test_the_server_crashes(server: TestServer, launch: Launch, tmp_path: Path) -> None:
    seed = random.randrange(1 << 32)
    print("seed", seed)
    chance = random.Random(seed)
    with running(str(server.version)) as own:
        template, log = _template(own), tmp_path / "0.log"
        pool.define(own.url, "default", template=template, size=12)
        process = launch(own.url)
        wait_until(lambda: fills(own.admin, process), "it fills the pool")
        claimed = 0
        for _ in range(3):
            time.sleep(chance.uniform(0, 0.3))
            own.admin.close()
            _crash(own)
            own.server.start()
            own.admin = databases.maintenance(own.url)
            check_consistent(own.admin)
            with pool.Pool(own.url) as one:
                one.claim()
            claimed += 1
        wait_until(lambda: is_full(own.admin), f"it fills the pool after each crash: {log.read_text()}")
        assert fills(own.admin, process)
        check_consistent(own.admin)
        pool.stop(own.url, "default")
        assert process.wait(PATIENCE) == 0
        assert len(labelled(own.admin)) == claimed + 1
        assert not [name for name in names(own.admin) if name.startswith(("pggit_ready_", "pggit_scratch_"))]


def test_a_claim_survives_a_crash(server: TestServer) -> None:
    """Else what its new owner has written to would be handed out again as ready."""
    with running(str(server.version)) as own:
        assert own.admin.execute("show synchronous_commit").fetchone() == ("off",)
        prepare(own.url, _template(own), 1)
        with pool.Pool(own.url) as one:
            claimed = one.claim()
            _crash(own)
        own.admin.close()
        own.server.start()
        own.admin = databases.maintenance(own.url)
        assert claimed.name in names(own.admin)
        assert not labelled(own.admin, "ready")


def _template(server: TestServer) -> str:
    """A template made by hand on a server of the test's own."""
    from clone.conftest import make_template as fixture

    return fixture.__wrapped__(server, server.admin)("create table t as select 1 as i")


def _crash(server: TestServer) -> None:
    """Stop a server at once: it recovers at its next start."""
    found = read_postmaster(server.server.datadir)
    assert found
    os.kill(found.pid, signal.SIGQUIT)
    end = time.monotonic() + PATIENCE
    while server.server.status() and time.monotonic() < end:
        time.sleep(0.01)
