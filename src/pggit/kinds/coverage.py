"""What a database holds that no kind reads: it is reported, never dropped (DESIGN §4, rule 6).

It is found from the catalogs alone, less the addresses that the kinds read, so that the objects of a kind that is taken
away appear here. https://www.postgresql.org/docs/current/catalogs.html
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from pggit.db import resources
from pggit.kinds import reader

if TYPE_CHECKING:
    from psycopg import Connection


def unmodelled(
    connection: Connection, *, optional: bool = False, without: Collection[str] = ()
) -> list[tuple[str, str]]:
    """Return (catalog, description) of whatever users made in this database that no kind reads, in order.

    Args:
        connection: an open connection that is in no transaction.
        optional: whether what the optional kinds read counts as read.
        without: file stems of sources that are left out, as if there were no such kind.

    Raises:
        psycopg.Error: what the server says.
    """
    major = connection.info.server_version // 10000
    with connection.transaction():
        connection.execute("set transaction isolation level repeatable read, read only")
        reader.pin(connection)
        connection.execute("set local work_mem = '64MB'")  # all addresses, twice
        unread = connection.execute(_unread(connection, major, optional, without)).fetchall()
        rows = [(what, *address) for *address, left in unread for what, bit in _BITS.items() if left & bit]
        columns = [list(column) for column in zip(*rows, strict=True)] or [[], [], [], []]
        return connection.execute(_block("described", major), columns).fetchall()


_BITS = {"object": 1, "grants": 2, "comment": 4, "label": 8}


def _block(name: str, major: int) -> str:
    text = resources.for_version(resources.blocks("pggit.kinds", "coverage.sql")[name], major)
    return reader.expand(text, major)


def _unread(connection: Connection, major: int, optional: bool, without: Collection[str]) -> bytes:
    """Return the query for what was made and is not read: the server compares, so that neither list is sent here."""
    found = _block("unread", major).replace("{candidates}", _candidates(connection, major))
    return found.replace("{seen}", _seen(connection, major, optional, without)).encode()


def _candidates(connection: Connection, major: int) -> str:
    catalogs = [name for (name,) in connection.execute(_block("catalogs", major))]
    # a name from the catalog of catalogs needs no quotes
    rows = " union all ".join(
        f"select '{name}'::regclass::oid, oid from {name} where oid >= 16384" for name in catalogs
    )
    return _block("candidates", major).replace("{rows}", rows)


def _seen(connection: Connection, major: int, optional: bool, without: Collection[str]) -> str:
    """Return the query for the addresses that the kinds read; with an object its comment, labels and grants."""
    seen = _block("seen", major)
    reads = reader.reads(connection, optional=optional, without=without)
    return "\nunion all\n".join(seen.replace("{read}", read) for read in reads)
