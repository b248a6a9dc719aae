"""The backup that is made before a remote is changed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pggit.core.identity import split_name, unquote
from pggit.core.state import State
from pggit.db.archive import restore_schema, write_archive
from pggit.db.connect import connect
from pggit.db.scratch import scratch_database
from pggit.db.sqlstate import translated
from pggit.kinds.reader import read_state
from pggit.work.deploy.target import BackupKind, Target

if TYPE_CHECKING:
    from psycopg import Connection

_OPTIONS = {"full": (), "schema": ("--schema-only",)}


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup, verified.

    Attributes:
        file: its path; a custom-format archive of ``pg_dump``.
        kind: ``full`` or ``schema``.
        bytes: its size.
        earlier: whether it was made by an earlier, interrupted run of the same deployment.
    """

    file: Path
    kind: BackupKind
    bytes: int
    earlier: bool = False


def back_up(target: Target, major: int, state: State) -> Backup:
    """Write a backup of a remote, and verify that it can be read and has every table.

    Args:
        target: the remote. Nobody else makes a backup of it at the same time.
        major: its server's major version.
        state: what is in it.

    Raises:
        NoDumpProgram, SqlFailed, Refused: as `write_archive` does.
    """
    assert target.backup != "none"
    directory = _directory(target)
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    _remove_unfinished(target)
    now = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%fZ")
    file = directory / f"{target.file_name}-{now}.dump"
    size = write_archive(target.url, major, file, *_OPTIONS[target.backup], tables=_tables(state))
    return Backup(file, target.backup, size)


def schema_in(backup: Backup, connection: Connection, *, optional: bool) -> State:
    """Return the state that a database was in when a backup of it was made, read from a scratch database.

    Args:
        backup: of the database.
        connection: to a database of the server that it is of, in autocommit mode and in no transaction.
        optional: read roles and subscriptions too.

    A schema public that had been dropped is there again: so compare the hash.

    Raises:
        PermissionDenied: the role may not create databases.
        NoDumpProgram, SqlFailed: as `restore_schema` does.
    """
    major = connection.info.server_version // 10000
    with scratch_database(connection) as url:
        restore_schema(backup.file, url, major)
        with closing(connect(url)) as scratch, translated():
            return read_state(scratch, optional=optional)


def _directory(target: Target) -> Path:
    return target.state / "backups"


def _tables(state: State) -> list[tuple[str, str]]:
    """Return (schema, name) of the tables of a state."""
    keys = [key.partition(" ")[2] for key in state.groups if key.startswith("table ")]
    return [(unquote(schema), unquote(name)) for schema, name in map(split_name, keys)]


def _remove_unfinished(target: Target) -> None:
    """Remove what a killed run left behind."""
    for file in _files(target, ".dump.unfinished"):
        file.unlink()


def _files(target: Target, ending: str) -> Iterator[Path]:
    """Yield the files of a remote, and not those of another whose name begins like its name."""
    pattern = re.compile(re.escape(target.file_name) + r"-\d{8}T\d{6}\.\d{6}Z" + re.escape(ending))
    return (file for file in sorted(_directory(target).iterdir()) if pattern.fullmatch(file.name))
