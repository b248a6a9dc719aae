"""What a new owner was granted on the other side: an owner has all rights, so the grant says nothing any more.

https://www.postgresql.org/docs/current/ddl-priv.html
"""

from __future__ import annotations

from collections.abc import Iterator

from pggit.core.state import State


def without_grants_to_owners(base: State, ours: State, theirs: State) -> tuple[State, State, State]:
    """Leave out the grants to the role that one side made the owner, where that side has none to it.

    Args:
        base, ours, theirs: what is to be merged.

    Returns:
        The three, changed where there are such grants.
    """
    gone = set(_grants(base, ours)) | set(_grants(base, theirs))
    base, ours, theirs = (_without(state, gone) for state in (base, ours, theirs))
    return base, ours, theirs


def _grants(base: State, side: State) -> Iterator[tuple[str, str]]:
    """Yield (group, key) of the grants to new owners that a side has not."""
    for group, members in side.groups.items():
        was = base.groups.get(group, {})
        if members == was:
            continue
        for key in members.keys() & was.keys():
            if key.startswith("owner ") and members[key] != was[key]:
                grant = f"acl {side.definition(group, key)['role']} on {key.removeprefix('owner ')}"
                if grant not in members:
                    yield group, grant


def _without(state: State, gone: set[tuple[str, str]]) -> State:
    if not any(key in state.groups.get(group, {}) for group, key in gone):
        return state
    groups = {
        group: {key: exact for key, exact in members.items() if (group, key) not in gone}
        for group, members in state.groups.items()
    }
    return State(groups, state.blobs, state.meanings)
