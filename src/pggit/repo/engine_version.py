"""Whether the engine of a database is of this version of pgGit, and safe."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pggit.core import results
from pggit.db.sqlstate import translated

if TYPE_CHECKING:
    from psycopg import Connection

FIRST_SAFE = 2
"""The first version whose functions search ``pg_temp`` last."""

_UNSAFE = (
    "select exists (select from pg_catalog.pg_proc as p"
    " where p.pronamespace = pg_catalog.to_regnamespace('pggit')::pg_catalog.oid"
    " and 'search_path=pg_catalog, pg_temp' <> all (coalesce(p.proconfig, '{}')))"
)


def is_unsafe(connection: Connection) -> bool:
    """Whether functions of the engine search ``pg_temp`` before PostgreSQL's own schema, as those of version 1 do.

    Then whoever can connect can act as the owner of the engine.
    """
    with translated():
        row = connection.execute(_UNSAFE.encode()).fetchone()
    return bool(row and row[0])


def version_check(connection: Connection) -> results.Check | None:
    """Return the check of `health` that tells that the engine is not of this pgGit's version; None if it is."""
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
    return None
