"""What ``postmaster.pid`` tells, and whether the process that it names is really the server of that directory."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Postmaster:
    """The contents of a ``postmaster.pid``; ``socket_dir`` is empty where there is none."""

    pid: int
    port: int
    socket_dir: str
    host: str
    ready: bool


def read_postmaster(datadir: Path) -> Postmaster | None:
    """Read ``postmaster.pid`` of a data directory.

    Returns:
        ``None`` where there is none, or it is not complete yet.
    """
    try:
        lines = (datadir / "postmaster.pid").read_text(encoding="utf-8", errors="surrogateescape").splitlines()
        pid, port = int(lines[0]), int(lines[3])
    except (OSError, IndexError, ValueError):
        return None
    rest = [line.strip() for line in lines[4:]] + ["", "", "", ""]
    return Postmaster(pid=abs(pid), port=port, socket_dir=rest[0], host=rest[1], ready=rest[3] == "ready")


def running_postmaster(datadir: Path, bindir: Path) -> Postmaster | None:
    """The server that runs on a data directory.

    A ``postmaster.pid`` that was left behind is not believed: the process must be alive and work on this directory.
    """
    found = read_postmaster(datadir)
    if found is None or not serves(found.pid, datadir, bindir):
        return None
    return found


def serves(pid: int, datadir: Path, bindir: Path) -> bool:
    """Tell whether process ``pid`` is a PostgreSQL server on ``datadir``."""
    if sys.platform == "win32":
        command = [str(bindir / "pg_ctl.exe"), "status", "-D", str(datadir)]
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    if sys.platform.startswith("linux"):
        return _works_in(pid, datadir)
    command = ["ps", "-ww", "-o", "command=", "-p", str(pid)]
    shown = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    return "postgres" in shown and str(datadir) in shown


def is_alive(pid: int) -> bool:
    """Tell whether there is any process ``pid`` (never called on Windows, where signal 0 is not harmless)."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _works_in(pid: int, datadir: Path) -> bool:
    """Linux: a server's current directory is its data directory, and it is no zombie."""
    process = Path("/proc") / str(pid)
    try:
        here = (process / "cwd").stat()
        there = datadir.stat()
        name = (process / "comm").read_text().strip()
    except OSError:
        return False
    return name in ("postgres", "postmaster") and os.path.samestat(here, there)
