"""Whether objects are what their kind says, before anything is made of them.

Whoever can write to a store, or owns a remote, can write any JSON as a definition. It becomes DDL only if each of its
keys is exactly the piece of SQL that the kind names (`shape.py`, `syntax.py`), and if the identity is spelled as one of
that kind (`identities.py`) and belongs to its group.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from pggit.core.errors import Refused
from pggit.core.identity import split_on
from pggit.core.state import State
from pggit.kinds import kind_of_key, kinds
from pggit.kinds.identities import ANY_TYPE, Identity
from pggit.kinds.kind import Kind
from pggit.kinds.syntax import Malformed

REMARKS = ("comment", "owner", "acl", "security label")
"""Kinds whose identity ends with the key of what they belong to."""

_OTHERS: Mapping[str, Identity] = {"type": ANY_TYPE}
"""What may have remarks and is no kind: members of extensions and system objects."""

_LONGEST_KEY = 10_000
_known: set[tuple[str, str]] = set()
"""(kind or key, text) of definitions that were found to be sound: a hash is what the store says that it is."""


class InvalidDefinition(Refused):
    """An object of a store or a plan is not what its kind says; nothing is made of it."""

    code = "invalid_definition"


def check(kind: str, identity: str, definition: Mapping[str, Any], group: str | None = None) -> None:
    """Check one object.

    Args:
        kind: name of the kind.
        identity: the object's identity.
        definition: its definition, ``_`` keys as well.
        group: key of the group that it is in, if that is to be checked too.

    Raises:
        InvalidDefinition: there is no such kind, the identity is spelled otherwise or belongs to another group, or
            a key of the definition is not what it must be.
    """
    key = f"{kind} {identity}"
    _check_key(key, group)
    try:
        kinds()[kind].shape(definition)
    except Malformed as error:
        raise _invalid(key, str(error)) from None
    _check_agreement(key, definition)


def _check_agreement(key: str, definition: Mapping[str, Any]) -> None:
    name, identity = kind_of_key(key)
    kind = kinds()[name]
    if kind.agrees is not None and not kind.agrees(identity, definition):
        raise _invalid(key, "has a definition that is not that of its identity")


def check_state(state: State) -> None:
    """Check all objects of a state; definitions that were seen before are not looked at again.

    Raises:
        InvalidDefinition: one of them is not sound.
    """
    for group, members in state.groups.items():
        check_members(state, group, members)


def check_changed(a: State, b: State) -> None:
    """Check the objects of all groups in which two states differ.

    Raises:
        InvalidDefinition: one of them is not sound.
    """
    for one, other in ((a, b), (b, a)):
        for group, members in one.groups.items():
            if other.groups.get(group) != members:
                check_members(one, group, members)


@contextmanager
def blamed(*states: State) -> Iterator[None]:
    """Where what is done with states fails as only a definition of another shape makes it fail, say which one it is.

    Raises:
        InvalidDefinition: an object is not sound.
    """
    try:
        yield
    except (LookupError, TypeError, ValueError, AttributeError, AssertionError, RecursionError):
        for state in states:
            check_state(state)
        raise


def check_members(state: State, group: str, members: Mapping[str, str]) -> None:
    """Check objects of a group of a state.

    Args:
        state: where the definitions are.
        group: key of the group.
        members: keys of the objects, with the exact hashes of their definitions.

    Raises:
        InvalidDefinition: one of them is not sound.
    """
    for key, exact in members.items():
        check_text(group, key, state.blobs.get(exact, ""))


def check_text(group: str, key: str, text: str) -> None:
    """Check one object by the text of its definition; one that was found sound before is not looked at again.

    Args:
        group: key of the group that it is in.
        key: its key.
        text: the definition as JSON.

    Raises:
        InvalidDefinition: it is not sound.
    """
    _check_key(key, group)
    kind, _ = kind_of_key(key)
    known = (kind if kinds()[kind].agrees is None else key, text)
    if known in _known:
        return
    try:
        definition = json.loads(text)
        kinds()[kind].shape(definition)
    except Malformed as error:
        raise _invalid(key, str(error)) from None
    except (ValueError, RecursionError):
        raise _invalid(key, "has no definition that can be read") from None
    _check_agreement(key, definition)
    _known.add(known)


def _split(key: str) -> tuple[str, str]:
    try:
        return kind_of_key(key)
    except ValueError:
        raise _invalid(key, "is of no kind that this version of pggit knows") from None


def _check_key(key: str, group: str | None) -> None:
    if len(key) > _LONGEST_KEY or "\0" in key:
        raise _invalid(key, "has a key that no object can have")
    kind, identity = _split(key)
    try:
        _check_identity(kinds()[kind], identity, group)
    except Malformed as error:
        raise _invalid(key, str(error)) from None


def _check_identity(kind: Kind, identity: str, group: str | None) -> None:
    if kind.name in REMARKS:
        kind.named.parts(identity)
        _check_target(identity if kind.name in ("comment", "owner") else split_on(identity)[1], group)
        return
    head = kind.named.head_of(identity)
    if group is not None:
        _check_place(kind, identity, head, group)


def _check_place(kind: Kind, identity: str, head: str | None, group: str) -> None:
    """Check that an object belongs to a group."""
    if kind.head:
        if group != f"{kind.name} {identity}":
            raise Malformed(f"is not in a group of its own, but in that of {group}")
        return
    above, name = _split(group)
    if not kinds()[above].head or kinds()[above].catalog != kind.catalog or head not in (None, name):
        raise Malformed(f"does not belong to {group}")


def _check_target(key: str, group: str | None) -> None:
    """Check the key of what a comment, an owner, a grant or a label belongs to."""
    above = _split(group) if group is not None else None
    if above and above[0] in ("extension", "system catalog") and key != group:
        _check_other(key)
        return
    kind, identity = _split(key)
    if kind in REMARKS:
        raise Malformed("belongs to no object")
    found = kinds()[kind]
    head = found.named.head_of(identity)
    if above is None or group is None:
        return
    if kind == "sequence" and above[0] == "table":
        return  # that of an identity column
    if kind == "column" and above[0] in ("view", "materialized view"):
        if head != above[1]:
            raise Malformed(f"does not belong to {group}")
        return
    _check_place(found, identity, head, group)


def _check_other(key: str) -> None:
    """Check the key of a member of an extension, or of a system object."""
    for word, named in (*_OTHERS.items(), *((one.name, one.named) for one in kinds().values())):
        if key.startswith(f"{word} "):
            named.parts(key[len(word) + 1 :])
            return
    raise Malformed("belongs to no object")


def _invalid(key: str, problem: str) -> InvalidDefinition:
    shown = key if len(key) <= 200 else f"{key[:200]}…"
    return InvalidDefinition(
        f"{shown} {problem}" if problem.startswith(("is ", "has ", "does ")) else f"{shown}: {problem}",
        hint="no server wrote this: whoever can write to the repository that it comes from did. Nothing was run.",
    )
