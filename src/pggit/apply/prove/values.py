"""Values of a type, as SQL expressions, to make rows of: tried one after the other until a table takes them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from pggit.kinds.ddl import literal

MOST = 24
"""How many values of a column are tried."""

_LITERAL = re.compile(r"'((?:[^']|'')*)'|(?<![\w.'])(-?\d+(?:\.\d+)?)(?![\w.'])")
_LENGTH = re.compile(r"\((\d+)\)")
_LONGEST = 2000

_BUILT_IN: Mapping[str, str | Sequence[str]] = {
    "bool": ("true", "false"),
    "date": "2024-01-{n:02}",
    "timestamp": "2024-01-{n:02} 12:00:00",
    "timestamptz": "2024-01-{n:02} 12:00:00+00",
    "time": "12:00:{n:02}",
    "timetz": "12:00:{n:02}+00",
    "interval": "{n} days",
    "uuid": "00000000-0000-4000-8000-{n:012}",
    "json": '{{"n": {n}}}',
    "jsonb": '{{"n": {n}}}',
    "jsonpath": "$.a{n}",
    "bytea": "\\x{n:02x}",
    "inet": "192.0.2.{n}",
    "cidr": "192.0.2.{n}/32",
    "macaddr": "08:00:2b:01:02:{n:02x}",
    "macaddr8": "08:00:2b:01:02:03:04:{n:02x}",
    "xml": "<a>{n}</a>",
    "point": "({n},1)",
    "line": "{{{n},1,1}}",
    "lseg": "[({n},1),(2,2)]",
    "box": "({n},{n}),(0,0)",
    "path": "[({n},1),(2,2)]",
    "polygon": "(({n},1),(2,2),(3,1))",
    "circle": "<({n},1),1>",
    "tsvector": "a{n}",
    "tsquery": "a{n}",
    "pg_lsn": "0/{n:X}",
    "regclass": ("pg_class", "pg_type"),
    "regtype": ("integer", "text"),
    "regproc": ("now", "version"),
    "regnamespace": ("pg_catalog",),
    "regrole": ("pg_monitor",),
    "hstore": "a=>{n}",
    "char": "abcdefghijklmnopqrstuvwxyz",
}
_NUMBERS = {"int2", "int4", "int8", "numeric", "float4", "float8", "money", "oid", "xid", "cid"}
_DAYS = {"date", "timestamp", "timestamptz"}
_TEXTS = ("row {n}", "row{n}@example.org", "{n}", "R{n:03}", "https://example.org/{n}", "")


@dataclass(frozen=True, slots=True)
class Type:
    """A type: what `seed.sql` tells of it.

    Attributes:
        form: ``b`` base, ``c`` composite, ``d`` domain, ``e`` enum, ``r`` range, ``m`` multirange.
        name: its bare name; ``written`` is that for SQL.
        of: the type of a domain, of an array's elements, of a range's bounds; 0 for none.
        category: ``A`` for arrays, ``S`` for text, as ``pg_type.typcategory``.
        base: a domain's type with its modifier.
        labels, attributes, checks: an enum's labels, a composite's types, a domain's constraints.
    """

    form: str
    name: str
    written: str
    of: int
    category: str
    base: str
    labels: tuple[str, ...]
    attributes: tuple[int, ...]
    checks: tuple[str, ...]


def values(oid: int, written: str, types: Mapping[int, Type], hints: Sequence[str] = ()) -> list[str]:
    """Return expressions for values of a type, the most likely ones first, at most `MOST`.

    Args:
        oid: the type.
        written: the type with its modifier (``character varying(10)``).
        types: all types by oid.
        hints: definitions of constraints, whose constants are tried first.
    """
    found = types[oid]
    texts = (*hints, *found.checks)
    return list(dict.fromkeys(islice(_values(found, written, types, texts), MOST)))


def _values(found: Type, written: str, types: Mapping[int, Type], hints: Sequence[str]) -> Iterator[str]:
    if found.form == "d":
        yield from (f"{value}::{written}" for value in values(found.of, found.base, types, hints))
    elif found.form == "e":
        yield from (f"{literal(label)}::{written}" for label in found.labels)
    elif found.form == "c":
        parts = [values(of, types[of].written, types) for of in found.attributes]
        yield from (f"row({', '.join(row)})::{written}" for row in zip(*parts, strict=False))
    elif found.form == "r":
        bounds = values(found.of, types[found.of].written, types, hints)
        yield from (f"{found.written}({bound}, {bound}, '[]')" for bound in bounds)
    elif found.category == "A":
        yield from (f"array[{value}]::{written}" for value in values(found.of, types[found.of].written, types, hints))
    else:
        yield from _scalar(found, written, hints)


def _scalar(found: Type, written: str, hints: Sequence[str]) -> Iterator[str]:
    constants = list(_constants(hints))
    if found.name in _NUMBERS:
        numbers = [number for text, number in constants if number] + [text for text, _ in constants if _is_number(text)]
        for number in numbers:
            yield from (f"{literal(near)}::{written}" for near in _near(number))
        yield from (f"'{n}'::{written}" for n in (*range(1, MOST), 0))
    elif found.category == "S" or found.name == "citext":
        yield from (f"{literal(text)}::{written}" for text, number in constants if not number)
        yield from _texts(written, [number for _, number in constants if number])
    else:
        for text, number in constants:
            if not number and _fits(text, found):
                yield f"{literal(text)}::{written}"
                if found.name in _DAYS:
                    yield from (f"({literal(text)}::{written} {near} interval '1 day')::{written}" for near in "+-")
        yield from (f"{literal(text)}::{written}" for text in _made(found, written))


def _made(found: Type, written: str) -> Sequence[str]:
    if found.name in ("bit", "varbit"):
        width = int(match[1]) if (match := _LENGTH.search(written)) else 1
        return [format(n % 2**width, f"0{width}b") for n in range(1, MOST)]
    pattern = _BUILT_IN.get(found.name, "{n}")
    if isinstance(pattern, str) and "{" in pattern:
        return [pattern.format(n=n) for n in range(1, MOST)]
    return pattern


def _texts(written: str, numbers: Sequence[str]) -> Iterator[str]:
    width = int(match[1]) if (match := _LENGTH.search(written)) else _LONGEST
    lengths = [int(number) for number in numbers if number.isdigit() and 0 < int(number) < _LONGEST]
    yield from (
        f"{literal(('x' * length)[:width])}::{written}" for near in lengths for length in (near, near + 1, near - 1)
    )
    for n in range(1, 5):
        for pattern in _TEXTS:
            text = pattern.format(n=n)
            yield f"{literal(text if len(text) <= width else 'abcdefghij'[n])}::{written}"


def _constants(hints: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield the constants in definitions: (text, "") for strings, ("", number) for numbers."""
    for hint in hints:
        for match in _LITERAL.finditer(hint):
            yield (match[1].replace("''", "'"), "") if match[1] is not None else ("", match[2])


def _near(number: str) -> tuple[str, ...]:
    if "." in number:
        return (number,)
    return (number, str(int(number) + 1), str(int(number) - 1))


def _is_number(text: str) -> bool:
    return bool(re.fullmatch(r"-?\d+(\.\d+)?", text))


def _fits(text: str, found: Type) -> bool:
    """Whether a constant looks like a value of a type that is neither text nor number."""
    if found.name in _DAYS:
        return bool(re.match(r"\d{4}-\d\d-\d\d", text))
    return found.name not in ("bool", "json", "jsonb", "uuid", "bytea")
