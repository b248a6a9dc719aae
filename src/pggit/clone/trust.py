"""Whose templates are trusted: the role's own, a superuser's, the owner's of the database that it was built from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pggit.db.sqlstate import translated

if TYPE_CHECKING:
    from psycopg import Connection

    from pggit.clone.carry import Properties


@dataclass(frozen=True, slots=True)
class Trust:
    """The roles whom a role must trust anyway: itself and the superusers."""

    roles: frozenset[str]
    quoted: frozenset[str]

    def of(self, owner: str, properties: Properties | None = None) -> bool:
        """Whether a template of this owner is what its name says.

        Args:
            owner: of the template.
            properties: of the database that it is built from, whose owner is the template's.
        """
        return owner in self.roles or (properties is not None and properties.owner in (owner, f'"{owner}"'))


def trusted(connection: Connection) -> Trust:
    """Return whom the current role trusts."""
    with translated():
        rows = connection.execute(
            "select rolname, quote_ident(rolname) from pg_catalog.pg_roles where rolsuper or rolname = current_user"
        ).fetchall()
    return Trust(frozenset(name for name, _ in rows), frozenset(quoted for _, quoted in rows))
