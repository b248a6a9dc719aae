"""Templates of what a command makes: the migrations of Django, Alembic and their like."""

from __future__ import annotations

import hashlib
import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pggit.core.errors import NotFound, SqlFailed, UsageError
from pggit.db.connect import connection_url, environment_for, uri
from pggit.settings import process_environment

if TYPE_CHECKING:
    from psycopg import Connection

_SHOWN = 10
"""Lines of a failed command's output."""


@dataclass(frozen=True)
class Command:
    """What a command makes in an empty database.

    Attributes:
        label: the command.
        words: its program and arguments.
        root: where it runs.
        files: those that it depends on.
    """

    label: str
    words: tuple[str, ...]
    root: Path
    files: tuple[Path, ...]
    base: None = None

    @contextmanager
    def reading(self, connection: Connection) -> Iterator[ReadingCommand]:
        """Read the files that it depends on; see `Source.reading`."""
        files = [
            [file.relative_to(self.root).as_posix(), hashlib.sha256(file.read_bytes()).hexdigest()]
            for file in self.files
        ]
        yield ReadingCommand(self.words, self.root, [list(self.words), files])


@dataclass(frozen=True)
class ReadingCommand:
    """A command, and the files as they are now."""

    words: tuple[str, ...]
    root: Path
    inputs: list[list[str] | list[list[str]]]
    locale: None = None
    detail: str = ""
    analyzed: bool = False
    properties: None = None

    def fill(self, target: Connection) -> list[str]:
        """Run the command, which finds the database in ``DATABASE_URL`` and in libpq's variables.

        ``python`` is the one that runs pgGit.

        Raises:
            NotFound: there is no such program.
            SqlFailed: it ended with another status than 0; with its last words.
        """
        url, ours = connection_url(target), process_environment()
        path = os.pathsep.join(filter(None, [str(Path(sys.executable).parent), ours.get("PATH")]))
        environment = {**environment_for(url, ours), "DATABASE_URL": uri(url), "PATH": path}
        try:
            done = subprocess.run(
                self.words, cwd=self.root, env=environment, capture_output=True, text=True, check=False
            )
        except OSError as error:
            raise NotFound(f"{self.words[0]} cannot be run: {error.strerror}") from error
        if done.returncode:
            said = "\n".join((done.stdout + done.stderr).strip().splitlines()[-_SHOWN:])
            raise SqlFailed(f"{shlex.join(self.words)} ended with status {done.returncode}:\n{said}")
        return []


def command_of(text: str, root: Path, depends: tuple[str, ...]) -> Command:
    """Return the source that a command is.

    Args:
        text: the command, in the words of a shell, of which it is none.
        root: where it runs, and where the globs start.
        depends: globs of the files that it depends on: with them its template changes.

    Raises:
        UsageError: it is empty, or it is not said what it depends on.
        NotFound: a glob matches no file.
    """
    words = tuple(shlex.split(text))
    if not words or not depends:
        raise UsageError(
            "a command needs to be told by which files its result changes",
            hint='pggit_depends, beside pggit_source = run:COMMAND; such as "**/migrations/*.py".',
        )
    files: set[Path] = set()
    for pattern in depends:
        found = {path for path in root.glob(pattern) if path.is_file()}
        if not found:
            raise NotFound(f"no file of {root} matches {pattern} (pggit_depends)")
        files |= found
    return Command(f"run:{text} in {root}", words, root, tuple(sorted(files)))
