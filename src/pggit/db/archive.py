"""Archives of ``pg_dump``'s custom format. Half of one never has the name of a whole one, and each is read again.

https://www.postgresql.org/docs/current/app-pgrestore.html
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Collection
from pathlib import Path

from pggit.core.errors import Refused, SqlFailed
from pggit.db.datadir import executable
from pggit.db.dump import NoDumpProgram, dump_program, program_connection, program_environment, version_of
from pggit.db.redact import redact_url

_TABLE = re.compile(r"^\d+; \d+ \d+ TABLE (.*)$", re.MULTILINE)


def write_archive(url: str, major: int, file: Path, *options: str, tables: Collection[tuple[str, str]] = ()) -> int:
    """Write an archive of a database, and read it again before it gets its name.

    Args:
        url: a connection string; its password is not shown to other processes.
        major: the server's major version.
        file: the archive; it is made with mode 0600, in a directory that is there.
        options: of ``pg_dump``, such as ``--schema-only``.
        tables: (schema, name) of tables that must be in it.

    Returns:
        Its size in bytes.

    Raises:
        NoDumpProgram: there is no ``pg_dump`` and ``pg_restore`` for this server.
        SqlFailed: ``pg_dump`` failed; with what it said.
        Refused: what it wrote cannot be read, or lacks a table.
    """
    program = dump_program(major)
    unfinished = file.with_name(file.name + ".unfinished")
    os.close(os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    try:
        target, environment = program_connection(url, version_of(program) or 0)
        command = [str(program), "--format=custom", "--no-password", f"--file={unfinished}", *options, "-d", target]
        done = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, check=False)
        if done.returncode != 0:
            raise SqlFailed(f"pg_dump failed: {_said(done)}")
        verify_archive(unfinished, major, tables)
        unfinished.rename(file)
    finally:
        unfinished.unlink(missing_ok=True)
    _sync_directory(file.parent)
    return file.stat().st_size


def verify_archive(file: Path, major: int, tables: Collection[tuple[str, str]] = ()) -> None:
    """Read an archive as ``pg_restore`` does: its list, then all of it, without a server.

    The list is at the beginning of the file; that the rows are whole shows only when they are unpacked.

    Args:
        file: the archive.
        major: of the server that it is of.
        tables: (schema, name) of tables that must be in it.

    Raises:
        NoDumpProgram: there is no ``pg_restore``.
        Refused: it cannot be read, or lacks a table.
    """
    listed = set(_TABLE.findall(_restore(file, major, "--list")))
    for schema, name in sorted(tables):
        written = f"{schema} {name} ".replace("\n", " ")
        if not any(entry.startswith(written) for entry in listed):
            raise Refused(f"the backup {file} lacks table {schema}.{name}", hint="Nothing was changed.")
    _restore(file, major, f"--file={os.devnull}")


def restore_schema(file: Path, url: str, major: int) -> None:
    """Restore the schema of an archive into an empty database, as far as it goes.

    Subscriptions are left out: they would take the rows of the one that they are a copy of.

    Args:
        file: the archive.
        url: of the database; its password is not shown to other processes.
        major: of the server that the archive is of.

    Raises:
        NoDumpProgram: there is no ``pg_restore``.
        SqlFailed: not all of it could be restored.
    """
    program = _restore_program(major)
    target, environment = program_connection(url, version_of(program) or 0)
    command = [str(program), "--schema-only", "--no-subscriptions", "--no-password", "-d", target, str(file)]
    done = subprocess.run(command, env=environment, capture_output=True, check=False)
    if done.returncode != 0:
        raise SqlFailed(f"pg_restore failed: {_said(done)}")


def _restore(file: Path, major: int, option: str) -> str:
    command = [str(_restore_program(major)), option, str(file)]
    done = subprocess.run(command, env=program_environment(), capture_output=True, check=False)
    if done.returncode != 0:
        raise Refused(f"the backup {file} cannot be read: {_said(done)}", hint="Nothing was changed.")
    return done.stdout.decode(errors="replace")


def _restore_program(major: int) -> Path:
    program = dump_program(major)
    restore = Path(executable(program.parent, "pg_restore"))
    if not restore.exists():
        raise NoDumpProgram(
            f"there is no pg_restore beside {program}", hint="install all client programs of PostgreSQL."
        )
    return restore


def _said(done: subprocess.CompletedProcess[bytes]) -> str:
    return redact_url(" ".join(done.stderr.decode(errors="replace").split())) or f"exit status {done.returncode}"


def _sync_directory(directory: Path) -> None:
    """Make the file's new name last through a crash; Windows cannot open directories."""
    if os.name == "nt":
        return
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
