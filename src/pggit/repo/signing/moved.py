"""What became of a branch or tag that is no longer where it was, as far as the reflog tells."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pggit.repo.signing.chain import comes_from
from pggit.repo.signing.now import Move, Now

_RENAMED = re.compile(r"branch: renamed (\S+) to (\S+)")


@dataclass(frozen=True, slots=True)
class Told:
    """A ref that the reflog follows to where it is.

    Attributes:
        ref: its full name now; another one where it was renamed.
        moves: the entries by which it left its history: it was deleted, or moved to another one.
    """

    ref: str
    moves: tuple[Move, ...]


def told(now: Now, ref: str, commit: str, after: int) -> Told | None:
    """Follow a ref by the reflog to where it is.

    Args:
        now: the history.
        ref: its full name.
        commit: hash of where it was.
        after: number of the entry of the reflog that was the last one then.

    Returns:
        How it came there; None where the reflog does not lead from one to the other.
    """
    later = [move for move in now.moves if move.id > after]
    name = _name_now(ref, later)
    moves: list[Move] = []
    at: str | None = commit
    for move in later:
        if move.ref != name or (move.old != at and not (at is None and _renamed(move))):
            continue  # of another branch, which has the name now
        if move.new is None or at is None or not comes_from(now.links, move.new, at):
            moves.append(move)
        at = move.new
    return Told(name, tuple(moves)) if at == now.refs.get(name) else None


def names_now(moves: Sequence[Move]) -> list[str]:
    """Return the name that the ref of each entry has now: that it was written under, and what it was renamed to."""
    names = [move.written or move.ref for move in moves]
    places: dict[str, list[int]] = {}
    for place, move in enumerate(moves):
        # the entry itself was written under the new name
        renamed = places.pop(move.renamed, []) if move.renamed else []
        name = names[place]
        for earlier in renamed:
            names[earlier] = name
        places.setdefault(name, []).extend([*renamed, place])
    return names


def _name_now(ref: str, later: Sequence[Move]) -> str:
    """The name that a branch has after it was renamed, perhaps several times."""
    for move in later:
        found = _renamed(move)
        if found is not None and ref == found[0]:
            ref = found[1]
    return ref


def _renamed(move: Move) -> tuple[str, str] | None:
    """Return the full names before and after, if an entry says that a branch was renamed."""
    found = _RENAMED.fullmatch(move.message)
    if found is None or move.old != move.new or move.renamed not in (None, f"heads/{found[1]}"):
        return None
    return f"heads/{found[1]}", f"heads/{found[2]}"
