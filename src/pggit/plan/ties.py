"""Tables that leave and join parents: what is theirs by that, before any statement about it.

A table that leaves a parent keeps what it had from it as its own: checks, foreign keys, indexes. One that is attached
merges its own with the parent's. https://www.postgresql.org/docs/current/sql-altertable.html
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from pggit.core.identity import split_on
from pggit.kinds import Object, kind_of_key, write
from pggit.kinds.difference import differing
from pggit.kinds.relation import joining, leaving, parents
from pggit.plan.action import Scene

_TABLES = ("table", "foreign table")


@dataclass
class Tie:
    """The change of one table's parents.

    Attributes:
        old, new: the table.
        gone, come: names of the parents that it leaves and joins; one whose bound changes is both.
        leave, join: the statements, those about what it keeps too much and lacks with them.
        covered: keys of constraints that it has, or has no more, by leaving and joining alone.
    """

    old: Object
    new: Object
    gone: set[str]
    come: set[str]
    leave: list[str]
    join: list[str]
    covered: set[str] = field(default_factory=set)


class Ties:
    """The tables whose parents change, by their keys.

    Args:
        scene: both states.
    """

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.found: dict[str, Tie] = {}
        for group in sorted(scene.a.groups.keys() & scene.b.groups.keys()):
            if kind_of_key(group)[0] not in _TABLES:
                continue
            texts = [state.blobs[state.groups[group][group]] for state in (scene.a, scene.b)]
            if any('"inherits": ' in text or '"partition_of": ' in text for text in texts):
                self._look(group)

    def _look(self, group: str) -> None:
        old, new = self.scene.before(group)[0], self.scene.after(group)[0]
        leave, join = leaving(old, new), joining(old, new)
        gone, come = set(parents(old)) - set(parents(new)), set(parents(new)) - set(parents(old))
        if self._must_be_loose(group, old, new):
            partition = f"partition {new.identity}"
            parent = new.definition["partition_of"]
            leave = [f"alter table {parent} detach {partition}"]
            join = [f"alter table {parent} attach {partition} {new.definition['bound']}"]
            gone = come = {parent}
        if leave or join:
            if "partition_of" in old.definition and leave:
                gone = {old.definition["partition_of"]}
            if "partition_of" in new.definition and join:
                come = {new.definition["partition_of"]}
            self.found[group] = tie = Tie(old, new, gone, come, leave, join)
            self._constraints(group, tie)

    def _must_be_loose(self, group: str, old: Object, new: Object) -> bool:
        """Whether a partition must be detached for a while: PostgreSQL detaches no index and renames no constraint."""
        if old.definition.get("partition_of") is None or parents(old) != parents(new):
            return False
        if old.definition["bound"] != new.definition["bound"]:
            return False
        before, after = self.scene.a.groups[group], self.scene.b.groups[group]
        for key in before:
            if not key.startswith(("index ", "constraint ")) or key in after:
                continue
            parent = self.scene.a.definition(group, key).get("parent")
            if parent and self._stays(kind_of_key(key)[0], parent, old.definition["partition_of"]):
                return True
        return False

    def _stays(self, kind: str, parent: str, table: str) -> bool:
        key = f"{kind} {parent}"
        return all(key in state.groups.get(f"table {table}", ()) for state in (self.scene.a, self.scene.b))

    def _constraints(self, group: str, tie: Tie) -> None:
        table = tie.old.identity
        has = {obj.key: obj for obj in self.scene.before(group) if _mergeable(obj)}
        own = dict(has)
        for obj in self._of_parents(tie.gone, before=True):
            own.setdefault(*_on(obj, table))
        shall = {obj.key: obj for obj in self.scene.after(group) if _mergeable(obj)}
        merged = dict(_on(obj, table) for obj in self._of_parents(tie.come, before=False))
        partition = "partition_of" in tie.new.definition
        for key, obj in own.items():
            wanted = shall.get(key) or merged.get(key)
            if wanted is not None and _alike(obj, wanted):
                tie.covered.add(key)
            elif key not in has:
                tie.leave += write.drop(obj, self.scene.render(group))
            elif key in merged and key not in shall:
                continue
        lacking = [obj for key, obj in merged.items() if key not in tie.covered and key not in shall]
        checks = [obj for obj in lacking if obj.definition["type"] == "check"] if tie.come else []
        named = [sql for obj in checks for sql in write.create(obj, self.scene.render(group))]
        tie.join = [*named, *tie.join]
        if partition:
            self._foreign_keys(tie, own, merged)

    def _foreign_keys(self, tie: Tie, own: dict[str, Object], merged: dict[str, Object]) -> None:
        """One that says what a foreign key of the parent says is merged with it, whatever its name."""
        for key, obj in own.items():
            if obj.definition["type"] == "foreign key" and any(_alike(obj, other) for other in merged.values()):
                tie.covered.add(key)

    def _of_parents(self, names: set[str], *, before: bool) -> Iterator[Object]:
        """Yield the constraints that children of these have."""
        for name in sorted(names):
            for kind in _TABLES:
                found = self.scene.before(f"{kind} {name}") if before else self.scene.after(f"{kind} {name}")
                partitioned = bool(found) and "partition_key" in found[0].definition
                for obj in found:
                    if _mergeable(obj) and (partitioned or obj.definition["type"] == "check"):
                        yield obj

    def covers(self, group: str, key: str) -> bool:
        """Whether a constraint comes or goes by leaving and joining alone."""
        return group in self.found and key in self.found[group].covered

    def loosened(self, group: str, old: Object, new: Object) -> Object:
        """Return an index or a constraint as it is once its table has left its old parents and joined its new ones."""
        tie = self.found.get(group)
        if tie is None or old.kind not in ("index", "constraint"):
            return old
        definition = {key: value for key, value in old.definition.items() if key != "parent" or not tie.leave}
        if old is not new and "parent" in new.definition and tie.join:
            definition["parent"] = new.definition["parent"]
        return replace(old, definition=definition)

    def alone(self, group: str, obj: Object) -> Object:
        """Return a new index or constraint as it is made: that of a table that is attached later is found then."""
        tie = self.found.get(group)
        if tie is None or not tie.come or "parent" not in obj.definition:
            return obj
        return replace(obj, definition={key: value for key, value in obj.definition.items() if key != "parent"})


def _mergeable(obj: Object) -> bool:
    if obj.kind != "constraint" or obj.definition.get("no_inherit"):
        return False
    return obj.definition["type"] in ("check", "foreign key")


def _on(obj: Object, table: str) -> tuple[str, Object]:
    """Return a parent's constraint as the child has it, with its key."""
    definition = {key: value for key, value in obj.definition.items() if key != "local"}
    own = Object("constraint", f"{split_on(obj.identity)[0]} on {table}", definition)
    return own.key, own


def _alike(one: Object, other: Object) -> bool:
    return not differing(one.definition, other.definition) - {"local"}
