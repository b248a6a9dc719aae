"""Clones without a template: a live database with its rows, under a snapshot; or files, where nobody is connected."""

from __future__ import annotations

import time
from contextlib import closing
from datetime import timedelta
from typing import TYPE_CHECKING

from pggit.clone import carry
from pggit.clone.clone import Clone, clone_of, label_of
from pggit.clone.copying import finish, unfinished
from pggit.db import database
from pggit.db.connect import connect, connection_url
from pggit.db.locale import locale_of
from pggit.db.session import run
from pggit.db.strategy import Facts, Strategy, choose

if TYPE_CHECKING:
    from psycopg import Connection

    from pggit.clone.source.source import Source

_FILE = 25_000
"""Bytes in a file of a small database, for an estimate of how many it has: it is not connected to."""


def fill(
    connection: Connection, source: Source, name: str, *, ttl: timedelta | None = None, origin: str | None = None
) -> Clone:
    """Make a clone by what a source writes; of a live database what it is at one moment. Nobody there notices.

    Args:
        connection: `maintenance` of the server of the clone, in autocommit mode.
        source: what is copied.
        name, ttl, origin: as `clone.create` takes them.

    Raises:
        Refused: there is a database of this name.
        PgGitError: what the source raises.
    """
    begun = time.monotonic()
    database.require_free(connection, name)
    with source.reading(connection) as reading, unfinished(connection) as made:
        database.create_database(connection, made, locale=reading.locale or locale_of(connection, None))
        with closing(connect(connection_url(connection, made))) as target:
            remarks = tuple(reading.fill(target))
            if not reading.analyzed:
                run(target, "analyze")
        database.require_unused(connection, made, timeout=5)
        label = label_of(source.label, None, {}, ttl, origin)
        remarks += finish(connection, made, reading.properties, label, [(made, name)])
    return clone_of(connection, name, label, None, begun, remarks)


def copy(
    connection: Connection,
    source: str,
    name: str,
    *,
    ttl: timedelta | None = None,
    strategy: Strategy | None = None,
    force: bool = False,
) -> Clone:
    """Make a clone by copying the files of a database of the same server, rows and all.

    While they are copied nobody can connect to it.

    Args:
        connection: `maintenance` of the server, in autocommit mode.
        source: the database.
        name, ttl, strategy: as `clone.create` takes them.
        force: end the sessions that are connected to it.

    Raises:
        NotFound: there is no such database.
        InUse: somebody is connected to it, and ``force`` is not set.
        Refused: there is a database of this name.
    """
    begun = time.monotonic()
    database.require_free(connection, name)
    if force:
        database.end_sessions(connection, source)
    database.require_unused(connection, source)
    size = database.size(connection, source)
    about = Facts(connection.info.server_version // 10000, database.fsync(connection), size // _FILE, size)
    chosen = strategy or choose(about, {})
    with unfinished(connection) as made:
        database.create_database(connection, made, template=source, strategy=chosen)
        took: dict[str, list[float]] = {chosen: [round((time.monotonic() - begun) * 1000, 1)]}
        label = label_of(f"database {source}", None, took, ttl, None)
        remarks = finish(connection, made, carry.properties(connection, source), label, [(made, name)])
    return clone_of(connection, name, label, chosen, begun, remarks)
