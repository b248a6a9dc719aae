"""Where in a TOML file each key stands; the reader of the standard library does not tell."""

from __future__ import annotations

import re
import tomllib

Path = tuple[str, ...]

_HEADER = re.compile(r"^\s*\[\[?(?P<name>[^\[\]]+)\]\]?\s*(#.*)?$")
_KEY = re.compile(
    r"""^\s*(?P<name>(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*'))*)\s*="""
)
_LONG = ('"' * 3, "'" * 3)


def lines_of(text: str) -> dict[Path, int]:
    """Return the line, from 1, of every section and key that begins a line.

    Args:
        text: a TOML file; keys within inline tables and values over several lines are not told.
    """
    found: dict[Path, int] = {}
    section: Path = ()
    within = ""
    for number, line in enumerate(text.splitlines(), 1):
        if within:
            within = "" if within in line else within
            continue
        within = next((quotes for quotes in _LONG if line.count(quotes) == 1), "")
        if header := _HEADER.match(line):
            section = _path(header["name"])
            for length in range(1, len(section) + 1):
                found.setdefault(section[:length], number)
        elif key := _KEY.match(line):
            found.setdefault((*section, *_path(key["name"])), number)
    return found


def _path(written: str) -> Path:
    """Return the parts of a dotted key, as the TOML reader takes it."""
    try:
        value = tomllib.loads(f"{written} = 0")
    except tomllib.TOMLDecodeError:
        return (written,)
    parts = []
    while isinstance(value, dict):
        ((name, value),) = value.items()
        parts.append(name)
    return tuple(parts)
