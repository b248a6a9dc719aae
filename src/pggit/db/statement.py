"""What a SQL script holds."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from pggit.core.errors import UsageError


class ScriptUnreadable(UsageError):
    """A script needs what only psql can do; the message names the line.

    Attributes:
        name: of the file, where it is not the one that was given.
        line: its number, from 1.
        reason: the message without these.
    """

    code = "script_unreadable"

    def __init__(self, line: int, message: str, *, hint: str | None = None, name: str | None = None) -> None:
        super().__init__(f"{name}:{line}: {message}" if name else f"line {line}: {message}", hint=hint)
        self.name = name
        self.line = line
        self.reason = message


@dataclass(frozen=True)
class Statement:
    """One statement of a script.

    Attributes:
        text: without the semicolon and without comments before it, variables replaced.
        line: where it begins, from 1.
        copy_data: what follows a ``COPY … FROM stdin``; ``None`` for all others.
        copy_file: the file whose bytes a ``\\copy`` sends; ``copy_data`` is ``None`` then.
        name: of the file, where it was included by the one that was given.
        pieces: where the text is put together: (offset in it, line) of each piece.
        elsewhere: runs it over another connection, which must see what the transaction so far has made; ``None`` for
            all that are run over the script's own.
    """

    text: str
    line: int
    copy_data: str | None = None
    copy_file: Path | None = None
    name: str | None = None
    pieces: tuple[tuple[int, int], ...] = ()
    elsewhere: Callable[[], None] | None = None

    @property
    def first_word(self) -> str:
        """``create``, ``copy``, … in lower case."""
        match = re.match(r"\w+", self.text)
        return match[0].lower() if match else ""

    @property
    def is_copy(self) -> bool:
        """Whether data are sent after it."""
        return self.copy_data is not None or self.copy_file is not None

    def line_at(self, position: int) -> int:
        """Return the line of the script that a position in the text, from 0, comes from."""
        offset, line = max((piece for piece in self.pieces if piece[0] <= position), default=(0, self.line))
        return line + self.text.count("\n", offset, position)


@dataclass
class Script:
    """What a script holds.

    Attributes:
        statements: in their order, those of included files too.
        included: files whose statements these are, other than the script itself.
        copied: files whose bytes are sent.
    """

    statements: list[Statement] = field(default_factory=list)
    included: list[Path] = field(default_factory=list)
    copied: list[Path] = field(default_factory=list)
