"""Checks and foreign keys are added NOT VALID, which is done at once, and validated while others read and write.

https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-ADD-TABLE-CONSTRAINT
"""

from __future__ import annotations

from pggit.kinds.ddl import name
from pggit.plan.action import Action, Scene
from pggit.plan.model import Statement
from pggit.plan.online.steps import constraint_kind, only_command, plain, qualified, validated


def online(action: Action, scene: Scene) -> list[Statement] | None:
    """Add checks and foreign keys in two steps. Before 18 a foreign key of a partitioned table is not split."""
    if action.kind != "constraint" or action.new is None:
        return None
    if action.new.definition["type"] not in ("check", "foreign key"):
        return None
    partitioned = "partition_key" in scene.relations.definition(action.group)
    if partitioned and scene.major < 18 and action.new.definition["type"] == "foreign key":
        return None
    steps: list[Statement] = []
    changed = False
    for sql in action.sql:
        found = _split(sql, action, scene)
        changed |= found is not None
        steps += found or [plain(sql, action, scene)]
    return steps if changed else None


def _split(sql: str, action: Action, scene: Scene) -> list[Statement] | None:
    added = only_command(sql, "AddConstraint")
    if added is None:
        return None
    relation, command = added
    constraint = getattr(command, "def").constraint
    if constraint_kind(constraint) not in ("CHECK", "FOREIGN") or constraint.skip_validation:
        return None
    first = plain(f"{sql} not valid", action, scene)
    return [first, validated(qualified(relation), name(constraint.conname), action, scene)]
