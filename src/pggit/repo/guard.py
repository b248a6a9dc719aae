"""Whose engine it is, and whether it is safe: what is looked at before anything of it is called."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pggit.core import results
from pggit.core.errors import Refused
from pggit.db.sqlstate import translated

if TYPE_CHECKING:
    from psycopg import Connection

_LOOK = (
    "select o.rolname, o.rolname = current_user or o.rolsuper or n.nspowner = d.datdba,"
    " me.rolsuper or me.rolcreaterole or me.rolreplication or me.rolbypassrls,"
    " exists (select from pg_catalog.pg_proc as p where p.pronamespace = n.oid"
    " and 'search_path=pg_catalog, pg_temp' <> all (coalesce(p.proconfig, '{}')))"
    " from pg_catalog.pg_namespace as n join pg_catalog.pg_roles as o on o.oid = n.nspowner"
    " join pg_catalog.pg_roles as me on me.rolname = current_user"
    " join pg_catalog.pg_database as d on d.datname = pg_catalog.current_database() where n.nspname = 'pggit'"
)

FIRST_SAFE = 2
"""The first version whose functions search ``pg_temp`` last."""


@dataclass(frozen=True, slots=True)
class Engine:
    """The engine of a database.

    Attributes:
        owner: the role that schema ``pggit`` belongs to; its functions run with the rights of that role.
        unsafe: whether they search ``pg_temp`` before PostgreSQL's own schema, so that whoever can connect can act as
            the owner. So it was in version 1.
    """

    owner: str
    unsafe: bool


def engine_of(connection: Connection) -> Engine | None:
    """Return the engine of a database, or None where there is no schema ``pggit``.

    Raises:
        Refused: it belongs to a role that has fewer rights than this one, and is neither this one nor the owner of the
            database: what this role calls there would run with more rights than those of whoever wrote it.
    """
    with translated():
        row = connection.execute(_LOOK.encode()).fetchone()
    if row is None:
        return None
    owner, trusted, privileged, unsafe = row
    if privileged and not trusted:
        raise Refused(
            f"schema pggit of this database belongs to role {owner}, whose code would run with the rights of"
            f" {connection.info.user}",
            hint=f"Connect as {owner}, or as a plain role. If it did not run pggit init, drop the schema.",
        )
    return Engine(owner, unsafe)


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
