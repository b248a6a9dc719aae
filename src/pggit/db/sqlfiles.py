"""Which files of SQL a directory holds, and in which order they are run."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path, PurePath

from pggit.core.errors import NotFound
from pggit.files import read_text

ORDER_FILE = "load.psql"
"""The file of a directory that tells the order of its files, by the lines with which psql includes them."""
_INCLUDED = re.compile(r"^\\ir[ \t]+(\S.*?)[ \t]*$", re.MULTILINE)
_NUMBER = re.compile(r"([0-9]+)")
_MAGIC = re.compile(r"[*?[]")


def by_number(path: PurePath) -> tuple[object, ...]:
    """Return by what paths are sorted: numbers in names as numbers, so that ``2_x`` is before ``10_x``."""
    parts = []
    for part in path.parts:
        pieces = _NUMBER.split(part)
        parts.append((*(int(piece) if at % 2 else piece for at, piece in enumerate(pieces)),))
    return (tuple(parts), path.parts)


def sql_files(directory: Path) -> list[Path]:
    """Return all ``.sql`` files of a directory and of those below it, but hidden ones, in their order.

    The order is that of `by_number`; files that the directory's `ORDER_FILE` lists go before, as they are listed.
    """
    files = sorted(_walk(directory), key=lambda file: by_number(file.relative_to(directory)))
    rank = {directory / name: number for number, name in enumerate(listed_files(directory))}
    return sorted(files, key=lambda file: rank.get(file, len(rank)))


def listed_files(directory: Path) -> list[str]:
    """Return the files that a directory's `ORDER_FILE` lists, relative to it; none where there is no such file."""
    try:
        text = read_text(directory / ORDER_FILE)
    except NotFound:
        return []
    return _INCLUDED.findall(text)


def _walk(directory: Path) -> Iterator[Path]:
    for root, directories, names in os.walk(directory):
        directories[:] = [name for name in directories if not name.startswith(".")]
        yield from (Path(root, name) for name in names if name.endswith(".sql") and not name.startswith("."))


class Globs:
    """Patterns of paths: ``*`` and ``?`` within a name, ``**`` any names, ``[a-z]``; a directory means all in it.

    Args:
        patterns: relative to some directory, with slashes.
    """

    def __init__(self, patterns: Iterable[str]) -> None:
        self._patterns = [re.compile(_expression(pattern)) for pattern in patterns]

    def match(self, path: PurePath) -> bool:
        """Whether a relative path is of one of the patterns."""
        return any(pattern.fullmatch(path.as_posix()) for pattern in self._patterns)


def beginnings(patterns: Sequence[str]) -> list[str]:
    """Return the directories in which all files of some patterns are; none of them is within another."""
    found = {_beginning(pattern) for pattern in patterns}
    return [one for one in sorted(found) if not any(_is_within(one, other) for other in found if other != one)]


def _beginning(pattern: str) -> str:
    fixed: list[str] = []
    for part in pattern.removeprefix("./").strip("/").split("/"):
        if _MAGIC.search(part) or part.endswith(".sql"):
            break
        fixed.append(part)
    return "/".join(fixed) or "."


def _is_within(one: str, other: str) -> bool:
    return other == "." or one.startswith(other + "/")


def _expression(pattern: str) -> str:
    parts = pattern.removeprefix("./").rstrip("/").split("/")
    text = ""
    for number, part in enumerate(parts):
        last = number == len(parts) - 1
        if part == "**":
            text += ".*" if last else "(?:[^/]+/)*"
        else:
            text += _of_name(part) + ("" if last else "/")
    return text + "(?:/.*)?"


def _of_name(part: str) -> str:
    text = ""
    for piece in re.findall(r"\[!?\]?[^\]]*\]|.", part):
        if piece in "*?":
            text += {"*": "[^/]*", "?": "[^/]"}[piece]
        elif piece.startswith("[") and len(piece) > 1:
            text += "[" + piece[1:-1].replace("\\", r"\\").replace("!", "^", 1) + "]" if piece[1] == "!" else piece
        else:
            text += re.escape(piece)
    return text
