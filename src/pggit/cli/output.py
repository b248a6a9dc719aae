"""Output: text with colours on a terminal, through a pager where it is long; JSON; documents for programs.

What is printed as a line is one line: a newline in a name is written out. Text of several lines is printed by `block`,
with something before each line, so that none looks like a line of pgGit's own.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from pggit.cli.stream import block, marked_styles, one_line, screen, styled
from pggit.core.shown import shown, shown_lines

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
        pager: the program for what is longer than the screen, with its arguments; or None.
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
        return styled(text, ";".join(_STYLES[style] for style in styles))

    def lines(self, lines: Iterable[str]) -> None:
        """Print lines, through the pager where they do not fit the screen."""
        text = "".join(f"{one_line(line)}\n" for line in lines)
        if self._terminal and self._pager and text.count("\n") >= shutil.get_terminal_size().lines:
            self._page(text)
            return
        screen(sys.stdout).stream.write(text)

    def line(self, text: str) -> None:
        """Print one line."""
        self.lines([text])

    def document(self, text: str) -> None:
        """Print a text for programs: as it is, but on a terminal with what would steer that written out."""
        screen(sys.stdout).stream.write("\n".join(shown_lines(text)) if self._terminal else text)

    def script(self, lines: Iterable[str]) -> None:
        """Print a script, each statement or comment of which is given as one text.

        On a terminal what continues a statement is indented, so that it is not taken for one of the script's comments.
        """
        if not self._terminal:
            self.document("".join(f"{line}\n" for line in lines))
            return
        for line in lines:
            first, *more = block(line)
            self.lines([first, *(f"    {part}" for part in more)])

    def json(self, document: Any) -> None:
        """Print a document for programs."""
        from pggit.cli import documents

        written = documents.document(document)
        if self.warnings and isinstance(written, dict):
            written["warnings"] = self.warnings
        self.json_text(documents.dumps(written) + "\n")

    def json_text(self, text: str) -> None:
        """Print a document for programs that is JSON already; on a terminal what would steer that is escaped in it."""
        from pggit.cli.documents import escaped

        screen(sys.stdout).stream.write(escaped(text, all=self._terminal))

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
            table.add_row(*(Text(shown(cell)) for cell in row))
        width = shutil.get_terminal_size().columns if self._terminal else 10_000
        text = StringIO()
        console = Console(
            file=text, width=width, force_terminal=self.colored, color_system="standard" if self.colored else None,
            legacy_windows=False,
        )  # fmt: skip
        console.print(table)
        return [marked_styles(line.rstrip()) for line in text.getvalue().split("\n")[:-1]]

    def _page(self, text: str) -> None:
        from pggit.cli.programs import run_program

        assert self._pager
        try:
            run_program(self._pager, input=text)
        except OSError:
            screen(sys.stdout).stream.write(text)
