"""What the store knows of other repositories, and how commits follow one another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pggit.db.sqlstate import translated

if TYPE_CHECKING:
    from psycopg import Connection


def added_remotes(connection: Connection) -> dict[str, str]:
    """Return the remotes that were added to a repository: URLs, without passwords, by name."""
    with translated():
        rows = connection.execute(
            "select (regexp_match(name, '^remote\\.(.*)\\.url$'))[1], value from pggit.setting"
            " where starts_with(name, 'remote.') order by name"
        ).fetchall()
    return dict(rows)


def set_remote(connection: Connection, name: str, url: str | None) -> None:
    """Write down where another repository is; None forgets it, and where its branches were.

    Raises:
        UsageError: the name is not valid.
    """
    with translated():
        connection.execute("select pggit.set_remote(%s, %s)", (name, url))


def is_ancestor(connection: Connection, older: str, newer: str) -> bool:
    """Whether a commit (a full hash) is another one, or one of those that it comes from."""
    with translated():
        row = connection.execute(
            "select pggit.is_ancestor(decode(%s, 'hex'), decode(%s, 'hex'))", (older, newer)
        ).fetchone()
    return bool(row and row[0])
