"""Signatures of commits and tags in the store: making and reading them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pggit.core.errors import NotFound
from pggit.core.signed_text import commit_text, tag_text
from pggit.repo.signing.check import check

if TYPE_CHECKING:
    from pggit.core.results import Commit
    from pggit.repo.repository import Repository
    from pggit.repo.signing.keys import Signer

NAMESPACE = "pggit"
"""Of signatures of commits and tags."""

_READ = "select encode(commit, 'hex'), tag, signer, armored, signed_at from pggit.signature"


@dataclass(frozen=True, slots=True)
class Stored:
    """A signature as it is stored; nothing is checked.

    Attributes:
        commit: hash of what is signed, or of what the tag stands at.
        tag: name of the tag, or empty where the commit is signed.
        signer: the public key, as a line.
        armored: the signature.
        time: when it was made.
    """

    commit: str
    tag: str
    signer: str
    armored: str
    time: datetime


def sign_commits(repository: Repository, commits: Sequence[str], signer: Signer) -> list[str]:
    """Sign commits; returns those that this key had not signed yet.

    Args:
        commits: their full hashes.
        signer: the key.
    """
    had = {
        one.commit
        for one in signatures_of(repository, commits)
        if one.signer == signer.public and _is_of(one, commit_text(one.commit, one.time))
    }
    wanted = [commit for commit in dict.fromkeys(commits) if commit not in had]
    now = datetime.now(UTC)
    _put(
        repository,
        [Stored(commit, "", signer.public, signer.sign(commit_text(commit, now), NAMESPACE), now) for commit in wanted],
    )
    return wanted


def sign_tag(repository: Repository, name: str, signer: Signer) -> None:
    """Sign a tag as it is.

    Raises:
        NotFound: there is no such tag.
    """
    tag = next((one for one in repository.tags() if one.name == name), None)
    if tag is None:
        raise NotFound(f"there is no tag {name}")
    now = datetime.now(UTC)
    armored = signer.sign(tag_text(name, tag.hash, tag.message, now), NAMESPACE)
    _put(repository, [Stored(tag.hash, name, signer.public, armored, now)])


def commit_signed(
    repository: Repository, message: str, signer: Signer, *, author: str | None = None, allow_empty: bool = False
) -> Commit:
    """Record the live schema as a signed commit, as `Repository.commit`; in one transaction."""
    with repository._transaction():
        made = repository.commit(message, author=author, allow_empty=allow_empty)
        sign_commits(repository, [made.hash], signer)
    return made


def create_signed_tag(
    repository: Repository, name: str, target: str, message: str, signer: Signer, *, tagger: str | None = None
) -> str:
    """Create a signed tag, as `Repository.create_tag`; in one transaction."""
    with repository._transaction():
        made = repository.create_tag(name, target, message, tagger=tagger)
        sign_tag(repository, name, signer)
    return made


@contextmanager
def signing_new(repository: Repository, signer: Signer) -> Iterator[None]:
    """Sign what a block adds to HEAD's history: the commits that no ref reached before.

    What an interrupted command recorded is reached by the ref that holds it, and nevertheless new.
    """
    query = "select distinct commit from pggit.ref where commit is not null and not starts_with(name, 'replay/')"
    before = [commit for (commit,) in repository._rows(query)]
    yield
    made = repository._rows(
        "select encode(b.hash, 'hex') from pggit.commits_between(%s::bytea[], array[pggit.head()]) as b", before
    )
    sign_commits(repository, [commit for (commit,) in made], signer)


def signatures_of(repository: Repository, commits: Sequence[str]) -> list[Stored]:
    """Return the signatures of some commits, the oldest first."""
    return [
        Stored(*row)
        for row in repository._rows(
            f"{_READ} where commit = any (%s) and tag = '' order by signed_at, hash",
            [bytes.fromhex(commit) for commit in commits],
        )
    ]


def signatures_of_tags(repository: Repository, names: Sequence[str]) -> list[Stored]:
    """Return the signatures of tags of some names, the oldest first, whatever commits they were made for."""
    return [
        Stored(*row)
        for row in repository._rows(f"{_READ} where tag = any (%s) and tag <> '' order by signed_at, hash", list(names))
    ]


def _is_of(stored: Stored, payload: bytes) -> bool:
    """Whether it is a signature of the payload; whose key counts does not matter."""
    return check(payload, NAMESPACE, stored.armored, ()).status != "bad"


def _put(repository: Repository, made: Sequence[Stored]) -> None:
    repository._call(
        "select pggit.put_signatures(%s::bytea[], %s::text[], %s::text[], %s::text[], %s::timestamptz[])",
        [bytes.fromhex(one.commit) for one in made],
        [one.tag for one in made],
        [one.signer for one in made],
        [one.armored for one in made],
        [one.time for one in made],
    )
