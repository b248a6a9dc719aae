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
from pggit.repo.signing.evidence import Tables, read_tables

if TYPE_CHECKING:
    from pggit.repo.repository import Repository


@dataclass(frozen=True, slots=True)
class Move:
    """An entry of the reflog.

    Attributes:
        id: its number.
        ref: the ref's name.
        old, new: hash of the commit before and after.
        time: when, as commits' times are hashed.
        who, message: by whom, and what it says.
        written: the name under which it was written, if the branch was renamed since.
        renamed: of the entry that says that a branch was renamed: its name before.
    """

    id: int
    ref: str
    old: str | None
    new: str | None
    time: str
    who: str
    message: str
    written: str | None = None
    renamed: str | None = None


@dataclass(frozen=True, slots=True)
class Now:
    """A history.

    Attributes:
        repository: the identity of the repository.
        refs: every branch and tag, full name → hash of its commit.
        links: all commits, by hash.
        moves: the reflog.
        tables: the other tables, and the engine.
    """

    repository: str
    refs: Mapping[str, str]
    links: Mapping[str, Link]
    moves: Sequence[Move]
    tables: Tables

    @property
    def anchored(self) -> dict[str, Anchored]:
        """The branches and tags, as an anchor has them; those whose commits are there."""
        return {
            ref: Anchored(hash_, link.generation) for ref, hash_ in self.refs.items() if (link := self.links.get(hash_))
        }

    @property
    def reflogs(self) -> dict[int, Reflog]:
        """By number of an entry of the reflog: what the reflog was up to there, as records of format 1 have it."""
        so_far = hashlib.sha256().hexdigest()
        found = {0: Reflog(0, 0, so_far)}
        for number, move in enumerate(self.moves, 1):
            said = canonical([so_far, move.id, move.old, move.new, move.time, move.who, move.message])
            so_far = hashlib.sha256(said.encode()).hexdigest()
            found[move.id] = Reflog(number, move.id, so_far)
        return found

    def tells_of(self, ref: str, after: int) -> Move | None:
        """Return the last entry of the reflog after a number that is about a ref, a setting, a role's rights …"""
        return next(
            (move for move in reversed(self.moves) if move.id > after and ref in (move.ref, move.written)), None
        )


@contextmanager
def reading(repository: Repository) -> Iterator[None]:
    """One snapshot, in which nothing can be written, and names mean what PostgreSQL brings."""
    with repository._transaction():
        repository.connection.execute(
            "set transaction isolation level repeatable read, read only; set local search_path = pg_catalog, pg_temp;"
            " set local jit = off; set local row_security = off; set local constraint_exclusion = off;"
            " set local timezone = 'UTC'; set local datestyle = 'ISO, MDY'; set local intervalstyle = 'postgres';"
            " set local bytea_output = 'hex'; set local extra_float_digits = 1; set local quote_all_identifiers = off;"
            " set local standard_conforming_strings = on"
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
            " to_char(at at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"'), who, message, written, renamed"
            " from pggit.reflog order by id"
        )
    ]
    return Now(identity, refs, read_links(repository), moves, read_tables(repository))
