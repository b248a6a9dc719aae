"""The graph of commits as text: lanes with ``*``, ``|``, ``/`` and ``\\``."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pggit.core.results import Commit


@dataclass(frozen=True, slots=True)
class Drawn:
    """What is drawn for one commit.

    Attributes:
        row: the line of the commit itself, ``| *``.
        after: the lines below it in which lanes fork, join or end.
        continued: what goes before further text of this commit once ``after`` is drawn.
    """

    row: str
    after: tuple[str, ...]
    continued: str


def in_order(commits: Iterable[Commit]) -> list[Commit]:
    """Return commits so that each comes before its parents, and of those that may come next the newest first."""
    known = {commit.hash: commit for commit in commits}
    children = dict.fromkeys(known, 0)
    for commit in known.values():
        for parent in commit.parents:
            if parent in children:
                children[parent] += 1
    waiting = [_newest_first(commit) for commit in known.values() if not children[commit.hash]]
    heapq.heapify(waiting)
    ordered = []
    while waiting:
        commit = known[heapq.heappop(waiting)[1]]
        ordered.append(commit)
        for parent in commit.parents:
            if parent in children:
                children[parent] -= 1
                if not children[parent]:
                    heapq.heappush(waiting, _newest_first(known[parent]))
    return ordered


def _newest_first(commit: Commit) -> tuple[float, str]:
    return -commit.time.timestamp(), commit.hash


def draw(commits: Iterable[tuple[str, Sequence[str]]]) -> Iterator[Drawn]:
    """Draw commits in lanes; each lane leads to the commit that is expected in it next.

    Args:
        commits: (hash, hashes of the parents), every commit before its parents. Parents that are not among them
            are not drawn.
    """
    listed = list(commits)
    known = {commit for commit, _ in listed}
    lanes: list[str] = []
    for commit, parents in listed:
        if commit not in lanes:
            lanes.append(commit)
        at = lanes.index(commit)
        row = " ".join("*" if n == at else "|" for n in range(len(lanes)))
        after = tuple(_leave(lanes, at, [parent for parent in parents if parent in known]))
        yield Drawn(row, after, " ".join("|" * len(lanes)))


def _leave(lanes: list[str], at: int, parents: Sequence[str]) -> Iterator[str]:
    """Lead the lane of a commit on to its parents; yields the lines that show it."""
    if not parents:
        del lanes[at]
        if at < len(lanes):
            yield _line({2 * n: "|" for n in range(at)} | {2 * n + 1: "/" for n in range(at, len(lanes))})
        return
    lanes[at] = parents[0]
    for parent in reversed(parents[1:]):
        lanes.insert(at + 1, parent)
        bars = {2 * n: "|" for n in range(at + 1)}
        yield _line(bars | {2 * n - 1: "\\" for n in range(at + 1, len(lanes))})
    yield from _join_all(lanes)


def _join_all(lanes: list[str]) -> Iterator[str]:
    """Join lanes that lead to the same commit."""
    n = 0
    while n < len(lanes):
        first = lanes.index(lanes[n])
        if first < n:
            yield from _join(lanes, n, first)
        else:
            n += 1


def _join(lanes: list[str], source: int, target: int) -> Iterator[str]:
    """Lead a lane to the left into another, across those between; what is right of it moves up."""
    moving = {2 * n - 1: "/" for n in range(source, len(lanes))}
    yield _line({2 * n: "|" for n in range(source)} | moving)
    del lanes[source]
    bars = {2 * n: "|" for n in range(len(lanes))}
    for n in range(source - 1, target, -1):
        yield _line(bars | {2 * n - 1: "/"})


def _line(marks: dict[int, str]) -> str:
    return "".join(marks.get(n, " ") for n in range(max(marks) + 1))
