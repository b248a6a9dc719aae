"""The names that stand in a piece of deparsed SQL.

The catalog is read with ``search_path = pg_catalog, pg_temp``, so whatever a user made is spelled with its schema. The
words are found lexically: a few too many do no harm, they only order statements that need no order.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from pggit.core.identity import unquote
from pggit.kinds.ddl import name

_IDENTIFIER = r'(?:"(?:[^"]|"")*"|[^\W\d][\w$]*)'
_TOKEN = re.compile(
    rf"""
    (?P<comment>--[^\n]*|/\*.*?\*/)
  | [Ee]?'(?P<string>(?:[^'\\]|''|\\.)*)'(?P<regular>\s*::\s*(?:pg_catalog\.)?reg\w+)?
  | (?P<tag>\$(?:[^\W\d]\w*)?\$)(?P<quoted>.*?)(?P=tag)
  | operator\s*\(\s*(?P<schema>{_IDENTIFIER})\s*\.\s*(?P<operator>[^\s\w"()]+)\s*\)
  | (?P<name>{_IDENTIFIER}(?:\s*\.\s*(?:{_IDENTIFIER}|\*))*)
    """,
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
_PART = re.compile(_IDENTIFIER)


@dataclass(frozen=True, slots=True)
class Words:
    """What a text names: ``qualified`` names of two or more parts, ``bare`` ones, all unquoted."""

    qualified: frozenset[tuple[str, ...]] = field(default_factory=frozenset)
    bare: frozenset[str] = field(default_factory=frozenset)


@lru_cache(maxsize=200_000)
def words(text: str, *, strings: bool = False) -> Words:
    """Return the names in a text.

    Args:
        text: SQL, or an identity.
        strings: look into string constants too (bodies, where SQL is put together from pieces).
    """
    qualified: set[tuple[str, ...]] = set()
    bare: set[str] = set()
    for parts in _names(text, strings):
        bare.update(parts)
        if len(parts) > 1:
            qualified.add(parts)
    return Words(frozenset(qualified), frozenset(bare))


def _names(text: str, strings: bool) -> Iterator[tuple[str, ...]]:
    for match in _TOKEN.finditer(text):
        if match["name"]:
            yield tuple(_folded(part) for part in _PART.findall(match["name"]))
        elif match["operator"]:
            yield _folded(match["schema"]), match["operator"]
        elif match["string"] and (strings or match["regular"]):
            yield from _names(match["string"].replace("''", "'"), strings)
        elif match["quoted"]:
            yield from _names(match["quoted"], strings)


def _folded(part: str) -> str:
    return unquote(part) if part.startswith('"') else part.lower()


def rewritten(
    text: str, before: tuple[str, ...], after: tuple[str, ...], *, alone: bool = False, called: bool | None = None
) -> str:
    """Return a text in which every name that begins with ``before`` begins with ``after``.

    Args:
        text: SQL, or a key.
        before: unquoted parts of a name.
        after: the parts that take their place.
        alone: only names that have no further part, and are no function's and no type's (columns); else only those
            that have at least two parts.
        called: only names that have exactly these parts and stand before a parenthesis, as a function's, or only
            others; None: both.
    """
    return _TOKEN.sub(lambda match: _rewrite(match, before, after, alone, called), text)


def _rewrite(
    match: re.Match[str], before: tuple[str, ...], after: tuple[str, ...], alone: bool, called: bool | None
) -> str:
    if match["name"]:
        parts = _PART.findall(match["name"])
        if tuple(map(_folded, parts[: len(before)])) != before:
            return match[0]
        is_type = match.string.startswith("::", match.start() - 2)
        if alone and (len(parts) > len(before) or match.string.startswith("(", match.end()) or is_type):
            return match[0]
        if not alone and len(parts) < 2:
            return match[0]
        is_call = match.string.startswith("(", match.end())
        if called is not None and called != (is_call and len(parts) == len(before)):
            return match[0]
        star = [".*"] if match["name"].endswith("*") else []
        return "".join([".".join([*map(name, after), *parts[len(before) :]]), *star])
    if match["regular"]:
        inner = rewritten(match["string"].replace("''", "'"), before, after, alone=alone, called=called)
        return match[0].replace(match["string"], inner.replace("'", "''"), 1)
    return match[0]
