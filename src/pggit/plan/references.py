"""What an object of a state depends on, told from its definition.

`pg_depend` knows the same of a live database, but not of a commit, nor what a PL/pgSQL body uses. Hidden dependencies
that no text shows (a view's on a primary key by GROUP BY) are read from it where there is one (`hidden.py`).
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from pggit.core.identity import split_name, split_on, unquote
from pggit.core.state import State
from pggit.kinds import kind_of_key, kinds
from pggit.kinds.ddl import before_parenthesis
from pggit.kinds.role import membership
from pggit.plan.words import words

REMARKS = ("comment", "owner", "acl", "security label")
"""Kinds whose identity ends with the key of what they belong to."""

_BARE_KINDS = (
    "schema", "extension", "language", "server", "foreign data wrapper", "access method", "role", "publication",
    "event trigger", "subscription",
)  # fmt: skip
BARE_KEYS: Mapping[str, tuple[str, ...]] = {
    "language": ("language", "extension"),
    "wrapper": ("foreign data wrapper",),
    "server": ("server",),
    "method": ("access method",),
    "access_method": ("access method",),
    "role": ("role",),
    "roles": ("role",),
    "schema": ("schema",),
    "depends_on_extensions": ("extension",),
}
"""Keys of definitions whose values are names without schema, and the kinds that they may name."""

_NAMES_ROLES = ("acl", "default acl", "user mapping", "role membership", "role setting")
_ROUTINES = ("function", "procedure")
_SILENT = ("text", "label", "connection", "settings", "labels", "comment")
LATE = ("owned_by", "replica_identity", "cluster_on")
"""Keys that are written once everything is there (`Kind.finish`)."""


@dataclass(frozen=True, slots=True)
class Refs:
    """Keys of the objects that an object needs: ``hard`` always, ``late`` to be finished, ``soft`` when it runs.

    ``doubtful`` are those of the hard ones whose name several objects have: not all of them are meant.
    """

    hard: frozenset[str] = field(default_factory=frozenset)
    late: frozenset[str] = field(default_factory=frozenset)
    soft: frozenset[str] = field(default_factory=frozenset)
    doubtful: frozenset[str] = field(default_factory=frozenset)


class References:
    """The references between the objects of one state.

    Args:
        state: the objects.
        hidden: further pairs (object, what it needs), which no definition shows.
    """

    def __init__(self, state: State, hidden: Iterable[tuple[str, str]] = ()) -> None:
        self.state = state
        self.hidden: dict[str, set[str]] = defaultdict(set)
        self._needed_by: dict[str, set[str]] = defaultdict(set)
        for key, needed in hidden:
            self.hidden[key].add(needed)
            self._needed_by[needed].add(key)
        self._found: dict[str, Refs] = {}
        self._columns: dict[str, dict[str, str]] = {}

    @cached_property
    def group_of(self) -> dict[str, str]:
        """Key of every object → key of its group."""
        return {key: group for group, key in self.state.keys()}

    @cached_property
    def _named(self) -> dict[tuple[str, ...], list[str]]:
        """(schema, name) → keys of what can be meant by it."""
        named: dict[tuple[str, ...], list[str]] = defaultdict(list)
        for group, key in self.state.keys():
            if (key == group or key.startswith(("index ", "statistics "))) and (parts := _qualified(key)):
                named[parts].append(key)
        return named

    @cached_property
    def _bare(self) -> dict[tuple[str, str], str]:
        """(kind, name) → key, of what has no schema."""
        found = {}
        for group in self.state.groups:
            kind, identity = kind_of_key(group)
            if kind in _BARE_KINDS:
                found[kind, unquote(identity)] = group
        return found

    @cached_property
    def _by_bare_name(self) -> dict[str, list[str]]:
        """Name without schema → keys, for bodies that rely on the search path."""
        found: dict[str, list[str]] = defaultdict(list)
        for (_, *name), keys in self._named.items():
            found[name[-1]] += keys
        return found

    def columns(self, group: str) -> dict[str, str]:
        """Return the bare names of a relation's columns, each with its key."""
        found = self._columns.get(group)
        if found is None:
            keys = [key for key in self.state.groups.get(group, ()) if key.startswith(("column ", "attribute "))]
            found = {unquote(split_name(kind_of_key(key)[1])[-1]): key for key in keys}
            self._columns[group] = found
        return found

    def of(self, key: str) -> Refs:
        """Return what an object needs."""
        found = self._found.get(key)
        if found is None:
            found = self._found[key] = self._refs(key, self.state.definition(self.group_of[key], key))
        return found

    def of_form(self, key: str, definition: Mapping[str, Any]) -> Refs:
        """Return what an object would need if it were defined so."""
        return self._refs(key, definition)

    def dependents(self, keys: Iterable[str]) -> dict[str, set[str]]:
        """Return the objects that need one of these, each with those that it needs (not softly).

        Only definitions in whose text a name occurs are looked at.
        """
        wanted = set(keys)
        texts = {_written(_bare_name(key)) for key in wanted}
        # a foreign key names the table, and not what makes its rows unique
        texts |= {
            _written(_bare_name(self.group_of[key]))
            for key in wanted
            if key.startswith(("constraint ", "index ")) and key in self.group_of
        }
        found: dict[str, set[str]] = {}
        hits = {exact for exact, text in self.state.blobs.items() if any(name in text for name in texts)}
        homes = {self.group_of[key] for key in wanted if key in self.group_of}
        for group, members in self.state.groups.items():
            at_home = group in homes
            for key, exact in members.items():
                if not (at_home or exact in hits or key in self.hidden or any(name in key for name in texts)):
                    continue
                refs = self.of(key)
                if needed := set(refs.hard | refs.late) & wanted - {key}:
                    found[key] = needed
        return found

    def _refs(self, key: str, definition: Mapping[str, Any]) -> Refs:
        group = self.group_of[key]
        kind, identity = kind_of_key(key)
        hard = set(self.hidden.get(key, ()))
        late: set[str] = set()
        soft: set[str] = set()
        doubtful: set[str] = set()
        if key != group:
            hard.add(group)
        if target := remark_target(kind, identity):
            hard |= {target} & self.group_of.keys()
        own = _beside_own_name(key, identity)
        texts = [] if kind in REMARKS else [own]
        if kind not in REMARKS:
            hard |= self._schema_of(identity)
        if kind in _NAMES_ROLES:
            named = [(what, name) for name in words(identity).bare for what in ("role", "schema")]
            hard |= {self._bare[at] for at in named if at in self._bare}
        for attribute, value in definition.items():
            if attribute in _SILENT or attribute.startswith("_") or (kind, attribute) == ("trigger", "arguments"):
                continue
            if attribute in BARE_KEYS:
                hard |= self._bare_names(attribute, value)
            if attribute == "body" and kind in _ROUTINES:
                soft.update(ref for text in _texts(value) for ref in self._in_body(text))
            elif attribute in LATE:
                late |= self._in_words(_texts(value), group, kind, doubtful)
            else:
                texts += _texts(value)
        hard |= self._in_words(texts, group, kind, doubtful)
        hard |= self._of_kind(kind, group, identity, definition)
        if kind in ("view", "materialized view") and "GROUP BY" in definition["query"]:
            soft |= self._primary_keys(hard)
        if kind == "table":
            late |= self._marked_indexes(identity, definition)
        return Refs(
            frozenset(hard - {key}), frozenset(late - {key}), frozenset(soft - hard - {key}), frozenset(doubtful)
        )

    def _primary_keys(self, refs: Iterable[str]) -> set[str]:
        """GROUP BY a primary key admits the other columns: a dependency that only `pg_depend` shows for sure."""
        return {
            key
            for group in refs
            for key in self.state.groups.get(group, ())
            if key.startswith("constraint ") and self.state.definition(group, key)["type"] == "primary key"
        }

    def _of_kind(self, kind: str, group: str, identity: str, definition: Mapping[str, Any]) -> set[str]:
        if kind == "constraint":
            return self._of_constraint(definition)
        if kind == "column" and definition.get("inherited"):
            return self._inherited_column(group, identity)
        if kind == "role membership":
            return self._right_to_grant(identity)
        if kind == "trigger" and definition.get("inherited") and (above := self.inherited_trigger(group, identity)):
            return {above}
        if kind in _ROUTINES and "transforms" in definition:
            made = {f"transform for {type_} language {definition['language']}" for type_ in definition["transforms"]}
            return made & self.group_of.keys()
        return set()

    def _in_words(self, texts: Iterable[str], group: str, kind: str, doubtful: set[str]) -> set[str]:
        refs: set[str] = set()
        relations = {group}
        bare: set[str] = set()
        for text in texts:
            found = words(text)
            bare |= found.bare
            bare.add(text)  # lists of columns hold bare names, that is, no SQL
            for name in found.qualified:
                keys = self._named.get(name[:2], ())
                refs.update(keys)
                relations.update(keys)
                if len(keys) > 1:
                    doubtful.update(keys)
                if len(name) == 3:
                    refs.update(self.columns(relation).get(name[2], relation) for relation in keys)
        if kind in _OF_COLUMNS:
            for relation in relations:
                columns = self.columns(relation)
                refs.update(columns[name] for name in bare & columns.keys())
        return refs

    def _in_body(self, text: str) -> set[str]:
        found = words(text, strings=True)
        refs = {key for name in found.qualified for key in self._named.get(name[:2], ())}
        return refs | {key for name in found.bare for key in self._by_bare_name.get(name, ())}

    def _schema_of(self, identity: str) -> set[str]:
        return {
            self._bare["schema", name[0]] for name in words(identity).qualified if ("schema", name[0]) in self._bare
        }

    def _bare_names(self, attribute: str, value: Any) -> set[str]:
        named = [value] if isinstance(value, str) else value
        return {
            self._bare[kind, unquote(name)]
            for name in named
            for kind in BARE_KEYS[attribute]
            if (kind, unquote(name)) in self._bare
        }

    def _of_constraint(self, definition: Mapping[str, Any]) -> set[str]:
        """A foreign key needs the unique constraint or index behind it; a partition's constraint its parent's."""
        refs = set()
        if (parent := f"constraint {definition.get('parent')}") in self.group_of:
            refs.add(parent)
        if definition.get("type") == "foreign key":
            columns = sorted(definition["referenced_columns"])
            for key in self._relation_members(definition["references"], ("constraint ", "index ")):
                other = self.state.definition(self.group_of[key], key)
                if _unique_columns(other) == columns:
                    refs |= {key, *self._attached_to(key)}
        return refs

    @cached_property
    def _attached(self) -> dict[str, list[str]]:
        """Index or constraint of a partitioned table → those of the partitions that are attached to it."""
        found: dict[str, list[str]] = defaultdict(list)
        having = {exact for exact, text in self.state.blobs.items() if '"parent": ' in text}
        for group, members in self.state.groups.items():
            for key, exact in members.items():
                if exact in having and key.startswith(("index ", "constraint ")):
                    parent = self.state.definition(group, key).get("parent")
                    found[f"{kind_of_key(key)[0]} {parent}"].append(key)
        return found

    def _attached_to(self, key: str) -> Iterator[str]:
        """Yield all of which an index of a partitioned table is made up: it is valid once they all are there."""
        for part in self._attached.get(key, ()):
            yield part
            yield from self._attached_to(part)

    def _relation_members(self, relation: str, prefixes: tuple[str, ...]) -> Iterator[str]:
        for kind in ("table", "foreign table", "materialized view"):
            for key in self.state.groups.get(f"{kind} {relation}", ()):
                if key.startswith(prefixes):
                    yield key

    def _inherited_column(self, group: str, identity: str) -> set[str]:
        bare = unquote(split_name(identity)[-1])
        return {column for parent in self.parents(group) if (column := self.columns(parent).get(bare))}

    def inherited_columns(self, key: str) -> set[str]:
        """Return the columns of parents from which a column is inherited."""
        return self._inherited_column(self.group_of[key], kind_of_key(key)[1])

    def _right_to_grant(self, identity: str) -> set[str]:
        """Return the memberships by which the grantor of a membership may grant it."""
        _, role, grantor = membership(identity)
        members = self.state.groups.get(f"role {grantor}", ())
        return {
            key
            for key in members
            if key.startswith("role membership ")
            and membership(kind_of_key(key)[1])[1] == role
            and self.state.definition(f"role {grantor}", key).get("admin")
        }

    def inherited_trigger(self, group: str, identity: str) -> str | None:
        """Return the trigger of which a partition has a copy, however far up."""
        name, _ = split_on(identity)
        for parent in self.parents(group):
            key = f"trigger {name} on {parent.partition(' ')[2]}"
            if key in self.group_of and not self.state.definition(parent, key).get("inherited"):
                return key
            if (found := self.inherited_trigger(parent, f"{name} on {parent}")) is not None:
                return found
        return None

    def parents(self, group: str) -> list[str]:
        """Return the groups of the tables that a table inherits from, or is a partition of."""
        if group not in self.state.groups or group not in self.state.groups[group]:
            return []
        definition = self.state.definition(group, group)
        named = [*definition.get("inherits", ()), *filter(None, [definition.get("partition_of")])]
        candidates = (f"{kind} {name}" for name in named for kind in ("table", "foreign table"))
        return [parent for parent in candidates if parent in self.state.groups]

    def _marked_indexes(self, identity: str, definition: Mapping[str, Any]) -> set[str]:
        marked = [definition.get("cluster_on")]
        if isinstance(definition.get("replica_identity"), dict):
            marked.append(definition["replica_identity"]["index"])
        found = set()
        for name in filter(None, marked):
            keys = self._relation_members(identity, ("index ", "constraint "))
            found |= {key for key in keys if _bare_name(key) == name}
        return found


_OF_COLUMNS = frozenset(
    {
        "column", "default", "constraint", "index", "trigger", "policy", "rule", "statistics", "view",
        "materialized view", "function", "procedure", "publication table", "domain constraint",
    }
)  # fmt: skip
"""Kinds whose definitions speak of columns by name."""


def still_hidden(hidden: Iterable[tuple[str, str]], before: References, after: State) -> list[tuple[str, str]]:
    """Return those hidden dependencies that hold in another state too: of objects that are the same there."""
    keys = {key: exact for members in after.groups.values() for key, exact in members.items()}
    state = before.state

    def same(key: str) -> bool:
        return key in keys and keys[key] == state.groups[before.group_of[key]][key]

    return [(key, needed) for key, needed in hidden if key in before.group_of and needed in keys and same(key)]


def remark_target(kind: str, identity: str) -> str | None:
    """Return the key that a comment, an owner, a grant or a label belongs to."""
    if kind in ("comment", "owner"):
        return identity
    if kind in ("acl", "security label"):
        return split_on(identity)[1]
    return None


def _texts(value: Any) -> Iterator[str]:
    """Yield all strings in a value; names of options and settings are no names of objects."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from _texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from _texts(part)


def _unique_columns(definition: Mapping[str, Any]) -> list[str] | None:
    if definition.get("type") in ("primary key", "unique"):
        return sorted(definition["columns"])
    if definition.get("unique") and "where" not in definition:
        return sorted(column.get("column", "") for column in definition["columns"])
    return None


def _qualified(key: str) -> tuple[str, ...] | None:
    """Return (schema, name), unquoted, of what stands in a schema."""
    kind, identity = kind_of_key(key)
    if kind in _BARE_KINDS or kind not in kinds():
        return None
    if kind == "operator":
        schema, _, operator = before_parenthesis(identity).rpartition(".")
        return unquote(schema), operator
    bare = before_parenthesis(identity).split(" USING ")[0]
    try:
        parts = tuple(map(unquote, split_name(bare)))
    except ValueError:  # a cast, a default acl
        return None
    return parts if len(parts) == 2 else None


def _beside_own_name(key: str, identity: str) -> str:
    """Return what an identity says beside the object's own name: objects of one name do not need each other."""
    if key.startswith("operator class "):  # it needs the family of its name
        return identity
    if _qualified(key):
        return identity[len(before_parenthesis(identity).split(" USING ")[0]) :]
    return identity


def _bare_name(key: str) -> str:
    """Return the last name of an object, unquoted: what a text must contain to speak of it."""
    kind, identity = kind_of_key(key)
    if kind == "operator":
        return before_parenthesis(identity).rpartition(".")[2]
    try:
        own = split_on(identity)[0] if " on " in identity else before_parenthesis(identity).split(" USING ")[0]
        return unquote(split_name(own)[-1])
    except ValueError:
        return identity


def _written(name: str) -> str:
    """Return a name as it stands inside of SQL inside of canonical JSON."""
    return json.dumps(name.replace('"', '""'), ensure_ascii=False)[1:-1]
