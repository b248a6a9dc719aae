"""Which objects must be dropped and made again: what cannot be altered in place, and what hangs on it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from pggit.core.identity import unquote
from pggit.core.results import Change
from pggit.kinds import Object, Render, kind_of_key, kinds, write
from pggit.kinds.column_alter import recursed
from pggit.kinds.ddl import before_parenthesis
from pggit.kinds.difference import differing
from pggit.kinds.not_null import not_null_changed, told_inherited
from pggit.kinds.relation import relation_of
from pggit.plan.action import Scene
from pggit.plan.references import REMARKS, References, remark_target
from pggit.plan.ties import Ties
from pggit.plan.words import words

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
        follows: columns that change by the change of a parent's column → that column.
        after_tables: sequences that change after the table to which they belong, and along with it → that table.
        disturbing: objects whose alteration PostgreSQL refuses while views, policies and the like use them.
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
        self.follows: dict[str, str] = {}
        self.after_tables: dict[str, str] = {}
        self._first: dict[str, list[str]] = defaultdict(list)
        self.disturbing: set[str] = set()
        self.ties = Ties(scene)
        found = [change for change in changes if not self._is_covered(change)]
        for change in found:
            if change.verb == "drop":
                self.gone.add(change.key)
            elif change.verb == "create":
                self.made.add(change.key)
        # columns first: they write their defaults along
        for change in sorted(found, key=lambda change: not change.key.startswith("column ")):
            if change.verb == "alter" and change.key not in self.gone:
                self._alter(change)
        changed = {change.key for change in found}
        self._keep_apart(changed)
        self._keep_persistence(changed)
        self._own_first()
        self._spread()
        self.ties.found = {group: tie for group, tie in self.ties.found.items() if group not in self.gone}

    def _is_covered(self, change: Change) -> bool:
        return change.verb in ("drop", "create") and self.ties.covers(change.group, change.key)

    @property
    def anew(self) -> set[str]:
        """Keys of what is dropped and made again."""
        return self.gone & self.made

    def _alter(self, change: Change) -> None:
        if change.key in self.written:
            return
        group = change.group
        old, new = self._object(self.before, change.key), self._object(self.after, change.key)
        if self._is_partition_key(group, old, new):
            self._renew(self._partitioned(group))
            return
        now = self._with_table(old) if new.kind == "sequence" else self._recursed(group, old, new)
        now = self.ties.loosened(group, now, new)
        if now is not old and not differing(now.definition, new.definition):
            self.altered[change.key] = []
            if write.disturbs(old, new):
                self.disturbing.add(change.key)
            return
        render = self.scene.render(group)
        if ("identity" in old.definition) != ("identity" in new.definition):
            # between default and identity a sequence may have to go or come
            render = Render(_without_defaults(render.group), render.major, _without_defaults(render.before))
        statements = write.alter(now, new, render)
        render.written &= {obj.key for obj in (*render.group, *render.before)}
        if statements is None:
            self._renew(change.key)
            return
        if old.kind == "attribute" and old.definition["type"] != new.definition["type"] and self._is_stored(group):
            # PostgreSQL does not change the type of an attribute where it would have to write values anew
            self._renew(group)
            return
        self.altered[change.key] = statements
        self.written |= render.written - {change.key}
        if write.disturbs(old, new):
            self.disturbing.add(change.key)

    def _is_partition_key(self, group: str, old: Object, new: Object) -> bool:
        """Whether the type of a column changes by which the table, or one that it is a partition of, is partitioned."""
        if new.kind != "column" or not differing(old.definition, new.definition) & {"type", "collation"}:
            return False
        bare = unquote(relation_of(new.identity)[1])
        for refs in (self.before, self.after):
            key = refs.state.definition(group, group).get("partition_key")
            if key and bare in words(key).bare:
                return True
        return False

    def _partitioned(self, group: str) -> str:
        """Return the table of which a table is a partition, however far up; or itself."""
        parents = [parent for parent in self.before.parents(group) if parent in self.after.group_of]
        partition = "partition_of" in self.before.state.definition(group, group)
        return self._partitioned(parents[0]) if partition and parents else group

    def _is_stored(self, group: str) -> bool:
        """Whether a column is of a composite type."""
        return any(key.startswith("column ") for key in self.before.dependents({group}))

    def _recursed(self, group: str, old: Object, new: Object) -> Object:
        """Return a column as it is once its parents' columns have changed, for PostgreSQL changes some of it along."""
        if new.kind != "column" or not new.definition.get("inherited"):
            return old
        now = old
        for parent in sorted(self.after.inherited_columns(new.key) & self.before.inherited_columns(new.key)):
            was, shall = self._object(self.before, parent), self._object(self.after, parent)
            head = self.after.group_of[parent]
            partitioned = "partition_key" in self.after.state.definition(head, head)
            came = recursed(now, was, shall, self.scene.major, partitioned=partitioned)
            if not differing(now.definition, came.definition):
                continue
            self.follows[new.key] = parent
            wanted = new.definition.get("not_null")
            if told_inherited(came.definition.get("not_null")) and not told_inherited(wanted):
                # its own must be there first, or it would have the parent's name
                render = self.scene.render(group)
                said = not_null_changed(*relation_of(new.identity), now.definition, new.definition, render)
                self._first[parent] += said
                came = replace(came, definition={**came.definition, "not_null": wanted})
            now = came
        if now is not old and "type" in differing(old.definition, now.definition):
            self._default_anew(new)
        return now

    def _keep_apart(self, changed: set[str]) -> None:
        """Columns that stay as they are, while PostgreSQL changes them along with their parents' columns."""
        parents = {key for key in self.altered if key.startswith("column ")}
        if not parents:
            return
        for key in sorted(self.after.dependents(parents)):
            if key in changed or key not in self.before.group_of or not key.startswith("column "):
                continue
            group, column = self.after.group_of[key], self._object(self.after, key)
            now = self._recursed(group, column, column)
            if now is not column:
                self.altered[key] = write.alter(now, column, self.scene.render(group)) or []

    def _with_table(self, sequence: Object) -> Object:
        """Return a sequence as it is once its table's persistence has changed, for it goes along (since 15)."""
        owner = sequence.definition.get("owned_by")
        table = f"table {relation_of(owner)[0]}" if owner else ""
        if not {table} <= self.before.group_of.keys() & self.after.group_of.keys() or self.scene.major < 15:
            return sequence
        was, shall = (self._object(refs, table).definition.get("persistence") for refs in (self.before, self.after))
        if was == shall:
            return sequence
        self.after_tables[sequence.key] = table
        definition = {key: value for key, value in sequence.definition.items() if key != "persistence"}
        return replace(sequence, definition=definition | ({"persistence": shall} if shall else {}))

    def _keep_persistence(self, changed: set[str]) -> None:
        """Sequences that stay as they are, while their tables' persistence changes."""
        tables = {key for key in self.altered if key.startswith("table ")}
        for key in sorted(self.after.dependents(tables)) if tables else ():
            if key in changed or key not in self.before.group_of or not key.startswith("sequence "):
                continue
            sequence = self._object(self.after, key)
            now = self._with_table(self._object(self.before, key))
            if differing(now.definition, sequence.definition):
                self.altered[key] = write.alter(now, sequence, self.scene.render(key)) or []

    def _own_first(self) -> None:
        for parent, statements in self._first.items():
            root = self.root(parent)
            self.altered[root] = statements + self.altered.get(root, [])

    def root(self, column: str) -> str:
        """Return the column of a parent, however far up, by whose change a column changes; or the column itself."""
        while column in self.follows:
            column = self.follows[column]
        return column

    def _default_anew(self, column: Object) -> None:
        """A default stays behind when the type changes by the parent's change: it goes before and comes after."""
        default = f"default {column.identity}"
        if default in self.before.group_of and default in self.after.group_of:
            self._renew(default)

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
        while todo := (self.anew | self.disturbing | self._replaced()) - seen:
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
        self.disturbing.add(key)

    def _object(self, refs: References, key: str) -> Object:
        return Object(*kind_of_key(key), refs.state.definition(refs.group_of[key], key))


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
