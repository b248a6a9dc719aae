"""Installing, upgrading and removing the engine: schema `pggit` and the event triggers, each in one transaction."""

from __future__ import annotations

from importlib import resources
from importlib.metadata import version
from typing import TYPE_CHECKING

from pggit.db.resources import for_version
from pggit.repo.generate import reading_functions

if TYPE_CHECKING:
    from psycopg import Connection

ENGINE_VERSION = 1


def install_sql(major: int, *, event_triggers: bool = True) -> str:
    """Return the SQL that installs the engine on a server of this major version."""
    files = sorted(
        (file for file in resources.files("pggit.repo").joinpath("engine").iterdir() if file.name.endswith(".sql")),
        key=lambda file: file.name,
    )
    parts = []
    for file in files:
        if file.name.startswith("90_") and not event_triggers:
            continue
        parts.append(for_version(file.read_text(encoding="utf-8"), major))
        if file.name.startswith("30_"):
            parts.append(for_version(reading_functions(major), major))
    return "\n".join(parts).replace("%(version)s", version("pggit"))


def install(connection: Connection) -> None:
    """Install the engine in one transaction."""
    major = connection.info.server_version // 10000
    with connection.transaction():
        connection.execute("set local check_function_bodies = off; set local client_min_messages = warning")
        connection.execute(install_sql(major))
