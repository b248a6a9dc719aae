"""A terminal that is read key by key, and written whole screens at a time."""

from __future__ import annotations

import os
import select
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from pggit.cli.stream import screen
from pggit.core.errors import UsageError

END = "end"
"""What `Terminal.key` returns when the terminal is gone, or the user typed the end of input."""
RESIZE = "resize"
_ARROWS = {"A": "up", "B": "down", "C": "right", "D": "left", "5~": "pageup", "6~": "pagedown"}
_NAMES = {"\x04": END, "\r": "enter", "\n": "enter", " ": "pagedown"}
_ENTER, _LEAVE = "\x1b[?1049h\x1b[?25l", "\x1b[?25h\x1b[?1049l"


def is_terminal() -> bool:
    """Whether somebody sits at both ends."""
    return sys.stdin.isatty() and sys.stdout.isatty()


class Terminal:
    """The terminal of standard input and output; inside of a ``with`` block it shows screens.

    Raises:
        UsageError: the system has no terminals of this sort.
    """

    def __init__(self) -> None:
        try:
            import termios
            import tty
        except ImportError:
            raise UsageError("this system has no terminal that can be read key by key") from None
        self._termios, self._tty = termios, tty
        self._in, self._out = sys.stdin.fileno(), sys.stdout.fileno()
        self._typed = ""

    def __enter__(self) -> Terminal:
        self._before = self._termios.tcgetattr(self._in)
        self._woken, self._wake = os.pipe()
        os.set_blocking(self._wake, False)
        self._handlers = {one: signal.signal(one, self._resized) for one in (signal.SIGWINCH, signal.SIGCONT)}
        self._begin()
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._handlers.items():
            signal.signal(number, handler)
        self._end()
        os.close(self._woken)
        os.close(self._wake)

    def size(self) -> tuple[int, int]:
        """Return columns and lines."""
        size = os.get_terminal_size(self._out)
        return size.columns or 80, size.lines or 24

    def show(self, lines: Sequence[str]) -> None:
        """Show a screen."""
        self._write("\x1b[H" + "\r\n".join(f"{line}\x1b[K" for line in lines) + "\x1b[J")

    def key(self) -> str:
        """Wait for a key; returns its character or its name, `RESIZE`, or `END`."""
        if not self._typed:
            ready, _, _ = select.select([self._in, self._woken], [], [])
            if self._woken in ready:
                os.read(self._woken, 1024)
                return RESIZE
            self._typed = self._read()
            if not self._typed:
                return END
        return self._next()

    def ask(self, what: str) -> str | None:
        """Ask for one line of text; None where the user gives none."""
        _, height = self.size()
        self._write(f"\x1b[{height};1H\x1b[K\x1b[?25h{what}: ")
        self._termios.tcsetattr(self._in, self._termios.TCSADRAIN, self._before)
        try:
            line, _, self._typed = (self._typed or self._read()).partition("\n")
        finally:
            self._tty.setcbreak(self._in)
            self._write("\x1b[?25l")
        return line.strip() or None

    @contextmanager
    def left(self) -> Iterator[None]:
        """Give the terminal to another program for as long as the block lasts."""
        self._end()
        try:
            yield
        finally:
            self._begin()

    def _next(self) -> str:
        """Take the first key of what was typed."""
        for start in ("\x1b[", "\x1bO"):
            if self._typed.startswith(start):
                length = 4 if self._typed[3:4] == "~" else 3
                sequence, self._typed = self._typed[:length], self._typed[length:]
                return _ARROWS.get(sequence[2:], sequence)
        first, self._typed = self._typed[0], self._typed[1:]
        return _NAMES.get(first, first)

    def _begin(self) -> None:
        self._tty.setcbreak(self._in)
        self._write(_ENTER)

    def _end(self) -> None:
        self._write(_LEAVE)
        self._termios.tcsetattr(self._in, self._termios.TCSADRAIN, self._before)

    def _read(self) -> str:
        try:
            return os.read(self._in, 4096).decode("utf-8", "replace")
        except OSError:  # the terminal is gone
            return ""

    def _write(self, text: str) -> None:
        out = screen(sys.stdout).stream  # what moves the cursor; the screens are drawn of what is shown
        out.write(text)
        out.flush()

    def _resized(self, *_: Any) -> None:
        os.write(self._wake, b"x")
