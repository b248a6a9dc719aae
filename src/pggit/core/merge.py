"""Three-way merge of states, object by object. It knows no kind by name (DESIGN §5): rules are passed in.

A merge is a function of three states and of what was chosen for its conflicts, so an open merge is kept as the two
commits and the choices, and made again with each of them.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pggit.core.combine import Rules, Side, combine
from pggit.core.state import State

Class = Literal["both changed", "changed and dropped", "both added", "renamed apart", "onto one name"]
Objects = Mapping[str, Mapping[str, Any] | None]
"""Key → definition, or None where there shall be no such object: a resolution written by hand."""
Choices = Mapping[str, Side | Objects]
"""Key of a conflict → what is taken."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """Changes of both sides that cannot be put together.

    Attributes:
        name: its class.
        group: key of the group that the object belongs to.
        key: key of the object.
        attributes: the keys of the definition that both changed; empty where it is about the whole object.
        base, ours, theirs: the definition, or None where there is no such object.
        keys: all objects that a choice decides: what hangs on the object among them.
    """

    name: Class
    group: str
    key: str
    attributes: tuple[str, ...]
    base: Mapping[str, Any] | None
    ours: Mapping[str, Any] | None
    theirs: Mapping[str, Any] | None
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Merged:
    """What a merge made.

    Attributes:
        state: the merged state; for conflicts it has what was chosen, or else our side.
        conflicts: all of them, also those for which something was chosen.
        combined: (group, key) of the objects whose definition neither side has: both changed it.
    """

    state: State
    conflicts: tuple[Conflict, ...]
    combined: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Ways:
    """How objects are merged.

    Attributes:
        rules: from the key of an object to the rules of its definition.
        belongs: from the key of an object to that of another one in its group without which it cannot be (the column
            of a comment); None where there is none.
    """

    rules: Callable[[str], Rules]
    belongs: Callable[[str], str | None] = lambda key: None


_NOTHING: Choices = {}


def merge(base: State, ours: State, theirs: State, ways: Ways, choices: Choices = _NOTHING) -> Merged:
    """Merge two states that come from a third. Groups that are equal are not looked at.

    Args:
        base: what both come from.
        ours, theirs: the two.
        ways: how objects are merged.
        choices: what is taken for conflicts, by key; for others it is our side.
    """
    made = State({}, ours.blobs | theirs.blobs | base.blobs, ours.meanings | theirs.meanings | base.meanings)
    conflicts: list[Conflict] = []
    combined: list[tuple[str, str]] = []
    for group in sorted(base.groups.keys() | ours.groups.keys() | theirs.groups.keys()):
        was, mine, other = (state.groups.get(group, {}) for state in (base, ours, theirs))
        if other in (mine, was):
            members: Mapping[str, str] = mine
        elif mine == was:
            members = other
        else:
            both = _Group(made, group, (was, mine, other), ways, choices)
            members = both.merged()
            conflicts += both.conflicts
            combined += [(group, key) for key in both.combined]
        if members:
            made.groups[group] = dict(members)
    for conflict in conflicts:
        _write(made, conflict, choices.get(conflict.key))
    return Merged(made, tuple(conflicts), tuple(combined))


def _write(made: State, conflict: Conflict, choice: Side | Objects | None) -> None:
    """Put in what was written by hand."""
    if not isinstance(choice, Mapping):
        return
    for key, definition in choice.items():
        if definition is not None:
            made.put(conflict.group, key, dict(definition))
        else:
            made.groups.get(conflict.group, {}).pop(key, None)
    if not made.groups.get(conflict.group, True):
        del made.groups[conflict.group]


class _Group:
    """One group that both sides changed."""

    def __init__(
        self,
        made: State,
        group: str,
        sides: tuple[Mapping[str, str], Mapping[str, str], Mapping[str, str]],
        ways: Ways,
        choices: Choices,
    ) -> None:
        self.made = made
        self.group = group
        self.base, self.ours, self.theirs = sides
        self.ways = ways
        self.choices = choices
        self.conflicts: list[Conflict] = []
        self.combined: list[str] = []

    def merged(self) -> Mapping[str, str]:
        """Return the merged members of the group; adds to conflicts and to what was combined."""
        whole = self._whole()
        if whole is not None:
            return whole
        members: dict[str, str] = {}
        keys = self.base.keys() | self.ours.keys() | self.theirs.keys()
        together = self._together(keys)
        settled = {key for held in together.values() for key in held}
        for key in sorted(keys - settled):
            self._one(key, members)
        for key, held in together.items():
            self._choose("changed and dropped", key, held, members)
        return members

    def _whole(self) -> Mapping[str, str] | None:
        """Return the members where the group is taken as one: a side made it anew, or dropped it."""
        head = self.group
        in_base, in_ours, in_theirs = (head in side for side in (self.base, self.ours, self.theirs))
        if in_ours and in_theirs and not in_base:
            if self._means(self.ours) == self._means(self.theirs):
                return self.ours
            return self._taken("both added")
        if in_base and in_ours != in_theirs:
            left = self.ours if in_ours else self.theirs
            gone = self.theirs if in_ours else self.ours
            if self._means(left) == self._means(self.base):
                return gone
            return self._taken("changed and dropped")
        return None

    def _taken(self, name: Class) -> Mapping[str, str]:
        members: dict[str, str] = {}
        keys = sorted(
            self.base.keys() | self.ours.keys() | self.theirs.keys(), key=lambda key: (key != self.group, key)
        )
        self._choose(name, self.group, keys, members)
        return members

    def _means(self, members: Mapping[str, str]) -> dict[str, str]:
        return {key: self.made.semantic(exact) for key, exact in members.items()}

    def _changed(self, side: Mapping[str, str], key: str) -> bool:
        exact, was = side.get(key), self.base.get(key)
        if exact is None or was is None:
            return exact is not was
        return self.made.semantic(exact) != self.made.semantic(was)

    def _together(self, keys: Iterable[str]) -> dict[str, list[str]]:
        """Return what one side dropped while the other changed it, or what hangs on it: with all that does."""
        hanging = defaultdict(list)
        for key in keys:
            for holder in self._holders(key):
                hanging[holder].append(key)
        found: dict[str, list[str]] = {}
        for key in sorted(self.base):
            for dropper, other in ((self.ours, self.theirs), (self.theirs, self.ours)):
                if key in dropper or key not in other or any(one in found for one in self._holders(key)):
                    continue
                held = sorted(hanging[key])
                if self._changed(other, key) or any(one in other and self._changed(other, one) for one in held):
                    found[key] = [key, *held]
        # what hangs on something that is itself found is decided there
        return {key: held for key, held in found.items() if not any(one in found for one in self._holders(key))}

    def _holders(self, key: str) -> Iterator[str]:
        holder = self.ways.belongs(key)
        while holder is not None:
            yield holder
            holder = self.ways.belongs(holder)

    def _one(self, key: str, members: dict[str, str]) -> None:
        was, mine, other = self.base.get(key), self.ours.get(key), self.theirs.get(key)
        if other in (mine, was):
            taken = mine
        elif mine == was:
            taken = other
        elif mine is None or other is None:  # the other side has it as it was, but for what is no difference
            taken = None
        else:
            self._both(key, was, mine, other, members)
            return
        if taken is not None:
            members[key] = taken

    def _both(self, key: str, was: str | None, mine: str, other: str, members: dict[str, str]) -> None:
        """Merge an object that both sides have, each its own way."""
        if was is None and self.made.semantic(mine) != self.made.semantic(other):
            self._choose("both added", key, [key], members)
            return
        base, ours, theirs = (
            {} if exact is None else json.loads(self.made.blobs[exact]) for exact in (was, mine, other)
        )
        choice = self.choices.get(key)
        definition, attributes = combine(
            base, ours, theirs, self.ways.rules(key), choice if isinstance(choice, str) else "ours"
        )
        self.made.put(self.group, key, definition)
        members[key] = self.made.groups[self.group][key]
        if self.made.semantic(members[key]) not in (self.made.semantic(mine), self.made.semantic(other)):
            self.combined.append(key)
        if attributes:
            self.conflicts.append(Conflict("both changed", self.group, key, attributes, base, ours, theirs, (key,)))

    def _choose(self, name: Class, key: str, keys: Iterable[str], members: dict[str, str]) -> None:
        """Take objects as one side has them."""
        was, mine, other = (
            json.loads(self.made.blobs[side[key]]) if key in side else None
            for side in (self.base, self.ours, self.theirs)
        )
        held = tuple(keys)
        self.conflicts.append(Conflict(name, self.group, key, (), was, mine, other, held))
        choice = self.choices.get(key)
        side = {"base": self.base, "theirs": self.theirs}.get(choice if isinstance(choice, str) else "", self.ours)
        members |= {one: side[one] for one in held if one in side}
