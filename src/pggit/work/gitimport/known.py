"""Which commits of a git repository are here already."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from pggit.db.sqlstate import translated

if TYPE_CHECKING:
    from pggit.repo.repository import Repository
    from pggit.work.gitimport.source import GitCommit

_TRAILER = re.compile(
    r"(?:^Git-Broken: (?P<broken>.*)\n)?(?:^Git-Path: (?P<path>.*)\n)?^Git-Commit: (?P<id>[0-9a-f]{40,64})\s*\Z",
    re.MULTILINE,
)


def trailer(message: str) -> re.Match[str] | None:
    """Return what the message of a commit says of where it came from: groups ``id``, ``path`` and ``broken``."""
    return _TRAILER.search(message)


def known_commits(repository: Repository, history: Sequence[GitCommit], place: str) -> dict[str, str]:
    """Return which commits of git are here: their hashes here by those of git.

    Args:
        repository: the tracked database.
        history: of git, parents before children.
        place: where their files are, see `Want`.
    """
    with translated():
        rows = repository.connection.execute(
            "select encode(c.hash, 'hex'), (select coalesce(array_agg(encode(p.hash, 'hex') order by p.n), '{}')"
            " from unnest(c.parents) with ordinality as p(hash, n)), c.message, null"
            " from pggit.commit as c where c.message like '%%Git-Commit: %%'"
            " union all"
            " select encode(c.hash, 'hex'), (select coalesce(array_agg(encode(p.hash, 'hex') order by p.n), '{}')"
            " from unnest(c.parents) with ordinality as p(hash, n)), null, extract(epoch from c.authored_at)::float8"
            " from pggit.commit as c where c.hash = any (%s::bytea[])",
            [[bytes.fromhex(commit.exported) for commit in history if commit.exported]],
        ).fetchall()
    imported: dict[str, list[tuple[str, list[str]]]] = {}
    exported: dict[str, tuple[list[str], float]] = {}
    for hash_, parents, message, time in rows:
        if message is None:
            exported[hash_] = (parents, time)
        elif (found := trailer(message)) and (found["path"] or "") == place:
            imported.setdefault(found["id"], []).append((hash_, parents))
    known: dict[str, str] = {}
    for commit in history:
        before = [known.get(parent) for parent in commit.parents]
        ours = exported.get(commit.exported or "")
        if ours and ours[0] == before and int(max(ours[1], 0)) == commit.time.timestamp():
            known[commit.id] = commit.exported or ""
        for hash_, parents in imported.get(commit.id, ()):
            if parents == before:
                known[commit.id] = hash_
    return known
