"""What belongs to commits and tags without being part of their hashes: signatures, and what tags say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, LiteralString

from pggit.core.sshsig import Unreadable, key_line, parse
from pggit.db.sqlstate import translated
from pggit.db.untrusted import rows_of

if TYPE_CHECKING:
    from psycopg import Connection

_AT_ONCE = 2000
_MOST = 100_000
_TAG = (str, bytes | None, str | None, str | None, str | None)


def carry_tags(source: Connection, target: Connection) -> None:
    """Let tags that are at the same commit in both, and say nothing in the target, say what they say in the source."""
    query: LiteralString = (
        "select name, commit, left(message, 1048577), left(tagger, 4097),"
        " to_char(updated_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US') || '+00'"
        " from pggit.ref where starts_with(name, 'tags/')"
    )
    with translated():
        silent = {row[:2] for row in rows_of(target, query, None, _TAG, most=_MOST, what="tags") if row[2] is None}
        for name, commit, message, tagger, time in rows_of(source, query, None, _TAG, most=_MOST, what="tags"):
            if message is not None and (name, commit) in silent:
                target.execute(
                    "select pggit.annotate_tag(%s, %s, %s, %s, %s::timestamptz)",
                    (name[5:], commit, message, tagger, time),
                )


def carry_signatures(source: Connection, target: Connection, commits: Sequence[bytes]) -> int:
    """Bring the signatures of commits, of all that they come from, and of tags at those; only what is missing.

    Args:
        source: to the repository that has them.
        target: to the one that takes them; the commits are there.
        commits: hashes.

    Returns:
        How many were new.
    """
    with translated():
        there = [
            row[0]
            for row in rows_of(
                source,
                "select s.hash from pggit.commits_between('{}', case when exists (select from pggit.signature)"
                " then %s::bytea[] else '{}' end) as b join pggit.signature as s on s.commit = b.hash order by s.hash",
                (list(commits),),
                (bytes,),
                most=_MOST,
                what="signatures",
            )
        ]
        return sum(_send(source, target, there[start : start + _AT_ONCE]) for start in range(0, len(there), _AT_ONCE))


def _send(source: Connection, target: Connection, hashes: Sequence[bytes]) -> int:
    missing = [
        row[0]
        for row in target.execute(
            "select w.hash from unnest(%s::bytea[]) as w(hash)"
            " where not exists (select from pggit.signature as s where s.hash = w.hash)",
            (hashes,),
        ).fetchall()
    ]
    if not missing:
        return 0
    rows = [
        row
        for row in rows_of(
            source,
            "select commit, tag, left(signer, 16385), left(armored, 65537),"
            " to_char(signed_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US') || '+00'"
            " from pggit.signature where hash = any (%s)",
            (missing,),
            (bytes, str | None, str, str, str | None),
            most=len(missing),
            what="signatures than were asked for",
        )
        if _is_signature(row[2], row[3]) and row[4] is not None
    ]
    if not rows:
        return 0
    columns: list[Any] = [list(column) for column in zip(*rows, strict=True)]
    taken = target.execute(
        "select pggit.put_signatures(%s::bytea[], %s::text[], %s::text[], %s::text[], %s::timestamptz[])", columns
    ).fetchone()
    assert taken is not None
    return int(taken[0])


def _is_signature(signer: str, armored: str) -> bool:
    """Whether it is one in form, by the key that it is said to be by; what is not stays where it is."""
    try:
        found = parse(armored)
        return found.namespace == "pggit" and key_line(found.public) == signer
    except Unreadable:
        return False
