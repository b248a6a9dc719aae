"""Claiming a ready database: one round trip, one transaction."""

from __future__ import annotations

import json
import secrets
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from pggit.clone import clone
from pggit.clone.clone import Clone
from pggit.clone.pool.control import open_control, query
from pggit.core.errors import NotFound, PgGitError, Refused
from pggit.db.connect import connection_url, uri
from pggit.db.database import maintenance, require_name
from pggit.db.session import sqlstate

if TYPE_CHECKING:
    from psycopg import Connection

DEFAULT = "default"
"""The pool that is meant where none is named."""
_DUPLICATE_DATABASE = "42P04"


class Pool:
    """A pool with an open connection, for who claims from it more than once; it is of one thread at a time.

    Args:
        url: leads to any database of the server, as the role that the pool belongs to.
        pool: the name of the pool.

    Raises:
        NotFound: there is no such pool.
    """

    def __init__(self, url: str, pool: str = DEFAULT) -> None:
        self.url = url
        self.pool = pool
        self._control = self._open()

    def claim(self, name: str | None = None, *, ttl: timedelta | None = None) -> Clone:
        """Take a ready database out of the pool; where none is ready a clone is made at once.

        Nothing is waited for: rows that others are claiming are skipped. Who is killed meanwhile has either the whole
        database or nothing.

        Args:
            name: what the database is to be called; None: a name that nobody has.
            ttl: after so long `pggit clone gc` may drop it; None: never.

        Returns:
            The database. Its ``strategy`` is None where it came out of the pool.

        Raises:
            NotFound: there is no such pool any more.
            Refused: there is a database of this name.
            ConnectionFailed: the connection broke. Whether the database was claimed is not known; the next call
                connects anew.
        """
        begun = time.monotonic()
        if self._control.closed:
            self._control = self._open()
        called = name or f"{self.pool}_{secrets.token_hex(6)}"
        require_name(called)
        now = datetime.now(UTC)
        expires = (now + ttl).isoformat(timespec="seconds") if ttl is not None else None
        label = self._claimed(called, {"kind": "clone", "made": now.isoformat(timespec="seconds"), "expires": expires})
        if "kind" not in label:
            return clone.create(self._control, label["template"], called, ttl=ttl)
        return Clone(
            name=called,
            url=uri(connection_url(self._control, called)),
            template=label["base"],
            source=label["source"],
            strategy=None,
            milliseconds=(time.monotonic() - begun) * 1000,
            expires=expires,
            remarks=tuple(label["more"]["remarks"]),
        )

    def close(self) -> None:
        """Close the connection."""
        self._control.close()

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _open(self) -> Connection:
        with closing(maintenance(self.url)) as connection:
            control = open_control(connection)
        if not query(control, "pools", {"name": self.pool}):
            control.close()
            raise self._gone()
        return control

    def _claimed(self, called: str, patch: dict[str, str | None]) -> dict[str, Any]:
        values = {"pool": self.pool, "name": called, "patch": json.dumps({k: v for k, v in patch.items() if v})}
        try:
            label: dict[str, Any] | None = query(self._control, "claim", values)[0][0]
        except PgGitError as error:
            if sqlstate(error) == _DUPLICATE_DATABASE:
                raise Refused(f"there is a database {called} already") from error
            raise
        if label is None:
            raise self._gone()
        return label

    def _gone(self) -> NotFound:
        return NotFound(f"there is no pool {self.pool}", hint="pggit pool status shows them.")


def templates_in_use(connection: Connection) -> set[str]:
    """Return the templates that the role's pools are made of, which `pggit template gc` must keep.

    The labels of ready databases are not enough: a pool may be empty for the moment.

    Args:
        connection: `maintenance` of the server.
    """
    try:
        with closing(open_control(connection)) as control:
            return {row[2] for row in query(control, "pools", {"name": None})}
    except NotFound:
        return set()
