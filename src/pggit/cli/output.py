"""Output: text with colours on a terminal, through a pager where it is long; JSON."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

_STYLES = {
    "red": "31",
    "green": "32",
    "yellow": "33",
    "cyan": "36",
    "bold": "1",
    "dim": "2",
}


class Output:
    """Standard output.

    Args:
        color: ``auto``, ``always`` or ``never``.
        pager: the program for what is longer than the screen, or None.
    """

    warnings: ClassVar[list[str]] = []
    """What was warned of; JSON documents have it as ``warnings``."""

    def __init__(self, color: str = "auto", pager: str | None = None) -> None:
        self._terminal = sys.stdout.isatty()
        self._pager = pager
        self.colored = color == "always" or (color == "auto" and self._terminal)

    def style(self, text: str, *styles: str) -> str:
        """Return the text in colours (``red``, ``bold``, …), where there are any."""
        if not self.colored or not text:
            return text
        return f"\x1b[{';'.join(_STYLES[style] for style in styles)}m{text}\x1b[0m"

    def lines(self, lines: Iterable[str]) -> None:
        """Print lines, through the pager where they do not fit the screen."""
        text = "".join(f"{line}\n" for line in lines)
        if self._terminal and self._pager and text.count("\n") >= shutil.get_terminal_size().lines:
            self._page(text)
            return
        sys.stdout.write(text)

    def line(self, text: str) -> None:
        """Print one line."""
        self.lines([text])

    def json(self, document: Any) -> None:
        """Print a document for programs."""
        from pggit.cli import documents

        written = documents.document(document)
        if self.warnings and isinstance(written, dict):
            written["warnings"] = self.warnings
        sys.stdout.write(documents.dumps(written) + "\n")

    def table(self, titles: Sequence[str], rows: Iterable[Sequence[str]], *, styles: Sequence[str] = ()) -> None:
        """Print a table; ``styles`` are the columns' (empty for none)."""
        self.lines(self.table_lines(titles, rows, styles=styles))

    def table_lines(
        self, titles: Sequence[str], rows: Iterable[Sequence[str]], *, styles: Sequence[str] = ()
    ) -> list[str]:
        """Return a table as lines."""
        from io import StringIO

        from rich.console import Console
        from rich.table import Table
        from rich.text import Text

        table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
        for title, style in zip(titles, [*styles, *[""] * len(titles)], strict=False):
            table.add_column(title, style=style, overflow="fold")
        for row in rows:
            table.add_row(*(Text(cell) for cell in row))
        width = shutil.get_terminal_size().columns if self._terminal else 10_000
        text = StringIO()
        console = Console(
            file=text, width=width, force_terminal=self.colored, color_system="standard" if self.colored else None,
            legacy_windows=False,
        )  # fmt: skip
        console.print(table)
        return [line.rstrip() for line in text.getvalue().splitlines()]

    def _page(self, text: str) -> None:
        assert self._pager
        try:
            subprocess.run(self._pager, input=text, text=True, encoding="utf-8", shell=True, check=False)
        except OSError:
            sys.stdout.write(text)
