"""Every connection string can be read, and every remote has one."""

from __future__ import annotations

from collections.abc import Iterator

from pggit.core.errors import UsageError
from pggit.db.connect import connection_parameters
from pggit.work.config.finding import Finding
from pggit.work.config.subject import Subject


def check(subject: Subject) -> Iterator[Finding]:
    """Yield those that cannot, and the remotes without."""
    for name, where, url in subject.urls():
        try:
            connection_parameters(url)
        except UsageError as error:
            yield Finding("error", where, f"{name}: {error.message}", error.hint or "")
    for remote in subject.remotes.values():
        if not remote.url:
            where = subject.where("remotes", remote.name)
            yield Finding("error", where, f"remote {remote.name} has no url", 'url = "postgresql://user@host/name"')
    subject.readable()
