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

FORMAT = 1
_HASH = re.compile(r"[0-9a-f]{64}")
_REF = re.compile(r"(?:heads|tags)/.+")


@dataclass(frozen=True, slots=True)
class Anchored:
    """Where a branch or tag was: the hash of its commit, and the commit's generation."""

    commit: str
    generation: int


@dataclass(frozen=True, slots=True)
class Reflog:
    """What the reflog was.

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
        reflog: what had become of branches and tags.
        previous: hash of the record before it; None for the first one.
        reason: why branches or tags are elsewhere than they were, where they are.
        signature: armored; empty before it is signed.
    """

    time: str
    repository: str
    refs: Mapping[str, Anchored]
    commits: int
    reflog: Reflog
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

    def _document(self) -> dict[str, Any]:
        return {
            "pggit_anchor": FORMAT,
            "time": self.time,
            "repository": self.repository,
            "refs": {ref: {"commit": at.commit, "generation": at.generation} for ref, at in self.refs.items()},
            "commits": self.commits,
            "reflog": {"entries": self.reflog.entries, "last": self.reflog.last, "digest": self.reflog.digest},
            "previous": self.previous,
            "reason": self.reason,
            "signature": self.signature,
        }


def parse_anchor(line: str) -> Anchor:
    """Read a record; it must be written exactly as `Anchor.line` writes it.

    Raises:
        ValueError: it is none; the message says why.
    """
    try:
        said = json.loads(line)
    except (json.JSONDecodeError, RecursionError):
        raise ValueError("it is not JSON, or not all of it") from None
    if not isinstance(said, dict) or "pggit_anchor" not in said:
        raise ValueError("it is no anchor")
    if said["pggit_anchor"] != FORMAT:
        raise ValueError(f"it is an anchor of format {said['pggit_anchor']}, known is {FORMAT}")
    try:
        found = _anchor(said)
        if found.line != line:
            raise ValueError
        _ = found.moment
    except (KeyError, TypeError, ValueError, AttributeError):
        raise ValueError("it is not written as an anchor is") from None
    return found


def _anchor(said: Mapping[str, Any]) -> Anchor:
    refs = {
        _text(ref, _REF): Anchored(_text(at["commit"], _HASH), int(at["generation"]))
        for ref, at in said["refs"].items()
    }
    reflog = Reflog(int(said["reflog"]["entries"]), int(said["reflog"]["last"]), _text(said["reflog"]["digest"], _HASH))
    previous = None if said["previous"] is None else _text(said["previous"], _HASH)
    reason = None if said["reason"] is None else _text(said["reason"])
    return Anchor(
        _text(said["time"]), _text(said["repository"]), refs, int(said["commits"]), reflog, previous, reason,
        _text(said["signature"]),
    )  # fmt: skip


def _text(value: object, pattern: re.Pattern[str] | None = None) -> str:
    if not isinstance(value, str) or (pattern is not None and not pattern.fullmatch(value)):
        raise ValueError
    return value
