"""What a repository's history is now, read from its tables in one snapshot, without any function of the engine."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pggit.core.anchors import Anchored, Reflog
from pggit.core.canonical import canonical
from pggit.repo.signing.chain import Link, read_links

if TYPE_CHECKING:
    from pggit.repo.repository import Repository


@dataclass(frozen=True, slots=True)
class Move:
    """An entry of the reflog: its number, ref, commit before and after, when, by whom, and what it says."""

    id: int
    ref: str
    old: str | None
    new: str | None
    time: str
    who: str
    message: str


@dataclass(frozen=True, slots=True)
class Now:
    """A history.

    Attributes:
        repository: the identity of the repository.
        refs: every branch and tag, full name → hash of its commit.
        links: all commits, by hash.
        moves: the reflog.
        digests: by number of an entry of the reflog: what the reflog was up to there.
    """

    repository: str
    refs: Mapping[str, str]
    links: Mapping[str, Link]
    moves: Sequence[Move]
    digests: Mapping[int, Reflog]

    @property
    def anchored(self) -> dict[str, Anchored]:
        """The branches and tags, as an anchor has them; those whose commits are there."""
        return {
            ref: Anchored(hash_, link.generation) for ref, hash_ in self.refs.items() if (link := self.links.get(hash_))
        }

    @property
    def reflog(self) -> Reflog:
        """What the reflog is."""
        return self.digests[max(self.digests)]


@contextmanager
def reading(repository: Repository) -> Iterator[None]:
    """One snapshot, in which nothing can be written, and names mean what PostgreSQL brings."""
    with repository._transaction():
        repository.connection.execute(
            "set transaction isolation level repeatable read, read only; set local search_path = pg_catalog, pg_temp;"
            " set local jit = off"
        )
        yield


def read_now(repository: Repository) -> Now:
    """Read what the history is; within `reading`."""
    (identity,) = repository._one("select identity::text from pggit.repository")
    refs = dict(
        repository._rows(
            "select name, encode(commit, 'hex') from pggit.ref where name ~ '^(heads|tags)/' and commit is not null"
        )
    )
    moves = [
        Move(*row)
        for row in repository._rows(
            "select id, ref, encode(old, 'hex'), encode(new, 'hex'),"
            " to_char(at at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"'), who, message"
            " from pggit.reflog order by id"
        )
    ]
    return Now(identity, refs, read_links(repository), moves, _digests(moves))


def _digests(moves: Sequence[Move]) -> dict[int, Reflog]:
    """Of each beginning of the reflog its hash. Names of refs are left out: they change when a branch is renamed."""
    so_far = hashlib.sha256().hexdigest()
    found = {0: Reflog(0, 0, so_far)}
    for number, move in enumerate(moves, 1):
        said = canonical([so_far, move.id, move.old, move.new, move.time, move.who, move.message])
        so_far = hashlib.sha256(said.encode()).hexdigest()
        found[move.id] = Reflog(number, move.id, so_far)
    return found
