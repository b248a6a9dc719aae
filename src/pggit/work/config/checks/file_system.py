"""The directories are on file systems that suit a database server, and backups on one that lasts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from pggit.work.config.finding import Finding, Skipped
from pggit.work.config.subject import Subject

_MOUNTS = Path("/proc/mounts")
_OCTAL = re.compile(r"\\(\d{3})")
_NETWORK = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "fuse.sshfs", "9p", "ceph", "glusterfs", "fuse.glusterfs", "afs"}
_MEMORY = {"tmpfs", "ramfs"}


def check(subject: Subject, mounts: Path = _MOUNTS) -> Iterator[Finding]:
    """Yield directories on the network, and backups in memory."""
    if not mounts.exists():
        raise Skipped("this system does not tell of its file systems in /proc/mounts")
    table = _table(mounts.read_text(encoding="utf-8", errors="replace"))
    settings = subject.settings
    for name, path in (("data_dir", settings.data_dir), ("cache_dir", settings.cache_dir)):
        kind = _kind(table, path)
        source = settings.sources[name]
        where = subject.where(name) if source == str(subject.file) else str(path)
        if kind in _NETWORK:
            yield Finding(
                "warning", where, f"{name} is on the network ({kind}): a server's files there are slow, and not safe",
                f'{name} = "a directory on a disk of this machine"',
            )  # fmt: skip
        if name == "data_dir" and kind in _MEMORY and any(one.backup != "none" for one in subject.remotes.values()):
            yield Finding(
                "warning", where, f"data_dir is in memory ({kind}): backups of remotes go when the machine restarts",
                'data_dir = "a directory on a disk"',
            )  # fmt: skip


def _table(text: str) -> list[tuple[Path, str]]:
    """Return (directory, kind of file system) of all mounts, as /proc/mounts writes them (``\\040`` is a space)."""
    rows = [line.split(" ") for line in text.splitlines()]
    return [(Path(_OCTAL.sub(lambda match: chr(int(match[1], 8)), row[1])), row[2]) for row in rows if len(row) > 2]


def _kind(table: list[tuple[Path, str]], path: Path) -> str:
    """Return the kind of the file system that a path is on, or would be; of several mounts in one place the last."""
    real = path.resolve()
    best, kind = -1, ""
    for directory, found in table:
        depth = len(directory.parts)
        if depth >= best and real.is_relative_to(directory):
            best, kind = depth, found
    return kind
