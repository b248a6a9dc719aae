"""Commits with all that belongs to them, from one store to another: only what is missing there.

First the commits: the source is told which commits the refs of the target stand at, and leaves out what these reach.
What is left may be there all the same, from a transfer that broke off: the target is asked. Then, some commits at a
time and oldest first, the trees from the root down, a level a round, and the definitions. The target takes them from
the bottom up, so what it has is always complete (`engine/75_share.sql`), and what has arrived need not be sent again.

The other side is not trusted. What it sends is read in parts of a bounded size, cut off where a row is longer than
anything may be, and the engine checks the content.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, LiteralString

from pggit.core.errors import Refused
from pggit.db.sqlstate import translated
from pggit.db.untrusted import rows_of
from pggit.repo.share.incoming import Incoming
from pggit.repo.share.results import Sent

if TYPE_CHECKING:
    from psycopg import Connection

Hashes = list[bytes]
Progress = Callable[[int, int, str], None]

COMMITS_AT_ONCE = 200
_ROWS_AT_ONCE = 2000
_BYTES_AT_ONCE = 8 * 1024 * 1024
_MOST = 1_000_000
"""So many commits may be missing, or trees and definitions of one batch."""

_LONGEST = 16 * 1024 * 1024
"""So long a definition may be, or a tree (`pggit.definition_problem`)."""


def carry(
    source: Connection, target: Connection, wanted: Sequence[bytes], sent: Sent, progress: Progress | None = None
) -> None:
    """Bring commits, and all that they come from, into another store.

    Args:
        source: to the repository that has them.
        target: to the one that takes them; every batch is committed there by itself.
        wanted: the hashes of the commits.
        sent: counts what travelled.
        progress: called with (number, of how many, ``commits``) before each batch.

    Raises:
        InvalidDefinition: an object that comes is not what its kind says; nothing of its commit is taken.
        Refused: what came does not have its hash, or the target's gc took something away meanwhile.
        PermissionDenied: the role may not read there, or not write here.
    """
    with translated():
        missing = missing_commits(source, target, wanted)
        for start in range(0, len(missing), COMMITS_AT_ONCE):
            if progress:
                progress(start, len(missing), "commits")
            _carry_commits(source, target, missing[start : start + COMMITS_AT_ONCE], sent)


def missing_commits(source: Connection, target: Connection, wanted: Sequence[bytes]) -> Hashes:
    """Return the commits that the target needs for some, parents before children."""
    theirs = _column(target, "select distinct commit from pggit.ref where commit is not null")
    between: LiteralString = "select hash from pggit.commits_between(%s::bytea[], %s::bytea[])"
    return _missing(target, "commit", _column(source, between, [theirs, list(wanted)]))


def _carry_commits(source: Connection, target: Connection, hashes: Hashes, sent: Sent) -> None:
    commits = list(
        rows_of(source, _COMMITS, [hashes], _COMMIT_FORM, most=len(hashes), what="commits than were asked for")
    )
    if absent := set(hashes) - {row[0] for row in commits}:
        raise Refused(
            f"the other repository names commit {min(absent).hex()[:10]} and does not send it",
            hint="If it was removed there at this moment (pggit gc), try again; else pggit fsck there says more.",
        )
    levels = [_missing(target, "tree", _unique(row[1] for row in commits))]
    for _ in range(2):
        levels.append(_missing(target, "tree", _children(source, levels[-1])))
    blobs = _missing(target, "blob", _children(source, levels[-1]))
    sound = Incoming(source, levels[1], levels[2])
    sent.blobs += _send(source, target, blobs, *_BLOBS, sound.definitions)
    sound.others(target)
    for level in reversed(levels):
        sent.trees += _send(source, target, level, *_TREES)
    columns = [list(column) for column in zip(*commits, strict=True)]
    sent.commits += _count(
        target, "select pggit.receive_commits(%s::bytea[], %s::bytea[], %s, %s, %s::timestamptz[], %s)", columns
    )


_MISSING: LiteralString = (
    "select g.hash from unnest(%s::bytea[]) with ordinality as g(hash, position)"
    " where not exists (select from pggit.{table} as t where t.hash = g.hash) order by g.position"
)
# infinity and years that are not four digits become times that the engine refuses
_COMMITS: LiteralString = (
    "select hash, tree, left(parents::text, 10000), left(author, 4097),"
    " to_char(authored_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US') || '+00', left(message, 1048577)"
    " from pggit.commit where hash = any (%s) order by generation, hash"
)
_COMMIT_FORM = (bytes, bytes, str, str, str, str)
_BLOBS: tuple[LiteralString, LiteralString] = (
    "select hash, left(definition::text, 16777217) from pggit.blob where hash = any (%s)",
    "select pggit.receive_blobs(%b::bytea[], %b::text[])",
)
_TREES: tuple[LiteralString, LiteralString] = (
    "select hash, left(entries::text, 16777217) from pggit.tree where hash = any (%s)",
    "select pggit.receive_trees(%b::bytea[], %b::text[])",
)


def _send(
    source: Connection,
    target: Connection,
    hashes: Hashes,
    reading: LiteralString,
    taking: LiteralString,
    check: Callable[[Sequence[tuple[bytes, str]]], None] = lambda rows: None,
) -> int:
    sent = 0
    for batch in _batches(hashes):
        for part in _parts(
            rows_of(source, reading, [batch], (bytes, str), most=len(batch), what="objects than were asked for")
        ):
            check(part)
            sent += _count(target, taking, [[row[0] for row in part], [row[1] for row in part]])
    return sent


def _parts(rows: Iterator[tuple[Any, ...]]) -> Iterator[list[tuple[Any, ...]]]:
    """Yield rows in lists that are not too large."""
    part: list[tuple[Any, ...]] = []
    size = 0
    for row in rows:
        if len(row[1]) > _LONGEST:
            raise Refused(f"{row[0].hex()[:10]} is larger than 16 MB", hint="pggit fsck there names what is wrong.")
        part.append(row)
        size += len(row[1])
        if size > _BYTES_AT_ONCE:
            yield part
            part, size = [], 0
    if part:
        yield part


def _children(source: Connection, trees: Hashes) -> Hashes:
    """What some trees name, of the level below."""
    found: dict[bytes, None] = {}
    for batch in _batches(trees):
        if len(found) > _MOST:
            raise Refused(f"the other repository sends more than {_MOST:,} objects")
        found |= dict.fromkeys(
            _column(
                source,
                "select distinct decode(e.value, 'hex') from pggit.tree as t cross join"
                " jsonb_each_text(case jsonb_typeof(t.entries) when 'object' then t.entries else '{}' end) as e"
                " where t.hash = any (%s) and octet_length(e.value) = 64 and e.value !~ '[^0-9a-f]'",
                [batch],
            )
        )
    return list(found)


def _missing(target: Connection, table: LiteralString, hashes: Hashes) -> Hashes:
    """Those of some hashes that a store does not have, in the same order."""
    query = _MISSING.replace("{table}", table)
    return [hash_ for batch in _batches(hashes) for hash_ in _column(target, query, [batch])]


def _batches(hashes: Hashes) -> Iterator[Hashes]:
    for start in range(0, len(hashes), _ROWS_AT_ONCE):
        yield hashes[start : start + _ROWS_AT_ONCE]


def _unique(hashes: Iterator[bytes]) -> Hashes:
    return list(dict.fromkeys(hashes))


def _column(connection: Connection, query: LiteralString, values: Any = None) -> Hashes:
    return [row[0] for row in rows_of(connection, query, values, (bytes,), most=_MOST, what="objects")]


def _count(connection: Connection, query: LiteralString, values: Sequence[object]) -> int:
    row = connection.execute(query, values).fetchone()
    assert row is not None
    return int(row[0])
