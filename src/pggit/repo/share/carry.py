"""Commits with all that belongs to them, from one store to another: only what is missing there.

First the commits: the source is told which commits the refs of the target stand at, and leaves out what these reach.
What is left may be there all the same, from a transfer that broke off: the target is asked. Then, some commits at a
time and oldest first, the trees from the root down, a level a round, and the definitions. The target takes them from
the bottom up, so what it has is always complete (`engine/75_share.sql`), and what has arrived need not be sent again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, LiteralString

from pggit.db.sqlstate import translated
from pggit.repo.share.incoming import Incoming
from pggit.repo.share.results import Sent

if TYPE_CHECKING:
    from psycopg import Connection

Hashes = list[bytes]
Progress = Callable[[int, int, str], None]

COMMITS_AT_ONCE = 200
_ROWS_AT_ONCE = 2000


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
    between = "select hash from pggit.commits_between(%s::bytea[], %s::bytea[])"
    return _missing(target, "commit", _column(source, between, [theirs, list(wanted)]))


def _carry_commits(source: Connection, target: Connection, hashes: Hashes, sent: Sent) -> None:
    commits = source.execute(
        "select hash, tree, parents::text, author, authored_at, message from pggit.commit"
        " where hash = any (%s) order by generation, hash",
        [hashes],
    ).fetchall()
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
_BLOBS: tuple[LiteralString, LiteralString] = (
    "select hash, definition::text from pggit.blob where hash = any (%s)",
    "select pggit.receive_blobs(%b::bytea[], %b::text[])",
)
_TREES: tuple[LiteralString, LiteralString] = (
    "select hash, entries::text from pggit.tree where hash = any (%s)",
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
        rows = source.execute(reading, [batch]).fetchall()
        check(rows)
        sent += _count(target, taking, [[row[0] for row in rows], [row[1] for row in rows]])
    return sent


def _children(source: Connection, trees: Hashes) -> Hashes:
    """What some trees name, of the level below."""
    found: dict[bytes, None] = {}
    for batch in _batches(trees):
        found |= dict.fromkeys(
            _column(
                source,
                "select distinct decode(e.value, 'hex') from pggit.tree as t cross join jsonb_each_text(t.entries) as e"
                " where t.hash = any (%s)",
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
    return [row[0] for row in connection.execute(query, values).fetchall()]


def _count(connection: Connection, query: LiteralString, values: Sequence[object]) -> int:
    row = connection.execute(query, values).fetchone()
    assert row is not None
    return int(row[0])
