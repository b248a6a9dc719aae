"""What CREATE DATABASE does not copy: the owner, grants on the database, settings of the database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pggit.core.errors import PermissionDenied
from pggit.db.session import run, transaction
from pggit.db.sqlstate import translated
from pggit.kinds.ddl import setting

if TYPE_CHECKING:
    from psycopg import Connection

_PROPERTIES = """
with granted as (
  select a.grantee, a.privilege_type, a.is_grantable from pg_catalog.pg_database as d, aclexplode(d.datacl) as a
  where d.datname = %(name)s
), configured as (
  select s.setrole, s.setconfig from pg_catalog.pg_db_role_setting as s
  join pg_catalog.pg_database as d on d.oid = s.setdatabase where d.datname = %(name)s
)
select quote_ident(pg_get_userbyid(d.datdba)), d.datdba = current_user::regrole,
  pg_has_role(current_user, d.datdba, 'member'), d.datacl is not null,
  (select coalesce(json_agg(json_build_array(
      case when g.grantee = 0 then 'public' else quote_ident(pg_get_userbyid(g.grantee)) end,
      g.privilege_type, g.is_grantable) order by g.grantee, g.privilege_type), '[]') from granted as g),
  (select coalesce(json_agg(json_build_array(
      case when c.setrole <> 0 then quote_ident(pg_get_userbyid(c.setrole)) end, c.setconfig) order by c.setrole), '[]')
    from configured as c)
from pg_catalog.pg_database as d where d.datname = %(name)s
"""


@dataclass(frozen=True, slots=True)
class Properties:
    """What a database has that is not in its files.

    Attributes:
        owner: the role, quoted.
        grants: (grantee, privilege, with grant option), quoted; None where they are PostgreSQL's own.
        settings: (role or None for all, name, value).
        owned: whether the role that asked owns it; ``giveable``: whether it may make the owner the owner of another.
    """

    owner: str
    grants: tuple[tuple[str, str, bool], ...] | None
    settings: tuple[tuple[str | None, str, str], ...]
    owned: bool
    giveable: bool


def properties(connection: Connection, name: str) -> Properties:
    """Read the properties of a database from any database of its server."""
    with translated():
        row = connection.execute(_PROPERTIES, {"name": name}).fetchone()
    assert row is not None
    owner, owned, giveable, granted, acl, settings = row
    return Properties(
        owner=owner,
        grants=tuple((grantee, privilege, grantable) for grantee, privilege, grantable in acl) if granted else None,
        settings=tuple((role, *_pair(line)) for role, lines in settings for line in lines),
        owned=owned,
        giveable=giveable,
    )


def give(connection: Connection, of: Properties, target: str) -> list[str]:
    """Give a fresh database the properties of another one, in an open transaction.

    Args:
        connection: to the server, in a transaction; its role owns the database.
        of: the properties.
        target: the quoted name of the database.

    Returns:
        What this role may not give, in words: nothing for a superuser.
    """
    todo = list(_statements(of, target))
    if connection.info.parameter_status("is_superuser") == "on":
        for statement in todo:
            run(connection, statement)
        return []
    left = [] if of.owned or of.giveable else [f"its owner is the current role, not {of.owner}"]
    for statement in todo:
        try:
            with transaction(connection):  # a savepoint
                run(connection, statement)
        except PermissionDenied as error:
            left.append(f"not carried over: {statement} ({error.message})")
    return left


def _pair(line: str) -> tuple[str, str]:
    name, _, value = line.partition("=")
    return name, value


def _statements(of: Properties, target: str) -> Iterator[str]:
    if not of.owned and of.giveable:
        yield f"alter database {target} owner to {of.owner}"
    if of.grants is not None:
        yield f"revoke all on database {target} from public, {of.owner if of.giveable else 'current_user'}"
        for grantee, privilege, grantable in of.grants:
            yield f"grant {privilege} on database {target} to {grantee}" + (" with grant option" if grantable else "")
    for role, name, value in of.settings:
        head = f"alter role {role} in database" if role else "alter database"
        yield f"{head} {target} set {setting(name, value)}"
