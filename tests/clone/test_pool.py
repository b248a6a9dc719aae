"""Pools: filled, claimed from, changed and stopped; who may not."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from datetime import timedelta

import psycopg
import pytest

from pggit.clone import clone, pool
from pggit.clone.label import labelled
from pggit.clone.pool.control import open_control
from pggit.clone.pool.ready import put
from pggit.db import database as databases
from pggit.db.connect import connect
from servers import TestServer

Make = Callable[..., str]


def prepare(url: str, template: str, size: int, name: str = "default") -> None:
    """Define a pool and fill it, without a filler."""
    state = pool.define(url, name, template=template, size=size)
    with closing(databases.maintenance(url)) as connection, closing(open_control(connection)) as control:
        for _ in range(size):
            put(control, state)


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
