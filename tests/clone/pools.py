"""What tests of pools share."""

from __future__ import annotations

import time
from contextlib import closing

import psycopg

from pggit.clone import pool
from pggit.clone.label import labelled
from pggit.clone.pool.control import open_control
from pggit.clone.pool.ready import put
from pggit.db import database as databases


def prepare(url: str, template: str, count: int, name: str = "default") -> None:
    """Define a pool and put so many databases into it, without a filler."""
    state = pool.define(url, name, template=template, size=max(count, 1))
    with closing(databases.maintenance(url)) as connection, closing(open_control(connection)) as control:
        for _ in range(count):
            put(control, state)


def check_consistent(admin: psycopg.Connection) -> None:
    """Check that each ready database has a row and each row a ready database, which nobody can connect to."""
    with closing(open_control(admin)) as control:
        rows = control.execute("select database, name, pggit_pool.untouched(r) from pggit_pool.ready r").fetchall()
    assert all(untouched for *_, untouched in rows)
    assert {(one.oid, one.name) for one in labelled(admin, "ready")} == {(oid, name) for oid, name, _ in rows}


def wait_until_alone(admin: psycopg.Connection) -> None:
    """Wait until the server has noticed that the others are gone."""
    end = time.monotonic() + 30
    others = "select from pg_stat_activity where application_name = 'pggit' and backend_start > %s"
    (begun,) = admin.execute("select backend_start from pg_stat_activity where pid = pg_backend_pid()").fetchone()
    while admin.execute(others, (begun,)).fetchall() and time.monotonic() < end:
        time.sleep(0.01)
