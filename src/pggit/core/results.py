"""What the library returns: frozen, typed results."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

Verb = Literal["create", "alter", "drop", "rename"]


@dataclass(frozen=True, slots=True)
class Change:
    """One object that differs between two states.

    Attributes:
        verb: create, alter, drop or rename.
        group: key of the group that the object belongs to (its new one).
        key: key of the object (its new one), ``column public.users.email``.
        old: definition before, or None.
        new: definition after, or None.
        old_key: for a rename, the key before.
    """

    verb: Verb
    group: str
    key: str
    old: Mapping[str, Any] | None
    new: Mapping[str, Any] | None
    old_key: str | None = None


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit: its hash (64 hexadecimal digits), parents, who, when, why, and the refs that stand at it."""

    hash: str
    parents: tuple[str, ...]
    author: str
    time: datetime
    message: str
    refs: tuple[str, ...] = ()

    @property
    def short(self) -> str:
        """The first ten digits of the hash."""
        return self.hash[:10]


@dataclass(frozen=True, slots=True)
class Status:
    """Where HEAD is and what is not committed.

    Attributes:
        branch: the current branch, or None where HEAD is detached.
        head: hash of the commit at HEAD.
        changes: the live schema against HEAD.
        unseen: how many objects had changed behind the event triggers and were found now.
        tracked_by: ``triggers`` or ``snapshots``.
    """

    branch: str | None
    head: str | None
    changes: tuple[Change, ...]
    unseen: int
    tracked_by: str

    @property
    def clean(self) -> bool:
        """Whether the live schema is as in HEAD."""
        return not self.changes


@dataclass(frozen=True, slots=True)
class Branch:
    """A branch and the commit at its tip."""

    name: str
    hash: str | None
    current: bool
    author: str | None
    time: datetime | None
    message: str | None


@dataclass(frozen=True, slots=True)
class Tag:
    """A name for a commit that stays; an annotated one has a message and says who made it."""

    name: str
    hash: str
    message: str | None
    time: datetime
    tagger: str | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """How a branch stands to a commit.

    Attributes:
        branch: the branch.
        ahead: how many commits it has that the other has not.
        behind: how many the other has.
    """

    branch: Branch
    ahead: int
    behind: int

    @property
    def merged(self) -> bool:
        """Whether the other commit has all of the branch."""
        return self.ahead == 0


@dataclass(frozen=True, slots=True)
class Described:
    """A commit told by the nearest tag.

    Attributes:
        tag: the tag, or None where the commit reaches none.
        distance: how many commits the tag has not; None without a tag.
        hash: of the commit.
    """

    tag: str | None
    distance: int | None
    hash: str

    @property
    def text(self) -> str:
        """As git writes it: ``v1.0``, ``v1.0-3-g3f2a91c0de``, or the beginning of the hash."""
        if self.tag is None:
            return self.hash[:10]
        return f"{self.tag}-{self.distance}-g{self.hash[:10]}" if self.distance else self.tag


@dataclass(frozen=True, slots=True)
class Blame:
    """An object and the commit that gave it its definition."""

    key: str
    hash: str
    author: str
    time: datetime
    message: str


@dataclass(frozen=True, slots=True)
class Event:
    """One captured change of one object: who, when, by which statement."""

    id: int
    time: datetime
    xid: str
    cause: str
    session_user: str | None
    current_user: str | None
    application: str | None
    client: str | None
    tag: str | None
    key: str
    old: str | None
    new: str | None
    statement: str | None
    commit: str | None


@dataclass(frozen=True, slots=True)
class Move:
    """One entry of the reflog: a ref went from one commit to another."""

    ref: str
    old: str | None
    new: str | None
    time: datetime
    who: str
    message: str


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found: of which sort, about what, what is the matter; ``error``, ``warning`` or ``note``."""

    problem: str
    object: str
    message: str
    severity: Literal["error", "warning", "note"] = "error"


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the health check."""

    name: str
    status: str
    message: str
