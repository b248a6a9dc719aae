"""A program in a pseudo-terminal: what is on its screen, and the keys that are typed."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time
from collections.abc import Callable, Mapping

_CSI = re.compile(r"\x1b\[\??([0-9;]*)([A-Za-z])")


class Terminal:
    """`pggit` in a terminal of its own.

    Args:
        arguments: of the program.
        environment: its environment.
        size: columns and lines.
    """

    def __init__(self, *arguments: str, environment: Mapping[str, str], size: tuple[int, int] = (120, 40)) -> None:
        self.output = ""
        self.size = size
        # the window has its size before the program looks
        master, slave = pty.openpty()
        self.fd = master
        self._set_size(slave)
        self.pid = os.fork()
        if self.pid == 0:
            os.close(master)
            os.login_tty(slave)
            command = [sys.executable, "-m", "pggit", *arguments]
            os.execve(sys.executable, command, {**environment, "TERM": "xterm-256color"})
        os.close(slave)

    def type(self, keys: str) -> None:
        """Type keys."""
        os.write(self.fd, keys.encode())

    def resize(self, columns: int, lines: int) -> None:
        """Change the size of the window; the program is told by a signal."""
        self.size = (columns, lines)
        self._set_size(self.fd)

    def hang_up(self) -> None:
        """Close the terminal, as closing its window does."""
        os.close(self.fd)

    def screen(self) -> list[str]:
        """What is on the screen."""
        rows: dict[int, str] = {}
        row = 0
        shown = self.output.rpartition("\x1b[H")[2]
        at = 0
        for found in _CSI.finditer(shown):
            row = _put(rows, row, shown[at : found.start()])
            at = found.end()
            if found[2] == "H":
                row = int(found[1].split(";")[0]) - 1
                rows[row] = ""
        _put(rows, row, shown[at:])
        return [rows.get(number, "").rstrip() for number in range(max(rows, default=-1) + 1)]

    def wait(self, wanted: str | Callable[[list[str]], bool], seconds: float = 30) -> list[str]:
        """Read until the screen has a text, or is as a function says; returns it."""
        until = time.monotonic() + seconds
        while True:
            now = self.screen()
            if any(wanted in line for line in now) if isinstance(wanted, str) else wanted(now):
                if not self._read(0.1):  # the screen is whole
                    return now
                continue
            if not self._read(0.2) and (time.monotonic() > until or not self._is_alive()):
                raise AssertionError("never seen: " + str(wanted) + "\n" + "\n".join(self.screen()))

    def end(self, seconds: float = 30) -> tuple[int, str]:
        """Wait for the program to end; returns its exit status and all that it wrote."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self._read(0.1)
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                while self._read(0):
                    pass
                self.pid = 0
                return os.waitstatus_to_exitcode(status), self.output
        raise AssertionError("it does not end\n" + "\n".join(self.screen()))

    def kill(self) -> None:
        """End it at once, wherever it is."""
        if self.pid:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
            self.pid = 0

    def _set_size(self, fd: int) -> None:
        columns, lines = self.size
        fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))

    def _is_alive(self) -> bool:
        pid, _ = os.waitpid(self.pid, os.WNOHANG)
        if pid:
            self.pid = 0
        return not pid

    def _read(self, seconds: float) -> bool:
        """Read what there is; whether there was something."""
        try:
            if not select.select([self.fd], [], [], seconds)[0]:
                return False
            data = os.read(self.fd, 65536)
        except OSError:
            return False
        self.output += data.decode("utf-8", "replace")
        return bool(data)


def _put(rows: dict[int, str], row: int, text: str) -> int:
    """Write text from a row on; returns the row that is written to then."""
    for number, line in enumerate(text.replace("\r\n", "\n").split("\n")):
        if number:
            row += 1
        rows[row] = rows.get(row, "") + line
    return row
