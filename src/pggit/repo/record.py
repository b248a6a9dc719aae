"""Recording a state as a commit that is on no branch yet."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

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
    keys = state.groups.keys() | like.groups.keys()
    changed = {
        group: {key: state.definition(group, key) for key in state.groups[group]} if group in state.groups else None
        for group in keys
        if state.groups.get(group) != like.groups.get(group)
    }
    (made,) = repository._one(
        "select pggit.write_commit(pggit.put_groups(pggit.tree_of(%s), %s::jsonb), %s, %s, %s, %s)",
        parents[0] if parents else "empty",
        json.dumps(changed),
        list(parents),
        author,
        time,
        message,
    )
    return str(made)
