"""What files of SQL make of an empty database, many times over: as few databases and statements as can be."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path, PurePosixPath
from typing import Protocol

from pggit.core.errors import PgGitError
from pggit.core.state import State
from pggit.db.sqlfiles import sql_files
from pggit.db.sqlstate import translated
from pggit.kinds.reader import read_within
from pggit.repo.migrations import read_migrations
from pggit.sandbox.sandbox import Sandbox, open_sandbox
from pggit.settings import load

_RENEWED = 200
"""After so many loads the database is made anew: what was rolled back lies in its catalogs until they are vacuumed."""
_LONGEST = 255
"""So many bytes a name may have in the usual file systems."""


class Loader(Protocol):
    """Makes states of directories."""

    def state(self, directory: Path) -> State:
        """Return the state that the files of a directory make.

        Raises:
            SqlFailed: a statement failed; the message begins with file and line.
            UsageError: a file cannot be read.
            PgGitError: the connection broke, the role may not create databases.
        """


class _Scratch:
    """A scratch database that is kept for as long as it is good for something."""

    def __init__(self, server: str, *, optional: bool) -> None:
        self.optional = optional
        self._server = server
        self._stack = ExitStack()
        self._sandbox: Sandbox | None = None

    def sandbox(self) -> Sandbox:
        """Return the database; it is made where there is none."""
        if self._sandbox is None:
            self._sandbox = self._stack.enter_context(open_sandbox(self._server, trust=load().trust_source))
        return self._sandbox

    def close(self) -> None:
        """Drop the database."""
        self._sandbox = None
        self._stack.close()


class Declared(_Scratch):
    """The whole schema is in the files: they are loaded as of the state expression ``dir:``.

    Where they can all be in one transaction it is rolled back afterwards, so one empty database does for all.
    """

    def __init__(self, server: str, *, optional: bool) -> None:
        super().__init__(server, optional=optional)
        self._loads = 0

    def state(self, directory: Path) -> State:
        """See `Loader`."""
        self._loads += 1
        if self._loads % _RENEWED == 0:
            self.close()
        sandbox = self.sandbox()
        connection = sandbox.connection
        with translated():
            files = sandbox.read_files(sql_files(directory), directory)
            if all(file.transactional for file in files):
                try:
                    with translated(), connection.transaction(force_rollback=True):
                        sandbox.load_files(files)
                        return sandbox.named(read_within(connection, optional=self.optional), connection)
                except PgGitError:
                    if connection.closed:
                        raise
            # what fails, or cannot be in one transaction: the error, or the state, is that of a database of its own
            try:
                sandbox.load_files(files)
                return sandbox.read(optional=self.optional)
            finally:
                self.close()


class Migrations(_Scratch):
    """The files are migrations: all run in their order, and those that ran do not run again where some are added."""

    def __init__(self, server: str, *, optional: bool) -> None:
        super().__init__(server, optional=optional)
        self._applied: list[tuple[str, str]] = []

    def state(self, directory: Path) -> State:
        """See `Loader`."""
        wanted = read_migrations(directory) if any(directory.rglob("*.sql")) else []
        steps = [(one.name, one.statements) for one in wanted]
        done = len(self._applied)
        if steps[:done] != self._applied:
            self.close()
            done = 0
        sandbox = self.sandbox()
        self._applied = []
        try:
            for one in wanted[done:]:
                sandbox.run_script(one.statements, str(one.path), one_transaction=one.transactional)
        except PgGitError:
            self.close()
            raise
        self._applied = steps
        return sandbox.read(optional=self.optional)


class Shown:
    """A directory that has the files of one commit; only what differs from the last one's is written.

    Args:
        directory: an empty one.
        content: returns what the file of a hash holds.
    """

    def __init__(self, directory: Path, content: Callable[[str], bytes]) -> None:
        self.directory = directory
        self._content = content
        self._there: dict[str, str] = {}

    def show(self, files: Mapping[str, str]) -> None:
        """Let the directory have these files, hashes by path."""
        wanted = {_short(path): blob for path, blob in files.items()}
        for path in self._there.keys() - wanted.keys():
            self._remove(self.directory / path)
        for path, blob in wanted.items():
            if self._there.get(path) != blob:
                (self.directory / path).parent.mkdir(parents=True, exist_ok=True)
                (self.directory / path).write_bytes(self._content(blob))
        self._there = wanted

    def _remove(self, file: Path) -> None:
        """Remove a file, and the folders that are empty then: one may become a file."""
        file.unlink()
        folder = file.parent
        while folder != self.directory and not any(folder.iterdir()):
            folder.rmdir()
            folder = folder.parent


def _short(path: str) -> str:
    """Cut names that no file system takes; they stay apart, and in their order."""
    parts = PurePosixPath(path).parts
    if all(len(os.fsencode(part)) <= _LONGEST for part in parts):
        return path
    return "/".join(_cut(part) for part in parts)


def _cut(name: str) -> str:
    written = os.fsencode(name)
    if len(written) <= _LONGEST:
        return name
    suffix = PurePosixPath(name).suffix
    return f"{os.fsdecode(written[:150])}~{hashlib.sha256(written).hexdigest()[:16]}{suffix}"
