"""The parts of a statement as ``pg_dump`` writes it: lists in parentheses, cut at their commas."""

from __future__ import annotations

import re
from dataclasses import dataclass

_TOKEN = re.compile(
    r"""(?P<quoted>(?<![\w$])[eE]'(?:[^'\\]|\\.|'')*' | '(?:[^']|'')*' | "(?:[^"]|"")*")
      | (?P<open>[(\[]) | (?P<close>[)\]]) | (?P<comma>,)""",
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Listed:
    """A statement with a list: what is before it (with the parenthesis), its items, what is after it."""

    before: str
    items: tuple[str, ...]
    after: str

    def text(self, items: list[str] | None = None) -> str:
        """Return the statement with these items, or with its own; blanks around items are not kept."""
        return self.before + ", ".join(self.items if items is None else items) + self.after


def listed(text: str, start: int) -> Listed:
    """Cut the list whose opening parenthesis is the first one at or after ``start``.

    Strings, quoted names and inner parentheses are kept whole.

    Raises:
        ValueError: there is no such list.
    """
    begin = text.index("(", start) + 1
    depth, position, items = 0, begin, []
    for token in _TOKEN.finditer(text, begin):
        if token.lastgroup == "open":
            depth += 1
        elif token.lastgroup == "close" and depth:
            depth -= 1
        elif token.lastgroup == "close":
            items.append(text[position : token.start()].strip())
            return Listed(text[:begin], tuple(filter(None, items)), text[token.start() :])
        elif token.lastgroup == "comma" and not depth:
            items.append(text[position : token.start()].strip())
            position = token.end()
    raise ValueError("the list does not end")


def cut(text: str) -> list[str]:
    """Cut a list without parentheses around it at its commas."""
    return list(listed(f"({text})", 0).items)
