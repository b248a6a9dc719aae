"""Actions: what is done to one object, before it is known in which order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from pggit.core.state import State
from pggit.kinds import Object, Render, kind_of_key, valid
from pggit.plan.relations import Relations

Verb = Literal["create", "alter", "drop", "replace", "rename"]


@dataclass(frozen=True, slots=True)
class Size:
    """How much a table holds: rows as the server's statistics estimate them, bytes with indexes and TOAST.

    ``empty`` is exact: somebody looked whether there is a row.
    """

    rows: int | None = None
    bytes: int | None = None
    empty: bool = False


@dataclass(slots=True)
class Action:
    """What is done to one object, with all that is done along.

    Attributes:
        verb: ``replace`` drops and creates at once, where nothing else need happen between.
        group: key of the object's group.
        key: key of the object.
        old: the object as it is, None for create.
        new: the object as it shall be, None for drop.
        sql: the statements as the kind writes them.
        covers: keys of all objects that this action brings into their final form (a table's columns).
    """

    verb: Verb
    group: str
    key: str
    old: Object | None
    new: Object | None
    sql: list[str] = field(default_factory=list)
    covers: set[str] = field(default_factory=set)

    @property
    def kind(self) -> str:
        """The kind of the object."""
        return kind_of_key(self.key)[0]

    @property
    def object(self) -> Object:
        """The object as it shall be, or as it was."""
        found = self.new or self.old
        assert found is not None
        return found


@dataclass
class Scene:
    """What an action happens in: both states, and how much the tables of the first hold.

    Attributes:
        a: the state before, its renames already done.
        b: the state after.
        major: major version of the server.
        sizes: key of a table or materialized view → how much it holds; what is absent is not known.
        online: whether type changes that rewrite are done by new column, trigger, backfill and swap.
        rebuilt: keys of the tables that are made anew with their rows, all in one transaction.
        anew: keys of what is dropped and made again.
        settled: keys of the columns that online statements made so far set NOT NULL.
    """

    a: State
    b: State
    major: int
    sizes: Mapping[str, Size] = field(default_factory=dict)
    online: bool = False
    settled: set[str] = field(default_factory=set)
    rebuilt: set[str] = field(default_factory=set)
    anew: set[str] = field(default_factory=set)

    def is_new(self, group: str) -> bool:
        """Whether the group is made by the plan itself."""
        return group not in self.a.groups

    def holds_rows(self, group: str) -> bool:
        """Whether a relation that is there already may hold rows."""
        return not self.is_new(group) and not self.sizes.get(group, Size()).empty

    def before(self, group: str) -> list[Object]:
        """Return the objects of a group as they are, its head first."""
        return self._remembered(self.a, group)

    def after(self, group: str) -> list[Object]:
        """Return the objects of a group as they shall be, its head first."""
        return self._remembered(self.b, group)

    def _remembered(self, state: State, group: str) -> list[Object]:
        # one group is asked for again and again while its statements are looked at
        known = self._groups.get((id(state), group))
        if known is None:
            known = self._groups[id(state), group] = _objects(state, group)
        return known

    @cached_property
    def _groups(self) -> dict[tuple[int, str], list[Object]]:
        return {}

    def render(self, group: str) -> Render:
        """Return what the kinds may ask for when they write an object of the group."""
        return Render(self.after(group) or self.before(group), self.major, self.before(group))

    @cached_property
    def relations(self) -> Relations:
        """The relations of the state before, by name."""
        return Relations(self.a)

    @cached_property
    def relations_after(self) -> Relations:
        """The relations of the state after, by name."""
        return Relations(self.b)

    @cached_property
    def groups_of(self) -> dict[str, str]:
        """Key of every object of either state → key of its group."""
        return {key: group for state in (self.a, self.b) for group, key in state.keys()}


def _objects(state: State, group: str) -> list[Object]:
    members = state.groups.get(group, {})
    valid.check_members(state, group, members)
    ordered = sorted(members, key=lambda key: (key != group, key))
    return [Object(*kind_of_key(key), state.definition(group, key)) for key in ordered]
