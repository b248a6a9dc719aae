"""Templates of files of SQL; the seeds of an environment are a layer of their own."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pggit.clone.source.source import Source
from pggit.core.errors import NotFound
from pggit.db.load import read_files
from pggit.db.session import run
from pggit.db.sqlfiles import Globs, beginnings, by_number, sql_files
from pggit.files import read_bytes
from pggit.sandbox.sandbox import sandbox_in
from pggit.settings import load

if TYPE_CHECKING:
    from psycopg import Connection

    from pggit.sections import Environment

_NAMES_FILES = re.compile(rb"\\(?:i|ir|include|include_relative|copy)\b")


@dataclass(frozen=True)
class Files:
    """Files of SQL in the order in which they are run.

    Attributes:
        label: what they are called.
        root: the directory that their paths are relative to.
        files: their paths.
        base: what they are loaded into; None: an empty database.
    """

    label: str
    root: Path
    files: tuple[Path, ...]
    base: Source | None = None

    @contextmanager
    def reading(self, connection: Connection) -> Iterator[ReadingFiles]:
        """Read the files; see `Source.reading`.

        Raises:
            UsageError: one is not UTF-8, or has what only psql can do.
        """
        yield ReadingFiles(self.root, self.files, _inputs(connection, self.root, self.files))


@dataclass(frozen=True)
class ReadingFiles:
    """Files as they are now: (path, hash of the bytes) of each, and of those that they name; all are below ``root``."""

    root: Path
    files: tuple[Path, ...]
    inputs: list[list[str]]
    locale: None = None
    properties: None = None
    detail: str = ""
    analyzed: bool = True

    def fill(self, target: Connection) -> list[str]:
        """Run the files.

        Raises:
            SqlFailed: a statement failed; the message begins with file and line.
        """
        from pggit.apply.handing import hand_over  # planning is imported where it is needed: it takes its time

        with sandbox_in(target, target, trust=load().trust_source) as sandbox:
            sandbox.take()
            sandbox.load_files(sandbox.read_files(self.files, self.root))
            run(sandbox.connection, "analyze")  # by no other role: it runs what indexes are on
            hand_over(sandbox)
        return []


def files_of(path: Path | None, environment: Environment | None, project: Path) -> Files:
    """Return the files of a directory, or of an environment.

    Args:
        path: a directory, or one file; None: those that the environment includes.
        environment: says which of the files count; None: all. Its seeds are left out.
        project: the directory that its patterns are relative to.

    Raises:
        NotFound: there are no such files.
    """
    name = f" (environment {environment.name})" if environment else ""
    if path is None:
        assert environment is not None
        found = _chosen(_under(project, environment.include), environment, project)
        if not found:
            raise NotFound(
                f"environment {environment.name} includes no .sql file of {project}",
                hint='include = ["schema/**"] in its section says which; --from dir:PATH names a directory.',
            )
        return Files(f"files of {project}{name}", project, found)
    path = path.absolute()
    if path.is_file():
        return Files(f"file {path}{name}", path.parent, (path,))
    found = tuple(sql_files(path)) if path.is_dir() else ()
    if not found:
        raise NotFound(f"{path} is no .sql file, and no directory that holds any")
    if environment is not None:
        found = _chosen(found, environment, project)
        if not found:
            raise NotFound(f"environment {environment.name} includes no file of {path}")
    return Files(f"dir:{path}{name}", path, found)


def seeds_of(environment: Environment, project: Path, base: Source) -> Files:
    """Return the files with rows of an environment, as a layer on top of another source.

    Raises:
        NotFound: there are none.
    """
    wanted, unwanted = Globs(environment.seeds), Globs(environment.exclude)
    found = tuple(
        file
        for file in _under(project, environment.seeds)
        if wanted.match(file.relative_to(project)) and not unwanted.match(file.relative_to(project))
    )
    if not found:
        raise NotFound(f"environment {environment.name}: no .sql file matches seeds = {list(environment.seeds)}")
    label = base.label.removesuffix(f" (environment {environment.name})")
    return Files(f"{label} (environment {environment.name}, with seeds)", project, found, base)


def _under(project: Path, patterns: Sequence[str]) -> list[Path]:
    """The files under the directories in which the files of some patterns are, in their order."""
    found: list[Path] = []
    for beginning in beginnings(patterns):
        found += sql_files(project / beginning)
    return sorted(found, key=lambda file: by_number(file.relative_to(project)))


def _chosen(files: Sequence[Path], environment: Environment, project: Path) -> tuple[Path, ...]:
    include, leave = Globs(environment.include or ("**",)), Globs((*environment.exclude, *environment.seeds))

    def is_wanted(file: Path) -> bool:
        if not file.is_relative_to(project):
            return not environment.include
        return include.match(file.relative_to(project)) and not leave.match(file.relative_to(project))

    return tuple(file for file in files if is_wanted(file))


def _inputs(connection: Connection, root: Path, files: Sequence[Path]) -> list[list[str]]:
    contents = [read_bytes(file) for file in files]
    named = [file for file, content in zip(files, contents, strict=True) if _NAMES_FILES.search(content)]
    inputs = [_input(root, file, content) for file, content in zip(files, contents, strict=True)]
    for loadable in read_files(connection, named, None if load().trust_source else root):
        for other in (*loadable.script.included, *loadable.script.copied):
            inputs.append(_input(root, other, read_bytes(other)))
    return inputs


def _input(root: Path, file: Path, content: bytes) -> list[str]:
    return [Path(os.path.relpath(file, root)).as_posix(), hashlib.sha256(content).hexdigest()]
