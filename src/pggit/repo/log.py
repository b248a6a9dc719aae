"""The commits that can be reached from somewhere, in the order in which they are shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pggit.core import ranges, results

Query = Callable[..., list[tuple[Any, ...]]]

_APART = "select encode(hash, 'hex') from pggit.apart(pggit.resolve(%s), pggit.resolve(%s)) where sides = any (%s)"

ONE = """
select encode(c.hash, 'hex'),
  (select coalesce(array_agg(encode(p.hash, 'hex') order by p.n), '{}')
   from unnest(c.parents) with ordinality as p(hash, n)),
  c.author, c.authored_at, c.message,
  (select coalesce(array_agg(r.name order by r.name), '{}') from pggit.ref as r where r.commit = c.hash)
from pggit.commit as c where c.hash = pggit.resolve(%s)"""
"""The row of ``pggit.log`` of one commit; the log itself walks all that it comes from."""


def read_log(query: Query, start: str, object: str | None, *, all: bool, limit: int | None) -> list[results.Commit]:
    """Return commits, newest first and each before its parents; what is asked for as `Repository.log` says.

    Args:
        query: runs a query and returns its rows.
    """
    if all:
        return _of_all(query, object)[:limit]
    span = ranges.parse(start)
    if span is None:
        return _of(query, start, object)[:limit]
    wanted = {hash_ for (hash_,) in query(_APART, span.a, span.b, [1, 2] if span.apart else [2])}
    found = _of(query, span.b, object) + (_of(query, span.a, object) if span.apart else [])
    return _in_order([commit for commit in found if commit.hash in wanted])[:limit]


def commit_of(row: tuple[Any, ...]) -> results.Commit:
    """Return the commit of a row of ``pggit.log``."""
    hash_, parents, author, time, message, refs = row
    return results.Commit(hash_, tuple(parents), author, time, message, tuple(refs))


def _of(query: Query, start: str, object: str | None) -> list[results.Commit]:
    return [commit_of(row) for row in query("select * from pggit.log(%s, %s)", start, object)]


def _of_all(query: Query, object: str | None) -> list[results.Commit]:
    """Return what every ref reaches. A tip that was reached already has nothing to add."""
    found: dict[str, results.Commit] = {}
    tips = query(
        "select distinct encode(c.hash, 'hex'), c.generation from pggit.ref as r"
        " join pggit.commit as c on c.hash = r.commit order by c.generation desc"
    )
    for tip, _ in tips:
        if tip not in found:
            found |= {commit.hash: commit for commit in _of(query, tip, object)}
    return _in_order(list(found.values()))


def _in_order(commits: list[results.Commit]) -> list[results.Commit]:
    from pggit.core.graph import in_order

    return in_order(commits)
