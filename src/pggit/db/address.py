"""Where a connection string leads, as far as it says so itself."""

from __future__ import annotations

import ipaddress

from pggit.core.errors import UsageError
from pggit.db.connect import connection_parameters


def parameters(url: str) -> dict[str, str]:
    """Return the parameters of a connection string; none where it is not valid."""
    try:
        return connection_parameters(url)
    except UsageError:
        return {}


def remote_hosts(url: str) -> list[str]:
    """Return the hosts of a connection string that are not this machine."""
    given = parameters(url)
    hosts = (given.get("hostaddr") or given.get("host", "")).split(",")
    return [host for host in hosts if not is_local(host)]


def place(url: str) -> tuple[str, ...]:
    """Return what tells one database from another: host, port, name."""
    given = parameters(url)
    host = given.get("host", "")
    return (
        "" if is_local(host) and not host.startswith("/") else host.lower(),
        given.get("port", "5432"),
        given.get("dbname", ""),
    )


def is_local(host: str) -> bool:
    """Whether a host, as a connection string writes it, is this machine: a socket, a name or address of its own."""
    if not host or host.startswith(("/", "@")) or host.lower() == "localhost" or host.lower().endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
