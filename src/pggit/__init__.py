"""pgGit: version control for PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pggit.repo.repository import Repository

__version__ = "0.1.0"
__all__ = ["__version__", "open"]


def open(url: str | None = None) -> Repository:
    """Connect to a database and return it as a repository.

    Args:
        url: a libpq URL or connection string; without it the database is found as the command line finds it
            (``PGGIT_DB``, ``.pggit.toml``, libpq's variables, the embedded server).

    The repository's connection is a session of pgGit's own: its ``search_path`` is ``pg_catalog, pg_temp``.

    Raises:
        pggit.core.errors.ConnectionFailed: there is no connection.
    """
    from pggit.db.connect import connect
    from pggit.repo.repository import Repository

    return Repository(connect(url))
