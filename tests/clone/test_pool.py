"""Pools: claimed from by one and by many, changed and stopped; who may not."""

from __future__ import annotations

import random
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from clone.conftest import names, unfinished
from clone.pools import check_consistent, prepare, wait_until_alone
from pggit.clone import clone, pool
from pggit.clone.label import labelled
from pggit.clone.pool.control import open_control
from pggit.clone.pool.ready import tidy
from pggit.core.errors import NotFound, PermissionDenied, Refused, UsageError
from pggit.db import database as databases
from servers import TestServer, connect

Make = Callable[..., str]


def test_a_claimed_database_is_a_clone(server: TestServer, admin: psycopg.Connection, make_template: Make) -> None:
    template = make_template()
    admin.execute(f"alter database {template} set work_mem to '7MB'")
    prepare(server.url, template, 2)
    (waiting, _) = labelled(admin, "ready")
    with pytest.raises(psycopg.OperationalError, match="not currently accepting connections"):
        psycopg.connect(server.url_of(waiting.name))
    with pool.Pool(server.url) as one:
        first = one.claim(ttl=timedelta(hours=1))
        second = one.claim("My Clone")
    print(f"claims took {first.milliseconds:.1f} and {second.milliseconds:.1f} ms")
    assert (first.strategy, second.strategy, second.expires) == (None, None, None)
    with closing(connect(second.url)) as connection:
        assert connection.execute("select current_database(), i from t").fetchall() == [("My Clone", 1)]
        assert connection.execute("show work_mem").fetchone() == ("7MB",)
    found = {each.name: each.label for each in clone.clones(admin)}
    assert set(found) == {first.name, "My Clone"}
    assert (found[first.name].base, found[first.name].expires) == (template, first.expires)
    clone.reset(admin, "My Clone")
    clone.drop(admin, "My Clone")


def test_sixteen_clients_drain_a_pool_of_twenty(
    server: TestServer, admin: psycopg.Connection, make_template: Make
) -> None:
    prepare(server.url, make_template(), 20)
    left = threading.Semaphore(20)
    begin = threading.Barrier(16)

    def drain(_: int) -> list[clone.Clone]:
        with pool.Pool(server.url) as one:
            begin.wait()
            found = []
            while left.acquire(blocking=False):
                found.append(one.claim())
            return found

    with ThreadPoolExecutor(16) as executor:
        claimed = [one for some in executor.map(drain, range(16)) for one in some]
    print("ms of each claim:", *(f"{one.milliseconds:.1f}" for one in claimed))
    assert len({one.name for one in claimed}) == 20
    assert {one.strategy for one in claimed} == {None}
    assert {one.name for one in clone.clones(admin)} == {one.name for one in claimed}
    assert not labelled(admin, "ready")
    check_consistent(admin)


def test_an_empty_pool_makes_a_clone_at_once(
    server: TestServer, admin: psycopg.Connection, make_template: Make
) -> None:
    template = make_template()
    prepare(server.url, template, 1)
    with pool.Pool(server.url) as one:
        assert one.claim().strategy is None
        made = one.claim("made", ttl=timedelta(hours=1))
    assert made.strategy is not None
    assert (made.name, made.template, made.expires is None) == ("made", template, False)


def test_a_name_that_is_taken_costs_nothing(server: TestServer, admin: psycopg.Connection, make_template: Make) -> None:
    prepare(server.url, make_template(), 1)
    with pool.Pool(server.url) as one:
        with pytest.raises(Refused, match="there is a database postgres already"):
            one.claim("postgres")
        with pytest.raises(UsageError, match="no name for a database"):
            one.claim("x" * 64)
        assert pool.pools(admin)[0].ready == 1
        assert one.claim("é" * 31).strategy is None


@pytest.mark.parametrize("change", ["allow_connections true", "rename to pggit_ready_other", "owner to {role}", None])
def test_what_was_tampered_with_is_not_handed_out(
    server: TestServer, role: Callable[..., str], admin: psycopg.Connection, make_template: Make, change: str | None
) -> None:
    prepare(server.url, make_template(), 2)
    oldest = min(labelled(admin, "ready"), key=lambda one: one.oid)
    statement = (
        f"alter database {oldest.name} {change.format(role=role())}" if change else f"drop database {oldest.name}"
    )
    admin.execute(statement)
    with pool.Pool(server.url) as one:
        claimed = one.claim()
    (now,) = labelled(admin, name=claimed.name)
    assert now.oid != oldest.oid
    assert claimed.strategy is None
    pool.gc(admin)
    assert not labelled(admin, "ready")


def test_the_owner_of_the_template_owns_the_clone(
    server: TestServer, role: Callable[..., str], admin: psycopg.Connection, make_template: Make
) -> None:
    owner = role()
    prepare(server.url, make_template(owner=owner), 1)
    with pool.Pool(server.url) as one:
        claimed = one.claim("c")
    assert (claimed.strategy, claimed.remarks) == (None, ())
    assert labelled(admin, name="c")[0].owner == owner


def test_an_ordinary_role_has_pools_of_its_own(
    server: TestServer, role: Callable[..., str], admin: psycopg.Connection, make_template: Make
) -> None:
    maker, plain = (make_conninfo(server.url, user=role(attributes)) for attributes in ("login createdb", "login"))
    template = make_template()
    admin.execute(f"alter database {template} owner to current_user")
    prepare(maker, template, 1)
    with pool.Pool(maker) as one:
        claimed = one.claim("c")
    assert "its owner is the current role" in claimed.remarks[0]
    with pytest.raises(NotFound, match="there are no pools"):
        pool.Pool(server.url)
    control = next(name for name in names(admin) if name.startswith("pggit_pool_"))
    with pytest.raises(psycopg.OperationalError, match="permission denied"):
        psycopg.connect(make_conninfo(plain, dbname=control))
    with pytest.raises(PermissionDenied) as caught:
        pool.define(plain, "p", template=template, size=1)
    assert "CREATEDB" in str(caught.value.hint)
    assert not unfinished(admin)
    assert pool.stop(maker, "default") == []
    clone.drop(admin, "c")


def test_a_control_database_of_another_role_is_not_used(
    server: TestServer, role: Callable[..., str], admin: psycopg.Connection, make_template: Make
) -> None:
    victim, other = role("login createdb"), role("login createdb")
    template = make_template()
    url = make_conninfo(server.url, user=victim)
    with closing(databases.maintenance(make_conninfo(server.url, user=other))) as connection:
        (oid,) = admin.execute("select oid from pg_roles where rolname = %s", (victim,)).fetchone()
        databases.create_database(connection, f"pggit_pool_{oid}")
    try:
        for call in (lambda: pool.Pool(url), lambda: pool.stop(url, "p"), lambda: pool.fill(url, "p", print)):
            with pytest.raises(NotFound):
                call()
        assert pool.define(url, "p", template=template, size=1).name == "p"  # the name is taken, not the way
        own = [name for name in names(admin) if name.startswith(f"pggit_pool_{oid}_")]
        assert len(own) == 1
        with closing(databases.maintenance(url)) as mine:
            assert [one.name for one in pool.pools(mine)] == ["p"]
        pool.stop(url, "p")
        assert not set(own) & set(names(admin))
    finally:
        databases.drop_database(admin, f"pggit_pool_{oid}")


def test_a_control_database_of_another_form_is_refused(
    server: TestServer, admin: psycopg.Connection, make_template: Make
) -> None:
    prepare(server.url, make_template(), 0)
    with closing(open_control(admin)) as control:
        control.execute("update pggit_pool.control set form = 7")
        with pytest.raises(Refused, match="form 7"):
            pool.pools(admin)
        control.execute("drop schema pggit_pool cascade")
    with pytest.raises(Refused, match="did not make it"):
        pool.pools(admin)


def test_another_template_and_another_size(server: TestServer, admin: psycopg.Connection, make_template: Make) -> None:
    old, new = make_template(), make_template("create table t as select 2 as i")
    prepare(server.url, old, 4)
    state = pool.define(server.url, "default", size=3)
    with closing(open_control(admin)) as control:
        assert len(tidy(control, state.id)) == 1
        prepare(server.url, new, 2)
        (state,) = pool.pools(admin)
        assert (state.template, state.size, state.ready) == (new, 2, 2)
        with pool.Pool(server.url) as one:
            assert [one.claim().template for _ in range(3)] == [new] * 3
        assert len(tidy(control, state.id)) == 3
    assert not labelled(admin, "ready")


def test_a_template_of_an_empty_pool_is_in_use(
    server: TestServer, admin: psycopg.Connection, make_template: Make
) -> None:
    assert pool.templates_in_use(admin) == set()
    template = make_template()
    prepare(server.url, template, 0)
    assert pool.templates_in_use(admin) == {template}
    assert pool.stop(server.url, "default") == []
    assert pool.templates_in_use(admin) == set()


def test_what_cannot_be_a_pool(server: TestServer, admin: psycopg.Connection, make_template: Make) -> None:
    before = names(admin)
    for arguments, error, words in (
        ({"name": "a/b", "size": 1}, UsageError, "no name for a pool"),
        ({"name": "p", "size": 1}, NotFound, "no template"),
        ({"name": "p", "size": 1, "template": "postgres"}, NotFound, "no template postgres"),
    ):
        with pytest.raises(error, match=words):
            pool.define(server.url, **arguments)
    first, second = make_template(), make_template()
    with pytest.raises(UsageError) as caught:
        pool.define(server.url, "p", size=1)
    assert f"{min(first, second)}, {max(first, second)}" in caught.value.hint
    with pytest.raises(UsageError, match="how many"):
        pool.define(server.url, "p", template=first)
    with pytest.raises(NotFound, match="there is no pool p"):
        pool.stop(server.url, "p")
    assert sorted(names(admin)) == sorted([*before, first, second])


def test_stopping_leaves_nothing(server: TestServer, admin: psycopg.Connection, make_template: Make) -> None:
    before = set(names(admin))
    template = make_template()
    prepare(server.url, template, 2, "a")
    prepare(server.url, template, 1, "b")
    with pool.Pool(server.url, "a") as one:
        one.claim("mine")
        assert len(pool.stop(server.url, "a")) == 1
        with pytest.raises(NotFound, match="there is no pool a"):
            one.claim()
        assert len(pool.stop(server.url, "b")) == 1  # somebody is still connected to the control database
    pool.gc(admin)
    assert set(names(admin)) == before | {template, "mine"}


def test_a_lost_control_database_leaves_nothing(
    server: TestServer, admin: psycopg.Connection, make_template: Make
) -> None:
    prepare(server.url, make_template(), 2)
    ready = [one.name for one in labelled(admin, "ready")]
    databases.drop_database(admin, next(name for name in names(admin) if name.startswith("pggit_pool_")))
    assert sorted(pool.gc(admin)) == ready
    assert not labelled(admin, "ready")


def test_starting_while_the_last_one_stops(server: TestServer, admin: psycopg.Connection, make_template: Make) -> None:
    template = make_template()

    def turns(name: str) -> None:
        for _ in range(6):
            pool.define(server.url, name, template=template, size=1)
            with closing(databases.maintenance(server.url)) as connection:
                assert pool.pools(connection, name)[0].size == 1
            assert pool.stop(server.url, name) == []

    with ThreadPoolExecutor(3) as executor:
        list(executor.map(turns, ["a", "b", "c"]))
    pool.gc(admin)
    assert not [name for name in names(admin) if name.startswith(("pggit_pool_", "pggit_scratch_"))]


_DEFINES = """
import sys
from pggit.clone import pool
print("ready", flush=True)
pool.define(sys.argv[1], "default", template=sys.argv[2], size=1)
pool.stop(sys.argv[1], "default")
"""


def test_making_and_dropping_the_control_database_is_killed(
    server: TestServer, admin: psycopg.Connection, make_template: Make
) -> None:
    seed = random.randrange(1 << 32)
    print("seed", seed)
    chance = random.Random(seed)
    template = make_template()
    found = []
    for _ in range(8):
        one = subprocess.Popen([sys.executable, "-c", _DEFINES, server.url, template], stdout=subprocess.PIPE)
        assert one.stdout.readline() == b"ready\n"
        time.sleep(chance.uniform(0, 0.2))
        one.kill()
        one.communicate()
        wait_until_alone(admin)
        here = [name for name in names(admin) if name.startswith(("pggit_pool_", "pggit_scratch_"))]
        found.append(f"{len(here)} left, {len(pool.pools(admin))} defined")
    print(*found, sep="; ")
    prepare(server.url, template, 1)
    check_consistent(admin)
    assert len(pool.stop(server.url, "default")) == 1
    assert not [name for name in names(admin) if name.startswith(("pggit_pool_", "pggit_ready_", "pggit_scratch_"))]


_CLAIMS = """
import sys, time
from pggit.clone import pool
with pool.Pool(sys.argv[1]) as one:
    print("ready", flush=True)
    while True:
        one.claim()
"""


def test_claimants_are_killed(server: TestServer, admin: psycopg.Connection, make_template: Make) -> None:
    template = make_template()
    seed = random.randrange(1 << 32)
    print("seed", seed)
    chance = random.Random(seed)
    for _ in range(3):
        prepare(server.url, template, 8)
        before = {one.oid for one in labelled(admin, "ready")}
        claimant = subprocess.Popen([sys.executable, "-c", _CLAIMS, server.url], stdout=subprocess.PIPE)
        assert claimant.stdout.readline() == b"ready\n"
        time.sleep(chance.uniform(0, 0.012))
        claimant.kill()
        claimant.communicate()
        wait_until_alone(admin)
        check_consistent(admin)
        after = {one.oid: one for one in labelled(admin, "ready", "clone")}
        assert before <= set(after)
        print(sum(one.label.kind == "ready" for one in after.values()), "of", len(before), "still ready")
        pool.gc(admin)
        assert not unfinished(admin)


def test_a_claim_that_is_not_committed_is_none(
    server: TestServer, admin: psycopg.Connection, make_template: Make
) -> None:
    prepare(server.url, make_template(), 2)
    with closing(open_control(admin)) as control, pool.Pool(server.url) as one:
        control.execute("begin")
        ((label,),) = control.execute("""select pggit_pool.claim('default', 'half', '{"kind": "clone"}')""").fetchall()
        assert label["kind"] == "clone"
        assert one.claim("whole").strategy is None  # it does not wait for the other
        (pid,) = control.execute("select pg_backend_pid()").fetchone()
        admin.execute("select pg_terminate_backend(%s, 5000)", (pid,)) if server.version >= 14 else control.close()
    assert "half" not in names(admin)
    check_consistent(admin)
    with pool.Pool(server.url) as one:
        assert one.claim("half").strategy is None


def test_a_pool_connects_again(server: TestServer, admin: psycopg.Connection, make_template: Make) -> None:
    prepare(server.url, make_template(), 2)
    with pool.Pool(server.url) as one:
        one.claim()
        databases.end_sessions(admin, next(name for name in names(admin) if name.startswith("pggit_pool_")))
        with pytest.raises(Exception, match=r"terminat|closed"):
            one.claim()
        assert one.claim().strategy is None
