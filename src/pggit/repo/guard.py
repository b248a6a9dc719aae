"""Whether the engine of a database is safe, and of this version of pgGit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pggit.core import results
from pggit.db.sqlstate import translated

if TYPE_CHECKING:
    from psycopg import Connection

_UNSAFE = (
    "select exists (select from pg_catalog.pg_proc as p join pg_catalog.pg_namespace as n on n.oid = p.pronamespace"
    " where n.nspname = 'pggit' and 'search_path=pg_catalog, pg_temp' <> all (coalesce(p.proconfig, '{}')))"
)

FIRST_SAFE = 2
"""The first version whose functions search ``pg_temp`` last."""


def is_unsafe(connection: Connection) -> bool:
    """Whether functions of the engine search ``pg_temp`` first, so that whoever can connect can act as their owner."""
    with translated():
        row = connection.execute(_UNSAFE.encode()).fetchone()
    assert row is not None
    return bool(row[0])


def version_check(connection: Connection) -> results.Check:
    """Return the check of `health` that tells whether the engine is of this version of pgGit."""
    from pggit.repo.install import ENGINE_VERSION, installed_version

    with translated():
        version = installed_version(connection) or 0
    if version > ENGINE_VERSION:
        said = f"version {version} is newer than this pgGit, which knows up to {ENGINE_VERSION}"
        return results.Check("engine", "warning", said)
    if version < ENGINE_VERSION:
        said = f"version {version} is older than {ENGINE_VERSION}, that of this pgGit: pggit upgrade brings it up"
        danger = "; until then whoever can connect can act as its owner" if version < FIRST_SAFE else ""
        return results.Check("engine", "error", said + danger)
    return results.Check("engine", "ok", f"version {version}")
