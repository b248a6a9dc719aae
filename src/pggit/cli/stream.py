"""The only way to standard output and standard error.

Whatever is written there is taken for data: control and invisible characters are written out (`core/shown.py`), also
those that a library or a forgotten `print` writes. What is pgGit's own, the colours, is marked: a mark begins with a
number that is random in each process, so that no name or message can contain one.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, TextIO

from pggit.core.shown import shown, shown_lines

_MARK = f"\x1b{os.urandom(8).hex()}"
_MARKED = re.compile(rf"{_MARK}([\d;]+m)")
_ANY_STYLE = re.compile(r"\x1b\[([\d;]*)m")


def styled(text: str, codes: str) -> str:
    """Return a text in the style of an SGR code, such as ``31`` or ``1;31``."""
    return f"{_MARK}{codes}m{text}{_MARK}0m"


def marked_styles(text: str) -> str:
    """Mark the styles of a text that was put together from pieces that are shown already, by rich."""
    return _ANY_STYLE.sub(lambda found: f"{_MARK}{found[1] or '0'}m", text)


def block(text: str, before: str = "") -> list[str]:
    """Return a text of several lines as lines to print, each with something before it."""
    return [before + line for line in shown_lines(text)]


def one_line(text: str) -> str:
    """Return what is printed for a text that is one line: marks are obeyed, the rest is written out."""
    pieces = _MARKED.split(text)
    pieces[::2] = map(shown, pieces[::2])
    pieces[1::2] = (f"\x1b[{code}" for code in pieces[1::2])
    return "".join(pieces)


def plain(lines: Iterable[str], before: str = "") -> str:
    """Return lines as the text of a file, without styles: each is one line of it, with something before it."""
    return "".join(f"{before}{shown(_MARKED.sub('', line))}\n" for line in lines)


class Screen:
    """A stream of text on which nothing that is written steers the terminal.

    Attributes:
        stream: the stream below, for documents and for what moves the cursor.
    """

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream

    def write(self, text: str) -> int:
        """Write lines."""
        self.stream.write("\n".join(map(one_line, text.split("\n"))))
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        """Write lines; they have their ends."""
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)


def screen(stream: Any) -> Screen:
    """Return a stream as one that shows what is written."""
    return stream if isinstance(stream, Screen) else Screen(stream)


@contextmanager
def screened() -> Iterator[None]:
    """Let standard output and standard error show what is written there, for as long as the block lasts."""
    before = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = screen(sys.stdout), screen(sys.stderr)
    try:
        yield
    finally:
        sys.stdout, sys.stderr = before


def say(text: str) -> None:
    """Print one line on standard error."""
    say_lines([text])


def say_lines(lines: Iterable[str]) -> None:
    """Print lines on standard error."""
    to = screen(sys.stderr)
    for line in lines:
        to.stream.write(one_line(line) + "\n")
    to.flush()


def confirm(question: str, *, default: bool = False, abort: bool = False) -> bool:
    """Ask a question on standard error that is answered with yes or no.

    Raises:
        click.Abort: there is no answer, or with ``abort`` it is no.
    """
    import click

    return click.confirm(shown(question), default=default, abort=abort, err=True)


def ask(question: str, *, hidden: bool = False) -> str:
    """Ask for a line of text on standard error; with ``hidden`` what is typed is not seen.

    Raises:
        click.Abort: there is no answer.
    """
    import click

    answer: str = click.prompt(shown(question), hide_input=hidden, err=True)
    return answer


@contextmanager
def spinning(text: str, *, colored: bool) -> Iterator[Spinner]:
    """Show on standard error that something takes its time, for as long as the block lasts. It must be a terminal."""
    from rich.console import Console
    from rich.text import Text

    # what moves the cursor passes by the filter; what is put into it is shown before
    console = Console(file=screen(sys.stderr).stream, no_color=not colored, highlight=False)
    with console.status(Text(shown(text))) as status, screened():
        yield Spinner(status)


class Spinner:
    """What is shown while something takes its time."""

    def __init__(self, status: Any) -> None:
        self._status = status

    def update(self, text: str) -> None:
        """Show another text."""
        from rich.text import Text

        self._status.update(Text(shown(text)))

    def line(self, text: str) -> None:
        """Print a line, which stays."""
        from rich.text import Text

        self._status.console.print(Text(shown(text)), soft_wrap=True)

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Show nothing that moves for as long as the block lasts."""
        self._status.stop()
        try:
            yield
        finally:
            self._status.start()
            sys.stdout, sys.stderr = screen(sys.stdout), screen(sys.stderr)  # rich has replaced them
