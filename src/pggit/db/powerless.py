"""Roles without rights: one that can log in to one scratch database, and others that stand for roles by their names.

They are named after the database, so that whoever drops it drops them, also after a process was killed.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import psycopg
from psycopg import sql

from pggit.core.errors import PgGitError
from pggit.db.connect import NotAdmitted, connect, connection_parameters, connection_url
from pggit.db.sqlstate import translated

if TYPE_CHECKING:
    from psycopg.rows import TupleRow

    Connection = psycopg.Connection[TupleRow]

_VALID = "1 hour"
_SEARCH_PATH = '"$user", public'
_NOT_SENT = {"passfile", "service", "options", "sslcert", "sslkey", "sslpassword", "user", "password"}
"""Parameters of the caller's own account."""

_ROLES = """
do $$ begin
  execute format('create role %I login password %L valid until %L',
    {login}::text, {password}::text, clock_timestamp() + interval {valid});
end $$;
create role {group};
create role {public};
grant {group}, {public} to {name};
grant connect, create, temporary on database {database} to {name};
grant create on database {database} to {group}
"""
_OWNER_OF_PUBLIC = (
    "select pg_catalog.pg_get_userbyid(nspowner)::text from pg_catalog.pg_namespace where nspname = 'public'"
)
_PUBLIC = """
do $$ begin
  if (select pg_catalog.pg_has_role(current_user, nspowner, 'member')
      from pg_catalog.pg_namespace where nspname = 'public') then
    if not (select rolsuper from pg_catalog.pg_roles where rolname = current_user) then
      grant {public} to current_user;
    end if;
    alter schema public owner to {public};
  end if;
end $$;
grant create on schema public to {group}
"""


class CannotLogIn(PgGitError):
    """There is no role without rights for a scratch database; the message says why."""

    code = "no_powerless_role"
    exit_status = 5
    http_status = 403


@dataclass(frozen=True, slots=True)
class Powerless:
    """A role that may do nothing but work in one scratch database.

    Attributes:
        name: of the role; that of the database.
        group: the role through which it may create in every schema, and use what the caller makes for it.
        password: never show it.
        public_owner: who owned schema public before; None: the role was not given it.
    """

    name: str
    group: str
    password: str
    public_owner: str | None = None

    @property
    def public(self) -> str:
        """The role that owns schema public meanwhile.

        Of the role itself it would not show what is granted there to the role that it stands for.
        """
        return f"{self.name}_public"


def is_superuser(connection: Connection) -> bool:
    """Whether the role of a connection is a superuser, or can become one by RESET ROLE."""
    with translated():
        row = connection.execute(
            "select pg_catalog.bool_or(rolsuper) from pg_catalog.pg_roles where rolname in (current_user, session_user)"
        ).fetchone()
    return row is not None and bool(row[0])


def make_role(server: Connection, own: Connection) -> Powerless:
    """Make a role without rights for a scratch database.

    Args:
        server: to any database of the server, in autocommit mode.
        own: to the scratch database, as the same role.

    Raises:
        CannotLogIn: the role of the connections may not make roles.
    """
    name = own.info.dbname
    role = Powerless(name, f"{name}_all", secrets.token_urlsafe(24))
    # the server never sees the password itself: statements are logged
    verifier = server.pgconn.encrypt_password(role.password.encode(), name.encode(), b"scram-sha-256")
    values = {
        "login": sql.Literal(name),
        "password": sql.Literal(verifier.decode()),
        "valid": sql.Literal(_VALID),
        "group": sql.Identifier(role.group),
        "public": sql.Identifier(role.public),
        "name": sql.Identifier(name),
        "database": sql.Identifier(name),
    }
    try:
        with translated(), server.transaction():
            server.execute(sql.SQL(_ROLES).format(**values))
    except PgGitError as error:
        if server.closed:
            raise
        raise CannotLogIn(f"this role cannot make a role without rights: {error.message}") from error
    return role


def give_public(own: Connection, role: Powerless) -> Powerless:
    """Give schema public of a scratch database to its role, where the caller may; returns the role with what was."""
    values = {"group": sql.Identifier(role.group), "public": sql.Identifier(role.public)}
    with translated(), own.transaction():
        ((owner,),) = own.execute(_OWNER_OF_PUBLIC).fetchall()
        own.execute(sql.SQL(_PUBLIC).format(**values))
        ((now,),) = own.execute(_OWNER_OF_PUBLIC).fetchall()
    return replace(role, public_owner=owner if now != owner else None)


def connect_as(own: Connection, role: Powerless) -> Connection:
    """Connect to a scratch database as its role without rights, in autocommit mode.

    Raises:
        CannotLogIn: the server does not admit the role.
        ConnectionFailed: there is no connection.
    """
    parameters = connection_parameters(connection_url(own))
    kept = {name: value for name, value in parameters.items() if name not in _NOT_SENT}
    url = psycopg.conninfo.make_conninfo(**kept, user=role.name, password=role.password)
    try:
        connection = connect(url, own_path=True)
    except NotAdmitted as error:
        raise CannotLogIn(f"the server does not admit a role without rights: {error.message}") from error
    reset_session(connection)
    return connection


def reset_session(connection: Connection) -> None:
    """Bring the settings of a session in which SQL of others ran back to where it began."""
    with translated():
        connection.execute("reset all")
        connection.execute("select pg_catalog.set_config('search_path', %s, false)", [_SEARCH_PATH])


def add_standins(server: Connection, role: Powerless, names: Sequence[str]) -> None:
    """Make roles without rights that stand for others: `role` is a member of each.

    Args:
        server: to any database of the server, in autocommit mode.
        role: of `make_role`.
        names: begin with that role's name.
    """
    statements = [
        sql.SQL("create role {one} nologin; grant {group} to {one}; grant {one} to {role}").format(
            one=sql.Identifier(one), group=sql.Identifier(role.group), role=sql.Identifier(role.name)
        )
        for one in names
    ]
    with translated(), server.transaction():
        server.execute(sql.SQL(";").join(statements))


def drop_roles(server: Connection, database: str) -> None:
    """Drop the roles that were made for a scratch database, which is gone."""
    with translated():
        rows = server.execute(
            "select rolname from pg_catalog.pg_roles where pg_catalog.starts_with(rolname, %s) and not rolsuper",
            [database],
        ).fetchall()
    _drop(server, [name for (name,) in rows])


def drop_abandoned_roles(server: Connection, prefix: str) -> None:
    """Drop roles of scratch databases that are gone.

    Args:
        server: in autocommit mode.
        prefix: with which the names of such databases begin.
    """
    with translated():
        rows = server.execute(
            "select r.rolname from pg_catalog.pg_roles as r"
            " where pg_catalog.starts_with(r.rolname, %s) and not r.rolsuper and not r.rolcreaterole"
            "  and not exists (select from pg_catalog.pg_database as d"
            "   where pg_catalog.starts_with(r.rolname, d.datname) and pg_catalog.starts_with(d.datname, %s))"
            "  and not exists (select from pg_catalog.pg_shdepend as s"
            "   where s.refclassid = 'pg_catalog.pg_authid'::pg_catalog.regclass and s.refobjid = r.oid)",
            [prefix, prefix],
        ).fetchall()
    _drop(server, [name for (name,) in rows])


def _drop(server: Connection, names: Sequence[str]) -> None:
    if not names:
        return
    # somebody else may be clearing them away, or may be the only one who can
    with suppress(PgGitError), translated():
        server.execute(sql.SQL("drop role if exists {}").format(sql.SQL(", ").join(map(sql.Identifier, names))))
