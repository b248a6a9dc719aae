"""A state as PostgreSQL would read it after a rename.

Not all: a view's text that names a renamed column without its table stays as it is, and so the view is written again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pggit.core.identity import split_name, split_on, unquote
from pggit.core.state import State
from pggit.kinds import kind_of_key, kinds
from pggit.kinds.ddl import before_parenthesis, name
from pggit.kinds.range import along
from pggit.plan.references import BARE_KEYS, REMARKS, remark_target
from pggit.plan.words import rewritten, words

_WITHOUT_SCHEMA = (
    "language", "event trigger", "foreign data wrapper", "server", "publication", "subscription", "role",
)  # fmt: skip
_ROUTINES = ("function", "procedure", "aggregate")
_IN_ONE_SPACE = (
    "table", "view", "materialized view", "foreign table", "sequence", "index", "composite", "enum", "domain", "range",
    "base type", "shell type",
)  # fmt: skip

_NO_COLUMNS = (
    "type", "collation", "text", "label", "role", "roles", "privileges", "grantable", "method", "opclass", "storage",
    "compression", "references", "function", "arguments", "level", "timing", "events", "event", "command", "enabled",
    "inherits", "partition_of", "parent", "cluster_on", "replica_identity", "access_method", "tablespace", "options",
)  # fmt: skip
"""Keys of what belongs to a table that name no column of it, though a type or a word may be called the same."""

_ROUTINE_STRINGS = ("body", "config", "library")
_STRINGS: Mapping[str, tuple[str, ...]] = {
    "function": _ROUTINE_STRINGS,
    "procedure": _ROUTINE_STRINGS,
    "trigger": ("arguments",),
    "comment": ("text",),
    "security label": ("label",),
}
"""Kind → keys that are strings for PostgreSQL, in which it renames nothing."""


@dataclass(frozen=True, slots=True)
class Rename:
    """One object that has another name: its group before, and its key before and after."""

    group: str
    old: str
    new: str

    @property
    def is_head(self) -> bool:
        """Whether it is at the head of a group, as a table is."""
        return _is_head(self.old)


def _is_head(key: str) -> bool:
    return kinds()[kind_of_key(key)[0]].head


def renamed(a: State, rename: Rename, major: int) -> State:
    """Return a state as it reads after a rename."""
    kind, old = kind_of_key(rename.old)
    _, new = kind_of_key(rename.new)
    if kind in ("column", "attribute"):
        return _with_part(a, rename, unquote(split_name(old)[-1]), unquote(split_name(new)[-1]), major)
    if not _is_head(rename.old) and kind not in ("index", "statistics"):
        return _with_child(a, rename, old, new)
    if kind == "schema":
        return _with_schema(a, old, new)
    if kind in _WITHOUT_SCHEMA:
        return _with_bare(a, kind, old, new)
    if kind == "operator":
        return _with_operator(a, old, new)
    if kind in ("operator class", "operator family"):
        return _with_class(a, kind, old, new)
    before, after = (tuple(map(unquote, split_name(_own_name(identity)))) for identity in (old, new))
    state = _rewrite(
        a,
        before[-1],
        _rewriting_text(a, kind, before, after),
        lambda key: _rewritten_key(key, kind, before, after, _called_as(a, kind, before)),
    )
    if kind in ("table", "foreign table") and before[0] != after[0]:
        state = _moved_along(state, rename.new, before[0], after[0])
    if kind == "index":
        return _with_marks(state, rename.group, before[-1], after[-1])
    if kind == "range":
        for key, new_key in along(old, new, state.definition(rename.new, rename.new), major):
            if key.startswith("range "):  # the multirange
                made, shall = (tuple(map(unquote, split_name(one[6:]))) for one in (key, new_key))
                state = _rewrite(state, made[-1], _rewriting(made, shall))
    return _with_old_names(state, rename.new, before[-1], major) if kind in ("table", "foreign table") else state


def _rewriting(before: tuple[str, ...], after: tuple[str, ...]) -> Callable[[str], str]:
    return lambda text: rewritten(text, before, after)


def _rewriting_text(a: State, kind: str, before: tuple[str, ...], after: tuple[str, ...]) -> Callable[[str], str]:
    """Return what rewrites definitions: a relation without alias is also named before the columns of a query."""
    called = _called_as(a, kind, before)
    schemas = {unquote(group[7:]) for group in a.groups if group.startswith("schema ")}
    as_alias = _space(kind) == "relation" and before[-1] != after[-1] and before[-1] not in schemas

    def rewrite(text: str) -> str:
        if as_alias and before in words(text).qualified:
            text = rewritten(text, before[-1:], after[-1:])
        return rewritten(text, before, after, called=called)

    return rewrite


def _own_name(identity: str) -> str:
    return before_parenthesis(identity).split(" USING ")[0]


def _called_as(a: State, kind: str, name_: tuple[str, ...]) -> bool | None:
    """Whether the name before a parenthesis is meant, or just not that; None where it can mean one thing only."""
    same = [group for group in a.groups if _space(kind_of_key(group)[0]) != _space(kind) and _is_named(group, name_)]
    if not same:
        return None
    return kind in _ROUTINES


def _moved_along(a: State, group: str, before: str, after: str) -> State:
    """A table takes its indexes, statistics and the sequences that its columns own to its new schema."""
    owned = [one for one in a.groups if one.startswith("sequence ") and _is_owned(a, one, group)]
    inside = [key for key in a.groups[group] if key.startswith("index ")]
    for key in (*inside, *owned):
        bare = unquote(split_name(kind_of_key(key)[1])[-1])
        a = _rewrite(a, bare, _rewriting((before, bare), (after, bare)))
    return a


def _is_owned(a: State, sequence: str, table: str) -> bool:
    return str(a.definition(sequence, sequence).get("owned_by", "")).startswith(f"{kind_of_key(table)[1]}.")


def _rewritten_key(key: str, kind: str, before: tuple[str, ...], after: tuple[str, ...], called: bool | None) -> str:
    """Rewrite a key, but not that of an object of another space of names that is called the same."""
    own_kind, identity = kind_of_key(key)
    if own_kind in REMARKS:
        target = remark_target(own_kind, identity)
        return key.removesuffix(str(target)) + _rewritten_key(str(target), kind, before, after, called)
    own = _own_name(identity)
    if not _is_named(key, before):
        return rewritten(key, before, after, called=called)
    if _space(own_kind) == _space(kind):
        own = ".".join(map(name, after))
    return f"{own_kind} {own}{rewritten(identity[len(_own_name(identity)) :], before, after, called=called)}"


def _is_named(key: str, name_: tuple[str, ...]) -> bool:
    kind, identity = kind_of_key(key)
    try:
        return kinds()[kind].head and tuple(map(unquote, split_name(_own_name(identity)))) == name_
    except ValueError:  # a cast, a default acl
        return False


def _space(kind: str) -> str:
    """Return which space of names a kind is in: relations and types share one, routines another."""
    if kind in _ROUTINES:
        return "routine"
    return "relation" if kind in _IN_ONE_SPACE else kind


def _with_bare(a: State, kind: str, old: str, new: str) -> State:
    """What has no schema is named in keys after its kind, and by the attributes that hold such names."""
    before = [rf"(?<!\S){kind} "]
    if kind == "role":
        before += [
            r"^(?:acl|user mapping|role membership|role setting|default acl for role) ",
            r"^role membership .* in ",
        ]
    mention = re.compile(rf'(?P<before>{"|".join(before)}){re.escape(old)}(?=$|\s)|"(?:[^"]|"")*"')

    def rewrite(key: str) -> str:
        return mention.sub(lambda match: f"{match['before']}{new}" if match["before"] else match[0], key)

    found = State()
    for group, key in a.keys():
        definition = a.definition(group, key)
        for attribute in definition.keys() & BARE_KEYS.keys():
            if kind in BARE_KEYS[attribute]:
                definition[attribute] = _mapped(definition[attribute], lambda one: new if one == old else one)
        if kind == "role" and "grants" in definition:
            definition["grants"] = {new if role == old else role: told for role, told in definition["grants"].items()}
        found.put(rewrite(group), rewrite(key), definition)
    return found


def _with_operator(a: State, old: str, new: str) -> State:
    """An operator is in another schema: PostgreSQL cannot give it another name."""
    before, after = before_parenthesis(old), before_parenthesis(new)
    alone = sum(group.startswith(f"operator {before}(") for group in a.groups) == 1

    def rewrite(text: str) -> str:
        text = text.replace(f"operator {old}", f"operator {new}")
        if not alone:
            return text
        return after if text == before else text.replace(f"OPERATOR({before})", f"OPERATOR({after})")

    return _rewrite(a, before.rpartition(".")[2], rewrite)


def _with_class(a: State, kind: str, old: str, new: str) -> State:
    """An operator class tells its family where that is not called as it is itself."""
    state = _copy(a)
    for group in list(a.groups):
        if group.startswith("operator class "):
            own = _own_name(kind_of_key(group)[1])
            state.put(group, group, {"family": own, **state.definition(group, group)})
    before, after = _own_name(old), _own_name(new)
    parts = (tuple(map(unquote, split_name(before))), tuple(map(unquote, split_name(after))))
    method = old[len(before) :]
    found = State()
    for group, key in state.keys():
        definition = state.definition(group, key)
        at, key_at = (one.replace(f"{kind} {old}", f"{kind} {new}") for one in (group, key))
        family = definition.pop("family", None)
        if kind == "operator class":
            definition = _mapped(definition, _rewriting(*parts))
        elif family == before and group.endswith(method):
            family = after
        if family is not None and not (key == group and family == _own_name(kind_of_key(key_at)[1])):
            definition["family"] = family
        found.put(at, key_at, definition)
    return found


def _with_schema(a: State, old: str, new: str) -> State:
    before, after = (unquote(old),), (unquote(new),)
    mention = re.compile(rf"\bschema {re.escape(old)}(?=$| on | in )")

    operator = re.compile(rf'(?<![\w."]){re.escape(old)}\.(?=[-+*/<>=~!@#%^&|`?])|"(?:[^"]|"")*"')

    def rewrite(text: str) -> str:
        text = operator.sub(lambda match: match[0] if match[0].endswith('"') else f"{new}.", text)
        return rewritten(mention.sub(lambda match: f"schema {new}", text), before, after)

    state = _rewrite(a, before[0], rewrite)
    for group in list(state.groups):
        if group.startswith("extension ") and state.definition(group, group).get("schema") == old:
            state.put(group, group, {**state.definition(group, group), "schema": new})
    return state


def _rewrite(
    a: State, last: str, rewrite: Callable[[str], str], rewrite_key: Callable[[str], str] | None = None
) -> State:
    """Rewrite all keys, and the definitions in which the name ``last`` occurs."""
    of_key = rewrite_key or rewrite
    written = json.dumps(last.replace('"', '""'), ensure_ascii=False)[1:-1]
    found = State()
    for group, members in a.groups.items():
        at = of_key(group)
        for key, exact in members.items():
            text = a.blobs[exact]
            if written in text:
                kept = _STRINGS.get(kind_of_key(key)[0], ())
                found.put(at, of_key(key), _mapped(json.loads(text), rewrite, kept))
                continue
            found.groups.setdefault(at, {})[of_key(key)] = exact
            found.blobs[exact] = text
            if exact in a.meanings:
                found.meanings[exact] = a.meanings[exact]
    return found


def _mapped(value: Any, rewrite: Callable[[str], str], kept: Collection[str] = ()) -> Any:
    """Rewrite all texts in a definition, but for those under the keys that are kept."""
    if isinstance(value, str):
        return rewrite(value)
    if isinstance(value, list):
        return [_mapped(one, rewrite, kept) for one in value]
    if isinstance(value, dict):
        return {key: one if key in kept else _mapped(one, rewrite, kept) for key, one in value.items()}
    return value


def _with_old_names(a: State, group: str, table: str, major: int) -> State:
    state = _copy(a)
    for key in list(state.groups[group]):
        if key.startswith("column "):
            column = unquote(split_name(kind_of_key(key)[1])[-1])
            state.put(group, key, _old_names(key, state.definition(group, key), table, column, major))
    return state


def _old_names(key: str, definition: dict[str, Any], table: str, column: str, major: int) -> dict[str, Any]:
    """A NOT NULL (which has a name from 18 on) and the sequence of an identity keep the names that they have."""
    schema = split_name(kind_of_key(key)[1])[0]
    if definition.get("not_null") is True and major >= 18:
        definition["not_null"] = {"name": f"{table}_{column}_not_null"}
    if "identity" in definition:
        definition["identity"].setdefault("sequence", f"{schema}.{name(f'{table}_{column}_seq')}")
    return definition


def _with_part(a: State, rename: Rename, old: str, new: str, major: int) -> State:
    """A column has another name: its own key, what hangs on it, and what the table's other objects say of it."""
    state = _copy(a)
    relation = tuple(map(unquote, split_name(kind_of_key(rename.old)[1])[:-1]))

    def rewrite(text: str) -> str:
        return rewritten(text, (*relation, old), (*relation, new))

    def inside(text: str) -> str:
        if text == old:
            return new
        for row in ("new", "old"):  # in triggers and rules
            text = rewritten(text, (row, old), (row, new))
        return rewritten(rewrite(text), (old,), (new,), alone=True)

    if rename.old.startswith("column "):
        own = state.definition(rename.group, rename.old)
        state.put(rename.group, rename.old, _old_names(rename.old, own, relation[-1], old, major))
    for group, key in list(state.keys()):
        definition = state.definition(group, key)
        elsewhere = definition.get("references") not in (None, kind_of_key(rename.group)[1])
        kept = {*_NO_COLUMNS, "referenced_columns"} if elsewhere else _NO_COLUMNS
        strings = _STRINGS.get(kind_of_key(key)[0], ())
        changed = _mapped(definition, inside, kept) if group == rename.group else _mapped(definition, rewrite, strings)
        if group != rename.group and definition.get("references") == kind_of_key(rename.group)[1]:
            changed["referenced_columns"] = [new if c == old else c for c in definition["referenced_columns"]]
        if changed != definition or rewrite(key) != key:
            del state.groups[group][key]
            state.put(group, rewrite(key), changed)
    for child in _inheriting(state, rename.group, old):
        table = kind_of_key(child)[1]
        along = Rename(child, f"column {table}.{name(old)}", f"column {table}.{name(new)}")
        state = _with_part(state, along, old, new, major)
    return state


def _inheriting(a: State, table: str, column: str) -> Iterator[str]:
    """Yield the tables that have a column from this one's."""
    for group, members in list(a.groups.items()):
        inherited = f"column {kind_of_key(group)[1]}.{name(column)}"
        if inherited in members and a.definition(group, inherited).get("inherited"):
            head = a.definition(group, group)
            if kind_of_key(table)[1] in (head.get("partition_of"), *head.get("inherits", ())):
                yield group


def _with_child(a: State, rename: Rename, old: str, new: str) -> State:
    """A constraint, a trigger, a policy has another name: its own key and what hangs on it."""
    state = _copy(a)
    members = state.groups[rename.group]
    for key in list(members):
        if key == rename.old or key.endswith(f" {rename.old}"):
            exact = members.pop(key)
            members[key[: -len(rename.old)] + rename.new] = exact
    if kind_of_key(rename.old)[0] == "constraint":
        return _with_marks(state, rename.group, unquote(split_on(old)[0]), unquote(split_on(new)[0]))
    return state


def _with_marks(a: State, group: str, old: str, new: str) -> State:
    """The table's replica identity and CLUSTER mark speak of the index by its bare name."""
    state = _copy(a)
    if group not in state.groups.get(group, {}):
        return state
    definition = state.definition(group, group)
    identity = definition.get("replica_identity")
    if isinstance(identity, dict) and identity.get("index") == old:
        definition["replica_identity"] = {"index": new}
    if definition.get("cluster_on") == old:
        definition["cluster_on"] = new
    state.put(group, group, definition)
    return state


def _copy(a: State) -> State:
    return State({group: dict(members) for group, members in a.groups.items()}, dict(a.blobs), dict(a.meanings))
