"""What two commits come from: their merge base, or the merge of several where histories crossed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pggit.core.state import State
from pggit.work.merge.follow import merge_in

if TYPE_CHECKING:
    from pggit.repo.repository import Repository


def base_state(repository: Repository, bases: list[str], *, like: State) -> State:
    """Return the state that both sides of a merge come from.

    Several bases are merged themselves, as git's recursive strategy does; what is in conflict between them is as in
    the state that these come from, so that either side's version of it counts as a change.

    Args:
        repository: the tracked database.
        bases: the best common ancestors of the two.
        like: a state that has much in common with them.
    """
    if not bases:
        return State()
    found, first = repository.load(bases[0], like=like), bases[0]
    for other in bases[1:]:
        theirs = repository.load(other, like=found)
        before = base_state(repository, repository.merge_base(first, other), like=found)
        made = merge_in(repository, before, found, theirs)
        choices = {conflict.key: "base" for conflict in made.conflicts}
        found = merge_in(repository, before, found, theirs, choices).state  # type: ignore[arg-type]
    return found
