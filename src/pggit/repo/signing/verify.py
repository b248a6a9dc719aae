"""Verifying a history: who signed each commit and tag, and whether every hash is that of what it stands for."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from pggit.core import ranges
from pggit.core.allowed_signers import AllowedSigner
from pggit.core.results import Finding, Tag
from pggit.core.signed_text import commit_text, tag_text
from pggit.repo.signing.chain import Link, broken_links, content, reached, read_links
from pggit.repo.signing.check import Checked, check
from pggit.repo.signing.evidence import require_readable
from pggit.repo.signing.named import named
from pggit.repo.signing.now import reading
from pggit.repo.signing.stored import NAMESPACE, Stored, signatures_of, signatures_of_tags

if TYPE_CHECKING:
    from pggit.repo.repository import Repository

Status = Literal["good", "unknown", "bad", "unsigned"]


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature and what it is worth: as `Checked`, and when it was made."""

    status: Literal["good", "unknown", "bad"]
    principal: str | None
    fingerprint: str | None
    problem: str | None
    time: datetime


@dataclass(frozen=True, slots=True)
class Signed:
    """A commit or a tag with its signatures.

    Attributes:
        name: of the tag; None for a commit.
        hash: of the commit, or of the one that the tag stands at.
        message: its first line.
        status: of its signatures: ``good`` where one is, else ``bad`` where one is: who may write can add a signature
            that is worth nothing beside a good one, and takes nothing from that; ``unsigned`` without any.
        signatures: the oldest first.
    """

    name: str | None
    hash: str
    message: str
    status: Status
    signatures: tuple[Signature, ...]

    @property
    def is_good(self) -> bool:
        """Whether a key that counts signed it."""
        return any(one.status == "good" for one in self.signatures)


@dataclass(frozen=True, slots=True)
class Verified:
    """What was verified.

    Attributes:
        commits: the newest first.
        tags: by name.
        findings: where a hash is not that of what it stands for, or something is missing.
        trees, definitions: how many were hashed.
    """

    commits: tuple[Signed, ...]
    tags: tuple[Signed, ...]
    findings: tuple[Finding, ...]
    trees: int
    definitions: int

    def failed(self, *, require: bool, trusting: bool) -> bool:
        """Whether something is wrong.

        Args:
            require: what no key that counts has signed is.
            trusting: whether it is known which keys count; then a signature by another one is wrong.
        """
        every = (*self.commits, *self.tags)
        wrong = {"bad", "unknown"} if trusting else {"bad"}
        return bool(self.findings) or any(one.status in wrong or (require and not one.is_good) for one in every)


def verify(
    repository: Repository, names: Sequence[str] = (), allowed: Sequence[AllowedSigner] = (), *, all: bool = False
) -> Verified:
    """Verify commits with all that they come from, and tags; reads only, and needs the rights of a reader.

    Args:
        repository: where.
        names: commits, ranges ``A..B`` or ``A...B``, tags; HEAD where none is given.
        allowed: the keys that count.
        all: every branch and tag.

    Raises:
        NotFound: there is no such commit.
        Refused: to read the store could run what somebody planted there.
        UsageError: the library that checks is not installed.
    """
    with reading(repository):
        require_readable(repository)
        tags = {tag.name: tag for tag in _tags(repository)}
        links, wanted = _every(repository) if all else _named(repository, names or ("HEAD",))
        links_wanted = [link for hash_ in wanted if (link := links.get(hash_))]
        below = content(repository, links_wanted)
        signatures = signed_commits(repository, links_wanted, allowed)
        chosen = tags if all else {name: tags[name] for name in map(_tag_name, names) if name in tags}
        of_tags = signatures_of_tags(repository, list(chosen))
    return Verified(
        _commits(links_wanted, signatures),
        tuple(_tag(tag, of_tags, allowed) for _, tag in sorted(chosen.items())),
        (*broken_links(links, wanted), *below.findings),
        below.trees,
        below.definitions,
    )


def signed_commits(
    repository: Repository, links: Sequence[Link], allowed: Sequence[AllowedSigner]
) -> dict[str, tuple[Signature, ...]]:
    """Return the signatures of commits by full hash, checked: that of a commit which says something else now is bad."""
    found: dict[str, list[Signature]] = {link.hash: [] for link in links}
    changed = {link.hash for link in links if link.computed != link.hash}
    for one in signatures_of(repository, list(found)):
        checked = _checked(one, commit_text(one.commit, one.time), allowed)
        if one.commit in changed:
            checked = replace(checked, status="bad", principal=None, problem="the commit says something else")
        found[one.commit].append(checked)
    return {commit: tuple(of) for commit, of in found.items()}


def _tags(repository: Repository) -> list[Tag]:
    """Return all tags, without the engine's view of them."""
    query = (
        "select substr(name, 6), encode(commit, 'hex'), message, updated_at, tagger from pggit.ref"
        " where starts_with(name, 'tags/') order by name"
    )
    return [Tag(*row) for row in repository._rows(query)]


def _every(repository: Repository) -> tuple[Mapping[str, Link], Collection[str]]:
    rows = repository._rows(
        "select distinct encode(commit, 'hex') from pggit.ref where name ~ '^(heads|tags)/' and commit is not null"
    )
    links = read_links(repository)
    return links, reached(links, [hash_ for (hash_,) in rows])


def _named(repository: Repository, names: Sequence[str]) -> tuple[Mapping[str, Link], Collection[str]]:
    """Return all commits, and the hashes of those that are meant."""
    spans = {name: ranges.parse(name) for name in names}
    written = {end for name, span in spans.items() for end in ((span.a, span.b) if span else (name,))}
    links = read_links(repository)
    at = {end: named(repository, end, links) for end in written}
    wanted: set[str] = set()
    for name, span in spans.items():
        if span is None:
            wanted |= reached(links, [at[name]])
            continue
        a, b = reached(links, [at[span.a]]), reached(links, [at[span.b]])
        wanted |= a ^ b if span.apart else b - a
    return links, wanted


def _tag_name(name: str) -> str:
    return name.removeprefix("tags/")


def _commits(links: Sequence[Link], of: Mapping[str, tuple[Signature, ...]]) -> tuple[Signed, ...]:
    newest = sorted(links, key=lambda link: (-link.generation, link.time, link.hash))
    return tuple(_signed(None, link.hash, link.message, of[link.hash]) for link in newest)


def _tag(tag: Tag, signatures: Sequence[Stored], allowed: Sequence[AllowedSigner]) -> Signed:
    found = []
    for one in signatures:
        if one.tag != tag.name:
            continue
        checked = _checked(one, tag_text(tag.name, tag.hash, tag.message, one.time), allowed)
        if one.commit != tag.hash:
            checked = replace(checked, status="bad", principal=None, problem=f"it was made for {one.commit[:10]}")
        found.append(checked)
    return _signed(tag.name, tag.hash, tag.message or "", found)


def _signed(name: str | None, hash_: str, message: str, signatures: Sequence[Signature]) -> Signed:
    have = {one.status for one in signatures}
    order: tuple[Status, ...] = ("good", "bad", "unknown")
    status: Status = next((one for one in order if one in have), "unsigned")
    return Signed(name, hash_, message.partition("\n")[0], status, tuple(signatures))


def _checked(stored: Stored, payload: bytes, allowed: Sequence[AllowedSigner]) -> Signature:
    found: Checked = check(payload, NAMESPACE, stored.armored, allowed, at=stored.time)
    return Signature(found.status, found.principal, found.fingerprint, found.problem, stored.time)
