"""Recording a state as a commit that is on no branch yet."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pggit.core.state import State
    from pggit.repo.repository import Repository


def record(
    repository: Repository,
    state: State,
    parents: Sequence[str],
    like: State,
    *,
    author: str,
    time: datetime,
    message: str,
) -> str:
    """Record a state as a commit beside the branches; the same is recorded once.

    Args:
        repository: where to.
        state: what it has.
        parents: hashes of the commits that it comes from; none for a first commit.
        like: the state of the first parent; an empty one where there is none. Only what differs is sent.
        author, time, message: of the commit.

    Returns:
        Its hash.

    Raises:
        Refused: a parent is not here any more.
    """
    return record_changes(repository, changed_groups(state, like), parents, author=author, time=time, message=message)


def changed_groups(state: State, like: State) -> dict[str, Any]:
    """Return the groups of a state that are not as in another, with their definitions; None where one is gone."""
    return {
        group: {key: state.definition(group, key) for key in state.groups[group]} if group in state.groups else None
        for group in state.groups.keys() | like.groups.keys()
        if state.groups.get(group) != like.groups.get(group)
    }


def record_changes(
    repository: Repository,
    changed: Mapping[str, Any],
    parents: Sequence[str],
    *,
    author: str,
    time: datetime | None,
    message: str,
) -> str:
    """Record what `changed_groups` returned, as `record` does; without a time it is now."""
    (made,) = repository._one(
        "select pggit.write_commit(pggit.put_groups(pggit.tree_of(%s), %s::jsonb), %s, %s, %s, %s)",
        parents[0] if parents else "empty",
        json.dumps(changed),
        list(parents),
        author,
        time or datetime.now(UTC),
        message,
    )
    return str(made)
