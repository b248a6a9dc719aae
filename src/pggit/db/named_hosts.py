"""Secrets of the user's go only to hosts that the user names.

A connection string of a project's file says where a database is. The file may have come from anywhere, so what it names
gets no password of the environment, of a service file or of a line for all hosts in the password file, unless the user
names the host too: in ``password_hosts``, in PGHOST, by a connection string of the command line or of the environment, or
in the password file. (A remote that is written in a store gets none at all: `stored_url`.)
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from pggit.core.errors import Refused
from pggit.db.address import parameters
from pggit.db.connect import connection_parameters
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
    unnamed = next((place for place in places if not named & {place, place.rpartition(":")[0]}), None)
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


def _places(given: dict[str, str]) -> Iterator[str]:
    """Yield ``host:port`` of each server that a connection string itself names."""
    ports = given.get("port", "5432").split(",")
    for key in ("host", "hostaddr"):
        for number, host in enumerate(given.get(key, "").split(",")):
            if host:
                yield f"{host.lower()}:{ports[number] if len(ports) > number else ports[0]}"


def _named(settings: Settings) -> set[str]:
    """Return the hosts that the user names, as ``host`` or ``host:port``."""
    found = {part.strip().lower() for part in (settings.password_hosts or "").split(",")}
    found |= {part.lower() for name in ("PGHOST", "PGHOSTADDR") for part in (secret(name) or "").split(",")}
    found |= {host.lower() for host, _ in _password_lines() if host != "*"}
    for name in ("db", "scratch"):
        value = getattr(settings, name)
        if value and not settings.of_project(name):
            found |= set(_places(parameters(value)))
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
