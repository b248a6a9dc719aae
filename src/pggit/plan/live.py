"""What only the live database knows: how much its tables hold, and dependencies that no definition shows."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import TYPE_CHECKING

from pggit.db import resources
from pggit.db.sqlstate import translated
from pggit.kinds.reader import expand, pin
from pggit.plan.action import Size

if TYPE_CHECKING:
    from psycopg import Connection

Measure = Callable[[Collection[str]], Mapping[str, Size]]

_DEFAULT = "default value for "


def measure(connection: Connection, groups: Collection[str]) -> dict[str, Size]:
    """Return how much tables hold: rows by the statistics, bytes, and whether there is no row at all.

    Args:
        connection: to the database that a plan starts from, in autocommit mode.
        groups: keys of tables and materialized views; others are left out.
    """
    named = {key.split(" ", 2)[-1] if key.startswith("mat") else key.partition(" ")[2] for key in groups}
    if not named:
        return {}
    found = {}
    with translated(), connection.transaction():
        pin(connection)
        rows = connection.execute(
            _block("sizes", connection).replace("%", "%%").replace("$1", "%s"), [sorted(named)]
        ).fetchall()
        for key, estimate, size, kind in rows:
            name = key.split(" ", 2)[-1] if kind == "m" else key.partition(" ")[2]
            found[key] = Size(estimate, size, _is_empty(connection, name))
    return found


def hidden(connection: Connection) -> list[tuple[str, str]]:
    """Return pairs (object, what it needs) that no definition shows."""
    with translated(), connection.transaction():
        pin(connection)
        rows: Iterable[tuple[str, str]] = connection.execute(_block("hidden", connection).encode()).fetchall()
    return [(_key(one), _key(other)) for one, other in rows]


def current_role(connection: Connection) -> str:
    """Return the role that statements run as, quoted as in definitions."""
    with translated():
        row = connection.execute("select quote_ident(current_user)").fetchone()
    assert row is not None
    return str(row[0])


def _block(name: str, connection: Connection) -> str:
    major = connection.info.server_version // 10000
    return expand(resources.blocks("pggit.plan", "live.sql")[name], major)


def _is_empty(connection: Connection, name: str) -> bool:
    """Whether a relation has no row; one that cannot be read is taken to have some."""
    from pggit.core.errors import PgGitError

    try:
        with translated(), connection.transaction():
            return connection.execute(f"select from {name} limit 1").fetchone() is None
    except PgGitError:
        return False


def _key(told: str) -> str:
    """Return our key for an object as `pg_identify_object` tells it."""
    if told.startswith(_DEFAULT):
        return f"default {told.removeprefix(_DEFAULT)}"
    return told.removeprefix("table ") if told.startswith("table constraint ") else told
