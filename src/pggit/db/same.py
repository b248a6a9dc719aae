"""Whether two connection strings lead to one database, however they are written: asked of the servers themselves."""

from __future__ import annotations

import socket
from contextlib import closing
from typing import TYPE_CHECKING

from pggit.core.errors import ConnectionFailed
from pggit.db.address import is_local, parameters
from pggit.db.connect import connect
from pggit.db.sqlstate import translated

if TYPE_CHECKING:
    import psycopg
    from psycopg.rows import TupleRow

    Connection = psycopg.Connection[TupleRow]

_PORT = "5432"


def leads_to(url: str, connection: Connection) -> bool | None:
    """Tell whether a connection string leads to the database of a connection.

    Both are asked for the identifier of their server and the number of the database. A server that was made of a
    physical copy of another one has its identifier, and is taken for it.

    Args:
        url: a connection string.
        connection: an open connection.

    Returns:
        None if the database that ``url`` names does not answer, and its address is another one.
    """
    try:
        with closing(connect(url)) as other:
            return identity(other) == identity(connection)
    except ConnectionFailed:
        return True if _is_same_address(url, connection) else None


def identity(connection: Connection) -> tuple[int, int]:
    """Return the identifier of the server and the number (oid) of the database."""
    with translated():
        row = connection.execute(
            "select s.system_identifier, d.oid::bigint from pg_catalog.pg_control_system() as s"
            " cross join pg_catalog.pg_database as d where d.datname = pg_catalog.current_database()"
        ).fetchone()
    assert row is not None
    return row[0], row[1]


def _is_same_address(url: str, connection: Connection) -> bool:
    info = connection.info
    given = parameters(url)
    if given.get("dbname", "") not in ("", info.dbname):
        return False
    hosts = (given.get("hostaddr") or given.get("host") or "").split(",")
    ports = (given.get("port") or _PORT).split(",")
    here = _addresses(info.hostaddr or info.host)
    for number, host in enumerate(hosts):
        port = ports[number] if len(ports) == len(hosts) else ports[0]
        if int(port or _PORT) == info.port and _addresses(host) & here:
            return True
    return False


def _addresses(host: str) -> set[str]:
    """Return the addresses of a host; all names of this machine are one."""
    if is_local(host):
        return {"local"}
    try:
        found = {str(entry[4][0]) for entry in socket.getaddrinfo(host, None)}
    except OSError:
        return {host}
    return {"local" if is_local(address) else address for address in found}
