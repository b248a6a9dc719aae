"""Three-way merge of sequences: lines of a text, labels of an enum.

What one side changed is taken; where both changed the same place, or places that touch, they must have changed it
alike (https://www.gnu.org/software/diffutils/manual/html_node/diff3-Merging.html).
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple, TypeVar

T = TypeVar("T", bound=Hashable)


class _Edit(NamedTuple):
    """What stands at ``start`` to ``end`` of the base stands at ``new_start`` to ``new_end`` of a side, and differs."""

    start: int
    end: int
    new_start: int
    new_end: int


def merge_sequences(base: Sequence[T], ours: Sequence[T], theirs: Sequence[T]) -> list[T] | None:
    """Return what both changes together make of a sequence, or None where they cannot be put together."""
    left, right = _edits(base, ours), _edits(base, theirs)
    merged: list[T] = []
    done = n = m = 0
    while n < len(left) or m < len(right):
        first = min([*left[n : n + 1], *right[m : m + 1]])
        start, end = first.start, first.end
        from_n, from_m = n, m
        grown = True
        while grown:  # all changes of both sides that touch one another
            grown = False
            while n < len(left) and left[n].start <= end:
                end, n, grown = max(end, left[n].end), n + 1, True
            while m < len(right) and right[m].start <= end:
                end, m, grown = max(end, right[m].end), m + 1, True
        mine = _within(base, ours, left[from_n:n], start, end)
        other = _within(base, theirs, right[from_m:m], start, end)
        if n > from_n and m > from_m and mine != other:
            return None
        merged += [*base[done:start], *(mine if n > from_n else other)]
        done = end
    return [*merged, *base[done:]]


def merge_lines(base: str, ours: str, theirs: str) -> str | None:
    """Return what both changes together make of a text, or None where both changed the same lines."""
    merged = merge_sequences(*(text.splitlines(keepends=True) for text in (base, ours, theirs)))
    return None if merged is None else "".join(merged)


def _edits(base: Sequence[T], side: Sequence[T]) -> list[_Edit]:
    matcher = SequenceMatcher(None, base, side, autojunk=False)
    return [_Edit(*places) for tag, *places in matcher.get_opcodes() if tag != "equal"]


def _within(base: Sequence[T], side: Sequence[T], edits: Sequence[_Edit], start: int, end: int) -> list[T]:
    """Return how a side has what stands at ``start`` to ``end`` of the base."""
    found: list[T] = []
    for edit in edits:
        found += [*base[start : edit.start], *side[edit.new_start : edit.new_end]]
        start = edit.end
    return [*found, *base[start:end]]
