"""What a migration is, whichever tool it was written for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pggit.core.errors import UsageError

_OWN_TRANSACTION = re.compile(
    r"""\bindex\s+concurrently\b
      | \breindex\b[^;]*\bconcurrently\b
      | \brefresh\s+materialized\s+view\s+concurrently\b
      | \bdetach\s+partition\b[^;]*\bconcurrently\b
      | (?:^|;)\s*(?:vacuum|alter\s+system|(?:create|drop)\s+(?:database|tablespace))\b
      | (?:^|;)\s*(?:begin|start\s+transaction|commit|rollback)\s*(?:transaction|work)?\s*;""",
    re.IGNORECASE | re.VERBOSE,
)
# strings and dollar bodies go along, so that what looks like a comment in them is kept, and they are blanked alike
_NOT_CODE = re.compile(r"--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'|(\$\w*\$).*?\1", re.DOTALL)


class MigrationsUnreadable(UsageError):
    """A directory of migrations is of no known layout, or mixes several; the message names the file."""

    code = "migrations_unreadable"


@dataclass(frozen=True)
class Migration:
    """One step of a schema's history.

    Attributes:
        name: the file's name without its endings, or the revision where one file holds many.
        version: what the tool orders by, as it is written; empty where there is none (a repeatable migration).
        path: the file that it was read from.
        description: in words; may be empty.
        statements: the SQL that goes up, without the tool's own marks and bookkeeping.
        transactional: may run in one transaction.
        author: who wrote it, where the file says so.
        time: when it was made, where its version is a point in time.
    """

    name: str
    version: str
    path: Path
    description: str
    statements: str
    transactional: bool
    author: str | None = None
    time: datetime | None = None


@dataclass(frozen=True)
class Source:
    """A file of a directory of migrations: its path, its path within the directory, and its text."""

    path: Path
    relative: Path
    text: str


def one_transaction(statements: str) -> bool:
    """Whether a SQL text may run in one transaction: it neither controls transactions itself nor must be outside."""
    return _OWN_TRANSACTION.search(_NOT_CODE.sub(" ", statements)) is None


def time_of(version: str) -> datetime | None:
    """The time that a version such as 20240131120000 or 1706702400 says, in UTC; ``None`` if it says none."""
    digits = re.sub(r"[-_.]", "", version)
    if re.fullmatch(r"(19|20)\d{12}", digits):
        try:
            return datetime.strptime(digits, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
        except ValueError:
            return None
    if re.fullmatch(r"1\d{9}", digits):
        return datetime.fromtimestamp(int(digits), UTC)
    return None


def natural(text: str) -> list[tuple[int, int, str]]:
    """A sort key by which 2 comes before 10."""
    parts = re.split(r"(\d+)", text)
    return [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts if part]


def in_words(text: str) -> str:
    """``add_user_table`` → ``add user table``."""
    return re.sub(r"[_-]+", " ", text).strip()
