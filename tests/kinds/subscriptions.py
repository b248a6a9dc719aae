"""A database that has subscriptions cannot be dropped."""

from __future__ import annotations

import psycopg

_MINE = """
select quote_ident(s.subname) from pg_subscription as s join pg_database as d on d.oid = s.subdbid
where d.datname = current_database()
"""


def drop_subscriptions(connection: psycopg.Connection) -> None:
    """Drop this database's subscriptions, whose servers do not exist."""
    for (name,) in connection.execute(_MINE).fetchall():
        connection.execute(f"alter subscription {name} disable")
        connection.execute(f"alter subscription {name} set (slot_name = none)")
        connection.execute(f"drop subscription {name}")
