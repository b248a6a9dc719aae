"""Whose objects count, and whose code may run with the rights of a session: the one rule for all layers.

Believed are the role itself, superusers, and the owner of the database. What they made is taken for what it says it is.
To be believed is not enough for code: a superuser does not run the functions of the owner of a database, who has fewer
rights. Whoever else owns something with a name of ours is not asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pggit.core.errors import Refused
from pggit.db import resources
from pggit.db.sqlstate import translated

if TYPE_CHECKING:
    import psycopg
    from psycopg.rows import TupleRow

    Connection = psycopg.Connection[TupleRow]


OWNER_OF_DATABASE = (
    "exists (select from pg_catalog.pg_roles as t where t.oid = d.datdba"
    " and (t.rolsuper or t.rolname in (session_user, current_user)))"
)
"""SQL: whether the owner of a database, row ``d`` of ``pg_database``, is the role itself or a superuser."""


class Untrusted(Refused):
    """Something has a name of pgGit's and belongs to a role that could have put anything into it."""

    code = "untrusted"


@dataclass(frozen=True, slots=True)
class Role:
    """A role that is believed.

    Attributes:
        name: of the role.
        quoted: the name as SQL needs it.
        runs: whether code that it wrote may run with the rights of the session.
    """

    name: str
    quoted: str
    runs: bool


@dataclass(frozen=True, slots=True)
class Trust:
    """The roles that the role of a session believes, by oid."""

    roles: Mapping[int, Role]

    def believes(self, owner: int) -> bool:
        """Whether what a role (an oid) owns is what it says it is."""
        return owner in self.roles

    def runs(self, owner: int) -> bool:
        """Whether code of a role (an oid) may run with the rights of the session."""
        return owner in self.roles and self.roles[owner].runs


@dataclass(frozen=True, slots=True)
class SchemaOwner:
    """Who owns a schema.

    Attributes:
        oid: of the role.
        name: of the role.
        other: another role that owns a function or relation in the schema; None as a rule.
    """

    oid: int
    name: str
    other: str | None


def trust_of(connection: Connection) -> Trust:
    """Return whom the role of a session trusts in the connected database."""
    with translated():
        rows = connection.execute(_sql("roles").encode()).fetchall()
    return Trust({oid: Role(*of) for oid, *of in rows})


def schema_owner(connection: Connection, schema: str) -> SchemaOwner | None:
    """Return who owns a schema; None if there is no such schema."""
    with translated():
        row = connection.execute(_sql("schema").encode(), {"name": schema}).fetchone()
    return SchemaOwner(*row) if row else None


def require_runnable(connection: Connection, schema: str) -> bool:
    """Check that the functions of a schema may run with the rights of the session.

    Args:
        connection: to the database.
        schema: the name of a schema of pgGit's.

    Returns:
        Whether there is such a schema.

    Raises:
        Untrusted: it belongs to a role that could gain rights if its functions were called.
    """
    owner = schema_owner(connection, schema)
    if owner is None:
        return False
    if owner.other is None and trust_of(connection).runs(owner.oid):
        return True
    who = owner.other or owner.name
    raise Untrusted(
        f"schema {schema} of database {connection.info.dbname} belongs to role {who}, whose functions role"
        f" {connection.info.user} does not run: they could use its rights",
        hint=f"Connect as {who}, or as a role with no more rights than it. If {who} did not install pgGit here,"
        f" have the schema dropped: drop schema {schema} cascade.",
    )


def filled(text: str) -> str:
    """Fill in what queries about trust share, as far as it is named in them.

    ``{outranks}`` tells whether role ``me`` has rights that role ``r`` lacks, both rows of ``pg_roles``; ``{set}`` is
    the word of ``pg_has_role`` for a role that can do all that another can.
    """
    shared = resources.blocks("pggit.db", "trust.sql")
    return text.replace("{outranks}", shared["outranks"]).replace("{set}", shared["set"])


def _sql(name: str) -> str:
    return filled(resources.blocks("pggit.db", "trust.sql")[name])
