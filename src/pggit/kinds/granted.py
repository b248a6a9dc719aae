"""Which objects of a database had their grants set, also to what they are by default.

GRANT and REVOKE write the whole list of an object's privileges into its row of the catalog, where there was none.
So a REVOKE of what nobody had leaves a trace, although the grants in a `State` are as if nothing had been said
(https://www.postgresql.org/docs/current/ddl-priv.html). Schema public has a list from the beginning: of it the row's
version tells.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pggit.kinds import reader

if TYPE_CHECKING:
    from psycopg import Connection


_PUBLIC = "schema public"
_VERSION = "select xmin::text from pg_catalog.pg_namespace where nspname = 'public'"


def public_schema(connection: Connection) -> str | None:
    """Return the version of schema public, as `granted` takes it; None if the schema does not exist."""
    row = connection.execute(_VERSION).fetchone()
    return None if row is None else str(row[0])


def granted(connection: Connection, public: str | None) -> frozenset[str]:
    """Return the keys of the objects whose grants were set.

    Args:
        connection: to a database that is small, or has few grants; in no transaction.
        public: the version of schema public when nothing of it had been set.

    Raises:
        psycopg.Error: what the server says.
    """
    with connection.transaction():
        connection.execute("set transaction isolation level repeatable read, read only")
        reader.pin(connection)
        query = "\nunion all\n".join(
            f"select r.kind || ' ' || r.identity from ({read}) as r where r.acl is not null"
            for read in reader.reads(connection)
        )
        found = {key for (key,) in connection.execute(query.encode())}
        return frozenset(found - {_PUBLIC} if public_schema(connection) == public else found)
