"""Indexes are built and dropped CONCURRENTLY; a changed one is built beside the old one, and takes its name.

https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY
"""

from __future__ import annotations

import re
from dataclasses import replace

from pggit.core.identity import split_name
from pggit.plan.action import Action, Scene
from pggit.plan.effects.found import SHARE_UPDATE
from pggit.plan.model import Statement
from pggit.plan.online.steps import concurrently, plain, temporary

_CREATE = re.compile(r'create (unique )?index ("(?:[^"]|"")*"|\S+) on (?!only )')


def online(action: Action, scene: Scene) -> list[Statement] | None:
    """Build or drop an index CONCURRENTLY. On partitioned tables PostgreSQL cannot."""
    if action.kind != "index" or "partition_key" in scene.relations.definition(action.group):
        return None
    if action.old is not None and action.new is not None:
        return _replaced(action, scene)
    if action.new is not None:
        return [_built(sql, action, scene) for sql in action.sql]
    if action.old is None or "parent" in action.old.definition:
        return None
    return [_dropped(action, scene)]


def _built(sql: str, action: Action, scene: Scene, under: str | None = None) -> Statement:
    match = _CREATE.match(sql)
    if match is None:
        return plain(sql, action, scene)
    name = under or match[2]
    index = f"{_schema(action)}.{name}"
    written = f"create {match[1] or ''}index concurrently {name} on {sql[match.end() :]}"
    return concurrently(written, index, action, scene)


def _dropped(action: Action, scene: Scene) -> Statement:
    # IF EXISTS: interrupted, it leaves an invalid index or none, and is run again
    sql = f"drop index concurrently if exists {action.object.identity}"
    return replace(plain(sql, action, scene), verb="drop")


def _replaced(action: Action, scene: Scene) -> list[Statement] | None:
    """Build anew, drop, rename, where the kind would drop and create."""
    creates = [sql for sql in action.sql if _CREATE.match(sql)]
    drops = [sql for sql in action.sql if sql.startswith("drop index ")]
    if len(creates) != 1 or len(drops) != 1 or (action.old and "parent" in action.old.definition):
        return None
    under = temporary("index", action.key)
    bare = split_name(action.object.identity)[-1]
    rename = replace(
        plain(f"alter index {_schema(action)}.{under} rename to {bare}", action, scene),
        verb="rename",
        lock=SHARE_UPDATE,
        relation=action.group,
        reverse=None,
    )
    rest = [plain(sql, action, scene) for sql in action.sql if sql not in (*creates, *drops)]
    return [_built(creates[0], action, scene, under), _dropped(action, scene), rename, *rest]


def _schema(action: Action) -> str:
    return split_name(action.object.identity)[0]
