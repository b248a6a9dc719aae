"""Anchors: what a history was at a time, written outside of the database and signed, one JSON object a line.

Each has the hash of the one before it, so that none can be taken out or changed in the middle. What is signed is the
canonical text of all but the signature.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pggit.core.canonical import canonical, digest
from pggit.core.evidence import Evidence, hash_of, number, parse_evidence, text

FORMAT = 2
"""Format 1 had the reflog without the names of refs, and nothing of other tables and of the engine."""

LONGEST = 64 << 20
"""How many characters a record may have."""

_REF = re.compile(r"(?:heads|tags)/.+")


@dataclass(frozen=True, slots=True)
class Anchored:
    """Where a branch or tag was: the hash of its commit, and the commit's generation."""

    commit: str
    generation: int


@dataclass(frozen=True, slots=True)
class Reflog:
    """What the reflog was, in a record of format 1.

    Attributes:
        entries: how many it had.
        last: number of the last one; 0 where there was none.
        digest: their hash, each one's over those before it.
    """

    entries: int
    last: int
    digest: str


@dataclass(frozen=True, slots=True)
class Anchor:
    """One record.

    Attributes:
        time: when, in UTC, as commits' times are hashed.
        repository: the identity of the repository.
        refs: every branch and tag, by full name.
        commits: how many commits those have.
        said: the tables and the engine; of a record of format 1 the reflog.
        previous: hash of the record before it; None for the first one.
        reason: why branches or tags are elsewhere than they were, where they are.
        signature: armored; empty before it is signed.
    """

    time: str
    repository: str
    refs: Mapping[str, Anchored]
    commits: int
    said: Evidence | Reflog
    previous: str | None = None
    reason: str | None = None
    signature: str = ""

    @property
    def payload(self) -> bytes:
        """What is signed."""
        said = self._document()
        del said["signature"]
        return canonical(said).encode()

    @property
    def line(self) -> str:
        """The record as it is written, without an end of line."""
        return canonical(self._document())

    @property
    def hash(self) -> str:
        """The hash by which the next record names it."""
        return digest(self.line)

    @property
    def moment(self) -> datetime:
        """When it was made."""
        return datetime.strptime(self.time, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)

    @property
    def last_move(self) -> int:
        """Number of the last entry that the reflog had."""
        return self.said.last if isinstance(self.said, Reflog) else self.said.segments["reflog"].last

    def _document(self) -> dict[str, Any]:
        said: dict[str, Any]
        if isinstance(self.said, Reflog):
            reflog = {"entries": self.said.entries, "last": self.said.last, "digest": self.said.digest}
            said = {"pggit_anchor": 1, "reflog": reflog}
        else:
            said = {"pggit_anchor": FORMAT, **self.said.document()}
        return said | {
            "time": self.time,
            "repository": self.repository,
            "refs": {ref: {"commit": at.commit, "generation": at.generation} for ref, at in self.refs.items()},
            "commits": self.commits,
            "previous": self.previous,
            "reason": self.reason,
            "signature": self.signature,
        }


def parse_anchor(line: str) -> Anchor:
    """Read a record; it must be written exactly as `Anchor.line` writes it.

    Raises:
        ValueError: it is not an anchor; the message says why.
    """
    if len(line) > LONGEST:
        raise ValueError(f"it has {len(line)} characters, and an anchor has {LONGEST} at most")
    try:
        said = json.loads(line)
    except (ValueError, RecursionError):
        raise ValueError("it is not JSON, or not all of it") from None
    if not isinstance(said, dict) or "pggit_anchor" not in said:
        raise ValueError("it is not an anchor")
    if said["pggit_anchor"] not in (1, FORMAT) or isinstance(said["pggit_anchor"], bool | float):
        raise ValueError(f"it is an anchor of format {str(said['pggit_anchor'])[:20]}, known are 1 and {FORMAT}")
    try:
        found = _anchor(said)
        if found.line != line:
            raise ValueError
        _ = found.moment, found.payload, found.last_move
        if isinstance(found.said, Evidence) and found.said.segments.keys() != {
            "reflog",
            "roles",
            "change",
            "transaction",
        }:
            raise ValueError
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError):
        raise ValueError("it is not written as an anchor is") from None
    return found


def _anchor(document: Mapping[str, Any]) -> Anchor:
    refs = {
        _ref(ref): Anchored(hash_of(at["commit"]), number(at["generation"])) for ref, at in document["refs"].items()
    }
    return Anchor(
        text(document["time"]),
        text(document["repository"]),
        refs,
        number(document["commits"]),
        _reflog(document["reflog"]) if document["pggit_anchor"] == 1 else parse_evidence(document),
        None if document["previous"] is None else hash_of(document["previous"]),
        None if document["reason"] is None else text(document["reason"]),
        text(document["signature"]),
    )


def _reflog(document: Mapping[str, Any]) -> Reflog:
    return Reflog(number(document["entries"]), number(document["last"]), hash_of(document["digest"]))


def _ref(value: str) -> str:
    if not _REF.fullmatch(value):
        raise ValueError
    return value
