"""Merging states of PostgreSQL: the kinds' rules, and renames on either side."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from functools import cache
from typing import Any

from pggit.core.combine import Rules, Side
from pggit.core.merge import Choices, Conflict, Merged, Ways, merge
from pggit.core.state import State
from pggit.kinds import kind_of_key, kinds
from pggit.plan.planner import BY_BARE_NAMES, always
from pggit.plan.references import References, remark_target
from pggit.plan.renamed import Rename, renamed
from pggit.plan.renames import find
from pggit.work.merge import inherited
from pggit.work.merge.owners import without_grants_to_owners

Follow = Callable[[State, Rename, Collection[tuple[str, str]]], State]
"""Reads a state after a rename: of which (group, key) the text names the column without its table."""
_NOTHING: Choices = {}
ONE_NAME = "one name"
"""The class of a conflict of two things that cannot both have a name."""


def merge_states(
    base: State, ours: State, theirs: State, major: int, choices: Choices = _NOTHING, follow: Follow | None = None
) -> Merged:
    """Merge two states that come from a third, following renames.

    Args:
        base: what both come from.
        ours, theirs: the two.
        major: major version of the server.
        choices: what is taken for conflicts, by key; for others it is our side.
        follow: reads a state after a rename.
    """
    followed = _Renames(base, ours, theirs, major, choices, follow)
    followed.follow()
    made = _merged(without_grants_to_owners(followed.base, followed.ours, followed.theirs), major, choices)
    named = {conflict.key: conflict for conflict in followed.conflicts}
    found = [replace(one, name=named.pop(one.key).name) if one.key in named else one for one in made.conflicts]
    for conflict in named.values():
        _decide(made.state, conflict, choices)
    return replace(made, conflicts=(*named.values(), *found, *_of_one_name(made)))


def _of_one_name(made: Merged) -> Iterator[Conflict]:
    """Yield objects of one kind and name in two groups: indexes that the two sides made on two tables."""
    ours = made.sides["ours"].groups
    changed = [(group, members) for group, members in made.state.groups.items() if members != ours.get(group)]
    come = {key: group for group, members in changed for key in members.keys() - ours.get(group, {}).keys()}
    if not come:
        return
    for group, members in made.state.groups.items():
        for key in members.keys() & come.keys():
            if come[key] != group:
                yield _one_name(made, key, (group, come[key]))


def _one_name(made: Merged, key: str, groups: tuple[str, str]) -> Conflict:
    def found(side: Side) -> dict[str, Any] | None:
        return next(
            (made.sides[side].definition(g, key) for g in groups if key in made.sides[side].groups.get(g, {})), None
        )

    told = f"{key} is of {groups[0]} on one side and of {groups[1]} on the other"
    together = ((groups[0], key), (groups[1], key))
    return Conflict(ONE_NAME, groups[0], key, (), found("base"), found("ours"), found("theirs"), together, told)


def _merged(sides: tuple[State, State, State], major: int, choices: Choices) -> Merged:
    """Merge states in which everything is called the same; what children have from their parents follows these."""
    if not inherited.are_there(*sides):
        return merge(*sides, WAYS, choices)
    children = inherited.steady(*sides)
    known = sides[0].groups
    base, ours, theirs = (inherited.own(side, children, known, major) for side in sides)
    made = merge(base, ours, theirs, WAYS, choices)
    alone = set().union(*(inherited.unindexed(side, major) for side in sides))
    state, lost = inherited.whole(made.state, children, known, alone, major)
    conflicts = [_as_read(one, sides) for one in made.conflicts]
    for conflict in inherited.dangling(lost, sides):
        conflicts.append(conflict)
        _take(state, conflict, choices)
    read: dict[Side, State] = {"base": sides[0], "ours": sides[1], "theirs": sides[2]}
    return replace(made, state=state, conflicts=tuple(conflicts), sides=read)


def _as_read(conflict: Conflict, sides: tuple[State, State, State]) -> Conflict:
    """Return a conflict with definitions in full."""
    was, mine, other = (
        side.definition(conflict.group, conflict.key) if conflict.key in side.groups.get(conflict.group, {}) else None
        for side in sides
    )
    return replace(conflict, base=was, ours=mine, theirs=other)


def _take(made: State, conflict: Conflict, choices: Choices) -> None:
    """Take a column whose parent's is dropped: it is the child's own, or it goes."""
    choice = choices.get(conflict.key, "ours")
    if not isinstance(choice, str):
        return
    taken = {"ours": conflict.ours, "theirs": conflict.theirs, "base": conflict.base}[choice]
    if taken is not None:
        alone = {key: value for key, value in taken.items() if key != "inherited"}
        made.put(conflict.group, conflict.key, alone)
        return
    members = made.groups[conflict.group]
    for key in [key for key in members if conflict.key in (key, _belongs(key))]:
        del members[key]


@cache
def _rules(kind: str) -> Rules:
    return {key: rule.value for key, rule in kinds()[kind].merge.items()}


def _rules_of(key: str) -> Rules:
    return _rules(kind_of_key(key)[0])


def _belongs(key: str) -> str | None:
    """Return what a comment, a grant or a default hangs on within its group."""
    kind, identity = kind_of_key(key)
    if kind == "default":
        return f"column {identity}"
    return remark_target(kind, identity)


WAYS = Ways(_rules_of, _belongs)
"""How objects of PostgreSQL merge."""


class _Renames:
    """Three states in which what was renamed is brought to one name, step by step."""

    def __init__(
        self, base: State, ours: State, theirs: State, major: int, choices: Choices, follow: Follow | None
    ) -> None:
        self.base, self.ours, self.theirs = base, ours, theirs
        self.major = major
        self.choices = choices
        self.read = follow
        self.conflicts: list[Conflict] = []
        self._seen: set[tuple[str, str]] = set()

    def follow(self) -> None:
        """Rename in the base and on the other side what one side renamed; notes conflicts."""
        while True:
            mine, other = self._find(self.ours), self._find(self.theirs)
            if mine is None and other is None:
                return
            # what is in a table that the other side renamed is found once the tables are called the same
            ours = other is None or (mine is not None and _rank(mine) <= _rank(other))
            self._step(mine if ours else other, ours=ours)  # type: ignore[arg-type]

    def _find(self, side: State) -> Rename | None:
        """Return the first rename that is to be followed; later ones may speak of its new name."""
        for rename in find(self.base, side, (), always, self.major)[1]:
            if (rename.old, rename.new) not in self._seen:
                return rename if rename.old in self.base.groups.get(rename.group, {}) else None
        return None

    def _step(self, rename: Rename, *, ours: bool) -> None:
        self._seen.add((rename.old, rename.new))
        other = self.theirs if ours else self.ours
        again = self._renamed_there(rename, other)
        if again is not None and again.new == rename.new:
            self.base = self._after(self.base, rename)
        elif again is not None:
            self._apart(*((rename, again) if ours else (again, rename)))
        elif _has(other, rename.new):
            self._leave("onto one name", rename, ours)
        elif not _has(other, rename.old):
            self._leave("changed and dropped", rename, ours)
        else:
            queries = self._queries(other, rename)
            before = [one for one in queries if one[1] in self.base.groups.get(one[0], {})]
            self.base = self._after(self.base, rename, before)
            moved = self._after(other, rename, queries)
            self.theirs, self.ours = (moved, self.ours) if ours else (self.theirs, moved)

    def _queries(self, other: State, rename: Rename) -> list[tuple[str, str]]:
        """Return the views and the like that use a renamed column, and are not as they were."""
        if self.read is None or not rename.old.startswith("column "):
            return []
        users = References(other).dependents([rename.old])
        return [
            (group, key)
            for group, members in other.groups.items()
            for key in members.keys() & users.keys()
            if key.startswith(BY_BARE_NAMES) and self.base.groups.get(group, {}).get(key) != members[key]
        ]

    def _renamed_there(self, rename: Rename, other: State) -> Rename | None:
        if _has(other, rename.old):
            return None
        found = find(self.base, other, (), always, self.major)[1]
        return next((one for one in found if one.old == rename.old), None)

    def _after(self, state: State, rename: Rename, queries: Collection[tuple[str, str]] = ()) -> State:
        if self.read is not None and queries:
            return self.read(state, rename, queries)
        return renamed(state, rename, self.major)

    def _apart(self, mine: Rename, other: Rename) -> None:
        """Both renamed it, each in another way: one name is taken, ours unless it was chosen."""
        self.conflicts.append(self._conflict("renamed apart", mine.old, mine, other))
        choice = self.choices.get(mine.old, "ours")
        if choice == "theirs":
            self.base = self._after(self.base, other)
            self.ours = self._after(self.ours, _between(mine, other))
        elif choice == "base":
            self.ours = self._after(self.ours, _between(mine, mine, back=True))
            self.theirs = self._after(self.theirs, _between(other, other, back=True))
        else:
            self.base = self._after(self.base, mine)
            self.theirs = self._after(self.theirs, _between(other, mine))

    def _leave(self, name: Any, rename: Rename, ours: bool) -> None:
        """The rename cannot be followed: what has the name on the other side is another object, or there is none."""
        group = rename.new if rename.is_head else rename.group
        was = self.base.definition(rename.group, rename.old)
        new = (self.ours if ours else self.theirs).definition(group, rename.new)
        there = (self.theirs if ours else self.ours).groups.get(group, {})
        other = (self.theirs if ours else self.ours).definition(group, rename.new) if rename.new in there else None
        mine, theirs = (new, other) if ours else (other, new)
        self.conflicts.append(Conflict(name, group, rename.new, (), was, mine, theirs))

    def _conflict(self, name: Any, key: str, mine: Rename, other: Rename) -> Conflict:
        """A conflict of names: the definitions say what each side calls it."""
        was, ours, theirs = ({"name": kind_of_key(one)[1]} for one in (mine.old, mine.new, other.new))
        return Conflict(name, mine.group, key, ("name",), was, ours, theirs)


def _rank(rename: Rename) -> int:
    """Return what is followed first: schemas, then tables and types, then routines, which name types, then the rest."""
    if rename.old.startswith("schema "):
        return 0
    if not rename.is_head:
        return 3
    return 2 if "(" in rename.old else 1


def _between(one: Rename, other: Rename, *, back: bool = False) -> Rename:
    """Return the rename from one new name to another, or back to the old one."""
    return Rename(one.new if one.is_head else one.group, one.new, one.old if back else other.new)


def _has(state: State, key: str) -> bool:
    return any(key in members for members in state.groups.values())


def _decide(made: State, conflict: Conflict, choices: Choices) -> None:
    """Take what was chosen for an object that one side renamed and the other dropped, or both made."""
    choice = choices.get(conflict.key, "ours")
    if conflict.name == "renamed apart" or not isinstance(choice, str):
        return
    taken = {"ours": conflict.ours, "theirs": conflict.theirs, "base": None}[choice]
    members = made.groups.get(conflict.group, {})
    if taken is not None or conflict.key not in members:
        return
    if conflict.key == conflict.group:
        del made.groups[conflict.group]
        return
    for key in [key for key in members if conflict.key in (key, _belongs(key))]:
        del members[key]
