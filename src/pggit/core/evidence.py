"""What an anchor says of a store besides branches and commits: rows of tables, and the engine that wrote them.

Tables that only grow are anchored by segments: each record has the hash of the rows that are newer than those of the
record before it. Rows of small tables have a hash each, and a record has those that changed since the one before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_HASH = re.compile(r"[0-9a-f]{64}")

Range = tuple[int, int]
"""The numbers from the first to the last one, both included."""


@dataclass(frozen=True, slots=True)
class Segment:
    """Rows of a table whose rows are numbered.

    Attributes:
        rows: how many there are.
        last: the greatest number in the table; the segment begins after that of the record before.
        digest: SHA-256 of the hashes of the rows, in the order of their numbers.
    """

    rows: int
    last: int
    digest: str


@dataclass(frozen=True, slots=True)
class Credits:
    """Which commits took captured changes in.

    Attributes:
        open: numbers of the changes that no commit has.
        rows, digest: of the changes that a commit took in since the record before.
    """

    open: tuple[Range, ...]
    rows: int
    digest: str


@dataclass(frozen=True, slots=True)
class Engine:
    """The engine in the database.

    Attributes:
        version: the version of pgGit that it calls itself.
        server: major version of the server.
        digest: SHA-256 of its functions, tables, constraints, triggers, as the catalogs have them.
        home: the database in which the rows of `triggers` are.
        triggers: SHA-256 of the catalog rows of its triggers: another one after they were disabled and enabled again.
    """

    version: str
    server: int
    digest: str
    home: str
    triggers: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a record says besides branches and commits.

    Attributes:
        segments: by name of the table.
        credits: of captured changes.
        rows: of small tables, by key: SHA-256 of the row, or None where it is gone; those that changed since the record
            before.
        engine: the engine.
    """

    segments: Mapping[str, Segment]
    credits: Credits
    rows: Mapping[str, str | None]
    engine: Engine

    def document(self) -> dict[str, Any]:
        """Return it as it is written."""
        return {
            "segments": {
                name: {"rows": one.rows, "last": one.last, "digest": one.digest} for name, one in self.segments.items()
            },
            "credits": {
                "open": [list(span) for span in self.credits.open],
                "rows": self.credits.rows,
                "digest": self.credits.digest,
            },
            "rows": dict(self.rows),
            "engine": {
                "version": self.engine.version,
                "server": self.engine.server,
                "digest": self.engine.digest,
                "home": self.engine.home,
                "triggers": self.engine.triggers,
            },
        }


def parse_evidence(document: Mapping[str, Any]) -> Evidence:
    """Read what `Evidence.document` wrote.

    Raises:
        KeyError, TypeError, ValueError, AttributeError: it did not write this.
    """
    segments = {
        name: Segment(number(one["rows"]), number(one["last"]), hash_of(one["digest"]))
        for name, one in document["segments"].items()
    }
    credits = document["credits"]
    open_ = tuple((number(first), number(last)) for first, last in credits["open"])
    rows = {key: None if value is None else hash_of(value) for key, value in document["rows"].items()}
    engine = document["engine"]
    return Evidence(
        segments,
        Credits(open_, number(credits["rows"]), hash_of(credits["digest"])),
        rows,
        Engine(
            text(engine["version"]),
            number(engine["server"]),
            hash_of(engine["digest"]),
            text(engine["home"]),
            hash_of(engine["triggers"]),
        ),
    )


def rows_after(records: Iterable[Evidence]) -> dict[str, str]:
    """Return the rows that are there after some records, one after the other."""
    found: dict[str, str] = {}
    for record in records:
        for key, value in record.rows.items():
            if value is None:
                found.pop(key, None)
            else:
                found[key] = value
    return found


def rows_since(before: Mapping[str, str], now: Mapping[str, str]) -> dict[str, str | None]:
    """Return what a record says of the rows that are there now, after records that say what was there before."""
    changed: dict[str, str | None] = {key: value for key, value in now.items() if before.get(key) != value}
    return changed | {key: None for key in before if key not in now}


def as_ranges(numbers: Iterable[int]) -> tuple[Range, ...]:
    """Return ascending numbers as ranges."""
    found: list[Range] = []
    for one in numbers:
        if found and found[-1][1] == one - 1:
            found[-1] = (found[-1][0], one)
        else:
            found.append((one, one))
    return tuple(found)


def without(ranges: Sequence[Range], gone: Sequence[Range]) -> list[Range]:
    """Return ranges without the numbers of others; both are ascending and do not overlap among themselves."""
    found: list[Range] = []
    for first, last in ranges:
        at = first
        for low, high in gone:
            if high < at or low > last:
                continue
            if low > at:
                found.append((at, low - 1))
            at = high + 1
        if at <= last:
            found.append((at, last))
    return found


def hash_of(value: object) -> str:
    """Return a value that is a hash.

    Raises:
        ValueError: it is not.
    """
    if not isinstance(value, str) or not _HASH.fullmatch(value):
        raise ValueError
    return value


def number(value: object) -> int:
    """Return a value that is a number.

    Raises:
        ValueError: it is not.
    """
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError
    return value


def text(value: object) -> str:
    """Return a value that is a string.

    Raises:
        ValueError: it is not.
    """
    if not isinstance(value, str):
        raise ValueError
    return value
