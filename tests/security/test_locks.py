"""Anybody who can connect can hold an advisory lock or a lock of a table that it may read, and take a name."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import closing

import psycopg
import pytest

import pggit
from pggit.apply.lock import deployer_lock
from pggit.core.errors import Busy
from pggit.db.database import maintenance
from pggit.db.scratch import held, try_lock, unlock
from security.conftest import Attacker
from servers import Database

EVERYBODYS = "select pg_advisory_lock(hashtextextended('pggit apply', 0))"


def key(database: Database) -> int:
    with database.connect() as admin:
        return admin.execute("select key from pggit.lock where name = 'apply'").fetchone()[0]


def test_who_has_no_access_does_not_hold_the_lock_of_apply(attacker: Attacker) -> None:
    database = attacker.database
    with attacker.connect() as thief:
        thief.execute(EVERYBODYS)
        held = deployer_lock(database.connect(), 0)
        with held, pytest.raises(Busy, match="role postgres"), deployer_lock(database.connect(), 0):
            pass
        thief.execute(f"select pg_advisory_lock({key(database)})")  # pg_locks shows it to everybody
        with deployer_lock(database.connect(), 0):
            pass


def test_who_has_access_holds_it_whatever_the_attacker_does(attacker: Attacker) -> None:
    """The key never changes while somebody with access has it, also if the attacker is in the queue, or shares it."""
    database = attacker.database
    holder, other = database.connect(), database.connect()
    with deployer_lock(holder, 0):
        present = key(database)
        waiting = attacker.connect()
        queued = threading.Thread(target=lambda: _ignore(waiting, f"select pg_advisory_lock({present})"))
        queued.start()
        time.sleep(0.2)
        who = f"process {holder.info.backend_pid}, role postgres, since"
        with pytest.raises(Busy, match=who), deployer_lock(other, 0.3):
            pass
        assert key(database) == present
    queued.join()  # has it now
    with deployer_lock(other, 0):
        assert key(database) != present
    with attacker.connect() as sharing:
        sharing.execute(f"select pg_advisory_lock_shared({key(database)})")
        with deployer_lock(other, 0):
            pass


def test_two_with_access_under_attack_are_never_in_it_together(attacker: Attacker) -> None:
    database = attacker.database
    inside, overlaps, stop = [], [], threading.Event()

    def disturb() -> None:
        urls = (database.url_as(attacker.name), database.url)
        as_thief, as_admin = (psycopg.connect(url, autocommit=True) for url in urls)
        with closing(as_thief) as thief, closing(as_admin) as looking:
            while not stop.is_set():
                (present,) = looking.execute("select key from pggit.lock").fetchone()
                if thief.execute(f"select pg_try_advisory_lock({present})").fetchone()[0]:
                    time.sleep(0.005)
                    thief.execute("select pg_advisory_unlock_all()")

    def work() -> None:
        with closing(psycopg.connect(database.url, autocommit=True)) as connection:
            for _ in range(10):
                with deployer_lock(connection, 30):
                    inside.append(1)
                    overlaps.extend([len(inside)] if len(inside) > 1 else [])
                    time.sleep(0.002)
                    inside.pop()

    threads = [threading.Thread(target=work) for _ in range(3)]
    disturbing = threading.Thread(target=disturb)
    disturbing.start()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    stop.set()
    disturbing.join()
    assert overlaps == []


def test_the_attacker_cannot_renew_it(attacker: Attacker) -> None:
    with attacker.connect() as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("select pggit.renew_lock('apply', 1)")


def test_in_a_database_that_is_not_tracked_the_holder_is_named(database: Database, role: Callable[..., str]) -> None:
    thief = role()
    with closing(psycopg.connect(database.url_as(thief), autocommit=True)) as connection:
        connection.execute(EVERYBODYS)
        with pytest.raises(Busy, match=f"role {thief}, since") as busy, deployer_lock(database.connect(), 0.1):
            pass
        assert "pg_terminate_backend" in (busy.value.hint or "")


def test_locks_of_names(database: Database, role: Callable[..., str]) -> None:
    """What a role without rights holds neither keeps a template from being built nor a leftover from being dropped."""
    thief = role()
    with closing(maintenance(database.url_as(thief))) as other, closing(maintenance(database.url)) as mine:
        assert try_lock(other, "pggit_template_x")
        assert try_lock(mine, "pggit_template_x")
        assert held(mine, ["pggit_template_x"]) == set()
        unlock(other, "pggit_template_x")
        with closing(maintenance(database.url)) as again:
            assert try_lock(again, "pggit_template_x")
            assert not try_lock(mine, "pggit_template_x")
            assert held(mine, ["pggit_template_x"]) == {"pggit_template_x"}


def test_installing_waits_for_no_lock_of_others(database: Database, role: Callable[..., str]) -> None:
    thief = role()
    with closing(psycopg.connect(database.url_as(thief), autocommit=True)) as connection:
        connection.execute("select pg_advisory_lock(hashtext('pggit.install'))")
        with pggit.open(database.url) as repository:
            assert repository.init().action == "install"
            assert repository.upgrade().action == "upgrade"


def _ignore(connection: psycopg.Connection, statement: str) -> None:
    try:
        connection.execute(statement)
    except psycopg.Error:
        return
