"""A PostgreSQL server that we start and stop ourselves, on a data directory of its own."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from pggit.core.errors import Busy, ConnectionFailed
from pggit.db.account import Account, make_private_directory
from pggit.db.datadir import copy_prepared, executable, prepared_directory, sync_in_background
from pggit.db.filelock import file_lock
from pggit.db.postmaster import Postmaster, is_alive, read_postmaster, running_postmaster, serves

_POLL = 0.002
_LOG_LIMIT = 8_000_000
_PLAIN_PATH = re.compile(r"[A-Za-z0-9/._-]{1,80}")
_LOG_PREFIX = re.compile(r"^\S+ \S+ \S+ \[\d+\] ")
_STILL_IN_USE = ("pre-existing shared memory block", "is in use")


@dataclass
class Server:
    """A server on one data directory; several processes may use the same.

    Args:
        bindir: where ``postgres`` and ``initdb`` are.
        datadir: the data directory, made at the first start.
        cache: where the prepared data directory is kept.
        account: who the server runs as, ``None`` for the process's own account.
        options: settings of the server for this start, such as ``{"fsync": "off"}``.
    """

    bindir: Path
    datadir: Path
    cache: Path
    account: Account | None = None
    options: dict[str, str] = field(default_factory=dict)
    _child: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def start(self, timeout: float = 30.0) -> str:
        """Start the server unless it runs, and wait until it takes connections.

        Returns:
            The URL of its database ``postgres``.

        Raises:
            ConnectionFailed: it did not start; with what it said.
            Busy: another process was starting it all the time.
        """
        found = self.status()
        if found is not None and found.ready:
            return self._url(found, "postgres")
        with file_lock(self._lock_path()):
            return self._url(self._start_locked(timeout), "postgres")

    def stop(self, timeout: float = 30.0, *, discard: bool = False) -> bool:
        """Stop the server (fast shutdown) and wait for its end.

        Only the process that ``postmaster.pid`` names and that works on this directory is signalled.

        Args:
            timeout: seconds that it has to end.
            discard: remove its data directory too, running or not.

        Returns:
            Whether it ran.

        Raises:
            Busy: it did not end in time.
        """
        if not self.datadir.exists():
            return False
        with file_lock(self._lock_path()):
            ran = self._stop_locked(timeout)
            if discard:
                shutil.rmtree(self.datadir)
            return ran

    def status(self) -> Postmaster | None:
        """The running server, or ``None``."""
        return running_postmaster(self.datadir, self.bindir)

    def url(self, dbname: str = "postgres") -> str:
        """The URL of a database on the running server, as superuser ``postgres``.

        Raises:
            ConnectionFailed: it does not run.
        """
        found = self.status()
        if found is None:
            raise ConnectionFailed(f"no server runs on {self.datadir}")
        return self._url(found, dbname)

    @property
    def log(self) -> Path:
        """The file with what the server says."""
        return self.datadir.with_name(self.datadir.name + ".log")

    def _stop_locked(self, timeout: float) -> bool:
        found = self.status()
        if found is None:
            return False
        if sys.platform == "win32":
            command = [executable(self.bindir, "pg_ctl"), "stop", "-m", "fast", "-D", str(self.datadir)]
            subprocess.run(command, capture_output=True, check=False)
            return True
        os.kill(found.pid, signal.SIGINT)
        self._wait_for_end(found.pid, timeout)
        if found.socket_dir and Path(found.socket_dir) != self.datadir:
            with suppress(OSError):
                Path(found.socket_dir).rmdir()  # only if it is empty
        return True

    def _start_locked(self, timeout: float) -> Postmaster:
        end = time.monotonic() + timeout
        if not (self.datadir / "PG_VERSION").exists():
            self._create()
        found = self.status()
        while found is None:
            self._remove_stale_pid()
            found = self._launch(end)
        if not found.ready:
            found = self._wait_until_ready(found.pid, end)
        return found

    def _create(self) -> None:
        prepared = prepared_directory(self.bindir, self.cache, self.account)
        copy_prepared(prepared, self.datadir, self.account)
        if self.options.get("fsync") != "off":
            sync_in_background(self.bindir, self.datadir, self.account)

    def _launch(self, end: float) -> Postmaster | None:
        """Start the process; ``None`` means that the remains of a killed server are still going away: try again."""
        said_before = self._trim_log()
        self._child = self._spawn()
        while time.monotonic() < end:
            found = read_postmaster(self.datadir)
            if found is not None and found.ready and serves(found.pid, self.datadir, self.bindir):
                return found
            if sys.platform != "win32" and self._child.poll() is not None:
                said = self._said(said_before)
                if all(words in said for words in _STILL_IN_USE):
                    time.sleep(0.05)
                    return None
                raise ConnectionFailed(f"the server on {self.datadir} did not start: {_last_words(said)}")
            time.sleep(_POLL)
        raise ConnectionFailed(f"the server on {self.datadir} did not start in time", hint=f"see {self.log}")

    def _spawn(self) -> subprocess.Popen[bytes]:
        options = {"unix_socket_directories": self._socket_dir(), **self.options}
        if sys.platform == "win32":
            options |= {"listen_addresses": "127.0.0.1", "port": str(_free_port()), "unix_socket_directories": ""}
            settings = " ".join(f"-c {name}={value}" for name, value in options.items())
            command = [executable(self.bindir, "pg_ctl"), "start", "-D", str(self.datadir), "-o", settings]
            command += ["-l", str(self.log)]
        else:
            command = [executable(self.bindir, "postgres"), "-D", str(self.datadir)]
            for name, value in options.items():
                command += ["-c", f"{name}={value}"]
        with self.log.open("ab") as log:
            return subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self.datadir,
                start_new_session=True,
                env=_environment(),
                **(self.account.popen_options() if self.account else {}),
            )

    def _socket_dir(self) -> str:
        """A directory for the socket: the data directory where its path is short and plain, else one under /tmp."""
        if sys.platform == "win32":
            return ""
        if _PLAIN_PATH.fullmatch(str(self.datadir)):
            return str(self.datadir)
        name = hashlib.sha256(os.fsencode(self.datadir)).hexdigest()[:16]
        root = Path(tempfile.gettempdir())
        if not _PLAIN_PATH.fullmatch(str(root)) or len(str(root)) > 50:
            root = Path("/tmp")
        directory = root / f"pggit-{os.geteuid()}-{name}"
        make_private_directory(directory, self.account)
        return str(directory)

    def _remove_stale_pid(self) -> None:
        """Remove a ``postmaster.pid`` whose number now belongs to another program.

        Where the process is simply gone PostgreSQL finds out itself, and looks for surviving children first.
        """
        found = read_postmaster(self.datadir)
        if found is None or sys.platform == "win32" or not is_alive(found.pid):
            return
        if serves(found.pid, self.datadir, self.bindir) or _anybody_works_in(self.datadir):
            return
        (self.datadir / "postmaster.pid").unlink(missing_ok=True)
        for leftover in Path(found.socket_dir or self.datadir).glob(".s.PGSQL.*"):
            leftover.unlink(missing_ok=True)

    def _wait_until_ready(self, pid: int, end: float) -> Postmaster:
        """Wait for a server that somebody else started, or that recovers from a crash."""
        while time.monotonic() < end:
            found = self.status()
            if found is None:
                raise ConnectionFailed(f"the server on {self.datadir} ended while it started", hint=f"see {self.log}")
            if found.ready:
                return found
            time.sleep(_POLL)
        raise Busy(f"server process {pid} on {self.datadir} is not ready", hint=f"see {self.log}")

    def _wait_for_end(self, pid: int, timeout: float) -> None:
        end = time.monotonic() + timeout
        while time.monotonic() < end:
            if self._child is not None and self._child.pid == pid:
                self._child.poll()
            if not serves(pid, self.datadir, self.bindir):
                return
            time.sleep(_POLL)
        raise Busy(f"server process {pid} on {self.datadir} does not end", hint=f"see {self.log}")

    def _trim_log(self) -> int:
        """Begin the log anew where it has grown large; returns its size."""
        size = self.log.stat().st_size if self.log.exists() else 0
        if size < _LOG_LIMIT:
            return size
        self.log.unlink()
        return 0

    def _said(self, offset: int) -> str:
        with self.log.open("rb") as file:
            file.seek(offset)
            return file.read().decode(errors="replace")

    def _lock_path(self) -> Path:
        return self.datadir.with_name(self.datadir.name + ".lock")

    def _url(self, found: Postmaster, dbname: str) -> str:
        host = found.socket_dir or found.host or "127.0.0.1"
        return f"postgresql://postgres@/{quote(dbname, safe='')}?host={quote(host, safe='/')}&port={found.port}"


def _last_words(said: str) -> str:
    lines = [_LOG_PREFIX.sub("", line) for line in said.splitlines()]
    return "; ".join(lines[-3:]) or "it said nothing"


def _environment() -> dict[str, str] | None:
    """The environment for servers: none of the user's PGDATA, locale or library settings."""
    return None if sys.platform == "win32" else {"PATH": os.defpath, "LC_ALL": "C"}


def _anybody_works_in(directory: Path) -> bool:
    """Linux: tell whether any process has ``directory`` as its current one."""
    return any(serves(int(process.name), directory, directory) for process in Path("/proc").glob("[0-9]*"))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
