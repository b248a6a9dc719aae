"""Three-way merge of states, object by object. It knows no kind by name (DESIGN §5): rules are passed in.

A merge is a function of three states and of what was chosen for its conflicts, so an open merge is kept as the two
commits and the choices, and made again with each of them.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from pggit.core.combine import Rules, Side, combine
from pggit.core.state import State

Class = Literal["both changed", "changed and dropped", "both added", "renamed apart", "onto one name"]
Objects = Mapping[str, Mapping[str, Mapping[str, Any] | None]]
"""Group → key → definition, or None where there shall be no such object: a resolution written by hand."""


@dataclass(frozen=True, slots=True)
class Together:
    """What is taken for a conflict of several objects that no comparison of definitions shows.

    Attributes:
        side: whose version of the objects is taken.
        objects: (group, key) of each.
        written: what is put over it by hand.
    """

    side: Side
    objects: tuple[tuple[str, str], ...]
    written: Objects = field(default_factory=dict)


Choices = Mapping[str, Side | Objects | Together]
"""Key of a conflict → what is taken."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """Changes of both sides that cannot be put together.

    Attributes:
        name: its class, or the cause that PostgreSQL does not take what both changed.
        group: key of the group that the object belongs to.
        key: key of the object.
        attributes: the keys of the definition that both changed; empty where it is about the whole object.
        base, ours, theirs: the definition, or None where there is no such object.
        together: (group, key) of all objects that one choice decides, where it is about several of them.
        message: what is the matter, where the definitions do not show it.
    """

    name: str
    group: str
    key: str
    attributes: tuple[str, ...]
    base: Mapping[str, Any] | None
    ours: Mapping[str, Any] | None
    theirs: Mapping[str, Any] | None
    together: tuple[tuple[str, str], ...] = ()
    message: str = ""


@dataclass(frozen=True, slots=True)
class Merged:
    """What a merge made.

    Attributes:
        state: the merged state; for conflicts it has what was chosen, or else our side.
        conflicts: all of them, also those for which something was chosen.
        combined: (group, key) of the objects whose definition neither side has: both changed it.
        sides: base, ours and theirs, under the names that objects have in the merged state.
    """

    state: State
    conflicts: tuple[Conflict, ...]
    combined: tuple[tuple[str, str], ...]
    sides: Mapping[Side, State]


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

    def holders(self, key: str) -> Iterator[str]:
        """Yield what an object belongs to, and what that belongs to."""
        holder = self.belongs(key)
        while holder is not None:
            yield holder
            holder = self.belongs(holder)


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
    sides: Mapping[Side, State] = {"base": base, "ours": ours, "theirs": theirs}
    for conflict in conflicts:
        choice = choices.get(conflict.key)
        if isinstance(choice, Mapping):
            _write(made, choice)
    for choice in choices.values():
        if isinstance(choice, Together):
            take(made, sides[choice.side], choice.objects, ways)
            _write(made, choice.written)
    return Merged(made, tuple(conflicts), tuple(combined), sides)


def take(made: State, side: State, objects: Iterable[tuple[str, str]], ways: Ways) -> None:
    """Make objects in a state what they are in another, with all that belongs to them."""
    for group, key in objects:
        there, here = side.groups.get(group, {}), made.groups.setdefault(group, {})
        for one in here.keys() | there.keys():
            if key in (group, one, *ways.holders(one)):
                here.pop(one, None)
                if one in there:
                    here[one] = there[one]
        if not here:
            del made.groups[group]
    made.blobs |= side.blobs
    made.meanings |= side.meanings


def _write(made: State, objects: Objects) -> None:
    """Put in what was written by hand."""
    for group, members in objects.items():
        for key, definition in members.items():
            if definition is not None:
                made.put(group, key, dict(definition))
            else:
                made.groups.get(group, {}).pop(key, None)
        if not made.groups.get(group, True):
            del made.groups[group]


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
            for holder in self.ways.holders(key):
                hanging[holder].append(key)
        found: dict[str, list[str]] = {}
        for key in sorted(self.base):
            for dropper, other in ((self.ours, self.theirs), (self.theirs, self.ours)):
                if key in dropper or key not in other or any(one in found for one in self.ways.holders(key)):
                    continue
                held = sorted(hanging[key])
                if self._changed(other, key) or any(one in other and self._changed(other, one) for one in held):
                    found[key] = [key, *held]
        # what hangs on something that is itself found is decided there
        return {key: held for key, held in found.items() if not any(one in found for one in self.ways.holders(key))}

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
        base, ours, theirs = (
            {} if exact is None else json.loads(self.made.blobs[exact]) for exact in (was, mine, other)
        )
        if was is None and not self._differ_in_sets(key, ours, theirs):
            self._choose("both added", key, [key], members)
            return
        choice = self.choices.get(key)
        definition, attributes = combine(
            base, ours, theirs, self.ways.rules(key), choice if isinstance(choice, str) else "ours"
        )
        self.made.put(self.group, key, definition)
        members[key] = self.made.groups[self.group][key]
        if self.made.semantic(members[key]) not in (self.made.semantic(mine), self.made.semantic(other)):
            self.combined.append(key)
        if attributes:
            name: Class = "both added" if was is None else "both changed"
            self.conflicts.append(Conflict(name, self.group, key, attributes, base, ours, theirs))

    def _differ_in_sets(self, key: str, ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> bool:
        """Whether two definitions, neither of which was there, are alike but for sets: privileges."""
        rules = self.ways.rules(key)
        differing = {name for name in ours.keys() | theirs.keys() if ours.get(name) != theirs.get(name)}
        return all(rules.get(name) == "set" or name.startswith("_") for name in differing)

    def _choose(self, name: Class, key: str, keys: Iterable[str], members: dict[str, str]) -> None:
        """Take objects as one side has them."""
        was, mine, other = (
            json.loads(self.made.blobs[side[key]]) if key in side else None
            for side in (self.base, self.ours, self.theirs)
        )
        self.conflicts.append(Conflict(name, self.group, key, (), was, mine, other))
        choice = self.choices.get(key)
        side = {"base": self.base, "theirs": self.theirs}.get(choice if isinstance(choice, str) else "", self.ours)
        members |= {one: side[one] for one in keys if one in side}
