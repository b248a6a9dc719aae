"""Connection strings that come out of a store: others wrote them, so they lead to a server and carry nothing there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from psycopg.conninfo import make_conninfo

from pggit.core.errors import Refused
from pggit.db.connect import parameters_of

if TYPE_CHECKING:
    import psycopg
    from psycopg.rows import TupleRow

ALLOWED = ("host", "port", "dbname", "user", "sslmode")
_WEAKEST_FIRST = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")


def refuse_parameters(url: str) -> None:
    """Check that a connection string says where a database is, and nothing else.

    Args:
        url: a valid one; a password in it is not looked at.

    Raises:
        Refused: it has another parameter.
    """
    for name in parameters_of(url):
        if name not in (*ALLOWED, "password"):
            raise Refused(
                f"the connection string has the parameter {name}, which a remote of the repository cannot have",
                hint=f"It can have {', '.join(ALLOWED)}; [remotes.NAME] in .pggit.toml has a place for others.",
            )


def without_credentials(url: str, ours: psycopg.Connection[TupleRow]) -> str:
    """Return the connection string by which a remote of a store is reached.

    No password of ours goes along, be it of our connection, of the environment or of a service file; libpq itself looks
    into ~/.pgpass, by host. Encryption is at least that of our connection.

    Args:
        url: of the store.
        ours: the connection to the database whose store it is.

    Raises:
        Refused: it has a parameter that it cannot have.
    """
    refuse_parameters(url)
    values = {name: value for name, value in parameters_of(url).items() if name in ALLOWED}
    options = {option.keyword: (option.val or b"").decode() for option in ours.pgconn.info}
    values["sslmode"] = max(values.get("sslmode", ""), options.get(b"sslmode", ""), key=_strength)
    root = options.get(b"sslrootcert")
    # an empty password is one that is given: libpq takes none from PGPASSWORD or a service file
    return make_conninfo(**values, password="", **({"sslrootcert": root} if root else {}))


def _strength(mode: str) -> int:
    return _WEAKEST_FIRST.index(mode) if mode in _WEAKEST_FIRST else -1
