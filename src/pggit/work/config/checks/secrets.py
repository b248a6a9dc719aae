"""No secret is in the file, nor a backup where others can read it."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from typing import Any

from pggit.core.credentials import is_secret
from pggit.core.errors import UsageError
from pggit.db.connect import connection_parameters
from pggit.work.config.finding import Finding
from pggit.work.config.subject import Subject


def check(subject: Subject) -> Iterator[Finding]:
    """Yield the secrets, and directories of backups that are open."""
    yield from _open_backups(subject)
    subject.readable()
    for path, value in _texts((), subject.raw):
        if _holds_password(value):
            yield _finding(subject, path, "a connection string with a password is in the file", _instead(path))
        elif is_secret(path[-1]) and path[-1] != "password_env":
            yield _finding(subject, path, f"{'.'.join(path)} looks like a secret", _instead(path))


def _finding(subject: Subject, path: tuple[str, ...], message: str, hint: str) -> Finding:
    assert subject.file is not None
    others = os.name != "nt" and stat.S_IMODE(subject.file.stat().st_mode) & 0o044
    told = f"{message}, and other users of this machine can read it" if others else message
    return Finding("error", subject.where(*path), told, hint)


def _instead(path: tuple[str, ...]) -> str:
    if path[0] == "remotes":
        return (
            'password_env = "NAME" takes it from the environment variable NAME; change the password if it was shared.'
        )
    return "PGPASSWORD or ~/.pgpass hold it; change the password if the file was shared."


def _texts(path: tuple[str, ...], value: Any) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield each text in the file with the path of its key."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _texts((*path, name), inner)
    elif isinstance(value, str) and path:
        yield path, value


def _holds_password(value: str) -> bool:
    if "=" not in value and "://" not in value:
        return False
    try:
        given = connection_parameters(value)
    except UsageError:
        return False
    return any(value and is_secret(name) for name, value in given.items())


def _open_backups(subject: Subject) -> Iterator[Finding]:
    directory = subject.settings.data_dir / "backups"
    if os.name == "nt" or not directory.is_dir():
        return
    if stat.S_IMODE(directory.stat().st_mode) & 0o077:
        yield Finding("error", str(directory), "other users can look into the backups", f"chmod 700 {directory}")
