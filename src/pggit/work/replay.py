"""What commits changed, put on another commit one after the other; nothing is changed before all of it is known."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pggit.core import tree
from pggit.core.errors import Refused
from pggit.core.results import Commit
from pggit.core.state import State
from pggit.work.merge.follow import merge_in

if TYPE_CHECKING:
    from pggit.repo.repository import Repository


@dataclass(frozen=True, slots=True)
class Step:
    """A commit, and the state after what it changed was put on the one before."""

    commit: Commit
    state: State


@dataclass(frozen=True, slots=True)
class Replay:
    """What came of it.

    Attributes:
        steps: the commits that were put, in order.
        there: commits that change nothing any more.
        stopped: the commit that could not be put, or None.
        conflicts: keys of its objects that changed in both in different ways.
    """

    steps: tuple[Step, ...]
    there: tuple[Commit, ...]
    stopped: Commit | None = None
    conflicts: tuple[str, ...] = ()


def parent_of(commit: Commit, mainline: int | None = None) -> str:
    """Return the parent against which a commit's changes are told.

    Args:
        commit: the commit.
        mainline: of a merge, the number of the parent.

    Raises:
        Refused: it has no parent, or several and none is named.
    """
    if not commit.parents:
        raise Refused(f"commit {commit.short} has no parent: what it changed cannot be told")
    if mainline is None and len(commit.parents) > 1:
        raise Refused(
            f"commit {commit.short} is a merge of several: what it changed cannot be told",
            hint="-m 1 tells it against the first parent: the branch that was merged into.",
        )
    if mainline is not None and (len(commit.parents) == 1 or mainline > len(commit.parents)):
        what = "is no merge" if len(commit.parents) == 1 else f"has {len(commit.parents)} parents"
        raise Refused(f"commit {commit.short} {what}, and -m {mainline} names a parent of a merge")
    return commit.parents[(mainline or 1) - 1]


def replay(repository: Repository, on: State, commits: Iterable[Commit], *, mainline: int | None = None) -> Replay:
    """Put what commits changed on a state, until one does not go.

    Args:
        repository: where the commits are.
        on: the state to begin with.
        commits: in the order in which they are put.
        mainline: of merges, see `parent_of`.

    Raises:
        Refused: what a commit changed cannot be told.
    """
    steps: list[Step] = []
    there: list[Commit] = []
    state = on
    for commit in commits:
        base = repository.load(parent_of(commit, mainline), like=state)
        made = merge_in(repository, base, state, repository.load(commit.hash, like=base))
        if made.conflicts:
            return Replay(tuple(steps), tuple(there), commit, tuple(sorted(one.key for one in made.conflicts)))
        if tree.meaning(made.state) == tree.meaning(state):
            there.append(commit)
            continue
        state = made.state
        steps.append(Step(commit, state))
    return Replay(tuple(steps), tuple(there))


def record(repository: Repository, on: str, state: State, steps: Sequence[Step], *, note: str = "") -> str:
    """Record what was put as commits by the authors of the originals and at their times; returns the last one's hash.

    Args:
        repository: where to.
        on: hash of the commit that the first is put on.
        state: its state.
        steps: what was put.
        note: added to the messages; ``{}`` in it is the original's hash.
    """
    tip = on
    for step in steps:
        message = step.commit.message + note.format(step.commit.hash)
        original = step.commit
        tip = repository.record(step.state, tip, state, author=original.author, time=original.time, message=message)
        state = step.state
    if steps:
        repository.hold(tip)
    return tip
