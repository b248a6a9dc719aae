"""Reading files that lie somewhere: only regular ones, of a bounded size; and those that steer us only from who may.

A file that steers pgGit must belong to the user or to root, and so must its directory, as git demands it of a
repository (``safe.directory``); with sudo, root also takes what belongs to who called it. Others must not be able to
write to either. Windows tells no owner by these means: there nothing is asked.
"""

from __future__ import annotations

import os
import secrets
import stat
import sys
from collections.abc import Mapping
from pathlib import Path

from pggit.core.errors import NotFound, Refused, UsageError

SETTINGS_LIMIT = 1 << 20
"""Bytes of a file of settings, keys or anchors."""
LIMIT = 1 << 28
"""Bytes of a file of SQL, or of a plan."""


class Foreign(Refused):
    """A file that would steer pgGit could have been written by others."""


def read_bytes(path: Path, *, limit: int = LIMIT, pipe: bool = False, owned: Owners | None = None) -> bytes:
    """Return what is in a file.

    Args:
        path: the file.
        limit: the most bytes that it may have.
        pipe: whether it may be a pipe, as ``<(command)`` of a shell is.
        owned: who may have written it; by default anybody.

    Raises:
        NotFound: there is no such file.
        UsageError: it cannot be read, is not a regular file, or is too large.
        Foreign: somebody else could have written it.
    """
    try:
        if owned is not None:
            owned.require(path)
        flags = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOCTTY", 0)
        # to open a pipe that nobody writes to waits for ever, unless it is not to block
        handle = os.open(path, flags | (0 if pipe else getattr(os, "O_NONBLOCK", 0)))
        with os.fdopen(handle, "rb") as file:
            found = os.fstat(handle)
            if not stat.S_ISREG(found.st_mode) and not (pipe and stat.S_ISFIFO(found.st_mode)):
                raise UsageError(f"{path} is not a regular file")
            if owned is not None:
                owned.require_own(path, found)
            content = file.read(limit + 1)
    except FileNotFoundError:
        raise NotFound(f"there is no file {path}") from None
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror}") from None
    except ValueError:
        raise UsageError(f"{str(path)!r} is not a path") from None
    if len(content) > limit:
        raise UsageError(f"{path} is too large: at most {limit >> 20} MB are read")
    return content


def read_text(path: Path, *, limit: int = LIMIT, pipe: bool = False, owned: Owners | None = None) -> str:
    """Return what is in a file of UTF-8 text, with line feeds, without a byte order mark; arguments as of `read_bytes`.

    Raises:
        NotFound, UsageError, Foreign: as `read_bytes`; UsageError also if it is not UTF-8.
    """
    return _decoded(read_bytes(path, limit=limit, pipe=pipe, owned=owned), path).replace("\r\n", "\n")


def read_sql(path: Path) -> str:
    """Return what is in a file of SQL as it is, without a byte order mark.

    Raises:
        NotFound, UsageError: as `read_text`; UsageError also if it has a zero byte: the driver takes that for the end.
    """
    content = read_bytes(path)
    if 0 in content:
        raise UsageError(f"{path} has a zero byte (byte {content.index(0)}), and is not text")
    return _decoded(content, path)


def _decoded(content: bytes, path: Path) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(f"{path} is not UTF-8 (byte {error.start})") from None


def replace_text(path: Path, text: str) -> None:
    """Write a file whole or not at all: if the disk is full, it is unchanged. Devices and pipes are written directly.

    Raises:
        OSError: it cannot be written.
    """
    if path.is_relative_to("/dev") or (path.exists() and not path.is_file()):
        path.write_text(text, encoding="utf-8")
        return
    place = path.resolve()
    unfinished = place.with_name(f".pggit-{secrets.token_hex(8)}")
    try:
        unfinished.write_text(text, encoding="utf-8")
        if place.exists():
            unfinished.chmod(stat.S_IMODE(place.stat().st_mode))
        unfinished.replace(place)
    finally:
        unfinished.unlink(missing_ok=True)


def is_within(path: Path, directory: Path) -> bool:
    """Whether a file is in a directory, wherever symbolic links lead.

    Who wrote a text that names files has no right to those that its reader has elsewhere.
    """
    return path.resolve().is_relative_to(directory.resolve())


class Owners:
    """Who may have written what steers pgGit.

    Args:
        environ: of the process, for the account that called ``sudo``.
        safe: directories in which anybody's files are taken, separated as in PATH; ``*`` is all.
    """

    def __init__(self, environ: Mapping[str, str], safe: str | None = None) -> None:
        self._safe = [part for part in (safe or "").split(os.pathsep) if part]
        self._users: set[int] = set()
        if sys.platform != "win32":
            self._users = {0, os.geteuid()}
            caller = environ.get("SUDO_UID", "")
            if os.geteuid() == 0 and caller.isascii() and caller.isdigit():
                self._users.add(int(caller))

    def require(self, path: Path) -> None:
        """Check a file and its directory; of a symbolic link also what it leads to.

        Raises:
            Foreign: somebody else could have written it.
            OSError: it cannot be looked at.
        """
        if sys.platform == "win32" or self._is_safe(path):
            return
        for place in dict.fromkeys((path, Path(os.path.realpath(path)))):
            self.require_own(place, os.lstat(place))
            self._require_directory(place.parent)

    def require_owner(self, directory: Path) -> None:
        """Check who owns a git repository's directory; of a symbolic link also what it leads to.

        A group may write to it: that is how people share one.

        Raises:
            Foreign: it belongs to somebody else.
        """
        if sys.platform == "win32" or self._is_safe(directory.absolute()):
            return
        for place in dict.fromkeys((directory, Path(os.path.realpath(directory)))):
            uid = os.lstat(place).st_uid
            if uid not in self._users:
                raise Foreign(
                    f"{place} belongs to {_user(uid)}, and is not used",
                    hint=f"PGGIT_SAFE_DIRECTORY={directory.absolute()} takes it as it is, if you trust its owner.",
                )

    def require_own(self, path: Path, found: os.stat_result) -> None:
        """Check what is known of a file, or of a symbolic link.

        Raises:
            Foreign: somebody else could have written it.
        """
        if sys.platform == "win32" or self._is_safe(path):
            return
        if found.st_uid not in self._users:
            raise _foreign(path, f"{path} belongs to {_user(found.st_uid)}, and is not read")
        if not stat.S_ISLNK(found.st_mode) and _others_write(found):
            raise _foreign(path, f"others can write to {path}, and it is not read")

    def _require_directory(self, directory: Path) -> None:
        found = directory.stat()
        if found.st_uid not in self._users:
            raise _foreign(directory, f"{directory} belongs to {_user(found.st_uid)}: no settings are read there")
        # in a directory such as /tmp nobody can replace the files of others
        if _others_write(found) and not found.st_mode & stat.S_ISVTX:
            raise _foreign(directory, f"others can write to {directory}: no settings are read there")

    def _is_safe(self, path: Path) -> bool:
        return any(part == "*" or path.is_relative_to(part) for part in self._safe)


def _others_write(found: os.stat_result) -> bool:
    """Whether others than the owner can write; the group of the owner's own name has no other members."""
    if found.st_mode & stat.S_IWOTH:
        return True
    return bool(found.st_mode & stat.S_IWGRP) and found.st_gid != 0 and _group(found.st_gid) != _user(found.st_uid)


def _foreign(path: Path, message: str) -> Foreign:
    return Foreign(
        message, hint=f"chown and chmod make it yours; PGGIT_SAFE_DIRECTORY={path.parent} takes it as it is."
    )


def _user(uid: int) -> str:
    import pwd

    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"


def _group(gid: int) -> str:
    import grp

    try:
        return grp.getgrgid(gid).gr_name
    except KeyError:
        return f"group {gid}"
