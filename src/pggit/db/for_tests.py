"""The project's second embedded server, for tests: quick, and ready to lose all that it holds."""

from __future__ import annotations

import os
import shutil
import sys
from contextlib import suppress
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from pggit.db import embedded
from pggit.db.account import Account, make_private_directory
from pggit.db.server import Server
from pggit.settings import Settings

OPTIONS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "300",
    "max_wal_size": "256MB",  # it may be in memory
    "checkpoint_timeout": "1h",
    "autovacuum_naptime": "1h",  # databases live for seconds; templates are analyzed
}
SAID = "fsync is off: what this server holds is lost when the machine stops"

_NOTE = "project"
_MEMORY = Path("/dev/shm")
_ROOM = 1 << 30
"""Bytes that must be free in memory; a clone of an empty database takes 8 MB."""


def tests_server(settings: Settings) -> Server:
    """The project's server for tests, running or not.

    Its data are in memory (``/dev/shm``) where there is room, which makes databases ten times as fast as many disks;
    else in ``<data_dir>/tests``.

    Raises:
        ConnectionFailed: as `embedded_server`; or the place in memory belongs to somebody else.
    """
    ordinary = embedded.embedded_server(settings)
    server = replace(ordinary, datadir=_datadir(ordinary.datadir, ordinary.account), options=dict(OPTIONS))
    note = server.datadir.with_name(_NOTE)
    if is_in_memory(server) and not note.exists():
        _forget_gone(server)
        note.write_text(str(settings.project), encoding="utf-8")
    return server


def is_in_memory(server: Server) -> bool:
    """Whether the data of a server for tests are in memory."""
    return server.datadir.is_relative_to(_MEMORY)


def _forget_gone(server: Server) -> None:
    """Remove the data of projects that are not there any more from memory: nobody else would, until the next boot."""
    for note in server.datadir.parents[1].glob(f"*/{_NOTE}"):
        with suppress(FileNotFoundError):  # another worker is at it
            if not Path(note.read_text(encoding="utf-8")).exists():
                replace(server, datadir=note.with_name(server.datadir.name)).stop(discard=True)
                shutil.rmtree(note.parent)


def _datadir(beside: Path, account: Account | None) -> Path:
    """Where the data are: where they were before, else where there is most to gain."""
    on_disk = beside.with_name("tests")
    if sys.platform == "win32":
        return on_disk
    root = _MEMORY / f"pggit-{os.geteuid()}"
    in_memory = root / sha256(os.fsencode(beside)).hexdigest()[:16] / "tests"
    if not in_memory.exists() and (on_disk.exists() or not _has_room()):
        return on_disk
    make_private_directory(root, account)
    make_private_directory(in_memory.parent, account)
    return in_memory


def _has_room() -> bool:
    return _MEMORY.is_dir() and os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free > _ROOM
