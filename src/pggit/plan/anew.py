"""Which objects must be dropped and made again: what cannot be altered in place, and what hangs on it."""

from __future__ import annotations

from collections.abc import Iterable

from pggit.core.results import Change
from pggit.kinds import Object, Render, kind_of_key, kinds, write
from pggit.kinds.ddl import before_parenthesis
from pggit.plan.action import Scene
from pggit.plan.references import REMARKS, References, remark_target

TYPES = ("enum", "domain", "composite", "range", "base type")
_RELATIONS = ("table", "foreign table")
_DISTURBED = ("view", "materialized view", "rule", "policy", "trigger", "function", "procedure", "publication table")
"""Kinds that stop PostgreSQL from changing the type of a column that they use; it minds the others by itself."""


class Anew:
    """What goes, what comes and what is altered in place.

    Attributes:
        gone: keys of objects of the first state that go, for a moment or for good.
        made: keys of objects of the second state that come, for the first time or again.
        altered: keys of objects that are altered in place, each with its statements.
        written: keys of objects that are changed along with others.
        recast: columns whose type is made anew under the same name, so that their values go through text.
        loosened: objects that lose something only finished after them (a sequence its owner) and get it back.
    """

    def __init__(self, changes: Iterable[Change], scene: Scene, before: References, after: References) -> None:
        self.scene = scene
        self.before = before
        self.after = after
        self.gone: set[str] = set()
        self.made: set[str] = set()
        self.altered: dict[str, list[str]] = {}
        self.written: set[str] = set()
        self.recast: set[str] = set()
        self.loosened: set[str] = set()
        self._disturbing: set[str] = set()
        found = list(changes)
        for change in found:
            if change.verb == "drop":
                self.gone.add(change.key)
            elif change.verb == "create":
                self.made.add(change.key)
        # columns first: they write their defaults along
        for change in sorted(found, key=lambda change: not change.key.startswith("column ")):
            if change.verb == "alter" and change.key not in self.gone:
                self._alter(change)
        self._spread()

    @property
    def anew(self) -> set[str]:
        """Keys of what is dropped and made again."""
        return self.gone & self.made

    def _alter(self, change: Change) -> None:
        if change.key in self.written:
            return
        group = change.group
        old, new = self._object(self.before, change.key), self._object(self.after, change.key)
        if self._follows_parent(group, old, new):
            self.altered[change.key] = []
            return
        render = self.scene.render(group)
        if ("identity" in old.definition) != ("identity" in new.definition):
            # between default and identity a sequence may have to go or come
            render = Render(_without_defaults(render.group), render.major, _without_defaults(render.before))
        statements = write.alter(old, new, render)
        render.written &= {obj.key for obj in (*render.group, *render.before)}
        if statements is None:
            self._renew(change.key)
            return
        self.altered[change.key] = statements
        self.written |= render.written - {change.key}
        if write.disturbs(old, new):
            self._disturbing.add(change.key)

    def _follows_parent(self, group: str, old: Object, new: Object) -> bool:
        """Whether a column changes exactly as the one that it inherits, which PostgreSQL changes along."""
        if new.kind != "column" or not new.definition.get("inherited"):
            return False
        differing = _differing(old, new)
        for parent in self.after.of(new.key).hard:
            if not parent.startswith("column ") or parent not in self.before.group_of:
                continue
            if self.after.group_of[parent] not in self.after.parents(group):
                continue
            was, shall = self._object(self.before, parent), self._object(self.after, parent)
            if differing <= _RECURSING and all(
                was.definition.get(key) == old.definition.get(key)
                and shall.definition.get(key) == new.definition.get(key)
                for key in differing
            ):
                return True
        return False

    def _renew(self, key: str) -> None:
        """Drop an object and make it again, with all that hangs on it."""
        if key in self.anew:
            return
        self.altered.pop(key, None)
        for hanging in [key, *self._hanging(self.before, key)]:
            self.gone.add(hanging)
            self.altered.pop(hanging, None)
        if key in self.after.group_of:
            self.made.add(key)
            self.made.update(self._hanging(self.after, key))

    def _hanging(self, refs: References, key: str) -> list[str]:
        """Return what goes along with an object when it is dropped: a group with its head, remarks with theirs."""
        group = refs.group_of[key]
        members = refs.state.groups[group]
        if key == group:
            return [member for member in members if member != key]
        found = [member for member in members if _is_remark_on(member, key)]
        kind, identity = kind_of_key(key)
        if kind == "column" and (default := f"default {identity}") in members:
            found.append(default)
        return found

    def _spread(self) -> None:
        """Take in what depends on what goes or disturbs, until nothing more does."""
        seen: set[str] = set()
        while todo := (self.anew | self._disturbing | self._replaced()) - seen:
            seen |= todo
            for key, needed in sorted(self.before.dependents(todo).items()):
                if key in self.gone or key not in self.after.group_of:
                    continue
                self._take_in(key, needed)

    def _replaced(self) -> set[str]:
        """Return what goes for good while something else comes under its name: a table for a view, an overload.

        Who used the one uses the other then, with no word changed.
        """
        made = {_name(key) for key in self.made if is_head(key)}
        return {key for key in self.gone - self.made if is_head(key) and _name(key) in made}

    def _take_in(self, key: str, needed: set[str]) -> None:
        kind, _ = kind_of_key(key)
        definition = self.before.state.definition(self.before.group_of[key], key)
        anew = needed & self.gone
        if not anew:
            if kind in _DISTURBED or (kind == "column" and "generated" in definition):
                self._renew(key)
        elif not anew & self.before.of(key).hard:
            self.loosened.add(key)
        elif kind == "column" and all(kind_of_key(one)[0] in TYPES for one in anew):
            self._recast(key)
        elif kind in _RELATIONS and "partition_of" not in definition and all(map(_is_relation, anew)):
            self.loosened.add(key)  # a child of what is rebuilt
        else:
            self._renew(key)

    def _recast(self, key: str) -> None:
        if key in self.recast or key in self.gone:
            return
        self.recast.add(key)
        self._disturbing.add(key)

    def _object(self, refs: References, key: str) -> Object:
        return Object(*kind_of_key(key), refs.state.definition(refs.group_of[key], key))


_RECURSING = frozenset({"type", "collation", "not_null", "generated"})
"""What ALTER TABLE on a parent changes in its children too."""


def _differing(old: Object, new: Object) -> set[str]:
    keys = old.definition.keys() | new.definition.keys()
    return {key for key in keys if not key.startswith("_") and old.definition.get(key) != new.definition.get(key)}


def _is_remark_on(member: str, key: str) -> bool:
    kind, identity = kind_of_key(member)
    return kind in REMARKS and remark_target(kind, identity) == key


def _without_defaults(objects: Iterable[Object]) -> list[Object]:
    return [obj for obj in objects if obj.kind != "default"]


def _name(key: str) -> str:
    """Return the name under which SQL finds an object, whatever its kind and its arguments."""
    return before_parenthesis(kind_of_key(key)[1])


def _is_relation(key: str) -> bool:
    return kind_of_key(key)[0] in _RELATIONS


def is_head(key: str) -> bool:
    """Whether objects of this kind stand at the head of a group."""
    return kinds()[kind_of_key(key)[0]].head
