"""What changed from one state to another, put on top of a third, object by object."""

from __future__ import annotations

from pggit.core.state import State


def put_on(base: State, theirs: State, ours: State) -> tuple[State, list[str]]:
    """Return ``ours`` with what changed from ``base`` to ``theirs``.

    Args:
        base: what both come from.
        theirs: the state whose changes are wanted.
        ours: the state that they are put on.

    Returns:
        The state, and the keys of objects that changed in both in different ways; those are as in ``ours``.
    """
    made = State({}, {}, {})
    conflicts = []
    for state in (base, theirs, ours):
        made.blobs |= state.blobs
        made.meanings |= state.meanings
    for group in ours.groups.keys() | theirs.groups.keys():
        was, changed, here = (state.groups.get(group, {}) for state in (base, theirs, ours))
        members = {}
        for key in changed.keys() | here.keys():
            old, new, now = (made.semantic(m[key]) if key in m else None for m in (was, changed, here))
            if old != new and now not in (old, new):
                conflicts.append(key)
            taken = changed if old != new and now == old else here
            if key in taken:
                members[key] = taken[key]
        if members and _has_lost_its_head(group, members, here, changed):
            conflicts.append(group)
        if members:
            made.groups[group] = members
    return made, sorted(conflicts)


def _has_lost_its_head(group: str, members: dict[str, str], *before: dict[str, str]) -> bool:
    """Whether something is left of a table that goes: a column that only one side knows."""
    return group not in members and any(group in state for state in before)
