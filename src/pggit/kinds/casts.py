"""Which conversion ALTER COLUMN … TYPE needs. https://www.postgresql.org/docs/current/sql-createcast.html

Without USING PostgreSQL converts by assignment, which refuses what would lose something: `varchar(50)` to
`varchar(20)` fails on longer values, where an explicit cast would cut them. So USING is written only where there is no
such conversion.
"""

from __future__ import annotations

import re

_PARENTHESES = re.compile(r"\(\d+(?:,-?\d+)?\)")
_STRINGS = frozenset({"text", "character varying", "character", "name", '"char"'})


def using(old: str, new: str, column: str, major: int) -> str:
    """Write USING, or nothing where PostgreSQL converts by itself.

    Args:
        old: the type as it is, as `format_type` prints it.
        new: the type as it shall be.
        column: the column's name as it is written.
        major: major version of the server.
    """
    conversion = _conversion(_base(old), _base(new), major)
    if conversion == "assignment":
        return ""
    return f" using {column}::{new}" if conversion == "cast" else f" using {column}::text::{new}"


def _conversion(old: str, new: str, major: int) -> str:
    """Return ``assignment``, ``cast`` or ``text`` (none but by writing and reading the value)."""
    if old.endswith("[]") and new.endswith("[]"):  # arrays are converted as their elements are
        old, new = old[:-2], new[:-2]
    if old == new or new in _ASSIGNED.get(old, ()):
        return "assignment"
    if new in _STRINGS and new != '"char"':  # any type is written out by assignment
        return "assignment"
    if old in _STRINGS and new != '"char"':
        return "cast"
    if new in _EXPLICIT.get(old, ()) and (major >= 18 or "bytea" not in (old, new)):
        return "cast"
    return "text"


def _base(told: str) -> str:
    """Return the type without its modifier: ``interval day to second(3)`` → ``interval``."""
    bare = _PARENTHESES.sub("", told)
    if bare.startswith("interval"):
        return "interval" + "[]" * bare.endswith("[]")
    return bare


def _table(text: str) -> dict[str, frozenset[str]]:
    rows = (line.strip().split(": ") for line in text.strip().splitlines())
    return {source: frozenset(targets.split(", ")) for source, targets in rows}


# pg_cast, castcontext i and a
_ASSIGNED = _table(
    """
    "char": character, character varying, text
    bigint: integer, smallint, money, real, double precision, numeric, oid
    bit: bit varying
    bit varying: bit
    boolean: text, character varying, character
    box: polygon
    character: "char", character varying, name, text
    character varying: "char", name, character, text
    cidr: character varying, text, character, inet
    date: timestamp with time zone, timestamp without time zone
    double precision: bigint, smallint, integer, real, numeric
    inet: cidr, character varying, text, character
    integer: money, smallint, double precision, real, bigint, oid, numeric
    interval: time without time zone
    json: jsonb
    jsonb: json
    macaddr: macaddr8
    macaddr8: macaddr
    money: numeric
    name: character varying, character, text
    numeric: integer, smallint, money, bigint, real, double precision
    oid: integer, bigint
    path: polygon
    point: box
    polygon: path
    real: bigint, integer, numeric, smallint, double precision
    smallint: double precision, oid, numeric, real, integer, bigint
    text: "char", name, character, character varying
    time with time zone: time without time zone
    time without time zone: interval, time with time zone
    timestamp with time zone: time without time zone, date, timestamp without time zone, time with time zone
    timestamp without time zone: date, time without time zone, timestamp with time zone
    xml: text, character, character varying
    """
)
# castcontext e; those from and to bytea since 18
_EXPLICIT = _table(
    """
    "char": integer
    bigint: bytea, bit
    bit: integer, bigint
    boolean: integer
    box: lseg, point, circle
    bytea: integer, bigint, smallint
    circle: box, point, polygon
    daterange: datemultirange
    int4range: int4multirange
    int8range: int8multirange
    integer: bytea, boolean, bit, "char"
    jsonb: integer, boolean, numeric, smallint, bigint, real, double precision
    lseg: point
    numrange: nummultirange
    polygon: circle, box, point
    smallint: bytea
    tsrange: tsmultirange
    tstzrange: tstzmultirange
    xid8: xid
    """
)
