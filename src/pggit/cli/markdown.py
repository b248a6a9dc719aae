"""Markdown in which what others wrote is text: it makes no links, no pictures and no lines of its own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from pggit.core.shown import shown, shown_lines

_SPECIAL = re.compile(r"[\\`*_\[\]<>|~&#!]")


def text(written: str) -> str:
    """Return a text for the middle of a line."""
    return _SPECIAL.sub(r"\\\g<0>", shown(written))


def code(written: str) -> str:
    """Return a text as code within a line; also for the cell of a table."""
    inside = shown(written).replace("|", "\\|")
    fence = "`" * (_longest(inside) + 1)
    apart = " " if inside.startswith("`") or inside.endswith("`") else ""
    return f"{fence}{apart}{inside}{apart}{fence}"


def fenced(lines: Iterable[str], language: str = "") -> Iterator[str]:
    """Yield texts as a block of code; each may have several lines."""
    inside = [line for written in lines for line in shown_lines(written)]
    fence = "`" * max(3, _longest("\n".join(inside)) + 1)
    yield from (f"{fence}{language}", *inside, fence)


def quoted(written: str) -> Iterator[str]:
    """Yield a text of several lines as a quotation; it may be Markdown itself."""
    yield from (f"> {line}".rstrip() for line in shown_lines(written.strip("\n")))


def _longest(inside: str) -> int:
    return max(map(len, re.findall("`+", inside)), default=0)
