"""Secrets of the user's go only to hosts that the user names.

A connection string of a project's file says where a database is. The file may have come from anywhere, so what it
names gets no password of the environment, of a service file or of a line for all hosts in the password file, unless
the user names the host too: in ``password_hosts``, by a remote of the user's own settings, in PGHOST, by a connection
string of the command line or of the environment, or in the password file. A socket of this machine is the user's own
if the server behind it runs as the user, as root or as ``postgres``. (A remote of a store gets no password at all:
`stored_url`.)
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from pggit.core.errors import Refused
from pggit.db.account import server_account
from pggit.db.address import parameters
from pggit.db.connect import connection_parameters, parameters_of
from pggit.settings import own_file, process_environment, secret

if TYPE_CHECKING:
    from pggit.settings import Settings

_OF_THE_USER = ("passfile", "service", "servicefile", "sslkey", "sslcert", "gssdelegation", "oauth_client_secret")
"""Parameters by which a connection string takes what is the user's along to its host."""


def require_named(url: str, settings: Settings, what: str, *, variable: str | None = None) -> None:
    """Check that a connection string of a project's file takes no secret to a host that the user does not name.

    Args:
        url: the connection string.
        settings: those in force.
        what: what it is called in the message, such as ``remote production``.
        variable: the environment variable whose value is to be the password.

    Raises:
        UsageError: it is not valid.
        Refused: it does.
    """
    given = connection_parameters(url)
    places = list(_places(given))
    named = _named(settings)
    if not places:  # the host is the user's own: of PGHOST or a service, else this machine's
        if not variable or secret("PGHOST") or "localhost" in named:
            return
        places = ["localhost:5432"]
    unnamed = next((place for place in places if not _is_named(place, named)), None)
    if unnamed is None:
        return
    taken = variable or next(_taken(given, places), None)
    if taken is None:
        return
    host = unnamed.removesuffix(":5432")
    raise Refused(
        f"{what} would send a secret of yours ({taken}) to {host}, which only the project's file names",
        hint=f"If it may go there: PGGIT_PASSWORD_HOSTS={host},"
        f" or password_hosts in {own_file(process_environment())}.",
    )


def without_secrets(url: str) -> str:
    """Return a connection string by which nothing of the user's goes along: what is looked at only by the way.

    Raises:
        UsageError: it is not valid.
    """
    from psycopg.conninfo import make_conninfo

    connection_parameters(url)  # says what is wrong with it
    given = {name: value for name, value in parameters_of(url).items() if name not in _OF_THE_USER}
    # what is given is not looked for: an empty password in PGPASSWORD, a file that cannot be there in ~/.pgpass
    return make_conninfo(**{"password": "", **given, "passfile": f"{os.devnull}/none"})


def _places(given: dict[str, str]) -> Iterator[str]:
    """Yield ``host:port`` of each server that a connection string itself names."""
    ports = given.get("port", "5432").split(",")
    for key in ("host", "hostaddr"):
        for number, host in enumerate(given.get(key, "").split(",")):
            if host:
                port = ports[number] if len(ports) > number else ports[0]
                yield f"{host if host.startswith('/') else host.lower()}:{port}"


def _is_named(place: str, named: set[str]) -> bool:
    host, _, port = place.rpartition(":")
    return bool(named & {place, host}) or (host.startswith("/") and _is_ours(Path(host) / f".s.PGSQL.{port}"))


def _is_ours(socket: Path) -> bool:
    """Whether the server behind a socket of this machine runs as the user, or as the system's own account for it."""
    if sys.platform == "win32":
        return False
    try:
        owner = socket.stat().st_uid
    except OSError:
        return False
    import pwd

    if owner in (0, os.geteuid()) or ((account := server_account()) and owner == account.uid):
        return True
    try:
        return owner == pwd.getpwnam("postgres").pw_uid
    except KeyError:
        return False


def _named(settings: Settings) -> set[str]:
    """Return the hosts that the user names, as ``host`` or ``host:port``."""
    found = {part.strip().lower() for part in (settings.password_hosts or "").split(",")}
    found |= {part.lower() for name in ("PGHOST", "PGHOSTADDR") for part in (secret(name) or "").split(",")}
    found |= {host.lower() for host, _ in _password_lines() if host != "*"}
    for name in ("db", "scratch"):
        value = getattr(settings, name)
        if value and not settings.of_project(name):
            found |= set(_places(parameters(value)))
    for remote in settings.own_remotes:
        found |= set(_places(parameters(settings.remotes[remote].url)))
    return found - {""}


def _taken(given: dict[str, str], places: list[str]) -> Iterator[str]:
    """Yield what would go to the hosts of a connection string."""
    yield from (name for name in _OF_THE_USER if given.get(name))
    if given.get("password"):
        return  # one of its own
    yield from (name for name in ("PGPASSWORD", "PGSERVICE") if secret(name))
    ports = {place.rpartition(":")[2] for place in places}
    if any(host == "*" and port in ("*", *ports) for host, port in _password_lines()):
        yield "the line for all hosts in the password file"


def _password_lines() -> Iterator[tuple[str, str]]:
    """Yield host and port of each line of the user's password file."""
    file = secret("PGPASSFILE")
    path = Path(file) if file else _default_file()
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines() if path.is_file() else []
    except OSError:  # libpq cannot read it either
        return
    for line in lines:
        fields = re.findall(r"((?:\\.|[^:\\])*)(?::|$)", line)
        if len(fields) >= 5 and not line.startswith("#"):
            yield re.sub(r"\\(.)", r"\1", fields[0]), fields[1]


def _default_file() -> Path:
    windows = process_environment().get("APPDATA")
    return Path(windows) / "postgresql" / "pgpass.conf" if windows else Path("~/.pgpass").expanduser()
