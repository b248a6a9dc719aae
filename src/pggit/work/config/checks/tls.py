"""What leaves the machine is encrypted. https://www.postgresql.org/docs/current/libpq-ssl.html"""

from __future__ import annotations

from collections.abc import Iterator

from pggit.db.address import parameters, remote_hosts
from pggit.work.config.finding import Finding
from pggit.work.config.subject import Subject

_WEAK = {
    "disable": "is not encrypted",
    "allow": "is encrypted only where the server insists",
    "prefer": "falls back to plain text where the server, or somebody on the way, refuses TLS",
}


def check(subject: Subject) -> Iterator[Finding]:
    """Yield the connection strings that do not insist on TLS."""
    for name, where, url in subject.urls():
        hosts = remote_hosts(url)
        mode = parameters(url).get("sslmode") or subject.variables.get("PGSSLMODE") or "prefer"
        if hosts and mode in _WEAK:
            severity = "error" if mode == "disable" else "warning"
            message = f"the connection of {name} to {hosts[0]} {_WEAK[mode]} (sslmode {mode})"
            yield Finding(severity, where, message, "sslmode=verify-full in the URL; sslmode=require at the least.")  # type: ignore[arg-type]
    subject.readable()
