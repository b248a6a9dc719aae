"""When a column can be replaced by another one without losing what hangs on it, and what that is."""

from __future__ import annotations

import re
from typing import Any

from pggit.core.identity import split_name, unquote
from pggit.kinds import Object
from pggit.plan.action import Action, Scene
from pggit.plan.effects.types import Type, parsed

_BOUND = ("partition_key", "partition_of", "inherits", "type", "force_row_security")
_READERS = ("view ", "materialized view ", "publication", "rule ", "policy ", "function ", "procedure ")
_BY_SETTING = ("date", "timestamp", "timestamptz", "time", "timetz", "interval", "bytea", "float4", "float8", "money")
"""How these are written as text depends on settings, which differ from session to session."""
_REMARKS = ("comment", "acl", "security label")
_UNSURE = ("json", "jsonb", "xml")  # in some casts from these, a value becomes null


def refuses(action: Action, scene: Scene) -> bool:
    """Tell whether a column must be retyped the plain way.

    So it is for identity and generated columns, in partitioned and inheriting tables, where foreign keys, checks,
    expressions, policies, rules, views or column lists speak of the column, where triggers or rules would take the
    backfill for a change, for types of users, whose casts may give nulls, and for casts that depend on settings.
    """
    assert action.old is not None and action.new is not None
    head = scene.relations.definition(action.group)
    if any(key in head for key in _BOUND) or has_children(action.group, scene):
        return True
    own = (action.old.definition, action.new.definition)
    if any(key in definition for definition in own for key in ("identity", "generated", "inherited")):
        return True
    told = action.new.definition.get("not_null")
    if isinstance(told, dict) and (told.get("not_valid") or told.get("no_inherit")):
        return True
    if any(_unsure(parsed(definition["type"]), scene) for definition in own):
        return True
    old, new = (parsed(definition["type"]).name for definition in own)
    if old in _BY_SETTING and new not in ("float8", "timestamp"):
        return True
    if not all(_is_kept(obj, action, scene) for obj in scene.before(action.group)[1:]):
        return True
    return fires_on_update(action, scene) or _is_read_elsewhere(action, scene)


def indexes(action: Action, scene: Scene) -> list[Object]:
    """Return the indexes, primary keys and unique constraints in which the column is."""
    return [obj for obj in scene.before(action.group) if _is_index(obj) and _has(obj, _bare(action))]


def remarks(action: Action, scene: Scene) -> list[Object]:
    """Return comments, grants and labels of the column, as they are before the change."""
    hang = [obj for obj in scene.before(action.group) if obj.kind in _REMARKS]
    return [obj for obj in hang if f" {obj.identity}".endswith(f" column {action.object.identity}")]


def fires_on_update(action: Action, scene: Scene) -> bool:
    """Tell whether a trigger or rule would take a backfill for a change of the row, or row security hide rows of it."""
    for obj in scene.before(action.group):
        fires = "update" in obj.definition.get("events", ("update",)) and "update_columns" not in obj.definition
        if obj.kind == "rule" or (obj.kind == "trigger" and fires):
            return True
    return "force_row_security" in scene.relations.definition(action.group)


def _is_kept(obj: Object, action: Action, scene: Scene) -> bool:
    """Whether an object of the table does not speak of the column, or is made again along with it."""
    if obj.key in (action.key, f"default {action.object.identity}") or obj.kind in _REMARKS:
        return True
    if not _is_index(obj):
        return not _mentions(str(obj.definition), action)
    if _mentions(_computed(obj.definition), action):
        return False
    if not _has(obj, _bare(action)):
        return True
    head = scene.relations.definition(action.group)
    marked = (head.get("cluster_on"), (head.get("replica_identity") or {}))
    named = unquote(split_name(obj.identity.split(" on ")[0])[-1])
    if marked[0] == named or (isinstance(marked[1], dict) and marked[1].get("index") == named):
        return False
    parts = [part for part in obj.definition["columns"] if not isinstance(part, str)]
    plain = all(part.keys() <= {"column", "order", "nulls"} for part in parts if part.get("column") == _bare(action))
    return plain and "without_overlaps" not in obj.definition


def _is_index(obj: Object) -> bool:
    return obj.kind == "index" or (obj.kind == "constraint" and obj.definition["type"] in ("primary key", "unique"))


def _has(obj: Object, column: str) -> bool:
    parts = [part if isinstance(part, str) else part.get("column") for part in obj.definition["columns"]]
    return column in parts or column in obj.definition.get("include", ())


def _computed(definition: Any) -> str:
    parts = (part.get("expression", "") for part in definition["columns"] if not isinstance(part, str))
    return " ".join([*parts, definition.get("where", "")])


def _is_read_elsewhere(action: Action, scene: Scene) -> bool:
    """Whether a foreign key, view, policy … of another group speaks of the table's column."""
    table = action.group.split(" ", 1)[1]
    known = scene.a
    naming = {exact for exact, text in known.blobs.items() if table.replace('"', '\\"') in text}
    for group, members in known.groups.items():
        for key, exact in members.items():
            if group == action.group or exact not in naming:
                continue
            definition = known.definition(group, key)
            if key.startswith("constraint "):
                if definition.get("references") == table and _bare(action) in definition["referenced_columns"]:
                    return True
            elif key.startswith(_READERS) and _reads(definition, action):
                return True
    return False


def _reads(definition: dict[str, Any], action: Action) -> bool:
    # the body of a function in another language is looked up when it runs
    said = {key: value for key, value in definition.items() if key != "body"}
    return _mentions(str(said), action)


def _mentions(text: str, action: Action) -> bool:
    column = _bare(action)
    return re.search(rf"(?<![\w]){re.escape(column)}(?![\w])", text) is not None


def has_children(group: str, scene: Scene) -> bool:
    """Tell whether other tables inherit from a table."""
    table = group.split(" ", 1)[1]
    children = {exact for exact, text in scene.a.blobs.items() if '"inherits": ' in text}
    return any(
        members.get(child) in children and table in scene.a.definition(child, child).get("inherits", ())
        for child, members in scene.a.groups.items()
    )


def _unsure(kind: Type, scene: Scene) -> bool:
    if kind.name in _UNSURE:
        return True
    if "." not in kind.name:
        return False
    return not any(f"{word} {kind.name}" in scene.b.groups for word in ("enum", "domain"))


def _bare(action: Action) -> str:
    return unquote(split_name(action.object.identity)[-1])
