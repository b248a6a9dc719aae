"""From changes to actions: one for each object that goes, comes or is altered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Set

from pggit.core.results import Change
from pggit.kinds import Object, Render, kind_of_key, kinds, valid, write
from pggit.plan import hollow, parents, privileges, rebuild, swap
from pggit.plan.action import Action, Scene
from pggit.plan.anew import TYPES, Anew, is_head
from pggit.plan.partitions import Joining
from pggit.plan.references import REMARKS, References, remark_target

_AT_ONCE = ("index", "constraint", "trigger", "policy", "rule", "statistics")
"""Kinds that are replaced by one action where nothing else need happen between drop and create."""

_WITH_SHELL = ("base type", "range")

_STAY = ("user mapping ",)
"""What PostgreSQL does not drop with the head of its group."""


class Actions:
    """All actions of a plan, not yet in order.

    Attributes:
        takes: key of an object of the first state → the action that takes it away or alters it.
        gives: key of an object of the second state → the action after which it is as it shall be.
        finishes: key of an object → the action that finishes it, once what it speaks of is there.
        asides: key of a type or table that is made anew while others use it → the action that renames the old one.
        attached: key of a new partition → the action that attaches it.
        kept: key of a column that is the table's own once its parent's is dropped → the action that drops that.
        leaving: key of a table → the action by which it leaves parents.
        joining: key of a table that is there already → the action by which it joins parents.
        shells: key of a new type whose functions speak of it → the action that makes it as a shell, before them.
        filled: key of a table that is rebuilt → the action that copies its rows.
        emptied: key of a view or function that others need in a ring → the action that empties it before its drop.
        hollow_before, hollow_after: key of a view or function → its form without what needs others.
        edges: pairs of actions of which the first goes before the second, beside what references tell.
        all: every action.

    Args:
        changes: what differs.
        scene: both states, and what the tables hold.
        before: references of the first state.
        after: references of the second state.
        apart: objects that are not made or dropped along with others, because that would be a cycle.
        role: who runs the plan, if that is known: it owns what it makes.
    """

    def __init__(
        self,
        changes: Iterable[Change],
        scene: Scene,
        before: References,
        after: References,
        apart: Set[str] = frozenset(),
        role: str | None = None,
    ) -> None:
        self.scene = scene
        self.before = before
        self.after = after
        self.apart = apart
        self.role = role
        self.anew = Anew(changes, scene, before, after)
        self.takes: dict[str, Action] = {}
        self.gives: dict[str, Action] = {}
        self.finishes: dict[str, Action] = {}
        self.asides: dict[str, Action] = {}
        self.attached: dict[str, Action] = {}
        self.shells: dict[str, Action] = {}
        self.filled: dict[str, Action] = {}
        self.kept: dict[str, Action] = {}
        self.leaving: dict[str, Action] = {}
        self.joining: dict[str, Action] = {}
        self.emptied: dict[str, Action] = {}
        self.hollow_before: dict[str, Object] = {}
        self.hollow_after: dict[str, Object] = {}
        self.edges: list[tuple[Action, Action]] = []
        self.all: list[Action] = []
        self._drops()
        self._creates()
        self._alters()
        self._finishes()
        parents.keep_columns(self)
        parents.loose_and_join(self)
        swap.cast_columns(self)
        rebuild.rebuild_tables(self)
        hollow.make_hollow(self, [key for key in apart if is_head(key)])
        self._replacements()

    def add(self, action: Action, *, takes: Iterable[str] = (), gives: Iterable[str] = ()) -> Action:
        """Take an action in, with the keys of the objects that it takes away or alters, and of those that it makes."""
        self.all.append(action)
        self.takes.update(dict.fromkeys(takes, action))
        self.gives.update(dict.fromkeys(gives, action))
        return action

    # -- what goes ------------------------------------------------------------------------------------------------

    def _drops(self) -> None:
        heads = [key for key in sorted(self.anew.gone) if is_head(key)]
        for key in heads:
            members = self.before.state.groups[key]
            obj = self.object(self.before, key)
            apart = self.apart - {key}
            along = [member for member in members if member not in apart and not member.startswith(_STAY)]
            action = Action("drop", key, key, obj, None, write.drop(obj, self._render_before(key)))
            self.add(action, takes=along)
        for key in sorted(self.anew.gone - self.takes.keys()):
            if not self._goes_along(key):
                self._drop_child(key)
        for key in sorted(self.anew.gone - self.takes.keys()):
            self.takes[key] = self.takes[self._goes_with(key) or key]
        self._owned_sequences()
        self._entwined()

    def _goes_along(self, key: str) -> bool:
        return self._goes_with(key) is not None

    def _goes_with(self, key: str) -> str | None:
        """Return the object with which PostgreSQL drops this one: its column, what it is a remark on, its parent's."""
        kind, identity = kind_of_key(key)
        if key in self.apart:
            return None
        target = remark_target(kind, identity)
        if kind == "default":
            target = f"column {identity}"
        if target in self.anew.gone:
            return target
        group = self.before.group_of[key]
        if kind == "column" and not self._dropping(group, self.object(self.before, key)):
            parents = [one for one in self.before.of(key).hard if one.startswith("column ") and one in self.anew.gone]
            return parents[0] if parents else None
        return None

    def _drop_child(self, key: str) -> None:
        group = self.before.group_of[key]
        obj = self.object(self.before, key)
        self.add(Action("drop", group, key, obj, None, self._dropping(group, obj)), takes=[key])

    def _dropping(self, group: str, obj: Object) -> list[str]:
        if obj.kind == "trigger" and obj.definition.get("inherited"):
            return parents.reset_trigger(self, obj)
        render = self.scene.render(group) if group in self.after.state.groups else self._render_before(group)
        return write.drop(self.anew.ties.loosened(group, obj, obj), render)

    def _owned_sequences(self) -> None:
        """A sequence goes with the column that owns it."""
        for action in list(self.all):
            if action.kind != "sequence" or action.verb != "drop":
                continue
            assert action.old is not None
            owner = f"column {action.old.definition.get('owned_by')}"
            if owner in self.takes and owner in self.anew.gone:
                self.all.remove(action)
                for key in [key for key, taking in self.takes.items() if taking is action]:
                    self.takes[key] = self.takes[owner]

    def _entwined(self) -> None:
        """A type and the functions that it is made of need each other: they go together, by its CASCADE."""
        for key in [key for key in self.anew.gone if key.startswith(("base type ", "range "))]:
            for ref in self.before.of(key).hard & self.anew.gone:
                taking = self.takes[ref]
                if taking.key == ref != key and is_head(ref) and key in self.before.of(ref).hard:
                    self.all.remove(taking)
                    self.takes.update((one, self.takes[key]) for one, by in self.takes.items() if by is taking)

    # -- what comes -----------------------------------------------------------------------------------------------

    def _creates(self) -> None:
        by_group: dict[str, list[str]] = defaultdict(list)
        for key in self.anew.made:
            by_group[self.after.group_of[key]].append(key)
        joining = Joining(self)
        taken = rebuild.taken_names(self.before.state, self.after.state) if self.scene.major >= 18 else set[str]()
        for group in sorted(by_group):
            objects = self.scene.after(group)
            if (group in self.anew.anew and self.scene.major >= 18) or rebuild.usual_names(objects) & taken:
                objects = rebuild.named_not_null(objects)
            defaults = self._parents_defaults(group)
            render = Render(objects, self.scene.major, self.scene.before(group), self.apart, defaults)
            new = group in self.anew.made
            if new and group in joining.standing:
                joining.create(group, by_group[group], render)
                continue
            # the head writes its columns, a column its default
            ordered = sorted(by_group[group], key=lambda key: (key != group, not key.startswith("column "), key))
            for key in ordered:
                self.create(key, group, render)
            if new:
                privileges.undo_defaults(self, group, render)

    def _parents_defaults(self, group: str) -> set[str]:
        """Return the bare names of columns with a default in a parent of a table."""
        return {
            bare
            for parent in self.after.parents(group)
            for bare, column in self.after.columns(parent).items()
            if f"default {kind_of_key(column)[1]}" in self.after.group_of
        }

    def create(self, key: str, group: str, render: Render, obj: Object | None = None) -> None:
        """Add the action that makes one object, unless another has written it along."""
        if key in render.written and key not in self.apart:
            return
        obj = obj or self.anew.ties.alone(group, self.object(self.after, key))
        if self._is_given(key, obj):
            return
        known = set(render.written)
        sql = write.create(obj, render)
        along = (render.written - known - set(self.apart)) | {key}
        if obj.kind in _WITH_SHELL and len(sql) > 1:
            self.shells[key] = self.add(Action("create", group, key, None, obj, sql[:1]))
            sql = sql[1:]
        action = self.add(Action("create", group, key, None, obj, sql, covers=along), gives=along)
        if key in self.shells:
            self.edges.append((self.shells[key], action))

    def _is_given(self, key: str, obj: Object) -> bool:
        """Whether a new object is owned by whom it shall be, because that role makes it."""
        if obj.kind != "owner" or obj.definition["role"] != self.role:
            return False
        target = remark_target(obj.kind, obj.identity)
        return target in self.anew.made

    # -- what stays -----------------------------------------------------------------------------------------------

    def _alters(self) -> None:
        skipped = self.anew.written & self.anew.altered.keys()
        for key, sql in sorted(self.anew.altered.items()):
            if key in skipped or key in self.anew.gone:
                continue
            group = self.after.group_of[key]
            action = Action("alter", group, key, self.object(self.before, key), self.object(self.after, key), sql)
            self.add(action, takes=[key], gives=[key])
        for key in sorted(self.anew.written):
            self._written_along(key)
        for key in sorted(self.anew.follows):
            self._followed(key)
        for key, table in sorted(self.anew.after_tables.items()):
            if key in self.gives and table in self.gives:
                self.edges.append((self.gives[table], self.gives[key]))

    def _followed(self, key: str) -> None:
        """A column that changes along with its parent's is taken by that one's action, and mostly given too."""
        action, own = self.takes.get(self.anew.root(key)), self.gives.get(key)
        if action is None or own is None or own.verb != "alter" or own is action:
            return
        self.takes[key] = action
        if not own.sql:
            self.gives[key] = action
            self.all.remove(own)

    def _written_along(self, key: str) -> None:
        """What an alteration writes along has no action of its own: a retyped column its default."""
        kind, identity = kind_of_key(key)
        writer = self.gives.get(f"column {identity}") if kind == "default" else self.gives.get(self._group(key))
        if writer is None:
            return
        for side in (self.takes, self.gives):
            own = side.get(key)
            if own is not None and own is not writer and own.key == key:
                self.all = [action for action in self.all if action is not own]
        if key in self.before.group_of:
            self.takes[key] = writer
        if key in self.after.group_of:
            self.gives[key] = writer

    def _group(self, key: str) -> str:
        return self.after.group_of.get(key) or self.before.group_of[key]

    def _finishes(self) -> None:
        self.anew.loosened |= set(parents.reset_triggers(self))
        for key in sorted(self.anew.made | self.anew.loosened):
            group = self.after.group_of[key]
            obj = self.object(self.after, key)
            if kinds()[obj.kind].finish is None:
                continue
            sql = write.finish(obj, self.scene.render(group))
            if sql:
                self.finishes[key] = self.add(Action("alter", group, key, obj, obj, sql))
        for key in sorted(self.anew.loosened):
            kind, identity = kind_of_key(key)
            if kind == "sequence" and key not in self.anew.altered:
                obj = self.object(self.before, key)
                action = Action("alter", key, key, obj, obj, [f"alter sequence {identity} owned by none"])
                self.add(action, takes=[key])

    def _replacements(self) -> None:
        """Put drop and create of one object together where nothing else goes because of it."""
        if not self.anew.anew:
            return
        used = {ref for key in self.anew.gone for ref in self.before.of(key).hard}
        for key in sorted(self.anew.anew):
            drop, make = self.takes.get(key), self.gives.get(key)
            if drop is None or make is None or drop.key != key or make.key != key or drop is make:
                continue
            if key in self.apart or kind_of_key(key)[0] not in _AT_ONCE or key in self._used_by_others(used, key):
                continue
            action = Action("replace", make.group, key, drop.old, make.new, [*drop.sql, *make.sql], make.covers)
            self.all = [one for one in self.all if one is not drop and one is not make]
            takes = [one for one, taking in self.takes.items() if taking is drop]
            self.add(action, takes=takes, gives=[one for one, giving in self.gives.items() if giving is make])

    def _used_by_others(self, used: set[str], key: str) -> set[str]:
        if key not in used:
            return set()
        for other in self.anew.gone - {key}:
            kind, identity = kind_of_key(other)
            if key in self.before.of(other).hard and not (kind in REMARKS and remark_target(kind, identity) == key):
                return {key}
        return set()

    # -- objects --------------------------------------------------------------------------------------------------

    def object(self, refs: References, key: str) -> Object:
        """Return an object of one of the states."""
        group = refs.group_of[key]
        valid.check_members(refs.state, group, {key: refs.state.groups[group][key]})
        return Object(*kind_of_key(key), refs.state.definition(group, key))

    def _render_before(self, group: str) -> Render:
        objects = self.scene.before(group)
        return Render(objects, self.scene.major, objects)

    def is_type_swap(self, key: str) -> bool:
        """Whether a type is made anew while columns go on using it."""
        return (
            kind_of_key(key)[0] in TYPES
            and key in self.anew.anew
            and any(key in self.before.of(column).hard for column in self.anew.recast)
        )
