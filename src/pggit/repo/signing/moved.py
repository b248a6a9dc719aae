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
        if move.ref != name or (move.old != at and not (at is None and _RENAMED.fullmatch(move.message))):
            continue  # of another branch, which has the name now
        if move.new is None or at is None or not comes_from(now.links, move.new, at):
            moves.append(move)
        at = move.new
    return Told(name, tuple(moves)) if at == now.refs.get(name) else None


def _name_now(ref: str, later: Sequence[Move]) -> str:
    """The name that a branch has after it was renamed, perhaps several times."""
    for move in later:
        found = _RENAMED.fullmatch(move.message)
        if found is not None and ref == f"heads/{found[1]}":
            ref = f"heads/{found[2]}"
    return ref
