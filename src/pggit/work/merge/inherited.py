"""What tables have from their parents: left out of the states that are merged, and put in again afterwards.

A column that came down from a parent is no change of the child. So it is no conflict when the child was dropped or
changed on the other side, and a child that came there gets it too.
https://www.postgresql.org/docs/current/ddl-inherit.html
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from pggit.core.canonical import canonical
from pggit.core.identity import split_name, unquote
from pggit.core.merge import Conflict
from pggit.core.state import State
from pggit.kinds import Object, kind_of_key
from pggit.kinds.ddl import name
from pggit.kinds.not_null import recursed
from pggit.kinds.relation import parents

_TABLES = ("table", "foreign table")
_FOLLOW = ("type", "collation", "not_null", "generated", "storage", "compression")
"""What a child's column has as the parent's has it, unless it says otherwise."""
_RECURSES = "statistics"
"""What comes down when the parent's is set, and not when the child is made."""
_INDEXED = ("primary key", "unique", "exclude")

Definition = dict[str, Any]


def are_there(*states: State) -> bool:
    """Whether any table has parents."""
    return any(_ties(state, group) for state in states for group in _tables(state))


def steady(*states: State) -> set[str]:
    """Return the tables that have parents, and the same ones in all the states that have them."""
    found: dict[str, set[str]] = {}
    for state in states:
        for group in _tables(state):
            found.setdefault(group, set()).add(_ties(state, group))
    return {group for group, ties in found.items() if len(ties) == 1 and ties != {""}}


def own(state: State, children: Collection[str], known: Collection[str], major: int) -> State:
    """Return a state in which tables have only what they say themselves.

    A column in which a child says nothing is left out; of others there is what differs from the parent's
    (``without``: what it lacks). So are indexes of partitions that PostgreSQL made along with the parent's.

    Args:
        state: as it was read.
        children: the tables that are reduced so.
        known: the groups of the base.
        major: major version of the server.
    """
    found = _Family(state, major, children, known)
    found.read = state
    for child in found.children():
        if child not in children:
            continue
        for key in found.keys(child, "column "):
            found.reduce(child, key)
        for key, parent in found.attached(child):
            if not found.remarks(child, key) and found.made_along(child, parent) == (key, found.get(child, key)):
                del found.made.groups[child][key]
    return found.made


def unindexed(state: State, major: int) -> set[tuple[str, str]]:
    """Return (partition, key of its parent's index) where the partition has no part of it."""
    found = _Family(state, major, (), ())
    return {(child, key) for child in found.children() for key in found.lacking(child)}


def whole(
    state: State, children: Collection[str], known: Collection[str], alone: Collection[tuple[str, str]], major: int
) -> tuple[State, list[tuple[str, str]]]:
    """Return a state in which children have what their parents have; what `own` did, taken back.

    Args:
        state: as it was merged.
        children: the tables that `own` reduced.
        known: the groups of the base.
        alone: of `unindexed`: what has no part of an index on purpose.
        major: major version of the server.

    Returns:
        The state, and (group, key) of the columns that were inherited from a column that there is no more.
    """
    found = _Family(state, major, children, known)
    lost: list[tuple[str, str]] = []
    for child in found.children():
        above = found.columns_above(child)
        for bare, parent in above.items():
            found.complete(child, bare, parent)
        for key in found.keys(child, "column "):
            definition = found.get(child, key)
            if definition.get("inherited") and _bare(key) not in above:
                if not definition.pop("local", False):
                    lost.append((child, key))
                del definition["inherited"]
                found.put(child, key, definition)
        for key in list(found.lacking(child)):
            if (child, key) not in alone:
                found.put(child, *found.made_along(child, key))
    found.let_go()
    return found.made, lost


def dangling(lost: list[tuple[str, str]], sides: tuple[State, State, State]) -> Iterator[Conflict]:
    """Yield a conflict for each column that one side changed in a child and the other dropped with the parent's."""
    for group, key in lost:
        was, mine, other = (
            state.definition(group, key) if key in state.groups.get(group, {}) else None for state in sides
        )
        yield Conflict("changed and dropped", group, key, (), was, mine, other)


class _Family:
    """A state's parents and children, of which a copy is changed, parents first."""

    def __init__(self, state: State, major: int, reduced: Collection[str], known: Collection[str]) -> None:
        self.major = major
        self.reduced = reduced
        self.known = known
        self.made = State(
            {group: dict(members) for group, members in state.groups.items()}, dict(state.blobs), dict(state.meanings)
        )
        self.read = self.made  # where parents are looked at
        self._parents: dict[str, list[str]] = {}
        for group in _tables(state):
            kind, identity = kind_of_key(group)
            if _ties(state, group):
                named = parents(Object(kind, identity, state.definition(group, group)))
                keys = (f"{one} {parent}" for parent in named for one in _TABLES)
                self._parents[group] = [key for key in keys if key in state.groups]

    def children(self) -> list[str]:
        """Return the tables that have parents, each after its parents."""
        done: dict[str, None] = {}

        def visit(group: str) -> None:
            if group in self._parents and group not in done:
                for parent in self._parents[group]:
                    visit(parent)
                done[group] = None

        for group in sorted(self._parents):
            visit(group)
        return list(done)

    def keys(self, group: str, kind: str) -> list[str]:
        """Return the keys of a kind in a group."""
        return sorted(key for key in self.made.groups[group] if key.startswith(kind))

    def get(self, group: str, key: str) -> Definition:
        """Return a definition, as it is now."""
        return self.made.definition(group, key)

    def put(self, group: str, key: str, definition: Definition) -> None:
        """Write a definition."""
        self.made.put(group, key, definition)

    def remarks(self, group: str, key: str) -> bool:
        """Whether a comment, a grant or a label hangs on an object."""
        return any(other.endswith(f" {key}") for other in self.made.groups[group])

    def let_go(self) -> None:
        """Make what a table had from a parent its own where it has no parent any more: a partition was detached."""
        for group in _tables(self.made):
            if group in self._parents:
                continue
            for key, exact in sorted(self.made.groups[group].items()):
                mark = '"inherited":' if key.startswith("column ") else '"parent":'
                if key.startswith(("column ", "index ", "constraint ")) and mark in self.made.blobs[exact]:
                    definition = self.get(group, key)
                    for had in ("inherited", "local", "parent"):
                        definition.pop(had, None)
                    self.put(group, key, definition)

    # -- columns --------------------------------------------------------------------------------------------------

    def columns_above(self, child: str) -> dict[str, tuple[str, str]]:
        """Return the columns of a table's parents by bare name, each as (group, key); the first parent counts."""
        found: dict[str, tuple[str, str]] = {}
        for parent in self._parents[child]:
            for key in self.keys(parent, "column "):
                found.setdefault(_bare(key), (parent, key))
        return found

    def reduce(self, child: str, key: str) -> None:
        """Leave out of a column what it has from the parent's."""
        definition = self.get(child, key)
        above = self._above(child, key)
        if above is None or not definition.get("inherited") or definition.get("local"):
            return
        came = self._came(child, key, above)
        without = [one for one in came if one not in definition]
        kept = {one: value for one, value in definition.items() if came.get(one) != value}
        identity = kind_of_key(key)[1]
        default, parents_default = self._default(child, identity), self._default_above(above)
        if parents_default is not None and default is None:
            without.append("default")
        elif default is not None and default == parents_default and not self.remarks(child, f"default {identity}"):
            del self.made.groups[child][f"default {identity}"]
            default = None
        if kept == {"inherited": True} and not without and default is None and not self.remarks(child, key):
            del self.made.groups[child][key]
        else:
            self.put(child, key, {**kept, "without": sorted(without)} if without else kept)

    def complete(self, child: str, bare: str, above: tuple[str, str]) -> None:
        """Put in what a column has from the parent's."""
        identity = f"{kind_of_key(child)[1]}.{name(bare)}"
        key = f"column {identity}"
        new = key not in self.made.groups[child]
        definition: Definition = {"inherited": True} if new else self.get(child, key)
        if "inherited" not in definition:  # the table's own before it, or the parent's, came
            definition["inherited"] = True
            if "partition_of" not in self.get(child, child):
                definition["local"] = True
        if definition.get("local"):
            self.put(child, key, definition)
            return
        without = definition.pop("without", [])
        came = self._came(child, key, above)
        told = {one: value for one, value in came.items() if one not in without} | definition
        self.put(child, key, told)
        default = self._default_above(above)
        follows = (new or child in self.reduced) and "default" not in without
        if default is not None and follows and f"default {identity}" not in self.made.groups[child]:
            self.put(child, f"default {identity}", {"expression": default})
        self._listed(child, bare)

    def _above(self, child: str, key: str) -> tuple[str, str] | None:
        bare = _bare(key)
        for parent in self._parents[child]:
            for other in self.read.groups[parent]:
                if other.startswith("column ") and _bare(other) == bare:
                    return parent, other
        return None

    def _came(self, child: str, key: str, above: tuple[str, str]) -> Definition:
        """Return what a child's column has where it says nothing."""
        parent = self.read.definition(*above)
        follow = {*_FOLLOW, _RECURSES} if child in self.known else set(_FOLLOW)
        came = {one: parent[one] for one in follow - {"not_null"} if one in parent}
        old, new = (Object("column", kind_of_key(above[1])[1], definition) for definition in ({}, parent))
        told = recursed(Object("column", kind_of_key(key)[1], {}), old, new, self.major, partitioned=True)
        return came if told is None else {**came, "not_null": told}

    def _default_above(self, above: tuple[str, str]) -> str | None:
        return self._default(above[0], kind_of_key(above[1])[1])

    def _default(self, group: str, identity: str) -> str | None:
        key = f"default {identity}"
        return str(self.read.definition(group, key)["expression"]) if key in self.read.groups[group] else None

    def _listed(self, child: str, bare: str) -> None:
        """A column that a table got stands last in it."""
        head = self.get(child, child)
        if bare not in head.get("_columns", [bare]):
            self.put(child, child, {**head, "_columns": [*head["_columns"], bare]})

    # -- indexes --------------------------------------------------------------------------------------------------

    def attached(self, child: str) -> Iterator[tuple[str, str]]:
        """Yield (key, key of the parent's) of a partition's indexes that are parts of its parent's."""
        for key in sorted(self.made.groups[child]):
            if key.startswith(("index ", "constraint ")) and (parent := self.get(child, key).get("parent")):
                yield key, f"{kind_of_key(key)[0]} {parent}"

    def lacking(self, child: str) -> Iterator[str]:
        """Yield the indexes and constraints of a partition's parent of which it has no part."""
        if "partition_of" not in self.get(child, child) or not child.startswith("table "):
            return
        has = {parent for _, parent in self.attached(child)}
        for parent in self._parents[child]:
            for key in sorted(self.made.groups[parent]):
                if key.startswith("index ") and key not in has:
                    yield key
                if key.startswith("constraint ") and key not in has and self.get(parent, key)["type"] in _INDEXED:
                    yield key

    def made_along(self, child: str, key: str) -> tuple[str, Definition]:
        """Return key and definition of what PostgreSQL makes in a partition for an index of its parent."""
        kind, identity = kind_of_key(key)
        above = next(
            (self.read.definition(one, key) for one in self._parents[child] if key in self.read.groups[one]), None
        )
        if above is None:
            return "", {}
        definition = {**above, "parent": identity}
        table = kind_of_key(child)[1]
        schema, bare = map(unquote, split_name(table))
        if kind == "constraint":
            word = {"primary key": "pkey", "unique": "key"}.get(above["type"], "excl")
            columns = [] if word == "pkey" else list(above.get("columns", ()))
            made = name("_".join([bare, *columns, *([] if word == "pkey" else above.get("include", ())), word]))
            return f"constraint {made} on {table}", definition
        columns = [one.get("column", "expr") for one in above["columns"]]
        return f"index {name(schema)}.{name('_'.join([bare, *columns, *above.get('include', ()), 'idx']))}", definition


def _tables(state: State) -> Iterator[str]:
    """Yield the tables of a state."""
    for group, members in state.groups.items():
        if group in members and kind_of_key(group)[0] in _TABLES:
            yield group


def _ties(state: State, group: str) -> str:
    """Return what a table says of its parents; empty where it has none."""
    text = state.blobs[state.groups[group][group]]
    if '"partition_of": ' not in text and '"inherits": ' not in text:
        return ""
    definition = state.definition(group, group)
    return canonical({key: definition[key] for key in ("partition_of", "inherits") if key in definition})


def _bare(key: str) -> str:
    return unquote(split_name(kind_of_key(key)[1])[-1])
