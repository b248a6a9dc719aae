"""Making data directories: ``initdb`` once, a copy of its result ever after."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from pggit.core.errors import ConnectionFailed
from pggit.db.account import Account, make_private_directory
from pggit.db.filelock import file_lock

CONFIGURATION = """
# written by pggit
listen_addresses = ''
max_connections = 100
shared_buffers = 64MB
max_locks_per_transaction = 256
max_prepared_transactions = 16
wal_level = logical
jit = off
timezone = 'UTC'
log_timezone = 'UTC'
"""


def executable(bindir: Path, name: str) -> str:
    """The path of a PostgreSQL program."""
    return str(bindir / (f"{name}.exe" if sys.platform == "win32" else name))


def server_version(bindir: Path) -> str:
    """The version of the server programs, such as ``18.1``.

    Raises:
        ConnectionFailed: the program cannot be run here.
    """
    try:
        shown = subprocess.run(
            [executable(bindir, "postgres"), "--version"], capture_output=True, text=True, check=True, cwd="/"
        )
    except (OSError, subprocess.CalledProcessError) as error:
        raise ConnectionFailed(f"the PostgreSQL programs in {bindir} cannot be run here: {error}") from error
    return shown.stdout.split()[2]


def prepared_directory(bindir: Path, cache: Path, account: Account | None) -> Path:
    """The prepared data directory to copy from; made at the first call and kept in the cache.

    Args:
        bindir: where ``initdb`` is.
        cache: pgGit's cache directory.
        account: who the server will run as.

    Returns:
        A data directory which no server runs on.

    Raises:
        ConnectionFailed: ``initdb`` failed.
    """
    programs = os.stat(executable(bindir, "postgres"))
    version = server_version(bindir)
    facts = f"{programs.st_size} {CONFIGURATION}".encode()
    place = cache / "templates" / f"{version}-{hashlib.sha256(facts).hexdigest()[:16]}"
    done = place / "data"
    if done.exists():
        return done
    with file_lock(place / "lock"):
        if done.exists():
            return done
        unfinished = place / "new"
        shutil.rmtree(unfinished, ignore_errors=True)
        make_private_directory(unfinished, account)
        initialize(bindir, unfinished, account)
        unfinished.rename(done)
    return done


def initialize(bindir: Path, datadir: Path, account: Account | None) -> None:
    """Run ``initdb`` on an empty directory and append our configuration.

    Raises:
        ConnectionFailed: with what ``initdb`` said.
    """
    command = [executable(bindir, "initdb"), "-D", str(datadir), "-U", "postgres", "-A", "trust", "-E", "UTF8"]
    command += ["--no-locale", "--wal-segsize=1", "-N"]
    if int(server_version(bindir).split(".")[0]) >= 17:
        command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    options = account.popen_options() if account else {}
    try:
        result = subprocess.run(command, capture_output=True, text=True, check=False, cwd=datadir, **options)
    except OSError as error:
        raise ConnectionFailed(f"cannot run {command[0]}: {error.strerror}") from error
    if result.returncode != 0:
        raise ConnectionFailed(f"initdb failed: {(result.stderr or result.stdout).strip()}")
    with (datadir / "postgresql.conf").open("a", encoding="utf-8") as file:
        file.write(CONFIGURATION)


def copy_prepared(prepared: Path, datadir: Path, account: Account | None) -> None:
    """Copy a prepared data directory to its place; what a killed run left unfinished is thrown away.

    The caller holds the lock of the place, and ``datadir`` does not exist.
    """
    unfinished = datadir.with_name(datadir.name + ".new")
    shutil.rmtree(unfinished, ignore_errors=True)
    make_private_directory(unfinished, account)
    _copy_tree(prepared, unfinished, account)
    unfinished.rename(datadir)


def sync_in_background(bindir: Path, datadir: Path, account: Account | None) -> None:
    """Let PostgreSQL write a copied directory to the disk; nobody waits for it."""
    options = account.popen_options() if account else {}
    subprocess.Popen(
        [executable(bindir, "initdb"), "--sync-only", "-D", str(datadir)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=datadir,
        **options,
    )


def _copy_tree(source: Path, target: Path, account: Account | None) -> None:
    """Copy files and directories; modes are PostgreSQL's own (0700, 0600)."""
    files: list[tuple[str, str]] = []
    pending = [(str(source), str(target))]
    while pending:
        here, there = pending.pop()
        for entry in os.scandir(here):
            copy = os.path.join(there, entry.name)
            if entry.is_dir(follow_symlinks=False):
                os.mkdir(copy, 0o700)
                _give(copy, account)
                pending.append((entry.path, copy))
            else:
                files.append((entry.path, copy))

    with ThreadPoolExecutor(max_workers=2) as pool:
        list(pool.map(lambda pair: _copy_file(pair[0], pair[1], account), files, chunksize=64))


def _copy_file(source: str, target: str, account: Account | None) -> None:
    """Copy one file with as few system calls as there can be: the disk is what a first start waits for."""
    with open(source, "rb", buffering=0) as old:
        handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
        with open(handle, "wb", buffering=0) as new:
            shutil.copyfileobj(old, new, 1 << 20)
    _give(target, account)


def _give(path: str, account: Account | None) -> None:
    if account is not None:
        os.chown(path, account.uid, account.gid)
