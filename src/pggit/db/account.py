"""The account that a server runs as: PostgreSQL refuses to run as root."""

from __future__ import annotations

import os
import stat
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pggit.core.errors import ConnectionFailed

_CANDIDATES = ("postgres", "nobody")


@dataclass(frozen=True)
class Account:
    """An unprivileged user of the system."""

    name: str
    uid: int
    gid: int

    def popen_options(self) -> dict[str, Any]:
        """The arguments with which ``subprocess`` starts a program as this user."""
        return {"user": self.uid, "group": self.gid, "extra_groups": [], "umask": 0o077}

    def can_reach(self, path: Path) -> bool:
        """Tell whether this user may enter all directories above ``path``, as far as they exist."""
        return all(self._may_enter(parent) for parent in path.resolve().parents)

    def _may_enter(self, directory: Path) -> bool:
        try:
            found = directory.stat()
        except FileNotFoundError:
            return True
        if found.st_uid == self.uid:
            return bool(found.st_mode & stat.S_IXUSR)
        if found.st_gid == self.gid:
            return bool(found.st_mode & stat.S_IXGRP)
        return bool(found.st_mode & stat.S_IXOTH)


def server_account() -> Account | None:
    """The account for servers that we start.

    Returns:
        ``None`` where the process's own account will do; for root, an unprivileged account.

    Raises:
        ConnectionFailed: we are root and the system has no unprivileged account that we know.
    """
    if sys.platform == "win32" or os.geteuid() != 0:
        return None
    import pwd

    for name in _CANDIDATES:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name, entry.pw_uid, entry.pw_gid)
    raise ConnectionFailed(
        "PostgreSQL does not run as root, and this system has neither a user 'postgres' nor 'nobody'",
        hint="run pggit as an ordinary user",
    )


def make_private_directory(path: Path, account: Account | None) -> None:
    """Make a directory that only the server's account may enter.

    Raises:
        ConnectionFailed: the directory is there and belongs to somebody else.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        path.mkdir(mode=0o700)
    except FileExistsError:
        pass
    else:
        if account is not None:
            os.chown(path, account.uid, account.gid)
    if sys.platform == "win32":
        return
    owner = account.uid if account is not None else os.geteuid()
    found = os.lstat(path)
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != owner:
        raise ConnectionFailed(f"{path} belongs to somebody else", hint="remove it, or set another data_dir")
    path.chmod(0o700)
