"""What a database holds that no kind reads: it is reported, never dropped (DESIGN §4, rule 6).

It is found from the catalogs alone, less the addresses that the kinds read, so that a kind which is taken away makes its
objects appear here. https://www.postgresql.org/docs/current/catalogs.html
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from pggit.db import resources
from pggit.kinds import reader

if TYPE_CHECKING:
    from psycopg import Connection


def unmodelled(
    connection: Connection, *, optional: bool = False, without: Iterable[str] = ()
) -> list[tuple[str, str]]:
    """Return (catalog, description) of whatever users made in this database that no kind reads, in order.

    Args:
        connection: an open connection that is in no transaction.
        optional: whether the optional kinds count as read.
        without: sources (file stems) that are left out, as if there were no such kind.

    Raises:
        psycopg.Error: what the server says.
    """
    major = connection.info.server_version // 10000
    queries = _queries(major)
    with connection.transaction():
        connection.execute("set transaction isolation level repeatable read")
        reader.pin(connection)
        connection.execute(queries["seen"])
        for source, catalog in reader.sources(optional).items():
            if source not in without:
                connection.execute(_addresses(source, catalog, major, optional))
        catalogs = [row[0] for row in connection.execute(queries["catalogs"])]
        rows = " union all ".join(f"select '{name}'::regclass::oid, oid from {name} where oid >= 16384" for name in catalogs)
        found = connection.execute(queries["unmodelled"].replace("{rows}", rows)).fetchall()
        connection.execute("drop table pg_temp.pggit_seen")
    return [(catalog, description) for catalog, description in found]
