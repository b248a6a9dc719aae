"""The search for the first bad commit: which commit to try next, and when it is found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from graphlib import TopologicalSorter
from typing import Literal

Verdict = Literal["good", "bad", "skip"]


@dataclass
class Search:
    """The commits that may be the first bad one, and what is known of them.

    It is right for any history: of a bad commit its ancestors stay suspects, of a good one they go.

    Attributes:
        suspects: the commits of which one is the first bad, parents before children.
        skipped: those of them that could not be tried.

    Args:
        parents: commit → its parents, of all that can be reached from the bad one.
        good: a commit that is good, and so are its ancestors.
        bad: a commit that is bad.
    """

    parents: Mapping[str, Sequence[str]]
    good: str
    bad: str
    suspects: list[str] = field(init=False)
    skipped: set[str] = field(init=False, default_factory=set)

    def __post_init__(self) -> None:
        order = list(TopologicalSorter(self.parents).static_order())
        self._bit = {commit: 1 << number for number, commit in enumerate(order)}
        # sets of commits as the bits of a number: each commit with its ancestors
        self._reach: dict[str, int] = {}
        for commit in order:
            reach = self._bit[commit]
            for parent in self.parents.get(commit, ()):
                reach |= self._reach[parent]
            self._reach[commit] = reach
        self._order = order
        self._keep(self._reach[self.bad] & ~self._reach[self.good])

    def _keep(self, left: int) -> None:
        self._left = left
        self.suspects = [commit for commit in self._order if self._bit[commit] & left]

    @property
    def found(self) -> str | None:
        """The first bad commit, once it is known."""
        return self.suspects[0] if len(self.suspects) == 1 else None

    def next(self) -> str | None:
        """Return the commit that halves the suspects best; None where none is left that can be tried."""
        total = len(self.suspects)
        able = [commit for commit in self.suspects if commit not in self.skipped and commit != self.bad]
        return max(able, key=lambda commit: min(self._before(commit), total - self._before(commit)), default=None)

    def _before(self, commit: str) -> int:
        return (self._reach[commit] & self._left).bit_count()

    def steps(self) -> int:
        """Return about how many more commits are to be tried."""
        return max(len(self.suspects) - 1, 0).bit_length()

    def tell(self, commit: str, verdict: Verdict) -> None:
        """Take in what was found out about a commit."""
        if verdict == "skip":
            self.skipped.add(commit)
        elif verdict == "bad":
            self.bad = commit
            self._keep(self._left & self._reach[commit])
        else:
            self._keep(self._left & ~self._reach[commit])
