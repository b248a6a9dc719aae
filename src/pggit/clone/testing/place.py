"""The server that tests run on: joined by each process of a run, cleared and stopped by the last one."""

from __future__ import annotations

import time
from contextlib import closing, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pggit.clone import clone, unused
from pggit.clone.label import Labelled, labelled
from pggit.clone.testing.names import maker_of
from pggit.core.errors import ConnectionFailed
from pggit.db import database
from pggit.db.for_tests import tests_server
from pggit.db.scratch import held, share_lock, try_lock, unlock

if TYPE_CHECKING:
    from psycopg import Connection

    from pggit.db.server import Server
    from pggit.settings import Settings

_EVERYBODY = "pggit tests"
_SWEEPING = "pggit tests sweep"
_TRIES = 5


@dataclass(frozen=True)
class Place:
    """A server, and this process's connection to it, which says that tests run there.

    Attributes:
        url: leads to the server.
        connection: `maintenance`, for one thread.
        server: the project's own server for tests; None: another one.
    """

    url: str
    connection: Connection
    server: Server | None


def join(settings: Settings, url: str | None) -> Place:
    """Connect to the server that tests run on.

    Args:
        settings: whose project's server for tests is started where it does not run.
        url: another server; None: that one.

    Raises:
        ConnectionFailed: there is no connection, or no embedded server here.
    """
    if url is not None:
        return Place(url, database.maintenance(url), None)  # it is not ours to stop
    server = tests_server(settings)
    for left in reversed(range(_TRIES)):
        try:
            found = server.start()
            return Place(found, _joined(found), server)
        except ConnectionFailed:  # another run, the last one, was stopping it
            if not left:
                raise
            time.sleep(0.05)
    raise AssertionError


def rejoin(settings: Settings, url: str | None) -> Place | None:
    """As `join`, but start nothing; None where the project's server does not run."""
    if url is None and tests_server(settings).status() is None:
        return None
    return join(settings, url)


def sweep(connection: Connection) -> None:
    """Drop what runs left behind that were killed, and clones whose time is over; unless another process is at it."""
    if not try_lock(connection, _SWEEPING):
        return
    try:
        clone.gc(connection)
        made = {one.name: maker_of(one.name) for one in clone.clones(connection) if one.mine and not is_kept(one)}
        there = held(connection, [maker for maker in made.values() if maker])
        for name, maker in made.items():
            if maker and maker not in there:
                with suppress(database.InUse):  # by a prepared transaction
                    database.drop_database(connection, name, force=True)
    finally:
        unlock(connection, _SWEEPING)


def is_kept(one: Labelled) -> bool:
    """Whether a clone is kept for whoever looks why a test failed."""
    return "test" in one.label.more


def leave(place: Place) -> bool:
    """End a run: drop what its processes left behind; of the project's server drop old templates, and stop it.

    It stays as long as another run is on it, somebody is connected, or there are clones: kept ones, or others.

    Returns:
        Whether it was stopped.
    """
    with closing(place.connection) as connection:
        sweep(connection)
        if place.server is None or not try_lock(connection, _EVERYBODY):
            return False
        unused.gc(connection)
        if labelled(connection, "clone", "ready") or not _is_alone(connection):
            unlock(connection, _EVERYBODY)
            return False
        return place.server.stop()  # who wants to join meanwhile waits for the lock, and starts it again


def _joined(url: str) -> Connection:
    connection = database.maintenance(url)
    try:
        share_lock(connection, _EVERYBODY)
    except BaseException:
        connection.close()
        raise
    return connection


def _is_alone(connection: Connection, timeout: float = 0.5) -> bool:
    """Whether nobody else is connected to the server; sessions that are ending are waited for."""
    end = time.monotonic() + timeout
    while database.others(connection):
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True
