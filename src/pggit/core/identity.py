"""Keys and identities: how objects are named.

A key is ``kind + " " + identity``. Identities are spelled as ``pg_identify_object`` spells them
(https://www.postgresql.org/docs/current/functions-info.html), names quoted as ``quote_ident`` quotes them.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_PART = re.compile(r'"(?:[^"]|"")*"|[^\s".()]+')
_PLAIN = re.compile(r'[^\s".()]+(?:\.[^\s".()]+)*')


class Key(NamedTuple):
    """The name of an object: its kind and PostgreSQL's identity for it."""

    kind: str
    identity: str

    def __str__(self) -> str:
        return f"{self.kind} {self.identity}"


def quote(name: str) -> str:
    """Quote one identifier always, for use where a reserved word may stand."""
    return '"' + name.replace('"', '""') + '"'


def unquote(name: str) -> str:
    """Return the bare name of an identifier that may be quoted."""
    return name[1:-1].replace('""', '"') if name.startswith('"') else name


def split_name(qualified: str) -> list[str]:
    """Split ``a."b.c".d`` into its parts, each still quoted as it was.

    Raises:
        ValueError: it is not a qualified name.
    """
    if _PLAIN.fullmatch(qualified):  # most names need no quotes
        return qualified.split(".")
    parts, end = [], 0
    while True:
        match = _PART.match(qualified, end)
        if not match:
            raise ValueError(f"not a qualified name: {qualified}")
        parts.append(match[0])
        end = match.end()
        if end == len(qualified):
            break
        if qualified[end] != ".":
            raise ValueError(f"not a qualified name: {qualified}")
        end += 1
    return parts


def split_on(identity: str, word: str = " on ") -> tuple[str, str]:
    """Split ``name on public.t`` into the name and what follows the word, minding quotes in the name."""
    match = re.compile(r'((?:"(?:[^"]|"")*"|[^"])*?)' + re.escape(word)).match(identity)
    if not match:
        raise ValueError(f"no {word.strip()!r} in {identity}")
    return match[1], identity[match.end() :]
