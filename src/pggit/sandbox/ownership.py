"""Owners, grants and the roles of policies: left out of what is built, and put back into what is read of it.

Whether PostgreSQL takes a schema, and how it reads it, does not depend on them, and to make them takes rights that
whoever only looks at a change need not have.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pggit.core.state import State
from pggit.kinds import kind_of_key, kinds

if TYPE_CHECKING:
    from collections.abc import Iterator

_OF_ROLES = ("owner ", "acl ", "default acl ", "user mapping ", "system catalog ")


def without_roles(state: State) -> State:
    """Return a state without what depends on roles, and without what is not of the database alone."""
    found = State({}, state.blobs, state.meanings)
    for group, members in state.groups.items():
        if _is_left_out(group):
            continue
        kept = found.groups[group] = {key: exact for key, exact in members.items() if not _is_left_out(key)}
        for key in list(kept):
            if key.startswith("policy "):
                definition = state.definition(group, key)
                if definition.pop("roles", None) is not None:
                    found.put(group, key, definition)
    return found


def of_the_database(state: State) -> State:
    """Return a state without what is not of the database alone: roles, subscriptions."""
    found = State({}, state.blobs, state.meanings)
    for group, members in state.groups.items():
        if not _is_optional(group):
            found.groups[group] = {key: exact for key, exact in members.items() if not _is_optional(key)}
    return found


def with_roles(read: State, state: State) -> State:
    """Return what was read of a state that was built `without_roles`, with what was left out."""
    found = State(
        {group: dict(members) for group, members in read.groups.items()},
        {**state.blobs, **read.blobs},
        {**state.meanings, **read.meanings},
    )
    for group, members in state.groups.items():
        for key, exact in members.items():
            if _is_left_out(group) or _is_left_out(key):
                found.groups.setdefault(group, {})[key] = exact
            elif key.startswith("policy ") and key in found.groups.get(group, {}):
                roles = state.definition(group, key).get("roles")
                if roles is not None:
                    found.put(group, key, {**found.definition(group, key), "roles": roles})
    return found


def _is_left_out(key: str) -> bool:
    return key.startswith(_OF_ROLES) or _is_optional(key)


def _is_optional(key: str) -> bool:
    return any(kinds()[kind].optional for kind in _kinds(key) if kind in kinds())


def _kinds(key: str) -> Iterator[str]:
    """Yield the kind of a key, and that of what a comment is on."""
    try:
        kind, identity = kind_of_key(key)
    except ValueError:
        return
    yield kind
    if not kinds()[kind].source and kind == "comment":
        yield from _kinds(identity)
