"""What push and fetch return."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Moved:
    """One ref, where it was and where it is.

    Attributes:
        ref: its full name, ``heads/main``, ``tags/v1``, ``remotes/origin/main``.
        source: the ref that it follows.
        old: the commit before, or None where it was made.
        new: the commit now.
        problem: why it was not moved, or None.
        hint: what the user can do about it.
    """

    ref: str
    source: str
    old: str | None
    new: str
    problem: str | None = None
    hint: str | None = None


@dataclass(slots=True)
class Sent:
    """How many rows travelled, by sort."""

    commits: int = 0
    trees: int = 0
    blobs: int = 0
    signatures: int = 0


@dataclass(frozen=True, slots=True)
class Shared:
    """What a push or fetch did.

    Attributes:
        remote: the name of the other repository.
        refs: those that moved, or were to.
        sent: the rows that travelled.
        remarks: what the user should know.
    """

    remote: str
    refs: tuple[Moved, ...]
    sent: Sent = field(default_factory=Sent)
    remarks: tuple[str, ...] = ()
