"""What a definition is made of: texts, names, words, numbers, lists, records. Kinds put theirs together from these."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from pggit.kinds.ddl import KEYWORDS, NEWER_KEYWORDS, before_parenthesis
from pggit.kinds.syntax import TYPE, Malformed

Check = Callable[[Any], None]
"""Raises `Malformed` where a value is not what it must be."""

NAME = r'(?:"(?:[^"]|"")+"|[a-z_][a-z0-9_]*)'
"""One name as ``quote_ident`` writes it."""

OPERATOR_NAME = r"[-+*/<>=~!@#%^&|`?]+"
_NAME_BYTES = 63
_PLAIN = re.compile(r"[a-z_][a-z0-9_]*")
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?(e[-+]?[0-9]+)?|Infinity", re.IGNORECASE)
_QUALIFIED = re.compile(rf"({NAME})\.({NAME})")
_COLUMN = re.compile(rf"({NAME})\.({NAME})\.({NAME})")
_ROUTINE = re.compile(rf"(?:({NAME})\.)?({NAME})")
_SIGNATURE = re.compile(rf"(?:({NAME})\.)?({NAME})\((.*)\)", re.DOTALL)
_OPERATOR = re.compile(rf"({NAME})\.({OPERATOR_NAME})")
_CALLED_OPERATOR = re.compile(rf"OPERATOR\(({NAME})\.({OPERATOR_NAME})\)")
_OPERATOR_SIGNATURE = re.compile(rf"(?:({NAME})\.)?({OPERATOR_NAME})\((.*)\)", re.DOTALL)
_SQL_PARTS = re.compile(r'"(?:[^"]|"")*"|\([^()]*\)|[^,"()]+')
_INT64 = 2**63


# -- plain values ---------------------------------------------------------------------------------------------------


def text(value: Any) -> None:
    """Any text that PostgreSQL can hold; it is written as a string constant."""
    if not isinstance(value, str):
        raise Malformed("is not a text")
    if "\0" in value or not _encodable(value):
        raise Malformed("is not a text that PostgreSQL can hold")


def bare(value: Any) -> None:
    """A name without quotes; they are added when it is written."""
    text(value)
    if not value or len(value.encode()) > _NAME_BYTES:
        raise Malformed(f"is not a name of 1 to {_NAME_BYTES} bytes")


def label(value: Any) -> None:
    """A label of an enumerated type, which may be empty."""
    if value != "":
        bare(value)


def integer(value: Any) -> None:
    """A whole number of 64 bits."""
    if not isinstance(value, int) or isinstance(value, bool) or not -_INT64 <= value < _INT64:
        raise Malformed("is not an integer of 64 bits")


def number(value: Any) -> None:
    """A whole number, or the text of another one."""
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        return
    integer(value)


def true(value: Any) -> None:
    """A mark that is either there and true, or not there."""
    if value is not True:
        raise Malformed("is not true")


def boolean(value: Any) -> None:
    """True or false."""
    if not isinstance(value, bool):
        raise Malformed("is neither true nor false")


@dataclass(frozen=True, slots=True)
class Words:
    """One of some words, which are written as they are."""

    choice: frozenset[str]

    def __call__(self, value: Any) -> None:
        """Check a word."""
        if not isinstance(value, str) or value not in self.choice:
            raise Malformed(f"is none of {', '.join(sorted(self.choice))}")


def word(*choice: str) -> Words:
    """One of some words."""
    return Words(frozenset(choice))


# -- names as they are written --------------------------------------------------------------------------------------


def name(value: Any) -> None:
    """One name as ``quote_ident`` writes it: quoted only where it must be."""
    if not isinstance(value, str):
        raise Malformed("is not a name")
    _name(value)


@lru_cache(maxsize=100_000)
def _name(value: str) -> None:
    if _PLAIN.fullmatch(value):
        if value in KEYWORDS and value not in NEWER_KEYWORDS:
            raise Malformed(f"is not a name: {value} is a keyword")
        bare(value)
        return
    if not re.fullmatch(NAME, value):
        raise Malformed("is not a name")
    inner = value[1:-1].replace('""', '"')
    bare(inner)
    if _PLAIN.fullmatch(inner) and inner not in KEYWORDS:
        raise Malformed("is not a name as PostgreSQL writes it: it needs no quotes")


def _named(pattern: re.Pattern[str], what: str) -> Check:
    def check(value: Any) -> None:
        match = pattern.fullmatch(value) if isinstance(value, str) else None
        if match is None:
            raise Malformed(f"is not {what}")
        for part in match.groups():
            if part is not None and (part[0] == '"' or _PLAIN.match(part)):
                name(part)

    return check


qualified = _named(_QUALIFIED, "a name with its schema")
column = _named(_COLUMN, "a column of a table with its schema")
routine = _named(_ROUTINE, "the name of a function")
operator = _named(_OPERATOR, "an operator with its schema")
called_operator = _named(_CALLED_OPERATOR, "an operator with its schema")


def signature(value: Any) -> None:
    """A function with the types of its arguments: ``public.f(integer,text)``."""
    match = _SIGNATURE.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise Malformed("is not a function with the types of its arguments")
    routine(value[: match.start(3) - 1])
    types(match[3])


def operator_signature(value: Any) -> None:
    """An operator with the types of its operands: ``public.+(NONE,integer)``."""
    match = _OPERATOR_SIGNATURE.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise Malformed("is not an operator with the types of its operands")
    if match[1] is not None:
        name(match[1])
    operands = split_types(match[3])
    if len(operands) != 2:
        raise Malformed("is not an operator with two operands")
    for operand in operands:
        if operand != "NONE":
            TYPE(operand)


def types(value: str) -> None:
    """Types between commas, or nothing."""
    for one in split_types(value):
        TYPE(one)


def takes(identity: str, definition: Mapping[str, Any]) -> bool:
    """Whether a routine takes the types that its identity says: those of the arguments that are passed."""
    said = split_types(identity[len(before_parenthesis(identity)) + 1 : -1])
    arguments = definition.get("arguments", ())
    return said == [one["type"] for one in arguments if one.get("mode") not in ("out", "table")]


def split_types(value: str) -> list[str]:
    """Split ``integer,numeric(3,2),"a,b"`` at the commas between types."""
    parts: list[str] = []
    now, end = "", 0
    for match in _SQL_PARTS.finditer(value):
        parts_between = value[end : match.start()]
        if parts_between == ",":
            parts.append(now)
            now = ""
        elif parts_between:
            raise Malformed("is not a list of types")
        now, end = now + match[0], match.end()
    if value[end:]:
        raise Malformed("is not a list of types")
    return [*parts, now] if value else []


# -- put together ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list of values of one sort."""

    item: Check
    least: int = 0

    def __call__(self, value: Any) -> None:
        """Check a list."""
        if not isinstance(value, list | tuple) or len(value) < self.least:
            raise Malformed("is not a list" if not self.least else f"is not a list of at least {self.least}")
        for position, one in enumerate(value, 1):
            _within(f"item {position}", self.item, one)


@dataclass(frozen=True, slots=True)
class Pair:
    """A list of two values, each of its own sort."""

    first: Check
    second: Check

    def __call__(self, value: Any) -> None:
        """Check a pair."""
        if not isinstance(value, list | tuple) or len(value) != 2:
            raise Malformed("is not a pair")
        _within("item 1", self.first, value[0])
        _within("item 2", self.second, value[1])


@dataclass(frozen=True, slots=True)
class MapOf:
    """Values of one sort by names."""

    value: Check
    key: Check = bare

    def __call__(self, value: Any) -> None:
        """Check a map."""
        if not isinstance(value, Mapping):
            raise Malformed("is not an object")
        for key, one in value.items():
            _within(f"name {key!r}", self.key, key)
            _within(f"{key!r}", self.value, one)


def setting_name(value: Any) -> None:
    """The name of a setting or storage parameter, which may have a prefix: ``toast.autovacuum_enabled``."""
    text(value)
    for part in value.split("."):
        bare(part)


OPTIONS = MapOf(text, setting_name)
"""Storage parameters, settings: written quoted."""

FDW_OPTIONS = MapOf(text)


@dataclass(frozen=True, slots=True)
class Record:
    """Values by their keys; others there may not be."""

    required: Mapping[str, Check] = field(default_factory=dict)
    optional: Mapping[str, Check] = field(default_factory=dict)

    def __call__(self, value: Any) -> None:
        """Check a record."""
        if not isinstance(value, Mapping):
            raise Malformed("is not an object")
        for key in self.required:
            if key not in value:
                raise Malformed(f"has no {key}")
        for key, one in value.items():
            check = self.required.get(key) or self.optional.get(key)
            if check is None:
                raise Malformed(f"has {key!r}, which is not known")
            _within(key, check, one)


@dataclass(frozen=True, slots=True)
class Tagged:
    """A record whose other keys follow from one of them."""

    tag: str
    records: Mapping[str, Record]

    def __call__(self, value: Any) -> None:
        """Check a record by its tag."""
        tag = value.get(self.tag) if isinstance(value, Mapping) else None
        if not isinstance(tag, str) or tag not in self.records:
            raise Malformed(f"has a {self.tag} that is none of {', '.join(sorted(self.records))}")
        self.records[tag](value)


@dataclass(frozen=True, slots=True)
class Either:
    """One of two sorts of values: the second where it is an object (or a list), else the first."""

    plain: Check
    structured: Check

    def __call__(self, value: Any) -> None:
        """Check a value."""
        (self.structured if isinstance(value, Mapping | list | tuple) else self.plain)(value)


@dataclass(frozen=True, slots=True)
class Alternative:
    """A record of the first sort where it has a key, else of the second."""

    key: str
    having: Record
    lacking: Record

    def __call__(self, value: Any) -> None:
        """Check a record."""
        (self.having if isinstance(value, Mapping) and self.key in value else self.lacking)(value)


# -- what several kinds have ----------------------------------------------------------------------------------------

ENABLED = word("disabled", "replica", "always")
"""When a trigger, an event trigger or a rule fires, where that is not the usual."""

_PRIVILEGES = ListOf(
    word(
        "ALTER SYSTEM", "CONNECT", "CREATE", "DELETE", "EXECUTE", "INSERT", "MAINTAIN", "REFERENCES", "SELECT", "SET",
        "TEMPORARY", "TRIGGER", "TRUNCATE", "UPDATE", "USAGE",
    )
)  # fmt: skip
GRANT = Record(required={"privileges": _PRIVILEGES}, optional={"grantable": _PRIVILEGES})
"""What somebody may do, and of that what they may let others do."""


def grantee(value: Any) -> None:
    """A role as it is written, or ``PUBLIC``."""
    if value != "PUBLIC":
        name(value)


def _within(where: str, check: Check, value: Any) -> None:
    try:
        check(value)
    except Malformed as error:
        raise Malformed(f"{where} {error}" if str(error).startswith(("is ", "has ")) else f"{where}: {error}") from None


def _encodable(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True
